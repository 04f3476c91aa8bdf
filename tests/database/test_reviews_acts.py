"""A supervisor's acts on decisions, by the real Kern pack and by one that asks for more."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from hotline.accounts.service import SignedIn
from hotline.base import clock as base_clock
from hotline.base.clock import FrozenClock
from hotline.base.errors import Conflict, InvalidInput, NotPermitted
from hotline.base.outbox import OutboxRow
from hotline.deadlines import service as deadlines
from hotline.dispatch import queries as dispatching
from hotline.dispatch import service as dispatch_service
from hotline.dispatch.models import TrackDecision
from hotline.dispatch.track import decide_report
from hotline.policy.decision import Decision
from hotline.policy.loader import Shelf
from hotline.reports import service as reports
from hotline.reports.models import Report
from hotline.reviews import queries, service
from hotline.reviews.models import ReviewAct
from hotline.reviews.service import TrackLocked
from hotline.worklist.models import WorklistItem
from tests.support import kern as county
from tests.support.kern import EMERGENCY, FORMS, PACKS, PATH_1, PATH_2, PATH_3, VAULT, Kern, decided

LAW = PATH_3 | {
    "decision/meets_definition": "no",
    "decision/suspect_is_caregiver": "no",
    "decision/caregiver_protects": "yes",
}
"""Nobody of the county goes: the police take it. Kern's pack holds it for a supervisor."""

UP_FROM_1, DOWN_FROM_3 = "kern.override.path-1-up", "kern.override.path-3-down"
CANARY = "Thimblewick Overcast"


@pytest.fixture
def kern(session: Session, clock: FrozenClock) -> Kern:
    return county.build(session)


@pytest.fixture
def second(session: Session, kern: Kern) -> SignedIn:
    return county.person(session, "wanda", "supervisor")


def two_people(pack_of: Shelf = PACKS) -> Shelf:
    """Kern's rules, but each review takes two people."""
    changed = []
    for pack in pack_of.packs:
        reviews = tuple(one.model_copy(update={"second_person": True}) for one in pack.rules.reviews)
        changed.append(pack.model_copy(update={"rules": pack.rules.model_copy(update={"reviews": reviews})}))
    return Shelf(tuple(changed))


def report_of(session: Session, decision: TrackDecision) -> Report:
    return session.get_one(Report, decision.report_id)


def open_kinds(session: Session, decision: TrackDecision) -> list[str]:
    subjects = [str(decision.report_id), str(decision.id)]
    wanted = select(WorklistItem.kind).where(
        WorklistItem.subject_id.in_(subjects), WorklistItem.closed_at.is_(None)
    )
    return sorted(session.scalars(wanted))


def approve(session: Session, decision: TrackDecision, person: SignedIn, packs: Shelf = PACKS) -> str:
    return service.approve(session, VAULT, packs, decision.id, person)


def override(session: Session, decision: TrackDecision, person: SignedIn, to: str) -> str:
    return service.override(session, VAULT, PACKS, decision.id, person, to, "It does not fit.")


def current(session: Session, decision: TrackDecision) -> TrackDecision:
    found = dispatching.latest_decision(session, decision.report_id)
    assert found is not None
    return found


def corrected(
    session: Session, kern: Kern, report: Report, answers: dict[str, str | list[str]]
) -> TrackDecision:
    """The writer changes these answers and hands the report in again; what the rules make of it."""
    present = reports.answers(session, VAULT, report, kern.screener)
    for path, value in answers.items():
        base = present[path].version if path in present else 0
        reports.save(session, VAULT, FORMS, report.id, path, value, kern.screener, base)
    assert reports.submit(session, VAULT, FORMS, report.id, kern.screener) == []
    return decide_report(session, VAULT, FORMS, PACKS, report.id)


def test_a_report_left_to_the_police_waits_for_a_supervisor(session: Session, kern: Kern) -> None:
    decision = decided(session, kern, LAW, town="Shafter")
    assert report_of(session, decision).state == "waiting"
    assert open_kinds(session, decision) == ["review_held"]
    approve(session, decision, kern.supervisor)
    assert (report_of(session, decision).state, decision.outcome) == ("closed", "closed")
    assert open_kinds(session, decision) == []


