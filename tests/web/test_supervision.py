"""The supervisors' page: what it shows of callers and screeners, and what its buttons do."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from html import unescape
from typing import Any, TypeVar
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.engine import Connection
from werkzeug.test import TestResponse

from hotline.accounts.models import User
from hotline.audit.models import AuditEntry
from hotline.base.clock import FrozenClock
from hotline.calls import overview
from hotline.calls import service as calls
from hotline.calls.models import Call, NumberFlag
from hotline.lines.models import Line
from tests.support.calls import CALLER, Hotline, add_line
from tests.support.desk import Desk
from tests.support.kern import Kern
from tests.support.pages import faults_of

Made = TypeVar("Made")


@dataclass
class Supervision:
    """A supervisor's browser, and the hotline that it looks at."""

    desk: Desk
    client: FlaskClient
    language: str = "en"

    def at(self, do: Callable[[Hotline], Made]) -> Made:
        """Do something at the hotline."""
        with self.desk.database.transaction() as session:
            return do(Hotline(session))

    def page(self, path: str = "/supervision") -> str:
        answer = self.client.get(path)
        assert answer.status_code == 200, answer.text
        assert faults_of(answer.text, self.language) == []
        return unescape(answer.text)

    def row(self, key: str) -> str:
        """The row of the live part with that id."""
        _, _, rest = self.page().partition(f'id="{key}"')
        return rest.partition("</tr>")[0]

    def press(self, path: str, /, **fields: Any) -> TestResponse:
        return self.desk.post(self.client, f"/supervision/{path}", **fields)

    def audited(self, action: str) -> list[str]:
        """Who did that, by the audit."""
        found = select(AuditEntry.actor_id).where(AuditEntry.action == action)
        with self.desk.database.transaction() as session:
            return list(session.scalars(found))


@pytest.fixture
def supervision(county_here: tuple[Connection, Kern], clock: FrozenClock) -> Iterator[Supervision]:
    with Desk.within(county_here[0]) as desk:
        desk.person("supervisor")
        with desk.database.transaction() as session:
            add_line(session)
        yield Supervision(desk, desk.signed_in("supervisor"))


def test_a_waiting_caller_is_shown_without_the_number(supervision: Supervision, clock: FrozenClock) -> None:
    call = supervision.at(lambda hotline: hotline.waits("danger", "es"))
    clock.advance(timedelta(seconds=42))
    row = supervision.row(f"waits-{call.id}")
    assert "Danger right now" in row and "Spanish" in row and "Everybody" in row
    page = supervision.page()
    assert "Who waits: 1" in page and ">0:42<" in page
    assert CALLER not in page and CALLER[-4:] not in page


def test_a_live_call_names_its_screener_and_who_else_is_there(supervision: Supervision) -> None:
    def talk(hotline: Hotline) -> Call:
        return hotline.talks(hotline.screener("ann"), "youth")

    row = supervision.row(f"live-{supervision.at(talk).id}")
    assert "ann" in row and "talking" in row and "Child or young person" in row


def test_every_screener_is_shown_with_reason_skills_teams_and_telephone(supervision: Supervision) -> None:
    def staff(hotline: Hotline) -> UUID:
        user_id = hotline.screener("ann", "en", "es")
        hotline.staffs(user_id, skills={"language:es": 3, "danger": 2}, teams=["north"])
        calls.set_auto_available(hotline.session, user_id, False)
        calls.set_away(hotline.session, user_id, "meal")
        return user_id

    row = supervision.row(f"person-{supervision.at(staff)}")
    assert "Away" in row and "Meal" in row and "English, Spanish 3" in row
    assert "Danger right now 2" in row and "north" in row
    assert "rings at the person's address" in row and "away after each call" in row


def test_a_whole_queue_is_moved_to_another_team_and_taken_back(supervision: Supervision) -> None:
    def prepare(hotline: Hotline) -> tuple[UUID, UUID]:
        hotline.line.team = "north"
        south = hotline.screener("sue")
        hotline.staffs(south, teams=["south"])
        return hotline.waits().id, south

    call_id, _ = supervision.at(prepare)
    assert supervision.press("queues", team="north", to="south").status_code == 303
    row = supervision.row(f"waits-{call_id}")
    assert "north" in row and "served by south" in row and "offered to sue" in row
    assert supervision.press("queues", team="north", to="south").status_code == 409
    assert supervision.press("queues/back", team="north").status_code == 303
    second = supervision.at(lambda hotline: hotline.waits(number="+16615550199"))
    assert supervision.at(lambda hotline: hotline.offered_to(second)) == []
    assert supervision.audited("queue:moved") == supervision.audited("queue:taken_back")
    assert supervision.press("queues", team="north", to="nowhere").status_code == 400


