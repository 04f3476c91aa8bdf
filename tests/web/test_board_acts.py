"""What may be done on the board, by whom, and what somebody is told who comes second."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.engine import Connection

from hotline.base.clock import FrozenClock
from hotline.calls import service as calls
from hotline.rosters import service as rosters
from hotline.worklist import service as worklist
from hotline.worklist.models import WorklistItem
from tests.support import kern as county
from tests.support.calls import Hotline, add_line
from tests.support.coordinator import NOBODY, CoordinatorDesk
from tests.support.desk import Desk
from tests.support.kern import PATH_1, PATH_2, PATH_3, Kern


@pytest.fixture
def board(county_here: tuple[Connection, Kern], clock: FrozenClock) -> Iterator[CoordinatorDesk]:
    connection, kern = county_here
    with Desk.within(connection) as desk:
        yield CoordinatorDesk(desk, kern, desk.signed_in(kern.coordinators[0].user_id))


def test_a_coordinator_takes_a_dispatch_over(board: CoordinatorDesk) -> None:
    dispatch = board.dispatch(PATH_3, "Shafter")
    answer = board.act(f"dispatches/{dispatch.id}/take-over", reason="nobody_answers", show="open")
    assert answer.status_code == 303
    assert "You have taken it over." in board.page(str(answer.location))
    (line,) = board.lines()
    assert "Cole" in line and "has taken it over" in line
    assert "dispatch:taken_over" in board.actions(dispatch.id)


def test_a_reason_that_is_not_on_the_list_changes_nothing(board: CoordinatorDesk) -> None:
    dispatch = board.dispatch(PATH_3, "Shafter")
    for reason in ("", "because"):
        answer = board.act(f"dispatches/{dispatch.id}/take-over", reason=reason)
        assert answer.status_code == 400
        assert "Choose one of the reasons in the list." in answer.text
        assert f"dispatch-{dispatch.id}" in answer.text
    assert "dispatch:taken_over" not in board.actions(dispatch.id)


def test_a_dispatch_goes_to_another_recipient_with_a_reason(board: CoordinatorDesk) -> None:
    dispatch = board.dispatch(PATH_1, "Lamont")
    answer = board.act(
        f"dispatches/{dispatch.id}/reassign",
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


def test_a_recipient_must_be_chosen(board: CoordinatorDesk) -> None:
    dispatch = board.dispatch(PATH_1, "Lamont")
    path = f"dispatches/{dispatch.id}/reassign"
    answer = board.act(path, reason="wrong_place")
    assert answer.status_code == 400
    assert "Choose a recipient." in answer.text
    unknown = board.act(path, reason="wrong_place", recipient=str(NOBODY))
    assert unknown.status_code == 404


def test_somebody_who_comes_second_is_told_and_stays_on_the_page(board: CoordinatorDesk) -> None:
    dispatch = board.dispatch(PATH_1, "Lamont")
    fields = {"recipient": str(board.kern.shafter_id), "reason": "wrong_place"}
    path = f"dispatches/{dispatch.id}/reassign"
    assert board.act(path, **fields).status_code == 303
    again = board.act(path, **fields)
    assert again.status_code == 409
    assert "withdrawn already" in again.text
    assert "How it stands" in again.text


def test_each_candidate_is_shown_with_why_and_why_not(board: CoordinatorDesk) -> None:
    dispatch = board.dispatch(PATH_2, "Lamont", to=board.kern.lamont_id)
    page = board.page(f"/board/dispatches/{dispatch.id}")
    assert "serves Lamont: Differential Response - Path 2" in page
    assert "serves other areas: Differential Response - Path 2" in page
    assert "offers none of the wanted services" in page
    assert "has it already" in page


def test_an_open_matter_is_taken_and_settled_by_choosing_a_recipient(board: CoordinatorDesk) -> None:
    item = board.item(PATH_1, "Frazier Park")
    assert board.act(f"items/{item.id}/take").status_code == 303
    assert "taken up" in board.lines()[0]
    answer = board.act(
        f"items/{item.id}/assign",
        recipient=str(board.kern.lamont_id),
        reason="nearest_recipient",
    )
    assert answer.status_code == 303
    (line,) = board.lines()
    assert "Lamont" in line and "A coordinator chose it: It is the nearest that can go." in line
    assert board.actions(item.id)[-1] == "item:closed"


def test_an_open_matter_is_closed_without_dispatch_only_for_a_lawful_reason(board: CoordinatorDesk) -> None:
    item = board.item(PATH_1, "Frazier Park")
    path = f"items/{item.id}/close"
    assert board.act(path, reason="too much work").status_code == 400
    assert board.lines() != []
    answer = board.act(path, reason="referred_by_telephone")
    assert "settled without dispatch" in board.page(str(answer.location))
    assert board.lines() == []
    assert "This matter was settled." in board.page(f"/board/items/{item.id}")


def test_a_closed_matter_cannot_be_closed_again(board: CoordinatorDesk) -> None:
    item = board.item(PATH_1, "Frazier Park")
    path = f"items/{item.id}/close"
    board.act(path, reason="referred_by_telephone")
    again = board.act(path, reason="referred_by_telephone")
    assert again.status_code == 409
    assert "Somebody has closed this item already." in again.text


def abandoned(board: CoordinatorDesk) -> WorklistItem:
    with board.desk.database.transaction() as session:
        return worklist.open_item(
            session,
            kind="abandoned_call",
            jurisdiction="kern",
            subject_kind="call",
            subject_id=NOBODY,
            team=rosters.supervisors("kern"),
            reason="hung_up_in_queue",
            due_in=timedelta(minutes=15),
            detail={"lane": "danger", "language": "es", "caller": "number"},
        )


def test_an_abandoned_call_is_settled_by_saying_how(board: CoordinatorDesk) -> None:
    item = abandoned(board)
    (line,) = board.lines("pressing")
    assert "They hung up while they waited. (Danger right now, Spanish)" in line
    path = f"items/{item.id}/settle"
    assert board.act(path, resolution="forgotten").status_code == 400
    assert board.act(path, resolution="called_back").status_code == 303
    assert board.lines() == []


def test_a_matter_of_a_report_is_never_settled_by_a_word(board: CoordinatorDesk) -> None:
    item = board.item(PATH_1, "Frazier Park")
    answer = board.act(f"items/{item.id}/settle", resolution="taken_care_of")
    assert answer.status_code == 400
    assert len(board.lines()) == 1


def test_a_supervisor_settles_what_the_rules_left_to_a_supervisor(board: CoordinatorDesk) -> None:
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


def test_a_supervisor_reads_the_board_and_manages_no_dispatch(board: CoordinatorDesk) -> None:
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
def test_no_act_without_the_token_of_the_form(board: CoordinatorDesk, path: str) -> None:
    assert board.client.post(f"/board/{path.format(NOBODY)}").status_code == 403


@pytest.mark.parametrize("path", ["/board/dispatches/{0}", "/board/items/{0}"])
def test_what_does_not_exist_is_not_found(board: CoordinatorDesk, path: str) -> None:
    assert board.client.get(path.format(NOBODY)).status_code == 404
    assert board.client.get(path.format("1")).status_code == 404


def test_a_way_back_that_leads_elsewhere_is_not_taken(board: CoordinatorDesk) -> None:
    dispatch = board.dispatch(PATH_3, "Shafter")
    answer = board.act(
        f"dispatches/{dispatch.id}/take-over",
        reason="nobody_answers",
        show="https://evil.example",
        next="//evil.example",
    )
    assert str(answer.location).startswith("/board?")


def unfinished(board: CoordinatorDesk, clock: FrozenClock) -> WorklistItem:
    with board.desk.database.transaction() as session:
        add_line(session)
        hotline = Hotline(session)
        hotline.hangs_up(hotline.talks(hotline.screener("una")))
    clock.advance(timedelta(minutes=15))
    board.page("/board")
    clock.advance(timedelta(minutes=15))
    with board.desk.database.transaction() as session:
        calls.sweep(session)
        return session.scalars(select(WorklistItem).where(WorklistItem.kind == "unfinished_call")).one()


def test_a_call_whose_screener_is_gone_is_closed_by_saying_what_it_was_about(
    board: CoordinatorDesk, clock: FrozenClock
) -> None:
    item = unfinished(board, clock)
    assert "say it here" in board.page(f"/board/items/{item.id}")
    path = f"items/{item.id}/settle"
    assert board.act(path, resolution="report").status_code == 400
    assert board.act(path, resolution="wrong_number").status_code == 303
    assert "This matter was settled." in board.page(f"/board/items/{item.id}")
