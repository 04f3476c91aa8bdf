"""Callbacks: the place kept, the order served, the attempts counted, and nobody called who must not be."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from hotline.audit.record import Actor
from hotline.base.clock import FrozenClock
from hotline.base.errors import Conflict, InvalidInput
from hotline.base.outbox import OutboxRow
from hotline.callbacks import queries, sweeping
from hotline.callbacks import service as callbacks
from hotline.callbacks.models import Callback
from hotline.calls import callee, connecting, service
from hotline.calls import queries as call_queries
from hotline.calls.models import Call, CallLeg
from hotline.vault.models import VaultRecord
from hotline.worklist import service as worklist
from hotline.worklist.models import WorklistItem
from tests.support.calls import CALLER, VAULT, Hotline, add_line, add_supervisor, sid

OTHER = "(661) 555-0177"


@pytest.fixture
def hotline(session: Session, clock: FrozenClock) -> Hotline:
    add_line(session)
    add_supervisor(session)
    return Hotline(session)


def asks(hotline: Hotline, call: Call | None = None, *, safe: bool = True) -> Callback:
    """A waiting caller asks to be called back."""
    call = call or hotline.waits()
    return callbacks.ask(hotline.session, VAULT, call.id, safe=safe)


def swept(hotline: Hotline, callback: Callback) -> Callback:
    sweeping.sweep(hotline.session)
    hotline.session.refresh(callback)
    return callback


def in_room(hotline: Hotline, call: Call, kind: str) -> None:
    """The newest leg of a kind goes into the room."""
    leg = hotline.leg(call, kind)
    leg.sid = leg.sid or sid()
    callee.named(call, leg, leg.sid)
    connecting.join(hotline.session, call.id, leg.id)


def rung(hotline: Hotline, screener: UUID) -> Call:
    """A screener accepts the callback that is offered, and the caller's telephone rings."""
    call = hotline.accepts(screener)
    in_room(hotline, call, "screener")
    connecting.dialing(hotline.session, call.id, hotline.leg(call, "caller").id)
    connecting.dialled(hotline.session, call.id, hotline.leg(call, "caller").id, sid())
    return call


def items(session: Session, kind: str) -> list[WorklistItem]:
    found = session.scalars(select(WorklistItem).where(WorklistItem.kind == kind))
    return [item for item in found if item.closed_at is None]


def test_a_callback_ends_the_wait_and_keeps_the_place(hotline: Hotline, clock: FrozenClock) -> None:
    call = hotline.waits("mandated")
    began = clock()
    clock.advance(timedelta(minutes=3))
    callback = asks(hotline, call)
    assert (call.state, call.outcome, call.ended_stage, call.safe_to_call) == (
        "ended",
        "diverted",
        "queue",
        True,
    )
    assert (callback.state, callback.queued_at, callback.lane) == ("waiting", began, "mandated")
    swept(hotline, callback)
    (view,) = queries.open_callbacks(hotline.session, "kern")
    assert (view.state, view.since, view.attempts, view.safe) == ("in_line", began, 0, True)
    assert call_queries.ledger(hotline.session, began, clock() + timedelta(1)).balances


def test_a_callback_is_served_by_its_own_arrival_not_before_nor_after(
    hotline: Hotline, clock: FrozenClock
) -> None:
    """A callback that vanished, and callbacks that overtook whoever held the line, are what others complain of."""
    first = hotline.waits(number="+16615550150")
    clock.advance(timedelta(minutes=1))
    called_back = hotline.waits(number="+16615550151")
    clock.advance(timedelta(minutes=1))
    third = hotline.waits(number="+16615550152")
    swept(hotline, asks(hotline, called_back))
    served = []
    for name in ("ann", "ben", "cy"):
        offer = service.open_offer(hotline.session, hotline.screener(name))
        assert offer is not None
        served.append(hotline.session.get_one(Call, offer.call_id))
    assert [served[0].id, served[2].id] == [first.id, third.id]
    assert (served[1].direction, served[1].origin_id) == ("callback", called_back.id)