def test_a_person_is_set_away_on_their_behalf_and_the_audit_says_by_whom(supervision: Supervision) -> None:
    user_id = supervision.at(lambda hotline: hotline.screener("ann"))
    assert supervision.press(f"people/{user_id}/away", reason="training").status_code == 303
    row = supervision.row(f"person-{user_id}")
    assert "Away" in row and "Training" in row
    assert supervision.audited("presence:away") == [str(supervision.desk.people["supervisor"])]
    assert supervision.press(f"people/{user_id}/away", reason="tired").status_code == 400


def test_skills_and_teams_are_saved_and_take_effect_at_once(supervision: Supervision) -> None:
    user_id = supervision.at(lambda hotline: hotline.screener("ann"))
    call = supervision.at(lambda hotline: hotline.waits(language="es"))
    page = supervision.page(f"/supervision/people/{user_id}")
    assert "Skills and teams of ann" in page and 'name="skill:language:es"' in page
    fields: dict[str, Any] = {
        "language": ["en", "es"],
        "skill:language:es": "2",
        "skill:danger": "",
        "new_skill": "Medical",
        "new_level": "3",
        "new_team": "north",
    }
    assert supervision.press(f"people/{user_id}", **fields).status_code == 303
    with supervision.desk.database.transaction() as session:
        user = session.get_one(User, user_id)
        assert user.languages == ["en", "es"] and user.teams == ["north"]
        assert user.skills == {"language:es": 2, "medical": 3}
    assert supervision.at(lambda hotline: hotline.offered_to(call)) == [user_id]


@pytest.mark.parametrize(
    "wrong",
    [
        {"language": ["en"], "skill:language:es": "2"},
        {"language": []},
        {"language": ["en"], "skill:danger": "9"},
        {"language": ["en"], "new_team": "tür"},
    ],
)
def test_what_can_not_be_is_refused_and_nothing_is_saved(
    supervision: Supervision, wrong: dict[str, Any]
) -> None:
    user_id = supervision.at(lambda hotline: hotline.screener("ann"))
    assert supervision.press(f"people/{user_id}", **wrong).status_code == 400
    with supervision.desk.database.transaction() as session:
        user = session.get_one(User, user_id)
        assert (user.languages, user.skills, user.teams) == (["en"], {}, [])


def test_a_flag_is_seen_by_the_screener_blocks_nobody_and_expires(
    supervision: Supervision, clock: FrozenClock
) -> None:
    def silent(hotline: Hotline) -> Call:
        call = hotline.waits()
        hotline.hangs_up(call)
        return call

    call = supervision.at(silent)
    assert supervision.press(f"calls/{call.id}/flag", kind="silent", days="7").status_code == 303
    assert "Silent calls" in supervision.row(f"past-{call.id}")
    screener = supervision.desk.people["screener"]
    supervision.at(lambda hotline: calls.set_available(hotline.session, screener))
    console = supervision.desk.signed_in("screener")
    again = supervision.at(lambda hotline: hotline.waits())
    assert supervision.at(lambda hotline: hotline.offered_to(again)) == [screener]
    assert "Silent calls from this number" in console.get("/console").text
    offer = supervision.at(lambda hotline: calls.open_offer(hotline.session, screener))
    assert offer is not None and offer.flags == ("silent",)
    supervision.at(lambda hotline: hotline.accepts(screener))
    assert "Silent calls from this number" in console.get("/console").text
    view = supervision.at(lambda hotline: calls.current_call(hotline.session, screener))
    assert view is not None and view.flags == ("silent",)
    clock.advance(timedelta(days=7))
    view = supervision.at(lambda hotline: calls.current_call(hotline.session, screener))
    assert view is not None and view.flags == ()