def test_a_response_goes_out_while_its_review_is_owed(session: Session, kern: Kern) -> None:
    decision = decided(session, kern, PATH_2, town="Shafter")
    assert decision.outcome == "dispatched"
    assert open_kinds(session, decision) == ["review_owed"]
    sent = len(dispatching.dispatches_of(session, decision.report_id))
    assert approve(session, decision, kern.supervisor) == "approved"
    assert open_kinds(session, decision) == []
    assert len(dispatching.dispatches_of(session, decision.report_id)) == sent


def test_an_emergency_owes_no_review_and_its_track_is_locked(session: Session, kern: Kern) -> None:
    decision = decided(session, kern, EMERGENCY, town="Shafter")
    assert open_kinds(session, decision) == []
    with pytest.raises(TrackLocked) as locked:
        override(session, decision, kern.supervisor, DOWN_FROM_3)
    assert locked.value.sentence == Decision.from_json(decision.result).reason("track").sentence
    with pytest.raises(Conflict):
        approve(session, decision, kern.supervisor)


def test_only_a_supervisor_reviews_and_nobody_their_own(session: Session, kern: Kern) -> None:
    decision = decided(session, kern, LAW)
    for person in (kern.screener, kern.coordinators[0]):
        with pytest.raises(NotPermitted):
            approve(session, decision, person)
    report_of(session, decision).screener_id = kern.supervisor.user_id
    session.flush()
    with pytest.raises(NotPermitted):
        approve(session, decision, kern.supervisor)
    with pytest.raises(NotPermitted):
        override(session, decision, kern.supervisor, "kern.override.accepted")
    assert report_of(session, decision).state == "waiting"


def test_two_people_have_to_be_two(session: Session, kern: Kern, second: SignedIn) -> None:
    packs = two_people()
    report = county.submitted(session, kern, LAW)
    decision = decide_report(session, VAULT, FORMS, packs, report.id)
    assert approve(session, decision, kern.supervisor, packs) == "half"
    with pytest.raises(NotPermitted):
        approve(session, decision, kern.supervisor, packs)
    assert (report.state, open_kinds(session, decision)) == ("waiting", ["review_held"])
    assert approve(session, decision, second, packs) == "approved"
    assert report.state == "closed"


def test_a_question_brings_the_report_back_to_its_writer(session: Session, kern: Kern) -> None:
    decision = decided(session, kern, LAW)
    report = report_of(session, decision)
    with pytest.raises(InvalidInput):
        service.send_back(session, VAULT, PACKS, decision.id, kern.supervisor, "  ")
    service.send_back(session, VAULT, PACKS, decision.id, kern.supervisor, CANARY)
    assert report.state == "returned"
    item = session.scalars(select(WorklistItem).where(WorklistItem.kind == "returned_report")).one()
    assert (item.owner_id, item.closed_at) == (kern.screener.user_id, None)
    asked = queries.question(session, VAULT, report)
    assert asked is not None
    assert (asked.text, asked.person) == (CANARY, kern.supervisor.name)
    act = session.scalars(select(ReviewAct)).one()
    assert act.sealed is not None
    assert CANARY.encode() not in act.sealed
    assert CANARY not in str(item.detail)


def test_a_corrected_report_is_decided_anew_and_its_clocks_count_from_receipt(
    session: Session, kern: Kern, clock: FrozenClock
) -> None:
    first = decided(session, kern, LAW)
    report = report_of(session, first)
    service.send_back(session, VAULT, PACKS, first.id, kern.supervisor, "Is the uncle in the household?")
    clock.advance(timedelta(hours=2))
    answers: dict[str, str | list[str]] = {
        "decision/suspect_is_caregiver": "yes",
        "decision/meets_definition": "yes",
    }
    second_decision = corrected(session, kern, report, answers)
    assert second_decision.supersedes_id == first.id
    assert first.superseded_at is not None
    assert report.state == "dispatched"
    clocks = {one.kind: one for one in deadlines.of(session, "report", report.id)}
    assert clocks["response"].started_at == report.received_at
    # Ten days by the calendar: the clocks of the county go forward in between.
    assert clocks["response"].due_at == report.received_at + timedelta(days=10, hours=-1)
    assert session.scalars(select(WorklistItem).where(WorklistItem.kind == "returned_report")).one().closed_at
    jobs = session.scalars(select(OutboxRow.key).where(OutboxRow.job == "assign_track")).all()
    assert len(jobs) == len(set(jobs)) == 2


