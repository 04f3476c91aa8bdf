"""What people do with dispatches and open items: acknowledge, take over, reassign, assign, close."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from hotline.audit.models import AuditEntry
from hotline.base.clock import FrozenClock
from hotline.base.errors import Conflict, InvalidInput, NotFound, NotPermitted
from hotline.deadlines import service as deadlines
from hotline.dispatch import escalation, packet, queries, service
from hotline.dispatch.models import Dispatch
from hotline.reports.models import Report
from hotline.worklist.models import WorklistItem
from tests.support import kern as county
from tests.support.kern import EMERGENCY, FORMS, PACKS, PATH_1, PATH_2, PATH_3, VAULT, Kern, decided

CANARY = "Quillfeather"


@pytest.fixture
def kern(session: Session, clock: FrozenClock) -> Kern:
    return county.build(session)


def only_dispatch(session: Session, kern: Kern, answers: dict[str, str | list[str]], town: str) -> Dispatch:
    (dispatch,) = queries.dispatches_of(session, decided(session, kern, answers, town=town).report_id)
    return dispatch


def only_item(session: Session, subject: object) -> WorklistItem:
    return session.scalars(
        select(WorklistItem).where(WorklistItem.subject_id == str(subject), WorklistItem.closed_at.is_(None))
    ).one()


def audited(session: Session, action: str) -> list[AuditEntry]:
    session.flush()
    return list(session.scalars(select(AuditEntry).where(AuditEntry.action == action)))


def test_the_first_acknowledgement_wins_and_the_second_changes_nothing(
    session: Session, kern: Kern, clock: FrozenClock
) -> None:
    dispatch = only_dispatch(session, kern, PATH_3, "Shafter")
    first_at = clock()
    service.acknowledge(session, dispatch.id, kern.office[0])
    clock.advance(timedelta(minutes=1))
    service.acknowledge(session, dispatch.id, kern.office[1])
    assert (dispatch.state, dispatch.acknowledged_at) == ("acknowledged", first_at)
    assert dispatch.acknowledged_by == kern.office[0].user_id
    assert len(audited(session, "dispatch:acknowledged")) == 1


def test_another_organization_can_not_even_see_that_a_dispatch_exists(session: Session, kern: Kern) -> None:
    dispatch = only_dispatch(session, kern, PATH_3, "Shafter")
    with pytest.raises(NotFound):
        service.acknowledge(session, dispatch.id, kern.shafter[0])
    with pytest.raises(NotFound):
        packet.open_packet(session, VAULT, FORMS, dispatch.id, kern.shafter[0])


def test_a_coordinator_does_not_acknowledge_for_a_recipient(session: Session, kern: Kern) -> None:
    dispatch = only_dispatch(session, kern, PATH_3, "Shafter")
    with pytest.raises(NotPermitted):
        service.acknowledge(session, dispatch.id, kern.coordinators[0])


def test_a_late_acknowledgement_is_taken_and_ends_the_red_row(
    session: Session, kern: Kern, clock: FrozenClock
) -> None:
    dispatch = only_dispatch(session, kern, EMERGENCY, "Shafter")
    for _ in range(5):
        clock.advance(timedelta(minutes=31))
        escalation.climb(session)
    assert dispatch.red_at is not None
    item = only_item(session, dispatch.id)
    service.acknowledge(session, dispatch.id, kern.office[2])
    assert item.resolution == "acknowledged"
    (entry,) = audited(session, "dispatch:acknowledged")
    assert entry.detail == {"late": True}
    (row,) = [row for row in queries.board(session, "kern") if row.kind == "dispatch"]
    assert (row.red, row.late, row.acknowledged_by) == (False, True, kern.office[2].name)


def test_taking_over_names_the_coordinator_and_leaves_the_clock(session: Session, kern: Kern) -> None:
    dispatch = only_dispatch(session, kern, PATH_3, "Shafter")
    before = dispatch.acknowledge_by
    service.take_over(session, dispatch.id, kern.coordinators[1], "nobody_answers")
    assert (dispatch.owner_id, dispatch.acknowledge_by) == (kern.coordinators[1].user_id, before)
    (entry,) = audited(session, "dispatch:taken_over")
    assert entry.detail == {"reason": "nobody_answers"}


def test_a_recipient_can_not_manage_dispatches(session: Session, kern: Kern) -> None:
    dispatch = only_dispatch(session, kern, PATH_3, "Shafter")
    with pytest.raises(NotPermitted):
        service.take_over(session, dispatch.id, kern.office[0], "nobody_answers")
    with pytest.raises(NotPermitted):
        service.reassign(session, dispatch.id, kern.lamont_id, kern.office[0], "wrong_place")


def test_reassigning_withdraws_the_old_one_and_restarts_no_clock(
    session: Session, kern: Kern, clock: FrozenClock
) -> None:
    old = only_dispatch(session, kern, PATH_1, "Lamont")
    began = clock()
    clock.advance(timedelta(hours=2))
    new = service.reassign(session, old.id, kern.shafter_id, kern.coordinators[0], "recipient_declined")
    assert (old.state, new.recipient_id, new.assigned_by) == (
        "withdrawn",
        kern.shafter_id,
        kern.coordinators[0].user_id,
    )
    assert new.acknowledge_by == old.acknowledge_by
    (before,) = deadlines.of(session, "dispatch", old.id)
    (after,) = deadlines.of(session, "dispatch", new.id)
    assert before.called_off_at is not None
    assert (after.started_at, after.due_at) == (began, before.due_at)
    with pytest.raises(Conflict):
        service.acknowledge(session, old.id, kern.lamont[0])


def test_a_report_can_be_given_back_to_the_recipient_that_had_it(session: Session, kern: Kern) -> None:
    first = only_dispatch(session, kern, PATH_1, "Lamont")
    second = service.reassign(session, first.id, kern.shafter_id, kern.coordinators[0], "wrong_place")
    again = service.reassign(session, second.id, kern.lamont_id, kern.coordinators[0], "other_reason")
    assert (again.id, again.state) == (first.id, "assigned")
    (clock_row,) = deadlines.of(session, "dispatch", first.id)
    assert clock_row.called_off_at is None
    service.acknowledge(session, first.id, kern.lamont[1])


@pytest.mark.parametrize("reason", ["", "because", "wrong_place "])
def test_a_reason_that_is_not_in_the_list_is_refused(session: Session, kern: Kern, reason: str) -> None:
    dispatch = only_dispatch(session, kern, PATH_1, "Lamont")
    with pytest.raises(InvalidInput):
        service.reassign(session, dispatch.id, kern.shafter_id, kern.coordinators[0], reason)


def test_a_coordinator_sends_what_the_place_left_open(session: Session, kern: Kern) -> None:
    decision = decided(session, kern, PATH_1, town="Frazier Park")
    item = only_item(session, decision.report_id)
    dispatch = service.assign_from_item(
        session, PACKS, item.id, kern.lamont_id, kern.coordinators[0], "nearest_recipient"
    )
    assert (dispatch.service, dispatch.role) == ("path_1", "lead")
    assert (decision.outcome, decision.outcome_reason) == ("dispatched", "person:nearest_recipient")
    assert session.get_one(Report, decision.report_id).state == "dispatched"
    assert item.closed_by == kern.coordinators[0].user_id
    with pytest.raises(Conflict):
        service.assign_from_item(
            session, PACKS, item.id, kern.shafter_id, kern.coordinators[0], "nearest_recipient"
        )


def test_a_partner_chosen_for_an_ambiguous_place_joins_the_office(session: Session, kern: Kern) -> None:
    decision = decided(session, kern, PATH_2, town="Bakersfield")
    item = only_item(session, decision.report_id)
    dispatch = service.assign_from_item(
        session, PACKS, item.id, kern.shafter_id, kern.coordinators[0], "place_clarified"
    )
    assert dispatch.role == "partner"
    states = {one.recipient_id: one.state for one in queries.dispatches_of(session, decision.report_id)}
    assert states == {kern.office_id: "assigned", kern.shafter_id: "assigned"}


def test_an_emergency_sent_to_the_wrong_office_is_corrected(session: Session, kern: Kern) -> None:
    desert_id, _ = county.organization(session, "desert", "area_office", [], ("mia",))
    decision = decided(session, kern, EMERGENCY | {"location/home_county": "unknown"}, town="Xanadu")
    item = only_item(session, decision.report_id)
    service.assign_from_item(session, PACKS, item.id, desert_id, kern.coordinators[0], "place_clarified")
    states = {one.recipient_id: one.state for one in queries.dispatches_of(session, decision.report_id)}
    assert states == {kern.office_id: "withdrawn", desert_id: "assigned"}


def test_a_partner_never_takes_the_place_of_an_office_on_its_way(session: Session, kern: Kern) -> None:
    decision = decided(session, kern, EMERGENCY | {"location/home_county": "unknown"}, town="Xanadu")
    item = only_item(session, decision.report_id)
    service.assign_from_item(session, PACKS, item.id, kern.lamont_id, kern.coordinators[0], "other_reason")
    states = {one.recipient_id: one.state for one in queries.dispatches_of(session, decision.report_id)}
    assert states[kern.office_id] == "assigned"


def test_a_person_closes_what_nobody_serves_for_a_lawful_reason(session: Session, kern: Kern) -> None:
    decision = decided(session, kern, PATH_1, town="Frazier Park")
    item = only_item(session, decision.report_id)
    with pytest.raises(InvalidInput):
        service.close_without_dispatch(session, item.id, kern.coordinators[0], "no_time")
    service.close_without_dispatch(session, item.id, kern.coordinators[0], "no_recipient_serves_place")
    assert (decision.outcome, decision.outcome_reason) == ("closed", "no_recipient_serves_place")
    assert session.get_one(Report, decision.report_id).state == "closed"


def test_closing_an_item_leaves_a_report_alone_that_somebody_has(session: Session, kern: Kern) -> None:
    decision = decided(session, kern, PATH_2, town="Bakersfield")
    item = only_item(session, decision.report_id)
    service.close_without_dispatch(session, item.id, kern.coordinators[0], "no_recipient_serves_place")
    assert decision.outcome == "dispatched"
    assert session.get_one(Report, decision.report_id).state == "dispatched"


def test_a_supervisor_settles_a_decision_but_not_a_place(session: Session, kern: Kern) -> None:
    open_decision = decided(session, kern, PATH_3 | {"decision/meets_definition": "unknown"}, town="Shafter")
    item = only_item(session, open_decision.report_id)
    dispatch = service.assign_from_item(
        session, PACKS, item.id, kern.office_id, kern.supervisor, "person_decided"
    )
    assert dispatch.recipient_id == kern.office_id
    place = only_item(session, decided(session, kern, PATH_1, town="Frazier Park").report_id)
    with pytest.raises(NotPermitted):
        service.close_without_dispatch(session, place.id, kern.supervisor, "no_recipient_serves_place")


def words(shown: packet.Packet) -> str:
    return " ".join(line.answer.en for part in shown.parts for line in part.lines)


FULL: dict[str, str | list[str]] = {
    "reporter/name": CANARY,
    "reporter/phone": "661 555 0123",
    "children/1/first_name": "Mila",
    "caregivers/1/first_name": "Jo",
    "caregivers/1/phone": "661 555 0145",
    "location/home_street": "12 Elm Street",
    "location/visit_dangers": ["dogs"],
    "narrative/story": "A story to be told to the office alone.",
}


def test_a_partner_sees_whom_to_visit_and_no_story(session: Session, kern: Kern) -> None:
    dispatch = only_dispatch(session, kern, PATH_1 | FULL, "Lamont")
    shown = packet.open_packet(session, VAULT, FORMS, dispatch.id, kern.lamont[0])
    assert "Mila" in words(shown) and "12 Elm Street" in words(shown) and "Dogs" in words(shown)
    assert "story" not in words(shown) and "General neglect" not in words(shown)
    assert CANARY not in str(shown) and "0123" not in str(shown)
    assert shown.obligations == ()


def test_an_office_sees_the_report_and_never_who_called(session: Session, kern: Kern) -> None:
    dispatch = only_dispatch(session, kern, PATH_3 | FULL, "Lamont")
    shown = packet.open_packet(session, VAULT, FORMS, dispatch.id, kern.office[0])
    assert "A story to be told to the office alone." in words(shown)
    assert CANARY not in str(shown) and "0123" not in str(shown)


def test_a_packet_calls_people_by_their_names_and_leaves_out_what_says_nothing() -> None:
    form = FORMS.current("california-report")
    answers = {
        "children/1/first_name": "Mila",
        "allegations/1/child": "children/1",
        "allegations/1/suspect": "unknown",
        "narrative/papers": ["0190c3b2-7d4e-7a10-9c3e-5f2b8a1d6e47"],
    }
    found = packet.parts(form, answers, office=True)
    assert [[line.answer.es for line in part.lines] for part in found] == [
        ["Mila"],
        ["Mila (Niño 1)", "No se sabe"],
    ]


def test_opening_a_packet_leaves_one_trace(session: Session, kern: Kern) -> None:
    dispatch = only_dispatch(session, kern, PATH_1, "Lamont")
    packet.open_packet(session, VAULT, FORMS, dispatch.id, kern.lamont[0])
    (entry,) = audited(session, "report:opened")
    assert (entry.actor_id, entry.detail["reason"]) == (str(kern.lamont[0].user_id), "portal")


def test_a_form_that_is_not_listed_shows_a_partner_nothing() -> None:
    form = FORMS.current("california-report").model_copy(update={"id": "another-form"})
    assert packet.parts(form, {"children/1/first_name": "Mila"}, office=False) == ()
    assert len(packet.parts(form, {"children/1/first_name": "Mila"}, office=True)) == 1


def test_a_portal_lists_the_own_dispatches_only(session: Session, kern: Kern) -> None:
    decided(session, kern, PATH_2, town="Shafter")
    (row,) = queries.portal_list(session, kern.shafter_id)
    assert (row.role, row.acknowledged_at) == ("partner", None)
    assert queries.portal_list(session, kern.lamont_id) == []
    assert row.id not in [one.id for one in queries.portal_list(session, kern.office_id)]


def test_the_board_shows_what_waits_and_why(session: Session, kern: Kern) -> None:
    decided(session, kern, PATH_1, town="Frazier Park")
    decided(session, kern, PATH_3, town="Shafter")
    rows = queries.board(session, "kern")
    assert sorted((row.kind, row.title) for row in rows) == [
        ("dispatch", "assigned"),
        ("item", "place_not_served"),
    ]
    dispatch = next(row for row in rows if row.kind == "dispatch")
    assert (dispatch.recipient, dispatch.place, dispatch.told) == ("Office", "Shafter", kern.office[0].name)
    assert dispatch.why["choice"] == "covers_everything"
    item = next(row for row in rows if row.kind == "item")
    assert item.told == kern.coordinators[0].name
    assert queries.board_row(session, "kern", item.id) == item
