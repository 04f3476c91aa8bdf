"""Bringing caller and screener together, and what happens when one of them is lost on the way."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from hotline.audit.record import Actor, record
from hotline.base import clock, outbox
from hotline.base.errors import Conflict, InvalidInput, NotFound
from hotline.base.ids import new_id
from hotline.calls import callee, control, pool, presence
from hotline.calls.ending import close_leg, end, finish_late
from hotline.calls.models import Call, CallLeg
from hotline.calls.routing import route, withdraw_offer_of
from hotline.calls.states import DISPOSITIONS
from hotline.deadlines import service as deadlines
from hotline.worklist import service as worklist

RETURN_GRACE = timedelta(seconds=6)
"""How long a talking caller whose screener's leg is gone stays in the room before going back to the line.

The news that the caller has left too may come a moment after the news of the screener's leg.
"""


REJOIN_WITHIN = timedelta(seconds=15)
"""How long a screener whose leg was lost in the talk has to come back, counted from the loss."""


_IN_A_ROOM = frozenset({"moving", "in_room"})


def leg_progress(
    session: Session,
    call_id: UUID,
    leg_id: UUID,
    event: str,
    sid: str | None = None,
    reason: str = "leg_ended",
) -> None:
    """The phone company told how a leg that we placed gets on: `ring`, `answer`, or `end` with its `reason`."""
    call = pool.locked_call(session, call_id)
    leg = control.leg_of(session, call, leg_id)
    if sid is not None and leg.sid is None:
        callee.named(call, leg, sid)
    if event == "end":
        leg_ended(session, call, leg, reason)
    elif pool.move_leg(leg, event):
        pool.touch(call)
    session.flush()


def dialing(session: Session, call_id: UUID, leg_id: UUID, address: str | None = None) -> bool:
    """Claim the dialling of a leg; False when somebody else has, or when it is no longer wanted.

    `address`: where it rings, when that is not what was planned.
    """
    call = pool.locked_call(session, call_id)
    leg = control.leg_of(session, call, leg_id)
    claimed = leg.state == "wanted" and pool.move_leg(leg, "dial")
    if claimed and address is not None:
        leg.address = address
    session.flush()
    return claimed


def dialled(session: Session, call_id: UUID, leg_id: UUID, sid: str) -> None:
    """The phone company has taken the leg under that sid. Its own news of the leg may have come before."""
    call = pool.locked_call(session, call_id)
    leg = control.leg_of(session, call, leg_id)
    callee.named(call, leg, sid)
    session.flush()


def cannot_dial(session: Session, call_id: UUID, leg_id: UUID) -> None:
    """The phone company refuses an address for good; if it is the screener's, the caller goes to another one."""
    call = pool.locked_call(session, call_id)
    leg_ended(session, call, control.leg_of(session, call, leg_id), "address_refused")


def leg_closed(session: Session, call_id: UUID, leg_id: UUID) -> None:
    """A leg that we wanted ended has ended."""
    call = pool.locked_call(session, call_id)
    leg = control.leg_of(session, call, leg_id)
    if pool.move_leg(leg, "end"):
        leg.left_at = leg.left_at or clock.now()
    session.flush()


def join(session: Session, call_id: UUID, leg_id: UUID) -> None:
    """A leg is in the call's room. When both are, they talk."""
    call = pool.locked_call(session, call_id)
    leg = control.leg_of(session, call, leg_id)
    if pool.move_leg(leg, "join"):
        leg.joined_at = leg.joined_at or clock.now()
        control.entered(leg)
        pool.touch(call)
        if control.unsettled(leg):
            control.steer(session, call)
    mine = pool.screener_leg(session, call)
    if mine is not None and mine.state == "in_room":
        _meet(session, call, mine)
    session.flush()


def _meet(session: Session, call: Call, mine: CallLeg) -> None:
    """The screener is in the room: they talk as soon as the caller is there too."""
    deadlines.meet(session, "screener_returns", "call_leg", mine.id)
    caller = pool.find_caller_leg(session, call.id)
    if callee.to_be_rung(call, caller):
        callee.ring(session, call, mine)
        return
    if call.state != "connecting" or caller is None or caller.state != "in_room":
        return
    callee.joined(session, caller)
    pool.move_call(call, "both_in_room")
    call.connected_at = call.connected_at or clock.now()
    call.returned_to_front = False
    deadlines.meet(session, "screener_joins", "call_leg", mine.id)