def test_urgency_comes_before_an_older_callback(hotline: Hotline, clock: FrozenClock) -> None:
    swept(hotline, asks(hotline))
    clock.advance(timedelta(minutes=5))
    danger = hotline.waits("danger", number="+16615550151")
    screener = hotline.screener("ann")
    assert hotline.offered_to(danger) == [screener]


def test_the_screener_is_there_before_the_callers_telephone_rings(hotline: Hotline) -> None:
    swept(hotline, asks(hotline))
    screener = hotline.screener("ann")
    call = hotline.accepts(screener)
    assert not hotline.session.scalars(
        select(CallLeg).where(CallLeg.call_id == call.id, CallLeg.kind == "caller")
    ).all()
    in_room(hotline, call, "screener")
    jobs = hotline.session.scalars(select(OutboxRow.job).where(OutboxRow.subject_id == str(call.id))).all()
    assert jobs.count("call_out") == 1
    assert hotline.leg(call, "caller").state == "wanted"
    in_room(hotline, call, "caller")
    assert call.state == "talking"


def test_a_callback_that_was_answered_is_closed_when_the_screener_says_so(hotline: Hotline) -> None:
    callback = swept(hotline, asks(hotline))
    screener = hotline.screener("ann")
    call = rung(hotline, screener)
    in_room(hotline, call, "caller")
    hotline.hangs_up(call)
    assert (call.outcome, swept(hotline, callback).state) == ("answered", "in_line")
    service.finish(hotline.session, call.id, screener, "reached")
    assert (swept(hotline, callback).state, callback.resolution) == ("closed", "reached")
    assert hotline.state(screener) == "available"


@pytest.mark.parametrize("how", ["busy", "a machine"])
def test_attempts_that_reach_nobody_are_made_again_with_growing_gaps_and_then_a_person_decides(
    hotline: Hotline, clock: FrozenClock, how: str
) -> None:
    callback = swept(hotline, asks(hotline))
    screener = hotline.screener("ann")
    for attempt, gap in ((1, timedelta(minutes=15)), (2, timedelta(hours=1)), (3, None)):
        service.seen(hotline.session, screener)
        swept(hotline, callback)
        call = rung(hotline, screener)
        if how == "busy":
            leg = hotline.leg(call, "caller")
            connecting.leg_progress(hotline.session, call.id, leg.id, "end", leg.sid, "busy")
            assert (call.outcome, call.ended_stage) == ("unanswered", "ring")
        else:
            in_room(hotline, call, "caller")
            service.hang_up(hotline.session, call.id, screener)
            assert swept(hotline, callback).attempts == attempt - 1
        service.finish(hotline.session, call.id, screener, "not_reached")
        swept(hotline, callback)
        assert callback.attempts == attempt
        if gap is not None:
            assert callback.next_at == clock() + gap
            assert callback.state == "waiting"
            clock.advance(gap)
    assert (callback.state, callback.next_at) == ("with_person", None)
    (item,) = items(hotline.session, "callback_failed")
    assert item.reason == "callback_not_reached"


def test_a_screener_who_is_lost_before_the_answer_leaves_the_callback_in_line(
    hotline: Hotline, clock: FrozenClock
) -> None:
    callback = swept(hotline, asks(hotline))
    screener = hotline.screener("ann")
    call = rung(hotline, screener)
    ringing = hotline.leg(call, "caller")
    hotline.loses_leg(call)
    assert (call.state, ringing.state) == ("waiting", "closing")
    assert (hotline.state(screener), swept(hotline, callback).attempts) == ("away", 0)
    clock.advance(timedelta(seconds=3))
    other = hotline.screener("ben")
    again = rung(hotline, other)
    assert again.id == call.id
    in_room(hotline, again, "caller")
    assert call.state == "talking"


def test_news_that_never_comes_ends_the_attempt(hotline: Hotline, clock: FrozenClock) -> None:
    callback = swept(hotline, asks(hotline))
    call = rung(hotline, hotline.screener("ann"))
    clock.advance(callee.ANSWER_WITHIN)
    service.sweep(hotline.session)
    assert call.state == "connecting"
    asked = hotline.session.scalars(select(OutboxRow.job).where(OutboxRow.subject_id == str(call.id))).all()
    assert "check_call" in asked
    clock.advance(timedelta(seconds=5))
    service.sweep(hotline.session)
    assert (call.state, call.outcome) == ("ended", "unanswered")
    assert swept(hotline, callback).attempts == 1


