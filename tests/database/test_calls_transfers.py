"""A colleague asked in, a call handed over or on, and the report that travels with it."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from hotline.accounts.service import SignedIn
from hotline.base.clock import FrozenClock
from hotline.base.errors import Conflict, InvalidInput, NotFound
from hotline.calls import connecting, service
from hotline.calls.models import Call, CallLeg, Offer
from hotline.reports import access, queries
from hotline.reports import service as reports
from hotline.reports.models import Report
from screening_forms.loader import load_forms
from tests.support.calls import VAULT, Hotline, add_line, add_supervisor, sid

FORMS = load_forms()


@pytest.fixture
def hotline(session: Session, clock: FrozenClock) -> Hotline:
    add_line(session)
    add_supervisor(session)
    return Hotline(session)


@pytest.fixture
def ann(hotline: Hotline) -> UUID:
    return hotline.screener("ann")


@pytest.fixture
def ben(hotline: Hotline, ann: UUID, call: Call) -> UUID:
    """Free for a colleague's call: came on duty after the caller had been taken."""
    return hotline.screener("ben")


@pytest.fixture
def call(hotline: Hotline, ann: UUID) -> Call:
    return hotline.talks(ann)


def signed_in(user_id: UUID, *roles: str) -> SignedIn:
    return SignedIn(
        user_id=user_id,
        name="test",
        roles=roles or ("screener",),
        organization_id=None,
        language="en",
        form_token="none",
    )


def asked_in(hotline: Hotline, call: Call, user_id: UUID, colleague: UUID) -> CallLeg:
    """The colleague was asked and comes into the room."""
    service.consult(hotline.session, call.id, user_id, colleague)
    service.accept_offer(hotline.session, hotline.offer(colleague), colleague)
    leg = hotline.leg(call, "consult")
    connecting.dialing(hotline.session, call.id, leg.id)
    connecting.dialled(hotline.session, call.id, leg.id, sid())
    connecting.join(hotline.session, call.id, leg.id)
    return leg


def consult_state(hotline: Hotline, call: Call, user_id: UUID) -> tuple[str | None, str | None]:
    view = service.control_view(hotline.session, call.id, user_id)
    return view.consulting, view.consult_state


def test_a_colleague_is_asked_like_for_a_call_and_the_caller_waits_on_hold(
    hotline: Hotline, call: Call, ann: UUID, ben: UUID
) -> None:
    service.consult(hotline.session, call.id, ann, ben)
    offer = service.open_offer(hotline.session, ben)
    assert offer is not None
    assert (offer.kind, offer.from_name, offer.call_id) == ("consult", "ann", call.id)
    assert hotline.state(ben) == "offered"
    view = service.control_view(hotline.session, call.id, ann)
    assert (view.caller_held, view.consulting, view.consult_state) == (True, "ben", "asked")
    assert view.stage == "transfer"
    with pytest.raises(Conflict):
        service.consult(hotline.session, call.id, ann, ben)


def test_accepting_brings_the_colleague_into_the_same_room(
    hotline: Hotline, call: Call, ann: UUID, ben: UUID
) -> None:
    room = call.conference
    service.consult(hotline.session, call.id, ann, ben)
    offer = hotline.offer(ben)
    service.accept_offer(hotline.session, offer, ben)
    service.accept_offer(hotline.session, offer, ben)
    legs = hotline.session.scalars(select(CallLeg).where(CallLeg.kind == "consult")).all()
    assert [(leg.state, leg.user_id) for leg in legs] == [("wanted", ben)]
    assert (call.conference, call.screener_id, hotline.state(ben)) == (room, ann, "on_call")
    current = service.current_call(hotline.session, ben)
    assert current is not None
    assert current.call_id == call.id
    assert service.control_view(hotline.session, call.id, ben).role == "consult"
    service.mute(hotline.session, call.id, ben)
    assert legs[0].muted
    with pytest.raises(Conflict):
        service.mute(hotline.session, call.id, ben, hotline.leg(call).id)
    with pytest.raises(NotFound):
        service.hold(hotline.session, call.id, ben)


def test_a_warm_transfer_hands_over_call_and_duty(
    hotline: Hotline, call: Call, ann: UUID, ben: UUID, clock: FrozenClock
) -> None:
    room, first = call.conference, hotline.leg(call)
    with pytest.raises(Conflict):
        service.hand_over(hotline.session, call.id, ann)
    leg = asked_in(hotline, call, ann, ben)
    service.hand_over(hotline.session, call.id, ann)
    assert (call.screener_id, call.conference, call.state) == (ben, room, "talking")
    assert (leg.kind, first.state, first.reason) == ("screener", "closing", "handed_over")
    assert hotline.leg(call, "caller").held is False
    assert (hotline.state(ann), hotline.state(ben)) == ("available", "on_call")
    connecting.leave(hotline.session, call.id, first.id)
    clock.advance(timedelta(seconds=30))
    service.sweep(hotline.session)
    assert (call.state, call.screener_id) == ("talking", ben)
    hotline.hangs_up(call)
    assert (hotline.state(ann), hotline.state(ben)) == ("available", "wrap_up")
    with pytest.raises(NotFound):
        service.finish(hotline.session, call.id, ann, "report")
    service.finish(hotline.session, call.id, ben, "report")
    assert hotline.state(ben) == "available"


