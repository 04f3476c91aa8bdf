"""Deciding a report and finding its recipients, by the real Kern pack and form."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from hotline.audit.models import AuditEntry
from hotline.base.clock import FrozenClock
from hotline.base.errors import NotFound
from hotline.base.ids import new_id
from hotline.base.outbox import OutboxRow
from hotline.deadlines import service as deadlines
from hotline.dispatch import queries
from hotline.dispatch.models import Delivery, Dispatch, TrackDecision
from hotline.dispatch.track import decide_report
from hotline.reports.models import Report
from hotline.worklist.models import WorklistItem
from tests.support import kern as county
from tests.support.kern import EMERGENCY, FORMS, PACKS, PATH_1, PATH_2, PATH_3, VAULT, Kern, decided

CANARY = "Zacharias Quillfeather"


@pytest.fixture
def kern(session: Session, clock: FrozenClock) -> Kern:
    return county.build(session)


def sent(session: Session, decision: TrackDecision) -> dict[object, str]:
    """Recipient -> role of every dispatch."""
    return {one.recipient_id: one.role for one in queries.dispatches_of(session, decision.report_id)}


def items(session: Session, decision: TrackDecision) -> list[WorklistItem]:
    return list(
        session.scalars(select(WorklistItem).where(WorklistItem.subject_id == str(decision.report_id)))
    )


def test_a_path_3_report_goes_to_the_county_office(session: Session, kern: Kern) -> None:
    decision = decided(session, kern, PATH_3, town="Shafter")
    assert sent(session, decision) == {kern.office_id: "lead"}
    assert (decision.outcome, session.get_one(Report, decision.report_id).state) == (
        "dispatched",
        "dispatched",
    )


def test_a_path_2_report_goes_to_the_office_and_to_the_partner_of_the_place(
    session: Session, kern: Kern
) -> None:
    decision = decided(session, kern, PATH_2, town="Shafter")
    assert sent(session, decision) == {kern.office_id: "lead", kern.shafter_id: "partner"}
    assert items(session, decision) == []


def test_a_path_1_report_goes_to_the_partner_alone(session: Session, kern: Kern) -> None:
    decision = decided(session, kern, PATH_1, town="Lamont")
    assert sent(session, decision) == {kern.lamont_id: "lead"}
    assert decision.outcome == "dispatched"


def test_a_path_1_report_with_violence_between_adults_goes_to_the_office_instead(
    session: Session, kern: Kern
) -> None:
    decision = decided(session, kern, PATH_1 | {"decision/domestic_violence": "yes"}, town="Lamont")
    (dispatch,) = queries.dispatches_of(session, decision.report_id)
    assert (dispatch.recipient_id, dispatch.service) == (kern.office_id, "er_domestic_violence")


def test_a_place_that_nobody_serves_is_a_coordinators_matter(session: Session, kern: Kern) -> None:
    decision = decided(session, kern, PATH_1, town="Frazier Park")
    (item,) = items(session, decision)
    assert (item.kind, item.owner_id) == ("place_not_served", kern.coordinators[0].user_id)
    assert (decision.outcome, decision.outcome_reason) == ("waiting", "place_not_served")
    assert sent(session, decision) == {}


def test_a_partner_with_a_path_2_service_gets_no_path_1_report(session: Session, kern: Kern) -> None:
    decision = decided(session, kern, PATH_1, town="Shafter")
    assert sent(session, decision) == {}
    assert [item.kind for item in items(session, decision)] == ["place_not_served"]


def test_an_ambiguous_place_never_goes_to_a_guessed_partner(session: Session, kern: Kern) -> None:
    decision = decided(session, kern, PATH_2, town="Bakersfield")
    assert sent(session, decision) == {kern.office_id: "lead"}
    (item,) = items(session, decision)
    assert item.kind == "place_ambiguous"
    assert {one["area"] for one in item.detail["candidates"]} == {"se-bakersfield", "oildale", "bakersfield"}
    assert [one["service"] for one in item.detail["wanted"]] == ["path_2"]


def test_an_emergency_of_unknown_place_is_sent_first_and_settled_later(session: Session, kern: Kern) -> None:
    answers = EMERGENCY | {"location/home_county": "unknown"}
    decision = decided(session, kern, answers, town="Xanadu")
    assert sent(session, decision) == {kern.office_id: "lead"}
    (item,) = items(session, decision)
    assert item.kind == "place_unknown"
    assert decision.outcome == "dispatched"


def test_a_calm_report_of_unknown_place_waits_for_a_coordinator(session: Session, kern: Kern) -> None:
    answers = PATH_3 | {"location/home_county": "unknown"}
    decision = decided(session, kern, answers, town="Xanadu")
    assert sent(session, decision) == {}
    assert decision.outcome == "waiting"
    assert [item.kind for item in items(session, decision)] == ["place_unknown"]


def test_the_county_office_needs_no_town_when_the_county_is_known(session: Session, kern: Kern) -> None:
    decision = decided(session, kern, PATH_3)
    assert sent(session, decision) == {kern.office_id: "lead"}
    assert items(session, decision) == []


def test_a_child_that_lives_and_is_elsewhere_is_referred_and_the_report_closed(
    session: Session, kern: Kern
) -> None:
    answers = PATH_3 | {"location/home_county": "tulare"}
    decision = decided(session, kern, answers, town="Porterville")
    assert (decision.outcome, decision.outcome_reason) == ("closed", "refer_other_county")
    assert session.get_one(Report, decision.report_id).state == "closed"
    kinds = {one.kind for one in deadlines.of(session, "report", decision.report_id)}
    assert "obligation:kern.duty.other-county" in kinds


def test_a_zip_alone_never_refers_a_report_to_another_county(session: Session, kern: Kern) -> None:
    answers = PATH_3 | {"location/home_zip": "93257"}
    answers.pop("location/home_county")
    decision = decided(session, kern, answers)
    assert decision.facts["county_of_child"] == "unknown"
    assert decision.outcome == "waiting"


def test_the_place_where_the_child_is_now_goes_before_its_home(session: Session, kern: Kern) -> None:
    answers = EMERGENCY | {
        "location/home_county": "tulare",
        "location/home_town": "Porterville",
        "location/child_now": "hospital",
        "location/now_town": "Lamont",
        "location/now_county": "kern",
    }
    decision = decided(session, kern, answers)
    assert decision.placement["area_code"] == "lamont"
    assert (decision.facts["county_of_child"], decision.facts["county_of_child_now"]) == ("tulare", "kern")
    assert sent(session, decision) == {kern.office_id: "lead"}


def test_what_the_rules_leave_open_is_a_supervisors_matter(session: Session, kern: Kern) -> None:
    answers = PATH_3 | {"decision/meets_definition": "unknown"}
    decision = decided(session, kern, answers, town="Shafter")
    (item,) = items(session, decision)
    assert (item.kind, item.owner_id) == ("needs_decision", kern.supervisor.user_id)
    assert decision.outcome == "waiting"


def test_a_duplicate_is_closed_once_it_is_linked(session: Session, kern: Kern) -> None:
    first = decided(session, kern, PATH_3, town="Shafter")
    reference = session.get_one(Report, first.report_id).reference
    repeat = PATH_3 | {"decision/duplicate": "yes", "decision/duplicate_of": reference.lower()}
    decision = decided(session, kern, repeat, town="Shafter")
    assert (decision.outcome, decision.outcome_reason) == ("closed", "duplicate")
    assert session.get_one(Report, decision.report_id).duplicate_of_id == first.report_id


def test_a_duplicate_of_nothing_known_is_left_to_a_person(session: Session, kern: Kern) -> None:
    repeat = PATH_3 | {"decision/duplicate": "yes", "decision/duplicate_of": "KERN-999999"}
    decision = decided(session, kern, repeat, town="Shafter")
    assert decision.outcome == "waiting"
    assert [(item.kind, item.reason) for item in items(session, decision)] == [
        ("needs_decision", "duplicate_not_found")
    ]


def test_every_clock_starts_at_receipt(session: Session, kern: Kern, clock: FrozenClock) -> None:
    received = clock() - timedelta(hours=3)
    decision = decided(session, kern, EMERGENCY, town="Shafter", received_at=received)
    clocks = {one.kind: one for one in deadlines.of(session, "report", decision.report_id)}
    assert clocks["response"].due_at == received + timedelta(hours=24)
    assert {one.started_at for one in clocks.values()} == {received}


def test_deciding_again_changes_nothing(session: Session, kern: Kern, clock: FrozenClock) -> None:
    decision = decided(session, kern, PATH_2, town="Shafter")

    def counts() -> list[int | None]:
        tables = (TrackDecision, Dispatch, Delivery, OutboxRow, WorklistItem, AuditEntry)
        return [session.scalar(select(func.count()).select_from(table)) for table in tables]

    before = counts()
    clock.advance(timedelta(hours=5))
    assert decide_report(session, VAULT, FORMS, PACKS, decision.report_id).id == decision.id
    assert counts() == before


def test_a_report_that_was_not_submitted_is_not_decided(session: Session, kern: Kern) -> None:
    with pytest.raises(NotFound):
        decide_report(session, VAULT, FORMS, PACKS, new_id())


def test_a_recipient_with_nobody_on_duty_is_a_coordinators_matter_at_once(
    session: Session, kern: Kern
) -> None:
    taft_id, _ = county.organization(session, "taft", "partner", [("path_1", "taft")], ())
    decision = decided(session, kern, PATH_1, town="Taft")
    (dispatch,) = queries.dispatches_of(session, decision.report_id)
    assert dispatch.recipient_id == taft_id
    item = session.scalars(select(WorklistItem).where(WorklistItem.subject_id == str(dispatch.id))).one()
    assert item.kind == "nobody_on_duty"


def test_the_first_of_the_ladder_is_told_by_portal_and_by_mail(session: Session, kern: Kern) -> None:
    decision = decided(session, kern, PATH_3, town="Shafter")
    (dispatch,) = queries.dispatches_of(session, decision.report_id)
    deliveries = queries.deliveries_of(session, dispatch.id)
    assert {(one.channel, one.state) for one in deliveries} == {("portal", "sent"), ("email", "wanted")}
    assert {one.user_id for one in deliveries} == {kern.office[0].user_id}


def test_a_date_of_birth_stands_in_for_the_age_on_the_day_of_the_call(session: Session, kern: Kern) -> None:
    answers = PATH_2 | {"children/1/age": "", "children/1/birth_date": "2/27/2024"}
    assert decided(session, kern, answers, town="Shafter").facts["youngest_child_age"] == 2


def test_no_word_of_the_caller_is_in_the_decision(session: Session, kern: Kern) -> None:
    answers = PATH_2 | {"reporter/name": CANARY, "reporter/town": CANARY, "location/home_street": CANARY}
    decision = decided(session, kern, answers, town="Shafter")
    kept = [decision.facts, decision.result, decision.placement]
    kept += [one.why for one in queries.dispatches_of(session, decision.report_id)]
    kept += [entry.detail for entry in session.scalars(select(AuditEntry))]
    assert CANARY not in str(kept)


def test_the_ledger_balances_and_says_what_waits(session: Session, kern: Kern, clock: FrozenClock) -> None:
    decided(session, kern, PATH_3, town="Shafter")
    decided(session, kern, PATH_1, town="Frazier Park")
    decided(session, kern, PATH_3 | {"location/home_county": "tulare"}, town="Porterville")
    county.submitted(session, kern, PATH_3)
    ledger = queries.ledger(session, clock() - timedelta(hours=1), clock() + timedelta(hours=1))
    assert (ledger.decided, ledger.dispatched, ledger.closed, ledger.waiting) == (3, 1, 1, 1)
    assert (ledger.unaccounted, ledger.undecided) == (0, 1)


def test_the_ledger_shows_a_decision_that_nobody_has(
    session: Session, kern: Kern, clock: FrozenClock
) -> None:
    decision = decided(session, kern, PATH_1, town="Frazier Park")
    for item in items(session, decision):
        item.closed_at = clock()
    session.flush()
    ledger = queries.ledger(session, clock() - timedelta(hours=1), clock() + timedelta(hours=1))
    assert ledger.unaccounted == 1
