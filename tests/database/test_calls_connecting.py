"""From the accepted offer to the end of wrap-up, and what happens when a leg is lost on the way."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from hotline.base.clock import FrozenClock
from hotline.base.errors import Conflict, InvalidInput, NotFound
from hotline.base.outbox import OutboxRow
from hotline.calls import connecting, service
from hotline.calls.models import Call
from hotline.deadlines import service as deadlines
from tests.support.calls import Hotline, add_line, add_supervisor, sid

SECOND = timedelta(seconds=1)


@pytest.fixture
def hotline(session: Session, clock: FrozenClock) -> Hotline:
    add_line(session)
    add_supervisor(session)
    return Hotline(session)


def jobs(session: Session, call: Call) -> list[str]:
    rows = session.scalars(
        select(OutboxRow).where(OutboxRow.subject_id == str(call.id)).order_by(OutboxRow.id)
    )
    return [row.job for row in rows]


def test_they_talk_when_both_are_in_the_room(hotline: Hotline, clock: FrozenClock) -> None:
    screener = hotline.screener("ann")
    call = hotline.waits()
    hotline.accepts(screener)
    caller, leg = hotline.leg(call, "caller"), hotline.leg(call)
    connecting.join(hotline.session, call.id, caller.id)
    assert call.state == "connecting"
    clock.advance(SECOND)
    connecting.join(hotline.session, call.id, leg.id)
    assert (call.state, call.connected_at) == ("talking", clock())
    (deadline,) = deadlines.of(hotline.session, "call_leg", leg.id)
    assert (deadline.kind, deadline.met_at) == ("screener_joins", clock())


def test_a_screener_who_does_not_come_in_time_loses_the_caller(hotline: Hotline, clock: FrozenClock) -> None:
    screener = hotline.screener("ann")
    call = hotline.waits()
    hotline.accepts(screener)
    clock.advance(timedelta(seconds=14))
    service.sweep(hotline.session)
    assert call.state == "connecting"
    clock.advance(SECOND)
    service.sweep(hotline.session)
    assert (call.state, call.returned_to_front, call.screener_id) == ("waiting", True, None)
    assert hotline.state(screener) == "away"
    assert jobs(hotline.session, call) == ["connect_call", "connect_call"]


def test_a_returned_caller_is_before_everybody(hotline: Hotline, clock: FrozenClock) -> None:
    ann = hotline.screener("ann")
    returned = hotline.waits("general")
    hotline.accepts(ann)
    hotline.waits("danger")
    connecting.leg_progress(hotline.session, returned.id, hotline.leg(returned).id, "end")
    clock.advance(timedelta(seconds=1))
    ben = hotline.screener("ben")
    assert hotline.offered_to(returned) == [ann, ben]


def test_the_place_in_line_is_kept_by_a_second_wait(hotline: Hotline, clock: FrozenClock) -> None:
    screener = hotline.screener("ann")
    call = hotline.waits()
    queued_at = call.queued_at
    hotline.accepts(screener)
    clock.advance(timedelta(seconds=15))
    service.sweep(hotline.session)
    assert (call.state, call.queued_at) == ("waiting", queued_at)


def test_a_leg_that_is_up_is_asked_for_before_its_caller_is_pulled_away(
    hotline: Hotline, clock: FrozenClock
) -> None:
    screener = hotline.screener("ann")
    call = hotline.waits()
    hotline.accepts(screener)
    leg = hotline.leg(call)
    connecting.leg_progress(hotline.session, call.id, leg.id, "answer", sid())
    clock.advance(timedelta(seconds=15))
    service.sweep(hotline.session)
    assert call.state == "connecting"
    assert jobs(hotline.session, call) == ["connect_call", "check_call"]
    clock.advance(timedelta(seconds=5))
    service.sweep(hotline.session)
    assert call.state == "waiting"


def test_a_talking_caller_whose_screener_is_lost_returns_within_fifteen_seconds(
    hotline: Hotline, clock: FrozenClock
) -> None:
    screener = hotline.screener("ann")
    call = hotline.talks(screener)
    hotline.loses_leg(call)
    service.sweep(hotline.session)
    assert call.state == "talking"
    clock.advance(timedelta(seconds=6))
    service.sweep(hotline.session)
    assert (call.state, call.returned_to_front) == ("waiting", True)
    assert hotline.state(screener) == "away"
    other = hotline.screener("ben")
    view = service.open_offer(hotline.session, other)
    assert view is not None
    assert view.returned


def test_news_of_the_screeners_leg_just_before_the_callers_end_is_no_loss(
    hotline: Hotline, clock: FrozenClock
) -> None:
    screener = hotline.screener("ann")
    call = hotline.talks(screener)
    hotline.loses_leg(call)
    clock.advance(SECOND)
    hotline.hangs_up(call)
    clock.advance(timedelta(minutes=1))
    service.sweep(hotline.session)
    assert (call.state, call.ended_stage, call.outcome) == ("ended", "talk", "answered")
    assert hotline.state(screener) == "wrap_up"


def test_hanging_up_ends_every_leg(hotline: Hotline) -> None:
    screener = hotline.screener("ann")
    call = hotline.talks(screener)
    service.hang_up(hotline.session, call.id, screener)
    service.hang_up(hotline.session, call.id, screener)
    assert (call.state, call.outcome) == ("ended", "answered")
    assert hotline.leg(call, "caller").state == "closing"
    assert hotline.leg(call).state == "closing"
    assert jobs(hotline.session, call) == ["connect_call", "end_call"]
    assert hotline.state(screener) == "wrap_up"


def test_hanging_up_before_the_talk_gives_the_caller_back(hotline: Hotline) -> None:
    screener = hotline.screener("ann")
    call = hotline.waits()
    hotline.accepts(screener)
    service.hang_up(hotline.session, call.id, screener)
    assert (call.state, call.returned_to_front) == ("waiting", True)
    presence = service.presence_of(hotline.session, screener)
    assert (presence.state, presence.reason) == ("away", "gave_back")


def test_nobody_hangs_up_the_call_of_another(hotline: Hotline) -> None:
    call = hotline.talks(hotline.screener("ann"))
    with pytest.raises(NotFound):
        service.hang_up(hotline.session, call.id, hotline.screener("ben"))


def test_finishing_makes_the_screener_free_for_the_next(hotline: Hotline, clock: FrozenClock) -> None:
    screener = hotline.screener("ann")
    call = hotline.talks(screener)
    hotline.hangs_up(call)
    waiting = hotline.waits()
    clock.advance(timedelta(minutes=2))
    service.seen(hotline.session, screener)
    service.finish(hotline.session, call.id, screener, "prank")
    service.finish(hotline.session, call.id, screener, "prank")
    assert (call.disposition, call.disposed_at) == ("prank", clock())
    assert hotline.state(screener) == "offered"
    assert hotline.offered_to(waiting) == [screener]


def test_a_call_is_not_finished_while_it_goes_on_nor_twice_otherwise(hotline: Hotline) -> None:
    screener = hotline.screener("ann")
    call = hotline.talks(screener)
    with pytest.raises(Conflict, match="Hang up first"):
        service.finish(hotline.session, call.id, screener, "report")
    hotline.hangs_up(call)
    with pytest.raises(InvalidInput):
        service.finish(hotline.session, call.id, screener, "invented")
    with pytest.raises(NotFound):
        service.finish(hotline.session, call.id, hotline.screener("ben"), "report")
    service.finish(hotline.session, call.id, screener, "report")
    with pytest.raises(Conflict, match="closed already"):
        service.finish(hotline.session, call.id, screener, "prank")


def test_the_console_sees_its_call_until_it_is_finished(hotline: Hotline) -> None:
    screener = hotline.screener("ann")
    call = hotline.talks(screener, "danger")
    view = service.current_call(hotline.session, screener)
    assert view is not None
    assert (view.call_id, view.state, view.lane, view.screener_leg) == (
        call.id,
        "talking",
        "danger",
        "in_room",
    )
    hotline.hangs_up(call)
    view = service.current_call(hotline.session, screener)
    assert view is not None
    assert (view.state, view.ended_stage) == ("ended", "talk")
    service.finish(hotline.session, call.id, screener, "report")
    assert service.current_call(hotline.session, screener) is None


def test_the_dialling_of_a_leg_is_claimed_once(hotline: Hotline) -> None:
    call = hotline.waits()
    hotline.accepts(hotline.screener("ann"))
    leg = hotline.leg(call)
    assert connecting.dialing(hotline.session, call.id, leg.id)
    assert not connecting.dialing(hotline.session, call.id, leg.id)
    connecting.dialled(hotline.session, call.id, leg.id, sid())


def test_an_address_that_is_refused_sends_the_caller_to_another_screener(hotline: Hotline) -> None:
    screener = hotline.screener("ann")
    call = hotline.waits()
    hotline.accepts(screener)
    connecting.cannot_dial(hotline.session, call.id, hotline.leg(call).id)
    assert (call.state, hotline.state(screener)) == ("waiting", "away")


def test_news_of_an_old_leg_does_not_touch_the_present_one(hotline: Hotline, clock: FrozenClock) -> None:
    ann = hotline.screener("ann")
    call = hotline.waits()
    hotline.accepts(ann)
    old = hotline.leg(call)
    connecting.leg_progress(hotline.session, call.id, old.id, "end")
    clock.advance(SECOND)
    ben = hotline.screener("ben")
    hotline.accepts(ben)
    hotline.meet(call)
    for event in ("ring", "answer", "end"):
        connecting.leg_progress(hotline.session, call.id, old.id, event)
    connecting.leave(hotline.session, call.id, old.id)
    clock.advance(timedelta(minutes=1))
    service.sweep(hotline.session)
    assert (call.state, call.screener_id) == ("talking", ben)


def test_every_change_is_counted(hotline: Hotline) -> None:
    call = hotline.rings()
    seen = {call.version}
    service.choose_language(hotline.session, call.id, "es")
    seen.add(call.version)
    service.choose_lane(hotline.session, call.id, "youth")
    seen.add(call.version)
    hotline.hangs_up(call)
    seen.add(call.version)
    assert len(seen) == 4
