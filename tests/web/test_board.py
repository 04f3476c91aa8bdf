"""The coordinator's board: what it shows, what may be done there, and what it never shows."""

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
from hotline.base.database import Database
from hotline.dispatch import escalation, service
from hotline.dispatch.models import Dispatch, TrackDecision
from hotline.rosters import service as rosters
from hotline.worklist import service as worklist
from hotline.worklist.models import WorklistItem
from tests.support import kern as county
from tests.support.county import MONDAY_MORNING, built
from tests.support.desk import CANARY, Desk
from tests.support.kern import EMERGENCY, PATH_1, PATH_2, PATH_3, Kern

NOBODY = UUID(int=0)


@dataclass
class Board:
    """A desk with a small county behind it, and a coordinator's browser."""

    desk: Desk
    kern: Kern
    client: FlaskClient

    def decided(self, answers: dict[str, str | list[str]], town: str = "") -> TrackDecision:
        with self.desk.database.transaction() as session:
            return county.decided(session, self.kern, answers | {"reporter/name": CANARY}, town=town)

    def dispatch(
        self, answers: dict[str, str | list[str]], town: str = "", to: UUID | None = None
    ) -> Dispatch:
        decision = self.decided(answers, town)
        with self.desk.database.transaction() as session:
            found = session.scalars(select(Dispatch).where(Dispatch.report_id == decision.report_id))
            return next(one for one in found if to in (None, one.recipient_id))

    def item(self, answers: dict[str, str | list[str]], town: str = "") -> WorklistItem:
        decision = self.decided(answers, town)
        with self.desk.database.transaction() as session:
            wanted = select(WorklistItem).where(WorklistItem.subject_id == str(decision.report_id))
            return session.scalars(wanted).one()

    def acknowledged(self, dispatch: Dispatch, person: SignedIn) -> None:
        with self.desk.database.transaction() as session:
            service.acknowledge(session, dispatch.id, person)

    def late(self, clock: FrozenClock, by: timedelta, steps: int = 1) -> None:
        """Let time pass, and the ladder climb that often."""
        clock.advance(by)
        for _ in range(steps):
            with self.desk.database.transaction() as session:
                escalation.climb(session)
            clock.advance(timedelta(minutes=2))
        self.client = self.desk.signed_in(self.kern.coordinators[0].user_id)

    def page(self, path: str = "/board") -> str:
        answer = self.client.get(path)
        assert answer.status_code == 200, answer.text
        return unescape(answer.text)

    def lines(self, show: str = "open") -> list[str]:
        body = self.page(f"/board/rows?show={show}").partition("<tbody>")[2]
        return body.split('<tr id="')[1:]


@pytest.fixture(scope="module")
def county_here(shared_database: Database) -> Iterator[tuple[Connection, Kern]]:
    with built(shared_database, MONDAY_MORNING) as found:
        yield found


@pytest.fixture
def board(county_here: tuple[Connection, Kern], clock: FrozenClock) -> Iterator[Board]:
    connection, kern = county_here
    with Desk.within(connection) as desk:
        yield Board(desk, kern, desk.signed_in(kern.coordinators[0].user_id))


def actions(board: Board, subject: object) -> list[str]:
    with board.desk.database.transaction() as session:
        return list(
            session.scalars(
                select(AuditEntry.action).where(AuditEntry.subject_id == str(subject)).order_by(AuditEntry.id)
            )
        )


# What is shown


def test_a_line_says_what_waits_where_why_there_and_until_when(board: Board) -> None:
    board.dispatch(EMERGENCY, "Shafter")
    (line,) = board.lines()
    assert "KERN-" in line
    assert "Assigned, the notice is on its way" in line
    assert "Office" in line and "Shafter" in line
    assert "Office serves the whole county: Visit by a social worker." in line
    assert "in 30 minutes" in line and "Mon, Mar 2, 10:30 AM" in line
    assert "Olga" in line
    assert "kern.priority.danger" in line and "Manual of Policies and Procedures" in line


