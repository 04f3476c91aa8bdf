"""Several calls on one report, several reports from one call, and what is added to a report later."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from hotline.accounts.service import SignedIn
from hotline.base.clock import FrozenClock
from hotline.base.errors import Conflict, InvalidInput, NotFound
from hotline.calls import earlier
from hotline.calls.models import Call
from hotline.dispatch import packet
from hotline.dispatch import queries as queries_of_dispatch
from hotline.reports import access, additions, attaching, queries, sealing, service
from hotline.reports.models import Report, ReportAddition, ReportCall
from hotline.rosters.models import RosterEntry
from hotline.worklist.models import WorklistItem
from tests.support import kern as county
from tests.support.calls import Hotline, add_line
from tests.support.kern import FORMS, PATH_1, PATH_2, PATH_3, VAULT, Kern

SAID = "The boy has a new bruise: Canary-addition-7719"


@pytest.fixture
def kern(session: Session, clock: FrozenClock) -> Kern:
    add_line(session)
    return county.build(session)


@pytest.fixture
def ana(kern: Kern) -> SignedIn:
    return kern.screener


def call_of(session: Session, person: SignedIn, number: str = "+16615550142") -> Call:
    """A call on which that person talks."""
    call = Hotline(session).rings(number)
    call.screener_id, call.state = person.user_id, "talking"
    session.flush()
    return call


def draft_of(session: Session, call: Call, person: SignedIn) -> Report:
    return service.begin(
        session,
        VAULT,
        FORMS,
        person,
        jurisdiction="kern",
        form_id="california-report",
        received_at=call.received_at,
        call_id=call.id,
    )


def reported(session: Session, kern: Kern, call: Call) -> Report:
    """A report of that call, handed in."""
    report = county.submitted(session, kern, PATH_2)
    report.call_id = call.id
    session.flush()
    return report


def items(session: Session) -> list[WorklistItem]:
    return list(session.scalars(select(WorklistItem).where(WorklistItem.kind == additions.KIND)))


def test_a_second_call_goes_to_the_report_of_the_first_and_its_empty_draft_ends(
    session: Session, kern: Kern, ana: SignedIn, clock: FrozenClock
) -> None:
    first = call_of(session, ana)
    report = reported(session, kern, first)
    clock.advance(timedelta(hours=2))
    ben = county.person(session, "ben", "screener")
    again = call_of(session, ben)
    draft = draft_of(session, again, ben)
    with pytest.raises(NotFound):
        access.open_report(session, report.id, ben, reason="test")
    for _ in range(2):
        attaching.attach_call(session, VAULT, again.id, report.id, ben, related=False)
    assert session.scalars(select(ReportCall.call_id)).all() == [again.id]
    assert draft.state == "dropped"
    assert (queries.of_call(session, again.id), queries.about_call(session, again.id)) == ([], [report])
    assert access.open_report(session, report.id, ben, reason="test") is report
    assert draft not in queries.unfinished_of(session, ben.user_id)


def test_a_draft_that_holds_answers_is_left_to_its_writer(
    session: Session, kern: Kern, ana: SignedIn
) -> None:
    report = reported(session, kern, call_of(session, ana))
    again = call_of(session, ana)
    draft = draft_of(session, again, ana)
    service.save(session, VAULT, FORMS, draft.id, "reporter/name", "Rosa", ana, 0)
    attaching.attach_call(session, VAULT, again.id, report.id, ana, related=False)
    assert draft.state == "draft"


def test_a_call_is_attached_only_by_its_screener_and_only_to_what_concerns_it(
    session: Session, kern: Kern, ana: SignedIn
) -> None:
    report = reported(session, kern, call_of(session, ana))
    ben = county.person(session, "ben", "screener")
    strange = call_of(session, ben, "+16615550177")
    with pytest.raises(NotFound):
        attaching.attach_call(session, VAULT, strange.id, report.id, ben, related=False)
    with pytest.raises(NotFound):
        attaching.attach_call(session, VAULT, strange.id, report.id, ana, related=True)
    attaching.attach_call(session, VAULT, strange.id, report.id, ben, related=True)
    assert queries.about_call(session, strange.id) == [report]


def test_a_sealed_report_takes_no_call_of_somebody_else(session: Session, kern: Kern, ana: SignedIn) -> None:
    report = reported(session, kern, call_of(session, ana))
    sealing.seal(session, VAULT, report.id, ana, "Staff is involved.")
    ben = county.person(session, "ben", "screener")
    again = call_of(session, ben)
    with pytest.raises(NotFound):
        attaching.attach_call(session, VAULT, again.id, report.id, ben, related=True)


def test_the_present_report_can_not_be_attached_to_itself(
    session: Session, kern: Kern, ana: SignedIn
) -> None:
    call = call_of(session, ana)
    report = reported(session, kern, call)
    with pytest.raises(Conflict):
        attaching.attach_call(session, VAULT, call.id, report.id, ana, related=True)


def test_another_report_of_the_call_knows_its_reporter_already(
    session: Session, kern: Kern, ana: SignedIn
) -> None:
    call = call_of(session, ana)
    first = draft_of(session, call, ana)
    first.channel = "walk_in"
    given = {"reporter/name": "Rosa Reporter", "reporter/mandated": "yes", "children/1/first_name": "Luz"}
    for path, value in given.items():
        service.save(session, VAULT, FORMS, first.id, path, value, ana, 0)
    fresh = attaching.another(session, VAULT, FORMS, first.id, ana)
    found = service.plain(service.answers(session, VAULT, fresh, ana))
    assert found == {"reporter/name": "Rosa Reporter", "reporter/mandated": "yes"}
    assert (fresh.call_id, fresh.received_at, fresh.channel) == (call.id, first.received_at, "walk_in")
    assert "reporter/name" not in service.without_reporter(session, VAULT, fresh)
    with pytest.raises(NotFound):
        attaching.another(session, VAULT, FORMS, first.id, county.person(session, "ben", "screener"))


def test_an_addition_is_sealed_and_becomes_the_coordinators_work(
    session: Session, kern: Kern, ana: SignedIn, clock: FrozenClock
) -> None:
    report = county.submitted(session, kern, PATH_2)
    additions.add(session, VAULT, report.id, ana, f" {SAID} ", new_danger=False)
    (one,) = additions.of(session, VAULT, report)
    assert (one.author, one.text, one.new_danger, one.by_call) == ("Ana", SAID, False, False)
    row = session.scalars(select(ReportAddition)).one()
    assert b"Canary" not in row.sealed
    (item,) = items(session)
    assert (item.owner_id, item.reason) == (kern.coordinators[0].user_id, "addition_written")
    assert item.due_at - clock() == timedelta(minutes=30)
    assert "Canary" not in str(item.detail)


def test_new_danger_is_due_at_once_also_when_an_addition_waits_already(
    session: Session, kern: Kern, ana: SignedIn, clock: FrozenClock
) -> None:
    report = county.submitted(session, kern, PATH_2)
    additions.add(session, VAULT, report.id, ana, "She called again.", new_danger=False)
    clock.advance(timedelta(minutes=5))
    additions.add(session, VAULT, report.id, ana, "He is on his way home.", new_danger=True)
    additions.add(session, VAULT, report.id, ana, "Nothing else.", new_danger=False)
    (item,) = items(session)
    assert (item.reason, item.due_at) == ("new_danger", clock())


def test_an_addition_to_a_sealed_report_goes_to_the_supervisors(
    session: Session, kern: Kern, ana: SignedIn
) -> None:
    report = county.submitted(session, kern, PATH_2)
    sealing.seal(session, VAULT, report.id, ana, "Staff is involved.")
    additions.add(session, VAULT, report.id, ana, SAID, new_danger=False)
    assert items(session)[0].owner_id == kern.supervisor.user_id


def test_an_empty_roster_loses_no_addition(session: Session, kern: Kern, ana: SignedIn) -> None:
    for entry in session.scalars(select(RosterEntry)):
        session.delete(entry)
    report = county.submitted(session, kern, PATH_2)
    additions.add(session, VAULT, report.id, ana, SAID, new_danger=False)
    assert len(items(session)) == 1


def test_who_may_not_open_a_report_adds_nothing_and_a_draft_takes_none(
    session: Session, kern: Kern, ana: SignedIn
) -> None:
    report = county.submitted(session, kern, PATH_2)
    ben = county.person(session, "ben", "screener")
    with pytest.raises(NotFound):
        additions.add(session, VAULT, report.id, ben, SAID, new_danger=False)
    with pytest.raises(InvalidInput):
        additions.add(session, VAULT, report.id, ana, " ", new_danger=False)
    draft = draft_of(session, call_of(session, ana), ana)
    with pytest.raises(Conflict):
        additions.add(session, VAULT, draft.id, ana, SAID, new_danger=False)
    assert items(session) == []


def test_earlier_calls_and_reports_of_a_number_are_found_and_withheld_numbers_never_meet(
    session: Session, kern: Kern, ana: SignedIn, clock: FrozenClock
) -> None:
    first = call_of(session, ana)
    first.disposition, first.ended_at, first.outcome, first.state = "report", clock(), "answered", "ended"
    report = reported(session, kern, first)
    clock.advance(timedelta(days=1))
    again = call_of(session, ana)
    (found,) = earlier.earlier_calls(session, again)
    assert (found.received_at, found.disposition, found.outcome) == (first.received_at, "report", "answered")
    assert queries.of_number(session, again) == [report]
    withheld = [call_of(session, ana, "anonymous") for _ in range(2)]
    clock.advance(timedelta(days=1))
    assert earlier.earlier_calls(session, withheld[1]) == ()
    assert queries.of_number(session, withheld[1]) == ()


def test_a_role_without_the_pen_adds_nothing(session: Session, kern: Kern) -> None:
    report = county.submitted(session, kern, PATH_2)
    reader = replace(kern.coordinators[0], roles=("auditor",))
    with pytest.raises(Exception, match="role"):
        additions.add(session, VAULT, report.id, reader, SAID, new_danger=False)


def test_the_office_reads_what_was_added_and_a_partner_does_not(session: Session, kern: Kern) -> None:
    for answers, town, person, said in (
        (PATH_3, "Shafter", kern.office[0], [SAID]),
        (PATH_1, "Lamont", kern.lamont[0], []),
    ):
        decision = county.decided(session, kern, answers, town=town)
        additions.add(session, VAULT, decision.report_id, kern.screener, SAID, new_danger=True)
        (dispatch,) = queries_of_dispatch.dispatches_of(session, decision.report_id)
        shown = packet.open_packet(session, VAULT, FORMS, dispatch.id, person)
        assert [one.text for one in shown.additions] == said
