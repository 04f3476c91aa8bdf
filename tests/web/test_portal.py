"""The recipients' portal: their own dispatches only, the least that they need, and one big button."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from html import unescape
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.engine import Connection

from hotline.accounts.service import SignedIn
from hotline.audit.models import AuditEntry
from hotline.base.clock import FrozenClock
from hotline.dispatch import service
from hotline.dispatch.models import Dispatch
from tests.support import kern as county
from tests.support.desk import CANARY, Desk
from tests.support.kern import EMERGENCY, PATH_1, PATH_2, Kern

STORY = "Zanzibar lullaby"
HOW = "How did it come in?"
ANSWERS: dict[str, str | list[str]] = {
    "reporter/name": CANARY,
    "narrative/story": STORY,
    "children/1/first_name": "Mateo",
    "location/home_street": "12 Invented Lane",
}


@dataclass
class Portal:
    """A desk with a small county behind it."""

    desk: Desk
    kern: Kern

    def dispatch(self, answers: dict[str, str | list[str]], town: str, to: UUID) -> Dispatch:
        with self.desk.database.transaction() as session:
            decision = county.decided(session, self.kern, answers | ANSWERS, town=town)
            return session.scalars(
                select(Dispatch).where(Dispatch.report_id == decision.report_id, Dispatch.recipient_id == to)
            ).one()

    def browser(self, person: SignedIn, language: str = "en") -> FlaskClient:
        return self.desk.signed_in(person.user_id, language)

    def entries(self, action: str) -> list[AuditEntry]:
        with self.desk.database.transaction() as session:
            return list(session.scalars(select(AuditEntry).where(AuditEntry.action == action)))

    def fresh(self, dispatch: Dispatch) -> Dispatch:
        with self.desk.database.transaction() as session:
            return session.get_one(Dispatch, dispatch.id)


@pytest.fixture
def portal(county_here: tuple[Connection, Kern], clock: FrozenClock) -> Iterator[Portal]:
    connection, kern = county_here
    with Desk.within(connection) as desk:
        yield Portal(desk, kern)


def packet(dispatch: Dispatch) -> str:
    return f"/portal/dispatches/{dispatch.id}"


def test_people_see_the_dispatches_of_their_own_organization_only(portal: Portal) -> None:
    theirs = portal.dispatch(PATH_2, "Lamont", portal.kern.lamont_id)
    partner, other = portal.browser(portal.kern.lamont[0]), portal.browser(portal.kern.shafter[0])
    assert str(theirs.id) in partner.get("/portal").text
    assert str(theirs.id) not in other.get("/portal").text
    assert "Nothing waits for you." in other.get("/portal").text
    assert partner.get(packet(theirs)).status_code == 200


def test_somebody_elses_packet_looks_like_one_that_does_not_exist(portal: Portal) -> None:
    theirs = portal.dispatch(PATH_2, "Lamont", portal.kern.lamont_id)
    for person in (portal.kern.shafter[0], portal.kern.office[0]):
        client = portal.browser(person)
        missing = client.get(f"/portal/dispatches/{UUID(int=0)}")
        answer = client.get(packet(theirs))
        assert (answer.status_code, missing.status_code) == (404, 404)
        assert answer.text.replace(str(theirs.id), "") == missing.text.replace(str(UUID(int=0)), "")
        assert portal.desk.post(client, f"{packet(theirs)}/acknowledge").status_code == 404
    assert portal.fresh(theirs).acknowledged_at is None
    assert portal.entries("report:opened") == []


def test_the_staff_of_the_hotline_have_no_portal(portal: Portal) -> None:
    theirs = portal.dispatch(PATH_2, "Lamont", portal.kern.lamont_id)
    for person in (portal.kern.coordinators[0], portal.kern.supervisor, portal.kern.screener):
        client = portal.browser(person)
        assert client.get("/portal").status_code == 403
        assert client.get(packet(theirs)).status_code == 403
        assert portal.desk.post(client, f"{packet(theirs)}/acknowledge").status_code == 403


def test_what_waits_comes_first_the_soonest_clock_on_top(portal: Portal) -> None:
    calm = portal.dispatch(PATH_2, "Lamont", portal.kern.office_id)
    urgent = portal.dispatch(EMERGENCY, "Lamont", portal.kern.office_id)
    done = portal.dispatch(EMERGENCY, "Lamont", portal.kern.office_id)
    with portal.desk.database.transaction() as session:
        service.acknowledge(session, done.id, portal.kern.office[0])
    page = portal.browser(portal.kern.office[0]).get("/portal").text
    assert page.index(str(urgent.id)) < page.index(str(calm.id)) < page.index(str(done.id))
    assert "Immediate" in page


def test_one_click_acknowledges_and_the_second_changes_nothing(portal: Portal, clock: FrozenClock) -> None:
    dispatch = portal.dispatch(PATH_1, "Lamont", portal.kern.lamont_id)
    first, second = portal.browser(portal.kern.lamont[0]), portal.browser(portal.kern.lamont[1])
    assert "<button" in first.get(packet(dispatch)).text.partition('id="acknowledge"')[2]
    answer = portal.desk.post(first, f"{packet(dispatch)}/acknowledge")
    assert answer.status_code == 303
    clock.advance(timedelta(minutes=3))
    assert portal.desk.post(second, f"{packet(dispatch)}/acknowledge").status_code == 303
    page = second.get(str(answer.location)).text
    assert "Ines, <time" in page and "10:00 AM" in page
    assert f"{packet(dispatch)}/acknowledge" not in page
    assert len(portal.entries("dispatch:acknowledged")) == 1
    assert portal.fresh(dispatch).acknowledged_by == portal.kern.lamont[0].user_id


def test_acknowledging_needs_the_token_of_the_form(portal: Portal) -> None:
    dispatch = portal.dispatch(PATH_1, "Lamont", portal.kern.lamont_id)
    client = portal.browser(portal.kern.lamont[0])
    assert client.post(f"{packet(dispatch)}/acknowledge").status_code == 403
    assert client.get(f"{packet(dispatch)}/acknowledge").status_code == 405
    assert portal.fresh(dispatch).acknowledged_at is None


def test_a_withdrawn_dispatch_is_gone_and_says_so_on_a_late_click(portal: Portal) -> None:
    dispatch = portal.dispatch(PATH_1, "Lamont", portal.kern.lamont_id)
    with portal.desk.database.transaction() as session:
        service.reassign(
            session, dispatch.id, portal.kern.shafter_id, portal.kern.coordinators[0], "wrong_place"
        )
    client = portal.browser(portal.kern.lamont[0])
    assert str(dispatch.id) not in client.get("/portal").text
    assert client.get(packet(dispatch)).status_code == 404
    late = portal.desk.post(client, f"{packet(dispatch)}/acknowledge")
    assert late.status_code == 409
    assert "was withdrawn" in late.text


def test_each_look_at_a_packet_is_audited(portal: Portal) -> None:
    dispatch = portal.dispatch(PATH_1, "Lamont", portal.kern.lamont_id)
    client = portal.browser(portal.kern.lamont[0])
    client.get("/portal")
    assert portal.entries("report:opened") == []
    client.get(packet(dispatch))
    (entry,) = portal.entries("report:opened")
    assert (entry.subject_id, entry.detail["view"]) == (str(dispatch.report_id), "partner")


def test_a_partner_sees_whom_to_visit_and_not_the_story(portal: Portal) -> None:
    dispatch = portal.dispatch(PATH_2, "Lamont", portal.kern.lamont_id)
    page = portal.browser(portal.kern.lamont[0]).get(packet(dispatch)).text
    assert "Mateo" in page and "12 Invented Lane" in page
    assert STORY not in page and HOW not in page


def test_an_office_sees_the_story_and_how_it_came_in(portal: Portal) -> None:
    dispatch = portal.dispatch(PATH_2, "Lamont", portal.kern.office_id)
    page = portal.browser(portal.kern.office[0]).get(packet(dispatch)).text
    assert STORY in page and HOW in page


def test_who_called_is_on_no_page_of_the_portal(portal: Portal) -> None:
    for person, organization_id in (
        (portal.kern.office[0], portal.kern.office_id),
        (portal.kern.lamont[0], portal.kern.lamont_id),
    ):
        dispatch = portal.dispatch(PATH_2, "Lamont", organization_id)
        for path in ("/portal", "/portal/rows", packet(dispatch)):
            assert CANARY not in portal.browser(person).get(path).text


def test_the_list_carries_no_name_of_a_family(portal: Portal) -> None:
    portal.dispatch(PATH_2, "Lamont", portal.kern.lamont_id)
    page = portal.browser(portal.kern.lamont[0]).get("/portal").text
    assert "Mateo" not in page and "Invented Lane" not in page


def test_what_was_typed_is_escaped(portal: Portal) -> None:
    answers = PATH_2 | {"children/1/last_name": "<script>alert(1)</script>"}
    dispatch = portal.dispatch(answers, "Lamont", portal.kern.lamont_id)
    page = portal.browser(portal.kern.lamont[0]).get(packet(dispatch)).text
    assert "<script>alert" not in page and "&lt;script&gt;alert" in page


def test_somebody_without_an_organization_is_told_whom_to_ask(portal: Portal) -> None:
    portal.desk.person("partner")
    page = portal.desk.signed_in("partner").get("/portal")
    assert page.status_code == 200
    assert "Ask your administrator" in page.text


def test_the_portal_speaks_spanish(portal: Portal) -> None:
    dispatch = portal.dispatch(PATH_2, "Lamont", portal.kern.lamont_id)
    client = portal.browser(portal.kern.lamont[0], language="es")
    assert "Por acusar recibo" in client.get("/portal").text
    page = unescape(client.get(packet(dispatch)).text)
    for words in ("Acusar recibo", "Qué se le pide", "Vía 2", "Confidencial. No dice quién llamó."):
        assert words in page, words


def test_the_list_refreshes_only_when_it_changed(portal: Portal) -> None:
    client = portal.browser(portal.kern.lamont[0])
    empty = client.get("/portal/rows")
    same = {"If-None-Match": empty.headers["ETag"]}
    assert client.get("/portal/rows", headers=same).status_code == 304
    portal.dispatch(PATH_2, "Lamont", portal.kern.lamont_id)
    assert client.get("/portal/rows", headers=same).status_code == 200
