"""The far end of a call that we place: rung only when the screener is in the room, so that nobody answers to nobody.

Nothing is said to whoever answers before the screener speaks: it may be the wrong person, or a machine.
"""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy.orm import Session

from hotline.base import clock, outbox
from hotline.base.ids import new_id, parse_id
from hotline.calls import control, pool
from hotline.calls.ending import close_leg, end
from hotline.calls.models import Call, CallLeg
from hotline.calls.routing import route
from hotline.deadlines import service as deadlines

RING_SECONDS = 30
ANSWER_WITHIN = timedelta(seconds=50)
"""Ringing, the phone company's own delay and the way into the room. After that news must have been lost."""

_ASK_AGAIN = timedelta(seconds=5)
CLOCK = "callee_answers"


def to_be_rung(call: Call, callee: CallLeg | None) -> bool:
    """Whether the screener waits in the room for somebody whom nobody has called yet."""
    placed = call.direction != "inbound" and call.state == "connecting"
    return placed and (callee is None or callee.state in control.OVER)


def ring(session: Session, call: Call, mine: CallLeg) -> CallLeg:
    """Have the callee called; `mine` is the leg of the screener who is in the room."""
    now = clock.now()
    leg = CallLeg(
        id=new_id(),
        call_id=call.id,
        kind="caller",
        vault_id=call.caller_vault_id,
        state="wanted",
        told={},
        created_at=now,
    )
    session.add(leg)
    call.sid = None
    session.flush()
    deadlines.meet(session, "screener_joins", "call_leg", mine.id)
    deadlines.start(session, CLOCK, "call_leg", leg.id, now + ANSWER_WITHIN, "calls")
    outbox.enqueue(session, "call_out", call.id, key=f"call_out:{leg.id}")
    return leg


def named(call: Call, leg: CallLeg, sid: str) -> None:
    """The phone company has a name for a leg; the call goes by that of its caller's."""
    leg.sid = leg.sid or sid
    if leg.kind == "caller":
        call.sid = leg.sid


def joined(session: Session, leg: CallLeg) -> None:
    """The callee is in the room."""
    deadlines.meet(session, CLOCK, "call_leg", leg.id)


def gone(session: Session, call: Call, leg: CallLeg, reason: str) -> None:
    """The callee's leg is over: the talk has ended, or it never began (`reason` is the phone company's word)."""
    current = pool.find_caller_leg(session, call.id)
    deadlines.call_off(session, CLOCK, "call_leg", leg.id)
    leg.reason = leg.reason or reason
    if current is not None and current.id == leg.id:
        end(session, call, "hung_up")
    pool.move_leg(leg, "end")
    leg.left_at = leg.left_at or clock.now()
    session.flush()
    route(session)


def call_off(session: Session, call: Call, reason: str) -> None:
    """The screener is lost while the callee is being called: the telephone shall stop ringing."""
    leg = pool.find_caller_leg(session, call.id)
    if call.direction == "inbound" or leg is None or leg.joined_at is not None:
        return
    close_leg(session, leg, reason)
    deadlines.call_off(session, CLOCK, "call_leg", leg.id)
    call.sid = None


def is_rung(session: Session, call: Call) -> bool:
    """Whether the callee is being called."""
    leg = pool.find_caller_leg(session, call.id)
    return call.direction != "inbound" and leg is not None and leg.state not in control.OVER


def give_up_late(session: Session) -> None:
    """For the sweep: callees of whom no news comes. The phone company is asked once; then the attempt is over."""
    for deadline in deadlines.take_late(session, CLOCK):
        leg = session.get(CallLeg, parse_id(deadline.subject_id), populate_existing=True)
        call = pool.locked_call(session, leg.call_id) if leg is not None else None
        if leg is None or call is None or call.state != "connecting" or leg.state in control.OVER:
            deadlines.call_off(session, CLOCK, "call_leg", deadline.subject_id)
        elif deadline.level == 0:
            deadline.level, deadline.next_check_at = 1, clock.now() + _ASK_AGAIN
            outbox.enqueue(session, "check_call", call.id, key=f"check_call:{call.id}:{leg.id}")
        else:
            leg.reason = leg.reason or "no_news"
            deadlines.call_off(session, CLOCK, "call_leg", leg.id)
            end(session, call, "unanswered")