def test_somebody_who_wants_no_call_at_once_is_away_after_handing_over(
    hotline: Hotline, call: Call, ann: UUID, ben: UUID
) -> None:
    service.set_auto_available(hotline.session, ann, False)
    asked_in(hotline, call, ann, ben)
    service.hand_over(hotline.session, call.id, ann)
    assert hotline.state(ann) == "away"


@pytest.mark.parametrize("how", ["decline", "time", "busy", "leaves"])
def test_a_colleague_who_does_not_come_or_stay_is_told_to_the_screener(
    hotline: Hotline, call: Call, ann: UUID, ben: UUID, clock: FrozenClock, how: str
) -> None:
    said = {"decline": "declined", "time": "no_answer", "busy": "failed", "leaves": "left"}[how]
    if how == "leaves":
        asked_in(hotline, call, ann, ben)
        service.hang_up(hotline.session, call.id, ben)
    else:
        service.consult(hotline.session, call.id, ann, ben)
        if how == "decline":
            service.decline_offer(hotline.session, hotline.offer(ben), ben, "not_ready")
        elif how == "time":
            clock.advance(timedelta(seconds=21))
            service.sweep(hotline.session)
        else:
            service.accept_offer(hotline.session, hotline.offer(ben), ben)
            leg = hotline.leg(call, "consult")
            connecting.dialing(hotline.session, call.id, leg.id)
            connecting.leg_progress(hotline.session, call.id, leg.id, "end", sid(), "busy")
    assert consult_state(hotline, call, ann) == ("ben", said)
    assert (call.state, call.screener_id) == ("talking", ann)
    assert hotline.state(ben) == ("away" if how == "time" else "available")
    assert hotline.leg(call, "caller").held is True
    service.unhold(hotline.session, call.id, ann)
    assert hotline.leg(call, "caller").held is False


def test_ending_a_consult_frees_the_colleague_and_the_caller(
    hotline: Hotline, call: Call, ann: UUID, ben: UUID
) -> None:
    service.consult(hotline.session, call.id, ann, ben)
    service.end_consult(hotline.session, call.id, ann)
    assert (hotline.state(ben), service.open_offer(hotline.session, ben)) == ("available", None)
    leg = asked_in(hotline, call, ann, ben)
    service.end_consult(hotline.session, call.id, ann)
    service.end_consult(hotline.session, call.id, ann)
    assert (leg.state, hotline.state(ben), hotline.leg(call, "caller").held) == (
        "closing",
        "available",
        False,
    )
    assert consult_state(hotline, call, ann) == (None, None)


def test_only_somebody_who_is_free_is_asked_in(hotline: Hotline, call: Call, ann: UUID, ben: UUID) -> None:
    service.set_away(hotline.session, ben, "meal")
    for colleague in (ben, ann, call.id):
        with pytest.raises(Conflict):
            service.consult(hotline.session, call.id, ann, colleague)


def test_a_colleague_in_the_room_takes_over_when_the_screener_is_lost(
    hotline: Hotline, call: Call, ann: UUID, ben: UUID, clock: FrozenClock
) -> None:
    asked_in(hotline, call, ann, ben)
    hotline.loses_leg(call)
    assert call.screener_id == ann
    clock.advance(connecting.RETURN_GRACE)
    service.sweep(hotline.session)
    assert (call.state, call.screener_id, call.returned_to_front) == ("talking", ben, False)
    assert hotline.leg(call, "caller").held is False
    assert (hotline.state(ann), hotline.state(ben)) == ("away", "on_call")


def test_a_colleague_on_the_way_is_let_go_when_the_screener_is_lost(
    hotline: Hotline, call: Call, ann: UUID, ben: UUID, clock: FrozenClock
) -> None:
    service.consult(hotline.session, call.id, ann, ben)
    hotline.loses_leg(call)
    clock.advance(connecting.RETURN_GRACE)
    service.sweep(hotline.session)
    assert (call.state, call.returned_to_front, hotline.leg(call, "caller").held) == ("waiting", True, False)
    offers = hotline.session.scalars(select(Offer).where(Offer.call_id == call.id, Offer.state == "open"))
    assert [(offer.kind, offer.screener_id) for offer in offers] == [("call", ben)]