def test_red_lines_come_first_and_say_so_in_words(board: Board, clock: FrozenClock) -> None:
    red = board.dispatch(PATH_3, "Shafter")
    board.late(clock, timedelta(hours=5), steps=10)
    clock.advance(timedelta(hours=3))
    board.late(clock, timedelta(0), steps=3)
    board.dispatch(EMERGENCY, "Lamont")
    first, second = board.lines()
    assert first.startswith(f"dispatch-{red.id}")
    assert "Red" in first and "<svg" in first and "late by" in first
    assert "Nobody acknowledges: Cole was told." in first
    assert "Red" not in second


def test_the_other_lines_are_in_the_order_of_their_clocks(board: Board) -> None:
    later, soon = board.dispatch(PATH_3, "Shafter"), board.dispatch(EMERGENCY, "Shafter")
    assert [line[: len(f"dispatch-{soon.id}")] for line in board.lines()] == [
        f"dispatch-{soon.id}",
        f"dispatch-{later.id}",
    ]


def test_an_unserved_place_is_told_in_a_sentence(board: Board) -> None:
    board.item(PATH_1, "Frazier Park")
    (line,) = board.lines("pressing")
    assert "Nobody serves this place" in line
    assert "No community partner serves Frazier Park for “Differential Response - Path 1”." in line
    assert "Cole" in line


def test_an_ambiguous_place_comes_with_its_candidates(board: Board) -> None:
    board.decided(PATH_2, "Bakersfield")
    (line,) = board.lines("pressing")
    assert "Bakersfield may be:" in line
    assert "Oildale" in line and "Southeast Bakersfield" in line


def test_what_the_rules_leave_to_a_person_is_told_with_their_sentence(board: Board) -> None:
    board.decided(county.CALM, "Arvin")
    (line,) = board.lines("pressing")
    assert "A person must decide" in line
    assert "Vera" in line


def test_an_acknowledged_dispatch_is_only_under_acknowledged_today(board: Board) -> None:
    dispatch = board.dispatch(PATH_1, "Lamont")
    board.acknowledged(dispatch, board.kern.lamont[1])
    assert board.lines() == []
    (line,) = board.lines("acknowledged")
    assert "Hank" in line and "Acknowledged" in line and "10:00 AM" in line


def test_yesterdays_acknowledgements_are_not_todays(board: Board, clock: FrozenClock) -> None:
    board.acknowledged(board.dispatch(PATH_1, "Lamont"), board.kern.lamont[0])
    board.late(clock, timedelta(hours=15))
    assert board.lines("acknowledged") == []


def test_only_what_needs_a_coordinator_is_pressing(board: Board, clock: FrozenClock) -> None:
    board.dispatch(EMERGENCY, "Shafter")
    assert board.lines("pressing") == []
    board.late(clock, timedelta(minutes=31))
    assert len(board.lines("pressing")) == 1


@pytest.mark.parametrize(
    ("show", "words"),
    [
        ("open", "The board is empty"),
        ("pressing", "Nothing needs you right now"),
        ("acknowledged", "Nothing was acknowledged today"),
        ("nonsense", "The board is empty"),
    ],
)
def test_an_empty_list_says_so_kindly(board: Board, show: str, words: str) -> None:
    assert words in board.page(f"/board?show={show}")


def test_the_part_that_refreshes_itself_is_sent_again_only_when_it_changed(
    board: Board, clock: FrozenClock
) -> None:
    board.dispatch(PATH_3, "Shafter")
    clock.advance(timedelta(seconds=20))
    first = board.client.get("/board/rows")
    same = {"If-None-Match": first.headers["ETag"]}
    clock.advance(timedelta(seconds=20))
    assert board.client.get("/board/rows", headers=same).status_code == 304
    board.decided(PATH_1, "Frazier Park")
    assert board.client.get("/board/rows", headers=same).status_code == 200


def test_the_whole_board_is_there_without_scripts(board: Board) -> None:
    dispatch = board.dispatch(PATH_3, "Shafter")
    page = board.page()
    assert f"dispatch-{dispatch.id}" in page
    assert "Refresh" in page
    assert page.count("<h1") == 1