def test_somebody_for_whom_it_is_not_safe_is_never_called(hotline: Hotline) -> None:
    call = hotline.waits()
    callback = asks(hotline, call, safe=False)
    assert (call.state, call.safe_to_call) == ("waiting", False)
    assert swept(hotline, callback).state == "asked"
    with pytest.raises(Conflict):
        callbacks.call_now(hotline.session, callback.id, hotline.screener("ann"))
    hotline.hangs_up(call)
    assert (swept(hotline, callback).state, callback.resolution) == ("closed", "not_safe")
    assert queries.open_callbacks(hotline.session, "kern") == ()


def test_a_caller_who_never_said_that_it_is_safe_is_not_called_by_itself(hotline: Hotline) -> None:
    call = hotline.waits()
    callback = callbacks.ask(hotline.session, VAULT, call.id)
    assert swept(hotline, callback).state == "asked"
    hotline.hangs_up(call)
    assert (swept(hotline, callback).state, callback.resolution) == ("closed", "not_confirmed")


def test_another_number_is_called_and_the_one_keyed_before_is_destroyed(hotline: Hotline) -> None:
    call = hotline.waits()
    first = callbacks.ask(hotline.session, VAULT, call.id, "661 555 0133").vault_id
    callback = callbacks.ask(hotline.session, VAULT, call.id, OTHER, safe=True)
    opened = VAULT.reveal(hotline.session, callback.vault_id, Actor.system("test"), "test")
    assert opened == {"number": "+16615550177"}
    assert hotline.session.get_one(VaultRecord, first).destroyed_at is not None


@pytest.mark.parametrize("number", ["911", "12345", "+442079460958", "1-900-555-0199", "(661) 555-0100"])
def test_what_must_not_be_dialled_is_refused(hotline: Hotline, number: str) -> None:
    with pytest.raises(InvalidInput):
        callbacks.ask(hotline.session, VAULT, hotline.waits().id, number)


def test_a_withheld_number_must_key_one_in(hotline: Hotline) -> None:
    call = hotline.waits(number="anonymous")
    with pytest.raises(InvalidInput):
        callbacks.ask(hotline.session, VAULT, call.id)
    assert callbacks.ask(hotline.session, VAULT, call.id, OTHER).state == "asked"


def test_who_asks_again_is_called_once_at_the_older_place(hotline: Hotline, clock: FrozenClock) -> None:
    began = clock()
    older = swept(hotline, asks(hotline))
    clock.advance(timedelta(minutes=9))
    newer = asks(hotline)
    assert (older.state, older.resolution) == ("closed", "asked_again")
    assert newer.queued_at == began
    swept(hotline, newer)
    waiting = hotline.session.scalars(select(Call).where(Call.state == "waiting")).all()
    assert [call.origin_id for call in waiting] == [newer.call_id]


def test_a_caller_who_rings_again_and_is_answered_is_not_called_back(
    hotline: Hotline, clock: FrozenClock
) -> None:
    callback = swept(hotline, asks(hotline))
    clock.advance(timedelta(minutes=1))
    hotline.waits("danger")
    call = hotline.accepts(hotline.screener("ann"))
    assert call.direction == "inbound"
    hotline.meet(call)
    assert (swept(hotline, callback).state, callback.resolution) == ("closed", "called_again")
    assert not hotline.session.scalars(select(Call).where(Call.state == "waiting")).all()


def test_an_abandoned_call_may_be_called_back_by_a_persons_decision_only(hotline: Hotline) -> None:
    call = hotline.waits()
    hotline.hangs_up(call)
    sweeping.sweep(hotline.session)
    (view,) = queries.open_callbacks(hotline.session, "kern")
    assert (view.origin, view.state, view.safe, view.next_at) == ("abandoned", "with_person", None, None)
    (item,) = items(hotline.session, "abandoned_call")
    screener = hotline.screener("ann")
    placed = callbacks.call_now(hotline.session, view.callback_id, screener)
    assert (placed.state, placed.screener_id, placed.origin_id) == ("connecting", screener, call.id)
    assert (item.owner_id, item.taken_at is not None) == (screener, True)