def test_what_was_sent_is_not_sent_twice_and_stays(session: Session, kern: Kern) -> None:
    first = decided(session, kern, PATH_2, town="Shafter")
    report = report_of(session, first)
    before = {one.id for one in dispatching.dispatches_of(session, report.id)}
    service.send_back(session, VAULT, PACKS, first.id, kern.supervisor, "Which risk?")
    again = corrected(session, kern, report, {"decision/risk": "high"})
    after = dispatching.dispatches_of(session, report.id)
    assert {one.id for one in after} == before
    assert all(one.state != "withdrawn" for one in after)
    assert (again.outcome, report.state) == ("dispatched", "dispatched")


def test_what_became_an_emergency_is_told_again_as_one(session: Session, kern: Kern) -> None:
    first = decided(session, kern, PATH_3, town="Shafter")
    report = report_of(session, first)
    (calm,) = dispatching.dispatches_of(session, report.id)
    dispatch_service.acknowledge(session, calm.id, kern.office[0])
    service.send_back(session, VAULT, PACKS, first.id, kern.supervisor, "Where is the child now?")
    corrected(session, kern, report, {"decision/immediate_danger": "yes"})
    (urgent,) = dispatching.standing(session, report.id)
    assert (calm.state, urgent.state, urgent.why["urgent"]) == ("withdrawn", "assigned", True)
    response = next(one for one in deadlines.of(session, "report", report.id) if one.kind == "response")
    assert response.due_at == report.received_at + timedelta(hours=24)


def test_a_sent_report_never_gets_a_later_clock(session: Session, kern: Kern) -> None:
    first = decided(session, kern, EMERGENCY, town="Shafter")
    report = report_of(session, first)
    service.send_back(session, VAULT, PACKS, first.id, kern.supervisor, "Are you sure?")
    corrected(session, kern, report, {"decision/immediate_danger": "no"})
    response = next(one for one in deadlines.of(session, "report", report.id) if one.kind == "response")
    assert response.due_at == report.received_at + timedelta(hours=24)
    assert response.called_off_at is None


def test_a_supervisor_raises_a_report_that_was_evaluated_out(session: Session, kern: Kern) -> None:
    first = decided(session, kern, PATH_1, town="Lamont")
    with pytest.raises(InvalidInput):
        service.override(session, VAULT, PACKS, first.id, kern.supervisor, UP_FROM_1, " ")
    assert override(session, first, kern.supervisor, UP_FROM_1) == "overridden"
    raised = Decision.from_json(current(session, first).result)
    assert (raised.track, raised.disposition, raised.priority) == ("path_3", "screened_in", "10_days")
    assert raised.reason("track").rule == UP_FROM_1
    sent = {one.recipient_id for one in dispatching.standing(session, first.report_id)}
    assert sent == {kern.lamont_id, kern.office_id}
    assert open_kinds(session, current(session, first)) == []


def test_a_closed_report_goes_out_when_a_supervisor_accepts_it(session: Session, kern: Kern) -> None:
    first = decided(session, kern, LAW, town="Shafter")
    approve(session, first, kern.supervisor)
    override(session, first, kern.supervisor, "kern.override.accepted")
    assert report_of(session, first).state == "dispatched"
    (dispatch,) = dispatching.standing(session, first.report_id)
    assert dispatch.recipient_id == kern.office_id


def test_a_lesser_track_waits_for_a_second_person(session: Session, kern: Kern, second: SignedIn) -> None:
    low = PATH_3 | {"decision/risk": "low"}
    decision = decided(session, kern, low, town="Shafter")
    assert Decision.from_json(decision.result).track == "path_3"
    assert override(session, decision, kern.supervisor, DOWN_FROM_3) == "proposed"
    assert current(session, decision).id == decision.id
    with pytest.raises(NotPermitted):
        service.confirm(session, VAULT, PACKS, decision.id, kern.supervisor)
    service.confirm(session, VAULT, PACKS, decision.id, second)
    assert Decision.from_json(current(session, decision).result).track == "path_2"
    sent = {one.recipient_id for one in dispatching.standing(session, decision.report_id)}
    assert sent == {kern.office_id, kern.shafter_id}


