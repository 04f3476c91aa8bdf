"""Hold and mute, people from outside, and what the panel shows of them."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from hotline.audit.record import Actor
from hotline.base.clock import FrozenClock
from hotline.base.errors import Conflict, InvalidInput, NotFound
from hotline.base.outbox import OutboxRow
from hotline.calls import connecting, control, parties, service
from hotline.calls.models import Call, CallLeg
from hotline.calls.panel import LegView
from hotline.contacts import service as contacts
from tests.support.calls import LINE, VAULT, Hotline, add_line, add_person, add_supervisor, sid

SYSTEM = Actor.system("test")


@pytest.fixture
def hotline(session: Session, clock: FrozenClock) -> Hotline:
    add_line(session)
    add_supervisor(session)
    return Hotline(session)


@pytest.fixture
def ann(hotline: Hotline) -> UUID:
    return hotline.screener("ann")


@pytest.fixture
def call(hotline: Hotline, ann: UUID) -> Call:
    return hotline.talks(ann)


def steered(session: Session, call: Call) -> int:
    rows = session.scalars(
        select(OutboxRow).where(OutboxRow.subject_id == str(call.id), OutboxRow.job == "steer_call")
    )
    return len(rows.all())


def add_contact(
    session: Session,
    kind: str,
    name: str,
    number: str,
    language: str | None = None,
    area: str | None = None,
    pin: str | None = None,
) -> UUID:
    return contacts.add(
        session,
        VAULT,
        SYSTEM,
        jurisdiction="kern",
        kind=kind,
        name=name,
        number=number,
        language=language,
        area=area,
        pin=pin,
    )


def shown(session: Session, call: Call, user_id: UUID, kind: str) -> list[LegView]:
    return [leg for leg in service.control_view(session, call.id, user_id).legs if leg.kind == kind]


def joins(session: Session, call: Call, leg: CallLeg) -> None:
    connecting.dialing(session, call.id, leg.id)
    connecting.dialled(session, call.id, leg.id, sid())
    connecting.join(session, call.id, leg.id)


def test_holding_the_caller_asks_for_it_to_be_told_once(hotline: Hotline, call: Call, ann: UUID) -> None:
    service.hold(hotline.session, call.id, ann)
    service.hold(hotline.session, call.id, ann)
    assert hotline.leg(call, "caller").held is True
    assert steered(hotline.session, call) == 1
    view = service.control_view(hotline.session, call.id, ann)
    assert (view.caller_held, view.stage) == (True, "hold")
    assert [leg.settled for leg in view.legs if leg.kind == "caller"] == [False]


def test_what_was_told_settles_a_wish_and_another_wish_meanwhile_is_told_again(
    hotline: Hotline, call: Call, ann: UUID
) -> None:
    service.hold(hotline.session, call.id, ann)
    caller = hotline.leg(call, "caller")
    service.unhold(hotline.session, call.id, ann)
    asked = steered(hotline.session, call)
    control.told(hotline.session, call.id, caller.id, held=True)
    assert control.unsettled(caller)
    assert steered(hotline.session, call) == asked + 1
    control.told(hotline.session, call.id, caller.id, held=False)
    assert not control.unsettled(caller)
    assert steered(hotline.session, call) == asked + 1


def test_muting_without_a_name_mutes_oneself(hotline: Hotline, call: Call, ann: UUID) -> None:
    service.mute(hotline.session, call.id, ann)
    assert hotline.leg(call).muted is True
    assert service.control_view(hotline.session, call.id, ann).self_muted
    service.unmute(hotline.session, call.id, ann)
    assert not service.control_view(hotline.session, call.id, ann).self_muted
    service.mute(hotline.session, call.id, ann, hotline.leg(call, "caller").id)
    assert hotline.leg(call, "caller").muted is True


def test_nobody_controls_the_call_of_somebody_else(hotline: Hotline, call: Call) -> None:
    ben = hotline.screener("ben")
    for act in (service.hold, service.unhold, service.mute, service.unmute, service.add_interpreter):
        with pytest.raises(NotFound):
            act(hotline.session, call.id, ben)
    with pytest.raises(NotFound):
        service.control_view(hotline.session, call.id, ben)


def test_nothing_is_controlled_before_the_talk_or_after_it(hotline: Hotline, ann: UUID) -> None:
    call = hotline.waits()
    hotline.accepts(ann)
    with pytest.raises(Conflict):
        service.hold(hotline.session, call.id, ann)
    hotline.meet(call)
    hotline.hangs_up(call)
    with pytest.raises(Conflict):
        service.hold(hotline.session, call.id, ann)


def test_a_screener_cannot_hold_themselves(hotline: Hotline, call: Call, ann: UUID) -> None:
    with pytest.raises(Conflict):
        service.hold(hotline.session, call.id, ann, hotline.leg(call).id)


def test_a_refusal_is_put_back_and_shown_until_the_next_wish(hotline: Hotline, call: Call, ann: UUID) -> None:
    service.hold(hotline.session, call.id, ann)
    caller = hotline.leg(call, "caller")
    control.refused(hotline.session, call.id, caller.id, 21220)
    (view,) = shown(hotline.session, call, ann, "caller")
    assert (view.held, view.refused, view.settled) == (False, True, True)
    service.mute(hotline.session, call.id, ann, caller.id)
    (view,) = shown(hotline.session, call, ann, "caller")
    assert (view.muted, view.refused) == (True, False)


def test_a_held_caller_whose_screener_is_lost_is_free_at_the_front(
    hotline: Hotline, call: Call, ann: UUID, clock: FrozenClock
) -> None:
    service.hold(hotline.session, call.id, ann)
    control.told(hotline.session, call.id, hotline.leg(call, "caller").id, held=True)
    hotline.loses_leg(call)
    clock.advance(connecting.RETURN_GRACE)
    service.sweep(hotline.session)
    caller = hotline.leg(call, "caller")
    assert (call.state, call.returned_to_front, caller.held) == ("waiting", True, False)
    assert "held" not in caller.told


def test_a_caller_who_hangs_up_on_hold_ended_there(hotline: Hotline, call: Call, ann: UUID) -> None:
    service.hold(hotline.session, call.id, ann)
    hotline.hangs_up(call)
    assert (call.ended_stage, call.outcome) == ("hold", "answered")


def test_an_interpreter_comes_with_one_key_and_only_once(
    hotline: Hotline, ann: UUID, clock: FrozenClock
) -> None:
    add_contact(hotline.session, "interpreter", "Any", "+16615550161")
    add_contact(hotline.session, "interpreter", "Spanish", "+16615550160", language="es", pin="4711")
    call = hotline.talks(ann)
    leg = service.add_interpreter(hotline.session, call.id, ann, "es")
    assert service.add_interpreter(hotline.session, call.id, ann, "es").id == leg.id
    clock.advance(timedelta(seconds=1))
    other = service.add_interpreter(hotline.session, call.id, ann, "hmn")
    assert (leg.address, other.address) == ("+16615550160", "+16615550161")
    (first, second) = shown(hotline.session, call, ann, "interpreter")
    assert (first.name, first.state, second.name) == ("Spanish", "wanted", "Any")


def test_a_language_without_a_service_is_refused(hotline: Hotline, call: Call, ann: UUID) -> None:
    with pytest.raises(Conflict):
        service.add_interpreter(hotline.session, call.id, ann, "hmn")


def test_the_agency_of_the_area_stands_first_with_its_reason(hotline: Hotline) -> None:
    add_contact(hotline.session, "law_enforcement", "Sheriff", "+16615550170")
    add_contact(hotline.session, "law_enforcement", "Arvin", "+16615550172", area="arvin")
    add_contact(hotline.session, "law_enforcement", "Taft", "+16615550174", area="taft")
    listed = contacts.law_enforcement(hotline.session, "kern", "taft")
    assert [(one.name, one.reason) for one in listed] == [
        ("Taft", "serves_area"),
        ("Sheriff", "whole_jurisdiction"),
        ("Arvin", "other_area"),
    ]
    unknown = contacts.law_enforcement(hotline.session, "kern", None)
    assert [one.reason for one in unknown] == ["whole_jurisdiction", "other_area", "other_area"]
    assert contacts.law_enforcement(hotline.session, "elsewhere", "taft") == []


def test_the_same_agency_is_not_called_twice_at_a_time(hotline: Hotline, call: Call, ann: UUID) -> None:
    sheriff = add_contact(hotline.session, "law_enforcement", "Sheriff", "+16615550170")
    leg = service.add_law_enforcement(hotline.session, call.id, ann, sheriff)
    assert service.add_law_enforcement(hotline.session, call.id, ann, sheriff).id == leg.id
    with pytest.raises(NotFound):
        service.add_law_enforcement(hotline.session, call.id, ann, call.id)


@pytest.mark.parametrize("number", ["911", "9-1-1", "1911", "933", "not a number", "+442079460000", LINE])
def test_numbers_that_may_not_be_called_into_a_call(
    hotline: Hotline, call: Call, ann: UUID, number: str
) -> None:
    with pytest.raises(InvalidInput) as refused:
        service.add_party(hotline.session, VAULT, call.id, ann, number, "other")
    assert refused.value.field == "number"
    if number in ("911", "9-1-1"):
        assert "registered address" in refused.value.message


def test_a_contact_with_911_is_refused_with_the_reason(hotline: Hotline) -> None:
    with pytest.raises(InvalidInput, match="registered address"):
        add_contact(hotline.session, "law_enforcement", "Emergency", "911")


def test_any_number_needs_a_reason_and_lives_in_the_vault(hotline: Hotline, call: Call, ann: UUID) -> None:
    with pytest.raises(InvalidInput):
        service.add_party(hotline.session, VAULT, call.id, ann, "661-555-0155", "because")
    leg = service.add_party(hotline.session, VAULT, call.id, ann, "661-555-0155", "medical_help")
    assert leg.address is None
    assert leg.vault_id is not None
    assert VAULT.use(hotline.session, leg.vault_id) == {"number": "+16615550155"}
    (view,) = shown(hotline.session, call, ann, "party")
    assert (view.name, view.purpose) == ("", "medical_help")


def test_whoever_did_not_answer_stays_visible_and_can_be_called_again(
    hotline: Hotline, call: Call, ann: UUID, clock: FrozenClock
) -> None:
    leg = service.add_party(hotline.session, VAULT, call.id, ann, "661-555-0155", "medical_help")
    with pytest.raises(Conflict):
        service.retry_party(hotline.session, call.id, ann, leg.id)
    connecting.dialing(hotline.session, call.id, leg.id)
    connecting.leg_progress(hotline.session, call.id, leg.id, "end", sid(), "busy")
    assert call.state == "talking"
    (view,) = shown(hotline.session, call, ann, "party")
    assert (view.state, view.reason) == ("ended", "busy")
    clock.advance(timedelta(seconds=1))
    again = service.retry_party(hotline.session, call.id, ann, leg.id)
    assert (again.vault_id, again.purpose, again.state) == (leg.vault_id, "medical_help", "wanted")
    assert [view.leg_id for view in shown(hotline.session, call, ann, "party")] == [again.id]


def test_somebody_from_outside_who_leaves_or_is_taken_out_does_not_end_the_call(
    hotline: Hotline, call: Call, ann: UUID
) -> None:
    first = service.add_party(hotline.session, VAULT, call.id, ann, "661-555-0155", "other")
    second = service.add_party(hotline.session, VAULT, call.id, ann, "661-555-0156", "other")
    for leg in (first, second):
        joins(hotline.session, call, leg)
    service.remove_party(hotline.session, call.id, ann, first.id)
    service.remove_party(hotline.session, call.id, ann, first.id)
    connecting.leave(hotline.session, call.id, second.id)
    assert (first.state, first.reason, second.state, call.state) == (
        "closing",
        "removed",
        "ended",
        "talking",
    )
    assert shown(hotline.session, call, ann, "party") == []
    for leg in (hotline.leg(call), hotline.leg(call, "caller")):
        with pytest.raises(Conflict):
            service.remove_party(hotline.session, call.id, ann, leg.id)


def test_too_many_people_are_refused(hotline: Hotline, call: Call, ann: UUID) -> None:
    for last in range(parties.MOST):
        service.add_party(hotline.session, VAULT, call.id, ann, f"661-555-01{50 + last}", "other")
    with pytest.raises(Conflict):
        service.add_party(hotline.session, VAULT, call.id, ann, "661-555-0199", "other")


def test_every_leg_ends_with_the_call(hotline: Hotline, call: Call, ann: UUID) -> None:
    there = service.add_party(hotline.session, VAULT, call.id, ann, "661-555-0155", "other")
    joins(hotline.session, call, there)
    wanted = service.add_party(hotline.session, VAULT, call.id, ann, "661-555-0156", "other")
    hotline.hangs_up(call)
    assert (there.state, wanted.state, hotline.leg(call).state) == ("closing", "ended", "closing")


def test_a_browser_that_died_comes_back_into_the_same_room(
    hotline: Hotline, call: Call, ann: UUID, clock: FrozenClock
) -> None:
    room, lost = call.conference, hotline.leg(call)
    hotline.loses_leg(call)
    clock.advance(timedelta(seconds=4))
    leg = service.rejoin(hotline.session, call.id, ann)
    assert service.rejoin(hotline.session, call.id, ann).id == leg.id != lost.id
    clock.advance(timedelta(seconds=4))
    service.sweep(hotline.session)
    assert (call.state, call.conference) == ("talking", room)
    joins(hotline.session, call, leg)
    clock.advance(timedelta(seconds=60))
    service.sweep(hotline.session)
    assert (call.state, call.screener_id) == ("talking", ann)


def test_a_browser_that_does_not_come_back_gives_the_caller_back_within_fifteen_seconds(
    hotline: Hotline, call: Call, ann: UUID, clock: FrozenClock
) -> None:
    hotline.loses_leg(call)
    clock.advance(timedelta(seconds=5))
    leg = service.rejoin(hotline.session, call.id, ann)
    clock.advance(timedelta(seconds=10))
    service.sweep(hotline.session)
    assert (call.state, call.returned_to_front, leg.state) == ("waiting", True, "ended")
    with pytest.raises(NotFound):
        service.rejoin(hotline.session, call.id, ann)


def test_colleagues_who_are_free_stand_first(hotline: Hotline, call: Call, ann: UUID) -> None:
    zoe, bob = hotline.screener("zoe"), hotline.screener("bob")
    add_person(hotline.session, "off duty")
    service.set_away(hotline.session, bob, "break")
    found = service.colleagues(hotline.session, ann, "kern")
    assert [(one.user_id, one.state) for one in found] == [(zoe, "available"), (bob, "away")]
