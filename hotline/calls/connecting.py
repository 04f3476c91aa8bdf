"""Bringing caller and screener together, and what happens when one of them is lost on the way."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy.orm import Session

from hotline.audit.record import Actor, record
from hotline.base import clock, outbox
from hotline.base.errors import Conflict, InvalidInput, NotFound
from hotline.calls import pool, presence
from hotline.calls.ending import close_leg, end, finish_late
from hotline.calls.models import Call, CallLeg
from hotline.calls.routing import route
from hotline.calls.states import DISPOSITIONS
from hotline.deadlines import service as deadlines
from hotline.worklist import service as worklist

RETURN_GRACE = timedelta(seconds=6)
"""How long a talking caller whose screener's leg is gone stays in the room before going back to the line.

The news that the caller has left too may come a moment after the news of the screener's leg.
"""


def leg_progress(session: Session, call_id: UUID, leg_id: UUID, event: str, sid: str | None = None) -> None:
    """The phone company told how a screener's leg gets on: `ring`, `answer`, or `end` with its reason."""
    call = pool.locked_call(session, call_id)
    leg = _leg(session, call, leg_id)
    if sid is not None and leg.sid is None:
        leg.sid = sid
    if event == "end":
        leg_ended(session, call, leg, "leg_ended")
    else:
        pool.move_leg(leg, event)
    session.flush()


def dialing(session: Session, call_id: UUID, leg_id: UUID) -> bool:
    """Claim the dialling of a leg; False when somebody else has, or when it is no longer wanted."""
    call = pool.locked_call(session, call_id)
    leg = _leg(session, call, leg_id)
    claimed = leg.state == "wanted" and pool.move_leg(leg, "dial")
    session.flush()
    return claimed


def dialled(session: Session, call_id: UUID, leg_id: UUID, sid: str) -> None:
    """The phone company has taken the leg under that sid. Its own news of the leg may have come before."""
    call = pool.locked_call(session, call_id)
    leg = _leg(session, call, leg_id)
    leg.sid = leg.sid or sid
    session.flush()


def cannot_dial(session: Session, call_id: UUID, leg_id: UUID) -> None:
    """The phone company refuses the screener's address for good: the caller goes to another screener."""
    call = pool.locked_call(session, call_id)
    leg_ended(session, call, _leg(session, call, leg_id), "address_refused")


def leg_closed(session: Session, call_id: UUID, leg_id: UUID) -> None:
    """A leg that we wanted ended has ended."""
    call = pool.locked_call(session, call_id)
    leg = _leg(session, call, leg_id)
    if pool.move_leg(leg, "end"):
        leg.left_at = leg.left_at or clock.now()
    session.flush()


def join(session: Session, call_id: UUID, leg_id: UUID) -> None:
    """A leg is in the call's room. When both are, they talk."""
    call = pool.locked_call(session, call_id)
    leg = _leg(session, call, leg_id)
    if pool.move_leg(leg, "join"):
        leg.joined_at = leg.joined_at or clock.now()
    if call.state == "connecting" and _both_in_room(session, call):
        pool.move_call(call, "both_in_room")
        call.connected_at = call.connected_at or clock.now()
        call.returned_to_front = False
        deadlines.meet(session, "screener_joins", "call_leg", _current_leg(session, call).id)
    session.flush()


def leave(session: Session, call_id: UUID, leg_id: UUID) -> None:
    """A leg has left the room. The caller's leg may live on; a screener's has no other place to be."""
    call = pool.locked_call(session, call_id)
    leg = _leg(session, call, leg_id)
    if leg.kind == "caller":
        pool.move_leg(leg, "come_back")
    else:
        leg_ended(session, call, leg, "left_room")
    session.flush()


def leg_ended(session: Session, call: Call, leg: CallLeg, reason: str) -> None:
    """A screener's leg is gone. Before the talk the caller goes back at once, in the talk after a grace."""
    mine = call.ended_at is None and call.screener_id == leg.user_id and leg.id == _current_id(session, call)
    if not pool.move_leg(leg, "end"):
        return
    leg.left_at, leg.reason = clock.now(), leg.reason or reason
    if not mine:
        return
    if call.state == "connecting":
        screener_lost(session, call, reason)
    elif call.state == "talking":
        due = clock.now() + RETURN_GRACE
        deadlines.start(session, "screener_returns", "call_leg", leg.id, due, "calls")