def test_a_flag_can_be_lifted_and_a_withheld_number_can_not_be_flagged(supervision: Supervision) -> None:
    call = supervision.at(lambda hotline: hotline.waits())
    supervision.press(f"calls/{call.id}/flag", kind="hostile", days="1")
    with supervision.desk.database.transaction() as session:
        flag = session.scalars(select(NumberFlag)).one()
    assert supervision.press(f"flags/{flag.id}/lift").status_code == 303
    assert "tag-red" not in supervision.row(f"waits-{call.id}")
    assert supervision.audited("flag:lifted") == [str(supervision.desk.people["supervisor"])]
    hidden = supervision.at(lambda hotline: hotline.waits(number="anonymous"))
    assert supervision.press(f"calls/{hidden.id}/flag", kind="silent", days="7").status_code == 409
    assert supervision.press(f"calls/{call.id}/flag", kind="silent", days="31").status_code == 400
    assert supervision.press(f"calls/{call.id}/flag", kind="rude", days="7").status_code == 400


def test_the_flood_guard_ends_by_itself(supervision: Supervision, clock: FrozenClock) -> None:
    def two(hotline: Hotline) -> tuple[UUID, UUID]:
        silent = hotline.waits()
        clock.advance(timedelta(seconds=1))
        alive = hotline.waits(number="+16615550199")
        alive.sign_of_life = True
        return silent.id, alive.id

    silent, alive = supervision.at(two)
    with supervision.desk.database.transaction() as session:
        line_id = session.scalars(select(Line.id)).one()

    def order() -> bool:
        page = supervision.page()
        return page.index(f"waits-{alive}") < page.index(f"waits-{silent}")

    assert not order()
    assert supervision.press(f"lines/{line_id}/guard", minutes="15", turn="on").status_code == 303
    assert order() and "no sign of life" in supervision.row(f"waits-{silent}")
    clock.advance(timedelta(minutes=15))
    supervision.client = supervision.desk.signed_in("supervisor")
    assert not order()
    assert supervision.press(f"lines/{line_id}/guard", minutes="15", turn="on").status_code == 303
    assert supervision.press(f"lines/{line_id}/guard", turn="off").status_code == 303
    assert not order()
    assert supervision.press(f"lines/{line_id}/guard", minutes="9999", turn="on").status_code == 400


def test_nobody_can_end_a_waiting_call_from_here(supervision: Supervision) -> None:
    supervision.at(lambda hotline: hotline.waits())
    assert "hang" not in supervision.page().lower()


def test_in_a_flood_the_page_shows_the_first_of_the_line_and_counts_all(supervision: Supervision) -> None:
    def many(hotline: Hotline) -> None:
        for _ in range(overview.SHOWN + 2):
            hotline.waits()

    supervision.at(many)
    page = supervision.page()
    assert page.count('id="waits-') == overview.SHOWN
    assert f"Who waits: {overview.SHOWN + 2} (the first {overview.SHOWN} are shown)" in page
    assert f"Everybody</strong>: {overview.SHOWN + 2} callers wait." in page


def test_the_days_figures_stand_in_a_picture_and_in_a_table(
    supervision: Supervision, clock: FrozenClock
) -> None:
    def answered(hotline: Hotline) -> None:
        hotline.hangs_up(hotline.talks(hotline.screener("ann")))

    supervision.at(answered)
    call = supervision.at(lambda hotline: hotline.waits())
    clock.advance(timedelta(minutes=5))
    supervision.at(lambda hotline: hotline.hangs_up(hotline.session.get_one(Call, call.id)))
    page = supervision.page()
    assert 'class="day-answered"' in page and 'class="day-abandoned"' in page
    row = page.partition("Today by the hour, in figures")[2].partition("<tbody>")[2].partition("</tr>")[0]
    assert "10 AM" in row
    assert [cell.partition("<")[0] for cell in row.split("<td>")[1:]] == [
        "2", "1", "0", "1", "0", "1", "0:00", "1",
    ]  # fmt: skip


def test_the_part_that_refreshes_itself_is_sent_again_only_when_it_changed(
    supervision: Supervision, clock: FrozenClock
) -> None:
    supervision.at(lambda hotline: hotline.waits())
    first = supervision.client.get("/supervision/now")
    same = {"If-None-Match": first.headers["ETag"]}
    clock.advance(timedelta(seconds=30))
    assert supervision.client.get("/supervision/now", headers=same).status_code == 304
    supervision.at(lambda hotline: hotline.waits())
    assert supervision.client.get("/supervision/now", headers=same).status_code == 200


def test_the_page_is_there_in_spanish(supervision: Supervision) -> None:
    supervision.at(lambda hotline: hotline.waits("danger", "es"))
    supervision.client, supervision.language = supervision.desk.signed_in("supervisor", "es"), "es"
    page = supervision.page()
    assert "Supervisión" in page and "Quién espera" in page and "Who" not in page