@pytest.mark.parametrize("accepted", [False, True])
def test_a_caller_who_hangs_up_in_a_transfer_ended_there(
    hotline: Hotline, call: Call, ann: UUID, ben: UUID, accepted: bool
) -> None:
    if accepted:
        asked_in(hotline, call, ann, ben)
    else:
        service.consult(hotline.session, call.id, ann, ben)
    hotline.hangs_up(call)
    assert (call.ended_stage, call.outcome) == ("transfer", "answered")
    assert (hotline.state(ann), hotline.state(ben)) == ("wrap_up", "available")
    assert service.open_offer(hotline.session, ben) is None


def test_a_cold_transfer_puts_the_caller_at_the_front_for_the_one_named(
    hotline: Hotline, call: Call, ann: UUID, ben: UUID
) -> None:
    zoe = hotline.screener("zoe")
    queued, first = call.queued_at, hotline.leg(call)
    service.hold(hotline.session, call.id, ann)
    service.hand_on(hotline.session, call.id, ann, to_user_id=zoe)
    assert (call.state, call.returned_to_front, call.queued_at) == ("waiting", True, queued)
    assert (call.screener_id, call.conference, hotline.leg(call, "caller").held) == (None, None, False)
    assert (first.state, first.reason, hotline.state(ann)) == ("closing", "handed_on", "available")
    assert service.open_offer(hotline.session, zoe) is not None
    hotline.accepts(zoe)
    hotline.meet(call)
    assert (call.screener_id, call.state) == (zoe, "talking")


def test_a_caller_who_gives_up_after_a_cold_transfer_ended_in_it(
    hotline: Hotline, call: Call, ann: UUID
) -> None:
    service.hand_on(hotline.session, call.id, ann, language="es")
    assert hotline.offered_to(call) == [ann]
    hotline.hangs_up(call)
    assert (call.outcome, call.ended_stage, call.screener_id) == ("answered", "transfer", ann)


def test_a_cold_transfer_needs_an_aim_that_exists(hotline: Hotline, call: Call, ann: UUID) -> None:
    with pytest.raises(InvalidInput):
        service.hand_on(hotline.session, call.id, ann)
    with pytest.raises(InvalidInput):
        service.hand_on(hotline.session, call.id, ann, to_user_id=ann)
    with pytest.raises(InvalidInput):
        service.hand_on(hotline.session, call.id, ann, language="xx")
    service.hand_on(hotline.session, call.id, ann, language="es")
    assert (call.language, call.language_chosen) == ("es", True)


def draft(hotline: Hotline, call: Call, user_id: UUID) -> Report:
    return reports.begin(
        hotline.session,
        VAULT,
        FORMS,
        signed_in(user_id),
        jurisdiction="kern",
        form_id="california-report",
        received_at=call.received_at,
        call_id=call.id,
    )


def test_the_report_travels_with_a_warm_transfer(hotline: Hotline, call: Call, ann: UUID, ben: UUID) -> None:
    session, zoe = hotline.session, hotline.screener("zoe")
    report = draft(hotline, call, ann)
    with pytest.raises(NotFound):
        access.open_report(session, report.id, signed_in(ben), reason="form")
    asked_in(hotline, call, ann, ben)
    assert access.open_report(session, report.id, signed_in(ben), reason="form") is report
    with pytest.raises(NotFound):
        access.own_draft(session, report.id, signed_in(ben))
    service.hand_over(session, call.id, ann)
    assert access.own_draft(session, report.id, signed_in(ben)) is report
    assert access.open_report(session, report.id, signed_in(ann), reason="form") is report
    with pytest.raises(NotFound):
        access.own_draft(session, report.id, signed_in(ann))
    for stranger in (signed_in(zoe), signed_in(ben, "partner")):
        with pytest.raises(NotFound):
            access.open_report(session, report.id, stranger, reason="form")
    assert queries.unfinished_of(session, ben) == [report]


def test_the_report_travels_with_a_cold_transfer_once_somebody_took_it(
    hotline: Hotline, call: Call, ann: UUID, ben: UUID
) -> None:
    report = draft(hotline, call, ann)
    service.hand_on(hotline.session, call.id, ann, to_user_id=ben)
    assert access.own_draft(hotline.session, report.id, signed_in(ann)) is report
    hotline.accepts(ben)
    assert access.own_draft(hotline.session, report.id, signed_in(ben)) is report
    with pytest.raises(NotFound):
        access.own_draft(hotline.session, report.id, signed_in(ann))


def test_a_consulted_colleague_reads_only_while_they_are_in_the_call(
    hotline: Hotline, call: Call, ann: UUID, ben: UUID
) -> None:
    report = draft(hotline, call, ann)
    asked_in(hotline, call, ann, ben)
    service.end_consult(hotline.session, call.id, ann)
    with pytest.raises(NotFound):
        access.open_report(hotline.session, report.id, signed_in(ben), reason="form")
