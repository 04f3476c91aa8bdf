"""What a screener does with the legs of a call: hold, mute, and what the console shows of them.

A request writes what is wanted on the leg (`held`, `muted`) and asks for the job `steer_call`, which compares it
with `CallLeg.told` and tells the phone company. So a request that came twice, a worker that died and news out of
order all end in the same place: what is wanted.
"""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from hotline.audit.record import Actor, record
from hotline.base import outbox
from hotline.base.errors import Conflict, NotFound
from hotline.calls import pool, presence
from hotline.calls.models import Call, CallLeg, Offer

OVER = frozenset({"closing", "ended"})
"""States of a leg that is no part of the call any more."""

EXTERNAL = frozenset({"interpreter", "law_enforcement", "party"})
"""Kinds of legs to people outside the hotline."""

COLLEAGUES = frozenset({"screener", "consult"})
"""Kinds of legs whose person works on the call: they may mute themselves."""

UNCHANGED = {"held": False, "muted": False}
"""How a leg enters a room."""


def hold(session: Session, call_id: UUID, user_id: UUID, leg_id: UUID | None = None) -> None:
    """Put a leg on hold (the caller's unless `leg_id` names another); it hears music and nobody.

    Twice is harmless. Raises NotFound (not their call or no such leg) and Conflict (nobody talks yet, or the leg
    is gone).
    """
    _set_held(session, call_id, user_id, leg_id, held=True)


def unhold(session: Session, call_id: UUID, user_id: UUID, leg_id: UUID | None = None) -> None:
    """Take a leg back from hold; otherwise like `hold`."""
    _set_held(session, call_id, user_id, leg_id, held=False)


def mute(session: Session, call_id: UUID, user_id: UUID, leg_id: UUID | None = None) -> None:
    """Let nobody hear a leg (the person's own unless `leg_id` names another); it goes on hearing.

    A consulted colleague may mute their own leg only. Twice is harmless. Raises like `hold`.
    """
    _set_muted(session, call_id, user_id, leg_id, muted=True)


def unmute(session: Session, call_id: UUID, user_id: UUID, leg_id: UUID | None = None) -> None:
    """Let a leg be heard again; otherwise like `mute`."""
    _set_muted(session, call_id, user_id, leg_id, muted=False)


def _set_held(session: Session, call_id: UUID, user_id: UUID, leg_id: UUID | None, *, held: bool) -> None:
    call = talking_call(session, call_id, user_id)
    leg = pool.caller_leg(session, call_id) if leg_id is None else leg_of(session, call, leg_id)
    if leg.kind == "screener":
        raise Conflict("You can't put yourself on hold. Mute your microphone instead.")
    if leg.state in OVER:
        raise Conflict("This person is not on the call any more.")
    if leg.held == held:
        return
    leg.held, leg.told = held, _without_refusal(leg)
    by, detail = Actor.user(user_id), {"leg": str(leg.id), "kind": leg.kind}
    record(session, by, "leg:held" if held else "leg:resumed", "call", call.id, detail)
    steer(session, call)


def _set_muted(session: Session, call_id: UUID, user_id: UUID, leg_id: UUID | None, *, muted: bool) -> None:
    call = pool.locked_call(session, call_id)
    own = own_leg(session, call, user_id)
    if own is None or call.ended_at is not None:
        raise NotFound("No such call.")
    leg = own if leg_id is None else leg_of(session, call, leg_id)
    if leg.id != own.id and call.screener_id != user_id:
        raise Conflict("Only the screener of the call can mute others.")
    if leg.state in OVER:
        raise Conflict("This person is not on the call any more.")
    if leg.muted == muted:
        return
    leg.muted, leg.told = muted, _without_refusal(leg)
    by, detail = Actor.user(user_id), {"leg": str(leg.id), "kind": leg.kind}
    record(session, by, "leg:muted" if muted else "leg:unmuted", "call", call.id, detail)
    steer(session, call)


def _without_refusal(leg: CallLeg) -> dict[str, bool]:
    return {name: value for name, value in leg.told.items() if name != "refused"}


def talking_call(session: Session, call_id: UUID, user_id: UUID) -> Call:
    """The call, locked, in which this screener talks. Raises NotFound when it is not theirs, Conflict otherwise."""
    call = own_call(session, call_id, user_id)
    if call.state != "talking":
        raise Conflict("The caller is not connected yet.")
    return call


def own_call(session: Session, call_id: UUID, user_id: UUID) -> Call:
    """The screener's call, locked. Raises NotFound when it is not theirs, Conflict when it has ended."""
    call = pool.locked_call(session, call_id)
    if call.screener_id != user_id:
        raise NotFound("No such call.")
    if call.ended_at is not None:
        raise Conflict("The call has ended.")
    return call