def test_a_proposal_may_be_refused_and_nothing_changes(
    session: Session, kern: Kern, second: SignedIn
) -> None:
    decision = decided(session, kern, PATH_3 | {"decision/risk": "low"}, town="Shafter")
    override(session, decision, kern.supervisor, DOWN_FROM_3)
    service.refuse(session, VAULT, PACKS, decision.id, second, "The mother left twice before.")
    assert current(session, decision).id == decision.id
    with pytest.raises(Conflict):
        service.confirm(session, VAULT, PACKS, decision.id, second)


@pytest.mark.parametrize("risk", ["high", "unknown"])
def test_a_risk_that_is_high_or_unknown_lowers_no_track(session: Session, kern: Kern, risk: str) -> None:
    decision = decided(session, kern, PATH_3 | {"decision/risk": risk}, town="Shafter")
    with pytest.raises(TrackLocked):
        override(session, decision, kern.supervisor, DOWN_FROM_3)


def test_somebody_else_writes_when_the_writer_is_away(session: Session, kern: Kern, second: SignedIn) -> None:
    decision = decided(session, kern, LAW)
    report = report_of(session, decision)
    service.send_back(session, VAULT, PACKS, decision.id, kern.supervisor, "Which uncle?")
    service.take_writing(session, decision.id, kern.supervisor)
    assert report.screener_id == kern.supervisor.user_id
    item = session.scalars(select(WorklistItem).where(WorklistItem.kind == "returned_report")).one()
    assert (item.owner_id, item.closed_at) == (kern.supervisor.user_id, None)
    assert reports.submit(session, VAULT, FORMS, report.id, kern.supervisor) == []
    again = decide_report(session, VAULT, FORMS, PACKS, report.id)
    with pytest.raises(NotPermitted):
        approve(session, again, kern.supervisor)
    assert approve(session, again, second) == "approved"


def test_an_old_page_decides_nothing(session: Session, kern: Kern, second: SignedIn) -> None:
    decision = decided(session, kern, PATH_1, town="Lamont")
    override(session, decision, kern.supervisor, UP_FROM_1)
    with pytest.raises(Conflict):
        approve(session, decision, second)


def test_the_board_does_not_settle_what_a_review_holds(session: Session, kern: Kern) -> None:
    decision = decided(session, kern, LAW)
    item = session.scalars(select(WorklistItem).where(WorklistItem.kind == "review_held")).one()
    with pytest.raises(Conflict):
        dispatch_service.close_without_dispatch(
            session, item.id, kern.coordinators[0], "referred_to_law_enforcement"
        )
    assert report_of(session, decision).state == "waiting"


def test_the_ledger_balances_through_every_act(session: Session, kern: Kern) -> None:
    held = decided(session, kern, LAW)
    beside = decided(session, kern, PATH_2, town="Shafter")
    returned = decided(session, kern, PATH_1, town="Frazier Park")

    def balance() -> tuple[int, int, int, int, int]:
        now = base_clock.now()
        found = dispatching.ledger(session, now - timedelta(days=1), now + timedelta(seconds=1))
        return (found.dispatched, found.closed, found.waiting, found.unaccounted, found.undecided)

    assert balance() == (1, 0, 2, 0, 0)
    service.send_back(session, VAULT, PACKS, returned.id, kern.supervisor, "Which town?")
    assert balance() == (1, 0, 2, 0, 0)
    approve(session, held, kern.supervisor)
    approve(session, beside, kern.supervisor)
    assert balance() == (1, 1, 1, 0, 0)
    assert reports.submit(session, VAULT, FORMS, returned.report_id, kern.screener) == []
    assert balance() == (1, 1, 0, 0, 1)
    decide_report(session, VAULT, FORMS, PACKS, returned.report_id)
    assert balance() == (1, 1, 1, 0, 0)


def test_what_waits_stands_on_the_supervisors_page_the_soonest_first(session: Session, kern: Kern) -> None:
    later = decided(session, kern, PATH_1, town="Lamont")
    sooner = decided(session, kern, LAW)
    rows = queries.waiting(session, "kern")
    assert [(one.decision_id, one.kind) for one in rows] == [
        (sooner.id, "review_held"),
        (later.id, "review_owed"),
    ]
    assert {one.writer for one in rows} == {kern.screener.name}
    assert queries.waiting(session, "tulare") == []