def test_callers_and_screeners_are_counted(board: Board) -> None:
    page = board.page()
    assert "Callers waiting" in page and "nobody waits" in page and "Screeners free" in page


# What may be done


def test_a_coordinator_takes_a_dispatch_over(board: Board) -> None:
    dispatch = board.dispatch(PATH_3, "Shafter")
    answer = board.desk.post(
        board.client, f"/board/dispatches/{dispatch.id}/take-over", reason="nobody_answers", show="open"
    )
    assert answer.status_code == 303
    assert "You have taken it over." in board.page(str(answer.location))
    (line,) = board.lines()
    assert "Cole" in line and "has taken it over" in line
    assert "dispatch:taken_over" in actions(board, dispatch.id)


def test_a_reason_that_is_not_on_the_list_changes_nothing(board: Board) -> None:
    dispatch = board.dispatch(PATH_3, "Shafter")
    for reason in ("", "because"):
        answer = board.desk.post(board.client, f"/board/dispatches/{dispatch.id}/take-over", reason=reason)
        assert answer.status_code == 400
        assert "Choose one of the reasons in the list." in answer.text
        assert f"dispatch-{dispatch.id}" in answer.text
    assert "dispatch:taken_over" not in actions(board, dispatch.id)


def test_a_dispatch_goes_to_another_recipient_with_a_reason(board: Board) -> None:
    dispatch = board.dispatch(PATH_1, "Lamont")
    answer = board.desk.post(
        board.client,
        f"/board/dispatches/{dispatch.id}/reassign",
        recipient=str(board.kern.shafter_id),
        reason="recipient_declined",
    )
    assert answer.status_code == 303
    page = board.page(str(answer.location))
    assert "at Shafter" in page
    assert "A coordinator chose it: They can't take it. (Cole)" in " ".join(page.split())
    (line,) = board.lines()
    assert "Shafter" in line
    assert "withdrawn" in board.page(f"/board/dispatches/{dispatch.id}")


def test_a_recipient_must_be_chosen(board: Board) -> None:
    dispatch = board.dispatch(PATH_1, "Lamont")
    path = f"/board/dispatches/{dispatch.id}/reassign"
    answer = board.desk.post(board.client, path, reason="wrong_place")
    assert answer.status_code == 400
    assert "Choose a recipient." in answer.text
    unknown = board.desk.post(board.client, path, reason="wrong_place", recipient=str(NOBODY))
    assert unknown.status_code == 404


def test_somebody_who_comes_second_is_told_and_stays_on_the_page(board: Board) -> None:
    dispatch = board.dispatch(PATH_1, "Lamont")
    fields = {"recipient": str(board.kern.shafter_id), "reason": "wrong_place"}
    path = f"/board/dispatches/{dispatch.id}/reassign"
    assert board.desk.post(board.client, path, **fields).status_code == 303
    again = board.desk.post(board.client, path, **fields)
    assert again.status_code == 409
    assert "withdrawn already" in again.text
    assert "How it stands" in again.text


def test_each_candidate_is_shown_with_why_and_why_not(board: Board) -> None:
    dispatch = board.dispatch(PATH_2, "Lamont", to=board.kern.lamont_id)
    page = board.page(f"/board/dispatches/{dispatch.id}")
    assert "serves Lamont: Differential Response - Path 2" in page
    assert "serves other areas: Differential Response - Path 2" in page
    assert "offers none of the wanted services" in page
    assert "has it already" in page


def test_an_open_matter_is_taken_and_settled_by_choosing_a_recipient(board: Board) -> None:
    item = board.item(PATH_1, "Frazier Park")
    assert board.desk.post(board.client, f"/board/items/{item.id}/take").status_code == 303
    assert "taken up" in board.lines()[0]
    answer = board.desk.post(
        board.client,
        f"/board/items/{item.id}/assign",
        recipient=str(board.kern.lamont_id),
        reason="nearest_recipient",
    )
    assert answer.status_code == 303
    (line,) = board.lines()
    assert "Lamont" in line and "A coordinator chose it: It is the nearest that can go." in line
    assert actions(board, item.id)[-1] == "item:closed"