def own_leg(session: Session, call: Call, user_id: UUID) -> CallLeg | None:
    """The person's own live leg: the present screener's, or that of a colleague who was asked in."""
    mine = [
        leg
        for leg in pool.other_legs(session, call.id)
        if leg.user_id == user_id and leg.kind in COLLEAGUES and leg.state not in OVER
    ]
    return mine[-1] if mine else None


def leg_of(session: Session, call: Call, leg_id: UUID) -> CallLeg:
    """A leg of the call; raises NotFound."""
    leg = session.get(CallLeg, leg_id, populate_existing=True)
    if leg is None or leg.call_id != call.id:
        raise NotFound("No such leg.")
    return leg


def live(session: Session, call_id: UUID, kind: str) -> CallLeg | None:
    """The newest leg of a kind that is part of the call, in whatever state of coming."""
    legs = [leg for leg in pool.legs_of(session, call_id, kind) if leg.state not in OVER]
    return legs[-1] if legs else None


def steer(session: Session, call: Call) -> None:
    """Ask for the phone company to be told what is wanted now. The caller holds the lock of the call."""
    pool.touch(call)
    session.flush()
    outbox.enqueue(session, "steer_call", call.id, key=f"steer_call:{call.id}:{call.version}")


def told(session: Session, call_id: UUID, leg_id: UUID, **facts: bool) -> None:
    """What the phone company has been told of a leg, or says of it. Where it is not what is wanted, it is told.

    Harmless twice and for a leg that is gone.
    """
    call = pool.locked_call(session, call_id)
    leg = leg_of(session, call, leg_id)
    if leg.state in OVER or call.ended_at is not None:
        return
    known = {**UNCHANGED, **leg.told, **facts}
    if known == {**UNCHANGED, **leg.told}:
        return
    leg.told = known
    if unsettled(leg):
        steer(session, call)
    else:
        pool.touch(call)
    session.flush()


def refused(session: Session, call_id: UUID, leg_id: UUID, code: int) -> None:
    """The phone company will not do what is wanted of a leg: what it does stands, and the console shows it."""
    call = pool.locked_call(session, call_id)
    leg = leg_of(session, call, leg_id)
    leg.held, leg.muted = bool(leg.told.get("held")), bool(leg.told.get("muted"))
    leg.told = {**leg.told, "refused": True}
    detail = {"leg": str(leg.id), "kind": leg.kind, "code": code}
    record(session, Actor.system("calls"), "leg:refused", "call", call.id, detail)
    pool.touch(call)
    session.flush()


def unsettled(leg: CallLeg) -> bool:
    """Whether a leg that is in the room is not as it is wanted.

    How a supervisor takes part is told by `monitoring` in one request: unmuted without being bound to the screener,
    a whisper would be heard by the caller.
    """
    if leg.state != "in_room" or leg.kind == "supervisor":
        return False
    return (leg.held, leg.muted) != (bool(leg.told.get("held")), bool(leg.told.get("muted")))


def entered(leg: CallLeg) -> None:
    """A leg has come into a room: nothing that was told before counts there."""
    leg.told = dict(UNCHANGED)


def reset(leg: CallLeg) -> None:
    """A leg is out of the room, or its screener is lost: nothing is wanted of it."""
    leg.held, leg.muted, leg.told = False, False, {}


def free_colleague(session: Session, user_id: UUID) -> None:
    """Somebody's part in a call is over, and it is not theirs to close: available again, or away by their choice."""
    row = presence.locked(session, user_id)
    if presence.unfinished(session, user_id) is not None:
        presence.move(row, "call_ended")
        return
    if presence.move(row, "release") and not row.auto_available:
        presence.move(row, "go_away", "after_call")


def stage_of(session: Session, call: Call) -> str:
    """Where the call is, finer than its state: a word of `states.STAGES`."""
    if call.state == "waiting":
        return "transfer" if _handed_on(session, call) else "queue"
    if call.state != "talking":
        return {"connecting": "ring"}.get(call.state, call.state)
    if consult_is_on(session, call):
        return "transfer"
    caller = pool.find_caller_leg(session, call.id)
    return "hold" if caller is not None and caller.held else "talk"


def consult_is_on(session: Session, call: Call) -> bool:
    """Whether a colleague is being asked into the call, or is in it."""
    return live(session, call.id, "consult") is not None or open_consult(session, call.id) is not None


def open_consult(session: Session, call_id: UUID) -> Offer | None:
    """The question to a colleague that nobody has answered yet."""
    return session.scalar(
        select(Offer).where(Offer.call_id == call_id, Offer.kind == "consult", Offer.state == "open")
    )


def _handed_on(session: Session, call: Call) -> bool:
    legs = pool.legs_of(session, call.id, "screener")
    return bool(legs) and legs[-1].reason == "handed_on"
