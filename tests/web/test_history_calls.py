"""The screen pop: what a number's past says before and in a call; a second call on a report; the call on every page."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from hotline.audit.models import AuditEntry
from hotline.base.clock import FrozenClock
from hotline.calls.models import Call
from hotline.reports import additions
from hotline.worklist.models import WorklistItem
from tests.support.calls import CALLER
from tests.support.desk import CANARY
from tests.support.history import MATEO, indexed, report_id, stored
from tests.support.screener import STORY, Screener, another

WHOLE = "(661) 555-0142"


def reported(screener: Screener) -> tuple[Call, str]:
    """A call whose report was handed in and whose wrap-up is over; the path of the report."""
    screener.takes_calls()
    call = screener.rings(number=CALLER)
    report = screener.accepts()
    screener.meets(call)
    for path, value in {**STORY, **MATEO}.items():
        assert screener.save(report, path, value).status_code == 200
    assert screener.post(f"{report}/submit").status_code == 303
    indexed(screener, report)
    screener.hangs_up(call)
    screener.post(f"/console/calls/{call.id}/finish", disposition="report")
    return call, report


@pytest.fixture
def again(screener: Screener, clock: FrozenClock) -> tuple[str, Call]:
    """The same number rings the next day and is offered to a colleague; with the path of the first report."""
    _, report = reported(screener)
    screener.post("/console/presence", state="offline")
    clock.advance(timedelta(minutes=20))
    another(screener).takes_calls()
    return report, screener.rings(number=CALLER)


def test_the_offer_tells_the_line_and_the_past_of_the_number(
    screener: Screener, again: tuple[str, Call]
) -> None:
    page = another(screener).get("/console")
    assert 'id="offer-line">Test line<' in page
    assert stored(screener, again[0]).reference in page
    assert "Report of abuse or neglect" in page
    for hidden in ("Mateo", CANARY, WHOLE, "555-0142"):
        assert hidden not in page


def test_a_withheld_number_has_no_past(screener: Screener) -> None:
    screener.takes_calls()
    first = screener.rings(number="anonymous")
    screener.accepts()
    screener.meets(first)
    screener.hangs_up(first)
    screener.post(f"/console/calls/{first.id}/finish", disposition="silent")
    screener.takes_calls()
    second = screener.rings(number="anonymous")
    report = screener.accepts()
    assert 'id="number-past"' not in screener.get(report)
    assert screener.client.get(f"/console/calls/{second.id}/number").status_code == 404


def test_the_whole_number_is_shown_for_a_reason_and_the_look_is_audited(
    screener: Screener, again: tuple[str, Call]
) -> None:
    colleague, call = another(screener), again[1]
    report = colleague.accepts()
    assert "Whole number" in colleague.get(report)
    assert WHOLE not in colleague.get(f"/console/calls/{call.id}/number")
    assert colleague.post(f"/console/calls/{call.id}/number", reason="curious").status_code == 400
    shown = colleague.post(f"/console/calls/{call.id}/number", reason="line_cut")
    assert WHOLE in shown.text
    assert WHOLE not in colleague.get(report)
    with screener.desk.database.transaction() as session:
        rows = session.scalars(select(AuditEntry).where(AuditEntry.action == "vault:revealed"))
        assert "caller_number:line_cut" in [row.detail["reason"] for row in rows]


def test_nobody_else_sees_the_number(screener: Screener, again: tuple[str, Call]) -> None:
    another(screener).accepts()
    for who, status in (("screener", 404), ("supervisor", 200), ("coordinator", 403), ("auditor", 403)):
        person = another(screener, who) if who in screener.desk.people else None
        if person is None:
            screener.desk.person(who)
            person = another(screener, who)
        answer = person.post(f"/console/calls/{again[1].id}/number", reason="threat")
        assert answer.status_code == status, who


def test_a_second_call_is_attached_to_the_first_report_and_its_empty_draft_ends(
    screener: Screener, again: tuple[str, Call]
) -> None:
    first, call = again
    colleague = another(screener)
    draft = colleague.accepts()
    screener.meets(call)
    assert colleague.client.get(first).status_code == 404
    assert f"/priors/{report_id(first)}" in colleague.get(draft)
    attached = colleague.post(f"/console/calls/{call.id}/attach", report=str(report_id(first)))
    assert (attached.status_code, attached.location) == (303, f"{first}#additions")
    page = colleague.get(first)
    assert "Mateo" in page
    assert stored(screener, draft).state == "dropped"
    assert stored(screener, draft).reference not in colleague.get("/console")
    said = colleague.post(f"{first}/additions", text="He was seen again.", new_danger="yes")
    assert (said.status_code, said.location) == (303, f"{first}#added")
    assert "He was seen again." in colleague.get(first)
    screener.hangs_up(call)
    done = colleague.post(f"/console/calls/{call.id}/finish", disposition="follow_up")
    assert done.status_code == 303


def test_a_call_from_another_number_is_attached_from_the_earlier_report_that_was_found(
    screener: Screener,
) -> None:
    _, first = reported(screener)
    screener.takes_calls()
    call = screener.rings(number="+16615550177")
    draft = screener.accepts()
    screener.meets(call)
    for name in ("first_name", "last_name", "birth_date"):
        screener.save(draft, f"children/1/{name}", MATEO[f"children/1/{name}"])
    page = screener.get(f"{draft}/priors/{report_id(first)}")
    assert f'action="/console/calls/{call.id}/attach"' in page
    attached = screener.post(f"/console/calls/{call.id}/attach", report=str(report_id(first)))
    assert attached.location == f"{first}#additions"
    assert stored(screener, draft).state == "draft"
    assert "Attached: " in screener.get(draft)


def test_a_call_is_attached_to_nothing_that_it_does_not_concern(screener: Screener) -> None:
    colleague = another(screener)
    strange = colleague.draft(**{"children/1/first_name": "Zoe"})
    colleague.post(f"{strange}/submit")
    screener.takes_calls()
    call = screener.rings(number=CALLER)
    screener.accepts()
    refused = screener.post(f"/console/calls/{call.id}/attach", report=str(report_id(strange)))
    assert refused.status_code == 404
    assert screener.post(f"/console/calls/{call.id}/attach", report="no-report").status_code in (400, 404)


def test_an_addition_is_read_and_settled_by_the_coordinator(screener: Screener) -> None:
    _, report = reported(screener)
    screener.post(f"{report}/additions", text="She moved to her aunt.")
    assert screener.post(f"{report}/additions", text=" ").status_code == 400
    with screener.desk.database.transaction() as session:
        item = session.scalars(select(WorklistItem).where(WorklistItem.kind == additions.KIND)).one()
    coordinator = another(screener, "coordinator")
    page = coordinator.get(f"/board/items/{item.id}")
    assert "She moved to her aunt." in page
    assert CANARY not in page
    settled = coordinator.post(f"/board/items/{item.id}/settle", resolution="recipient_told")
    assert settled.status_code == 303
    assert coordinator.client.get(f"/board/items/{item.id}").status_code == 200


def test_the_coordinator_does_not_read_what_was_added_to_a_sealed_report(screener: Screener) -> None:
    _, report = reported(screener)
    screener.post(f"{report}/additions", text="She moved to her aunt.")
    screener.post(f"{report}/seal", do="seal", why="Staff is involved.")
    with screener.desk.database.transaction() as session:
        item = session.scalars(select(WorklistItem).where(WorklistItem.kind == additions.KIND)).one()
    page = another(screener, "coordinator").get(f"/board/items/{item.id}")
    assert "She moved to her aunt." not in page
    assert "The report is sealed" in page


def test_another_report_of_the_call_has_its_reporter_already(screener: Screener) -> None:
    screener.takes_calls()
    call = screener.rings(number=CALLER)
    first = screener.accepts()
    screener.meets(call)
    screener.save(first, "reporter/name", "Rosa Reporter")
    screener.save(first, "children/1/first_name", "Luz")
    begun = screener.post(f"{first}/another")
    assert begun.status_code == 303
    page = screener.get(begun.location)
    assert "Rosa Reporter" in page
    assert "Luz" not in page
    assert stored(screener, begun.location).call_id == call.id
    assert another(screener).post(f"{first}/another").status_code == 404


@pytest.mark.parametrize("path", ["/board", "/supervision", "/returns"])
def test_a_call_is_told_on_every_page_of_whoever_takes_calls(screener: Screener, path: str) -> None:
    supervisor = another(screener, "supervisor")
    silent = supervisor.client.get(path)
    assert 'id="incoming-said"></div>' in silent.text
    supervisor.takes_calls()
    screener.rings(lane="danger")
    page = supervisor.get(path)
    assert "Incoming call: English, Danger right now. Press A to accept." in page
    assert 'id="incoming-accept"' in page
    assert "Danger right now" in supervisor.get("/console/incoming")


def test_whoever_takes_no_calls_is_told_of_none(screener: Screener) -> None:
    coordinator = another(screener, "coordinator")
    assert "incoming" not in coordinator.get("/board")
    assert coordinator.client.get("/console/incoming").status_code == 403


def test_the_call_is_taken_from_another_page(screener: Screener) -> None:
    supervisor = another(screener, "supervisor")
    supervisor.takes_calls()
    call = screener.rings()
    page = supervisor.get("/board")
    start = page.index('action="/console/offers/') + len('action="')
    taken = supervisor.post(page[start : page.index('"', start)], answer="accept", at="/console")
    assert taken.location.startswith("/console/reports/")
    with screener.desk.database.transaction() as session:
        assert session.get_one(Call, call.id).screener_id == supervisor.user_id