def test_an_open_matter_is_closed_without_dispatch_only_for_a_lawful_reason(board: Board) -> None:
    item = board.item(PATH_1, "Frazier Park")
    path = f"/board/items/{item.id}/close"
    assert board.desk.post(board.client, path, reason="too much work").status_code == 400
    assert board.lines() != []
    answer = board.desk.post(board.client, path, reason="referred_by_telephone")
    assert "settled without dispatch" in board.page(str(answer.location))
    assert board.lines() == []
    assert "This matter was settled." in board.page(f"/board/items/{item.id}")


def test_a_closed_matter_cannot_be_closed_again(board: Board) -> None:
    item = board.item(PATH_1, "Frazier Park")
    path = f"/board/items/{item.id}/close"
    board.desk.post(board.client, path, reason="referred_by_telephone")
    again = board.desk.post(board.client, path, reason="referred_by_telephone")
    assert again.status_code == 409
    assert "Somebody has closed this item already." in again.text


def abandoned(board: Board) -> WorklistItem:
    with board.desk.database.transaction() as session:
        return worklist.open_item(
            session,
            kind="abandoned_call",
            jurisdiction="kern",
            subject_kind="call",
            subject_id=NOBODY,
            team=rosters.supervisors("kern"),
            reason="hung_up_in_waiting",
            due_in=timedelta(minutes=15),
            detail={"lane": "danger", "language": "es", "caller": "number"},
        )


def test_an_abandoned_call_is_settled_by_saying_how(board: Board) -> None:
    item = abandoned(board)
    (line,) = board.lines("pressing")
    assert "They hung up while they waited. (Danger right now, Spanish)" in line
    path = f"/board/items/{item.id}/settle"
    assert board.desk.post(board.client, path, resolution="forgotten").status_code == 400
    assert board.desk.post(board.client, path, resolution="called_back").status_code == 303
    assert board.lines() == []


def test_a_matter_of_a_report_is_never_settled_by_a_word(board: Board) -> None:
    item = board.item(PATH_1, "Frazier Park")
    answer = board.desk.post(board.client, f"/board/items/{item.id}/settle", resolution="taken_care_of")
    assert answer.status_code == 400
    assert len(board.lines()) == 1


def test_a_supervisor_settles_what_the_rules_left_to_a_supervisor(board: Board) -> None:
    item = board.item(county.CALM, "Arvin")
    supervisor = board.desk.signed_in(board.kern.supervisor.user_id)
    assert "Send it to a recipient" in supervisor.get(f"/board/items/{item.id}").text
    answer = board.desk.post(
        supervisor,
        f"/board/items/{item.id}/assign",
        recipient=str(board.kern.office_id),
        reason="person_decided",
    )
    assert answer.status_code == 303


def test_a_supervisor_reads_the_board_and_manages_no_dispatch(board: Board) -> None:
    dispatch, item = board.dispatch(PATH_3, "Shafter"), board.item(PATH_1, "Frazier Park")
    supervisor = board.desk.signed_in(board.kern.supervisor.user_id)
    assert "Take over" not in supervisor.get("/board").text
    for path in (f"dispatches/{dispatch.id}/take-over", f"dispatches/{dispatch.id}/reassign"):
        assert board.desk.post(supervisor, f"/board/{path}", reason="wrong_place").status_code == 403
    close = board.desk.post(supervisor, f"/board/items/{item.id}/close", reason="referred_by_telephone")
    assert close.status_code == 403
    assert len(board.lines()) == 2


@pytest.mark.parametrize(
    "path", ["dispatches/{0}/take-over", "dispatches/{0}/reassign", "items/{0}/take", "items/{0}/assign"]
)
def test_no_act_without_the_token_of_the_form(board: Board, path: str) -> None:
    assert board.client.post(f"/board/{path.format(NOBODY)}").status_code == 403


@pytest.mark.parametrize("path", ["/board/dispatches/{0}", "/board/items/{0}"])
def test_what_does_not_exist_is_not_found(board: Board, path: str) -> None:
    assert board.client.get(path.format(NOBODY)).status_code == 404
    assert board.client.get(path.format("1")).status_code == 404