def leave(session: Session, call_id: UUID, leg_id: UUID) -> None:
    """A leg has left the room. The caller's leg may live on; a screener's has no other place to be."""
    call = pool.locked_call(session, call_id)
    leg = control.leg_of(session, call, leg_id)
    if leg.kind == "caller":
        if pool.move_leg(leg, "come_back"):
            leg.told = {}
    else:
        leg_ended(session, call, leg, "left_room")
    session.flush()


def leg_ended(session: Session, call: Call, leg: CallLeg, reason: str) -> None:
    """A leg that we placed is gone.

    The callee's: the call is over. The screener's: before the talk the caller goes back at once, in the talk after
    a grace. A consulted colleague's and anybody else's: the call goes on, and the console shows it.
    """
    if leg.kind == "caller":
        callee.gone(session, call, leg, reason)
        return
    mine = pool.screener_leg(session, call)
    if not pool.move_leg(leg, "end"):
        return
    leg.left_at, leg.reason = clock.now(), leg.reason or reason
    if call.ended_at is not None:
        return
    pool.touch(call)
    if leg.kind == "consult" and leg.user_id is not None:
        control.free_colleague(session, leg.user_id)
        route(session)
    elif mine is None or leg.id != mine.id:
        return
    elif call.state == "connecting":
        screener_lost(session, call, reason)
    elif call.state == "talking":
        due = clock.now() + RETURN_GRACE
        deadlines.start(session, "screener_returns", "call_leg", leg.id, due, "calls")


def rejoin(session: Session, call_id: UUID, user_id: UUID) -> CallLeg:
    """The screener, whose leg was lost in the talk, comes back into the room: the leg on which they do.

    Harmless while their leg lives: it is the answer. Raises NotFound when the call is not theirs (any more) and
    Conflict when it does not go on.
    """
    call = control.talking_call(session, call_id, user_id)
    lost = pool.screener_leg(session, call)
    if lost is not None and lost.state not in control.OVER:
        return lost
    leg = CallLeg(
        id=new_id(),
        call_id=call.id,
        kind="screener",
        user_id=user_id,
        address=lost.address if lost is not None else None,
        state="wanted",
        told={},
        created_at=clock.now(),
    )
    session.add(leg)
    session.flush()
    left_at = lost.left_at if lost is not None and lost.left_at is not None else clock.now()
    if lost is not None:
        deadlines.call_off(session, "screener_returns", "call_leg", lost.id)
    deadlines.start(session, "screener_returns", "call_leg", leg.id, left_at + REJOIN_WITHIN, "calls")
    record(session, Actor.user(user_id), "call:rejoined", "call", call.id, {"leg": str(leg.id)})
    control.steer(session, call)
    return leg


def screener_lost(session: Session, call: Call, reason: str, away: str | None = None) -> None:
    """The call's screener is gone and stays away.

    A consulted colleague who is in the room takes the call over; else the caller goes back to the front of the
    line.
    """
    heir = control.live(session, call.id, "consult")
    if call.state == "talking" and heir is not None and heir.state == "in_room":
        _inherit(session, call, heir, reason, away)
        return
    if call.direction == "outbound" and call.state == "connecting":
        # Nobody waits for another screener.
        end(session, call, "unanswered")
        route(session)
        return
    leg, talked = pool.screener_leg(session, call), call.state == "talking"
    if leg is None or not pool.move_call(call, "screener_lost"):
        return
    if not talked:
        callee.call_off(session, call, reason)
    lost, call.screener_id, call.conference = call.screener_id, None, None
    call.returned_to_front = True
    withdraw_offer_of(session, call, "screener_lost")
    _forget(session, leg, reason)
    close_others(session, call, reason)
    _away(session, lost, away)
    record(session, Actor.system("calls"), "call:returned_to_line", "call", call.id, {"reason": reason})
    # Moves the caller out of the room, and ends what is left of the other legs.
    outbox.enqueue(session, "connect_call", call.id, key=f"return_call:{leg.id}")
    session.flush()
    route(session)