def screener_lost(session: Session, call: Call, reason: str, away: str | None = None) -> None:
    """Put a caller without a screener back at the front of the line, and the screener away."""
    leg = _current_leg(session, call)
    if not pool.move_call(call, "screener_lost"):
        return
    lost, call.screener_id, call.conference = call.screener_id, None, None
    call.returned_to_front = True
    close_leg(session, leg, reason)
    # The clocks of a leg that ended by itself are still running.
    for kind in ("screener_joins", "screener_returns"):
        deadlines.call_off(session, kind, "call_leg", leg.id)
    if lost is not None:
        presence.move(presence.locked(session, lost), "lose", away or "leg_lost")
    record(session, Actor.system("calls"), "call:returned_to_line", "call", call.id, {"reason": reason})
    # Moves the caller out of the room, and ends what is left of the screener's leg.
    outbox.enqueue(session, "connect_call", call.id, key=f"return_call:{leg.id}")
    session.flush()
    route(session)


def caller_moving(session: Session, call_id: UUID) -> None:
    """The caller was told to go into the room."""
    pool.locked_call(session, call_id)
    pool.move_leg(pool.caller_leg(session, call_id), "move")
    session.flush()


def caller_back_in_line(session: Session, call_id: UUID) -> None:
    """The caller was told to wait in the line again."""
    pool.locked_call(session, call_id)
    pool.move_leg(pool.caller_leg(session, call_id), "come_back")
    session.flush()


def caller_gone(
    session: Session, call_id: UUID, *, at: datetime | None = None, outcome: str | None = None
) -> None:
    """The caller's own leg has ended, at whatever stage. Told twice or late it changes nothing."""
    call = pool.locked_call(session, call_id)
    end(session, call, "hung_up", at=at, outcome=outcome)
    pool.move_leg(pool.caller_leg(session, call_id), "end")
    route(session)


def hang_up(session: Session, call_id: UUID, user_id: UUID) -> None:
    """The screener ends the talk; before it began, the caller goes back to the front of the line instead.

    Twice is harmless. Raises NotFound when it is not their call.
    """
    call = pool.locked_call(session, call_id)
    if call.screener_id != user_id:
        raise NotFound("No such call.")
    if call.ended_at is not None:
        return
    record(session, Actor.user(user_id), "call:hung_up", "call", call.id, {"stage": call.state})
    if call.state == "connecting":
        screener_lost(session, call, "given_back", away="gave_back")
        return
    end(session, call, "closed")
    route(session)


def finish(session: Session, call_id: UUID, user_id: UUID, disposition: str) -> None:
    """The screener closes an ended call with a code of `states.DISPOSITIONS` and is free for the next.

    Twice with the same code is harmless. Raises InvalidInput, NotFound (not theirs) or Conflict (it goes on, or
    it was closed otherwise).
    """
    call = _ended(session, call_id, disposition)
    if call.screener_id != user_id:
        raise NotFound("No such call.")
    _finish(session, call, user_id, disposition)


def finish_for(session: Session, call_id: UUID, by: UUID, disposition: str) -> None:
    """Somebody in charge closes a call whose screener can't any more; otherwise like `finish`."""
    _finish(session, _ended(session, call_id, disposition), by, disposition)


def _ended(session: Session, call_id: UUID, disposition: str) -> Call:
    if disposition not in DISPOSITIONS:
        raise InvalidInput("disposition", "Choose what the call was about.")
    return pool.locked_call(session, call_id)


def _finish(session: Session, call: Call, by: UUID, disposition: str) -> None:
    finish_late(session, call)
    if call.disposition == disposition:
        return
    if call.disposition is not None:
        raise Conflict("This call was closed already.")
    call.disposition, call.disposed_at = disposition, clock.now()
    pool.touch(call)
    actor = Actor.user(by)
    worklist.close_for(session, "unfinished_call", call.id, actor, disposition)
    record(session, actor, "call:finished", "call", call.id, {"disposition": disposition})
    session.flush()
    if call.screener_id is not None and presence.unfinished(session, call.screener_id) is None:
        presence.finish(session, call.screener_id)
    route(session)


def _both_in_room(session: Session, call: Call) -> bool:
    here = pool.caller_leg(session, call.id).state == "in_room"
    return here and _current_leg(session, call).state == "in_room"


def _current_leg(session: Session, call: Call) -> CallLeg:
    return pool.legs_of(session, call.id, "screener")[-1]


def _current_id(session: Session, call: Call) -> UUID | None:
    legs = pool.legs_of(session, call.id, "screener")
    return legs[-1].id if legs else None


def _leg(session: Session, call: Call, leg_id: UUID) -> CallLeg:
    leg = session.get(CallLeg, leg_id, populate_existing=True)
    if leg is None or leg.call_id != call.id:
        raise NotFound("No such leg.")
    return leg