def test_a_way_back_that_leads_elsewhere_is_not_taken(board: Board) -> None:
    dispatch = board.dispatch(PATH_3, "Shafter")
    answer = board.desk.post(
        board.client,
        f"/board/dispatches/{dispatch.id}/take-over",
        reason="nobody_answers",
        show="https://evil.example",
        next="//evil.example",
    )
    assert str(answer.location).startswith("/board?")


# Who sees what, and what nobody sees


def test_recipients_and_screeners_see_no_board(board: Board) -> None:
    dispatch = board.dispatch(PATH_1, "Lamont")
    item = board.item(PATH_1, "Frazier Park")
    for person in (board.kern.office[0], board.kern.lamont[0], board.kern.screener):
        client = board.desk.signed_in(person.user_id)
        for path in ("", "/rows", f"/dispatches/{dispatch.id}", f"/items/{item.id}"):
            assert client.get(f"/board{path}").status_code == 403, path


def test_opening_a_line_is_audited_as_opening_the_report(board: Board) -> None:
    dispatch, item = board.dispatch(PATH_3, "Shafter"), board.item(PATH_1, "Frazier Park")
    board.page(f"/board/dispatches/{dispatch.id}")
    board.page(f"/board/items/{item.id}")
    assert "report:opened" in actions(board, dispatch.report_id)
    assert "report:opened" in actions(board, item.subject_id)


def test_the_page_of_a_dispatch_tells_its_whole_way(board: Board, clock: FrozenClock) -> None:
    dispatch = board.dispatch(EMERGENCY, "Shafter")
    board.late(clock, timedelta(minutes=31), steps=2)
    page = board.page(f"/board/dispatches/{dispatch.id}")
    for words in (
        "A child is in danger now",
        "Facts that the rules had",
        "The town was named: Shafter.",
        "Portal",
        "E-mail",
        "Told a person of a dispatch: Noah",
        "Decided a report by the rules",
    ):
        assert words in page, words


def test_who_called_and_what_they_told_is_on_no_page_of_the_board(board: Board) -> None:
    story: dict[str, str | list[str]] = {"narrative/story": "Zanzibar lullaby"}
    dispatch = board.dispatch(EMERGENCY | story, "Shafter")
    item = board.item(PATH_1 | story, "Frazier Park")
    for path in ("/board", "/board/rows", f"/board/dispatches/{dispatch.id}", f"/board/items/{item.id}"):
        page = board.page(path)
        assert CANARY not in page
        assert "Zanzibar" not in page


def test_names_are_escaped(board: Board) -> None:
    with board.desk.database.transaction() as session:
        organization_id, _ = county.organization(
            session, "<script>alert(1)</script>", "partner", [("path_1", "taft")], ("<b>mallory",)
        )
    dispatch = board.dispatch(PATH_1, "Taft", to=organization_id)
    for path in ("/board", f"/board/dispatches/{dispatch.id}"):
        page = board.client.get(path).text
        assert "<script>alert" not in page.lower() and "<b>mallory" not in page.lower()
        assert "&lt;script&gt;" in page.lower()


def test_the_board_speaks_spanish(board: Board) -> None:
    dispatch, item = board.dispatch(EMERGENCY, "Shafter"), board.item(PATH_1, "Frazier Park")
    client = board.desk.signed_in(board.kern.coordinators[0].user_id, language="es")
    pages = unescape(client.get("/board").text)
    assert '<html lang="es">' in pages
    for words in (
        "Tablero",
        "Acusar recibo antes de",
        "en 30 minutos",
        "Nadie atiende este lugar",
        "Hacerse cargo",
    ):
        assert words in pages, words
    page = unescape(client.get(f"/board/dispatches/{dispatch.id}").text)
    for words in (
        "Lo que dijeron las reglas",
        "Un niño está en peligro ahora",
        "Se nombró la localidad: Shafter.",
    ):
        assert words in page, words
    assert "Enviarlo a un destinatario" in client.get(f"/board/items/{item.id}").text