def test_reaching_an_abandoned_caller_settles_the_matter_too(hotline: Hotline) -> None:
    call = hotline.waits()
    hotline.hangs_up(call)
    sweeping.sweep(hotline.session)
    (view,) = queries.open_callbacks(hotline.session, "kern")
    screener = hotline.screener("ann")
    placed = callbacks.call_now(hotline.session, view.callback_id, screener)
    for kind in ("screener", "caller"):
        in_room(hotline, placed, kind)
    service.hang_up(hotline.session, placed.id, screener)
    service.finish(hotline.session, placed.id, screener, "information_and_referral")
    sweeping.sweep(hotline.session)
    assert items(hotline.session, "abandoned_call") == []
    assert queries.open_callbacks(hotline.session, "kern") == ()


def test_a_matter_that_was_settled_by_hand_ends_its_callback(hotline: Hotline) -> None:
    call = hotline.waits()
    hotline.hangs_up(call)
    sweeping.sweep(hotline.session)
    (item,) = items(hotline.session, "abandoned_call")
    worklist.close(hotline.session, item.id, Actor.system("test"), "called_back")
    sweeping.sweep(hotline.session)
    assert queries.open_callbacks(hotline.session, "kern") == ()


@pytest.mark.parametrize("number", ["anonymous", "+442079460958", "not a number"])
def test_an_abandoned_call_without_a_number_of_ours_leaves_its_matter_alone(
    hotline: Hotline, number: str
) -> None:
    hotline.hangs_up(hotline.waits(number=number))
    sweeping.sweep(hotline.session)
    assert queries.open_callbacks(hotline.session, "kern") == ()
    assert len(items(hotline.session, "abandoned_call")) == 1


def test_two_people_never_call_back_the_same_caller(hotline: Hotline) -> None:
    callback = swept(hotline, asks(hotline))
    ann, ben = hotline.screener("ann", "es"), hotline.screener("ben", "es")
    callbacks.call_now(hotline.session, callback.id, ann)
    with pytest.raises(Conflict):
        callbacks.call_now(hotline.session, callback.id, ben)
    with pytest.raises(Conflict):
        callbacks.close(hotline.session, callback.id, ben, "no_longer_needed")


def test_a_person_closes_a_callback_with_a_reason(hotline: Hotline) -> None:
    callback = swept(hotline, asks(hotline))
    supervisor = items(hotline.session, "abandoned_call")
    assert supervisor == []
    with pytest.raises(InvalidInput):
        callbacks.close(hotline.session, callback.id, hotline.screener("ann", "es"), "because")
    callbacks.close(hotline.session, callback.id, hotline.screener("ben", "es"), "reached_otherwise")
    assert (callback.state, callback.resolution) == ("closed", "reached_otherwise")
    assert not hotline.session.scalars(select(Call).where(Call.state == "waiting")).all()


def test_a_callback_that_nobody_takes_is_told_to_a_supervisor_once(
    hotline: Hotline, clock: FrozenClock
) -> None:
    callback = swept(hotline, asks(hotline, hotline.waits(language="es")))
    clock.advance(timedelta(minutes=59))
    swept(hotline, callback)
    assert items(hotline.session, "callback_late") == []
    clock.advance(timedelta(minutes=1))
    for _ in range(2):
        swept(hotline, callback)
    assert len(items(hotline.session, "callback_late")) == 1


def test_the_number_stands_nowhere_but_in_the_vault(hotline: Hotline) -> None:
    swept(hotline, asks(hotline))
    for table in ("callbacks", "calls", "call_legs", "outbox", "audit_entries", "worklist_items"):
        rows = hotline.session.connection().exec_driver_sql(f"select t::text from {table} t").scalars()
        assert CALLER not in "".join(rows), table