def _inherit(session: Session, call: Call, heir: CallLeg, reason: str, away: str | None) -> None:
    leg, lost = pool.screener_leg(session, call), call.screener_id
    take_over(session, call, heir)
    if leg is not None:
        _forget(session, leg, reason)
    _away(session, lost, away)
    detail = {"to": str(heir.user_id), "leg": str(heir.id), "reason": reason}
    record(session, Actor.system("calls"), "call:handed_over", "call", call.id, detail)
    control.steer(session, call)
    route(session)


def take_over(session: Session, call: Call, heir: CallLeg) -> None:
    """The consulted colleague's leg becomes the screener's, and the caller is taken back from hold."""
    heir.kind, call.screener_id = "screener", heir.user_id
    caller = pool.find_caller_leg(session, call.id)
    if caller is not None:
        caller.held = False
    session.flush()


def close_others(session: Session, call: Call, reason: str) -> None:
    """Nobody but the caller is wanted in this room any more; consulted colleagues are free again."""
    caller = pool.find_caller_leg(session, call.id)
    if caller is not None:
        control.reset(caller)
        if caller.state in _IN_A_ROOM and pool.move_leg(caller, "come_back"):
            # Until they are moved they still sit in the room that is history now.
            caller.told = {"elsewhere": True}
    for leg in pool.other_legs(session, call.id):
        if leg.state in control.OVER:
            continue
        close_leg(session, leg, reason)
        if leg.kind == "consult" and leg.user_id is not None:
            control.free_colleague(session, leg.user_id)


def _forget(session: Session, leg: CallLeg, reason: str) -> None:
    """A screener's leg that is lost; the clocks of one that ended by itself are still running."""
    close_leg(session, leg, reason)
    for kind in ("screener_joins", "screener_returns"):
        deadlines.call_off(session, kind, "call_leg", leg.id)


def _away(session: Session, user_id: UUID | None, reason: str | None) -> None:
    if user_id is not None:
        presence.move(presence.locked(session, user_id), "lose", reason or "leg_lost")


def caller_moving(session: Session, call_id: UUID) -> None:
    """The caller was told to go into the room."""
    pool.locked_call(session, call_id)
    leg = pool.caller_leg(session, call_id)
    if pool.move_leg(leg, "move"):
        leg.told = {}
    session.flush()


def caller_back_in_line(session: Session, call_id: UUID) -> None:
    """The caller was told to wait in the line again."""
    pool.locked_call(session, call_id)
    leg = pool.caller_leg(session, call_id)
    pool.move_leg(leg, "come_back")
    leg.told = {}
    session.flush()


def caller_sent_to_voicemail(session: Session, call_id: UUID) -> None:
    """The caller was told to go and leave a message; telling it again would begin the message anew."""
    pool.locked_call(session, call_id)
    leg = pool.caller_leg(session, call_id)
    leg.told = {**leg.told, "voicemail": True}
    session.flush()


def caller_gone(
    session: Session, call_id: UUID, *, at: datetime | None = None, outcome: str | None = None
) -> None:
    """The caller's own leg has ended, at whatever stage. Told twice or late it changes nothing."""
    if _is_settled(session, call_id):
        # Said once more, as it always is: nobody has to wait for the pool for that.
        return
    call = pool.locked_call(session, call_id)
    end(session, call, "hung_up", at=at, outcome=outcome)
    leg = pool.find_caller_leg(session, call_id)
    if leg is not None:
        pool.move_leg(leg, "end")
    route(session)


def _is_settled(session: Session, call_id: UUID) -> bool:
    """Whether neither the call nor its caller's leg can end any more."""
    open_leg = exists().where(CallLeg.call_id == Call.id, CallLeg.kind == "caller", CallLeg.state != "ended")
    settled = select(Call.id).where(Call.id == call_id, Call.ended_at.is_not(None), ~open_leg)
    return session.scalar(settled) is not None


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
    if call.state == "connecting" and not callee.is_rung(session, call):
        screener_lost(session, call, "given_back", away="gave_back")
        return
    end(session, call, "unanswered" if call.state == "connecting" else "closed")
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
