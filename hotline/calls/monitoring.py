"""A supervisor on a live call: listening unheard, whispering to the screener alone, or joining for all to hear.

The supervisor's leg is a row like any other. Its `mode` is what is wanted; `told["mode"]` is what the phone company
was told since the leg is in the room. The job `steer_call` calls the supervisor, as it calls everybody; the job
`steer_monitor` tells a change of mode.
"""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from hotline.accounts.models import User
from hotline.audit.record import Actor, record
from hotline.base import clock, outbox
from hotline.base.errors import Conflict, NotFound
from hotline.base.ids import new_id
from hotline.calls import control, pool, presence
from hotline.calls.consent import permission, require, rule_of
from hotline.calls.ending import close_leg
from hotline.calls.models import Call, CallLeg
from hotline.calls.routing import usual_address
from hotline.policy.consent import Allowed
from hotline.policy.loader import Shelf

MODES = ("listen", "whisper", "barge")


@dataclass(frozen=True)
class Listener:
    """A supervisor on a call, as the screener's console and the supervisor's own page show it."""

    user_id: UUID
    name: str
    mode: str
    state: str
    """Of the leg, by `states.LEG`."""


def listen(session: Session, packs: Shelf, call_id: UUID, supervisor_id: UUID) -> CallLeg:
    """Hear the call; nobody hears the supervisor. The same again, or coming from another mode, is one leg.

    Raises NotFound (no such live call), Conflict when line, law or caller are against it, when nobody talks, or
    when the supervisor is on a call of their own.
    """
    return _take_part(session, packs, call_id, supervisor_id, "listen")


def whisper(session: Session, packs: Shelf, call_id: UUID, supervisor_id: UUID) -> CallLeg:
    """Be heard by the screener alone; otherwise like `listen`."""
    return _take_part(session, packs, call_id, supervisor_id, "whisper")


def barge(session: Session, packs: Shelf, call_id: UUID, supervisor_id: UUID) -> CallLeg:
    """Be heard by everybody on the call; otherwise like `listen`."""
    return _take_part(session, packs, call_id, supervisor_id, "barge")


def leave(session: Session, call_id: UUID, supervisor_id: UUID) -> None:
    """Go off the call. Twice is harmless; raises NotFound for a call that does not exist."""
    call = pool.locked_call(session, call_id)
    leg = live_leg(session, call.id, supervisor_id)
    if leg is not None:
        record(session, Actor.user(supervisor_id), "monitor:left", "call", call.id)
        _close(session, call, [leg], "left_by_supervisor")


def end_all(session: Session, call: Call, reason: str) -> None:
    """Every supervisor goes off the call, whose lock the caller holds."""
    legs = [leg for leg in pool.legs_of(session, call.id, "supervisor") if leg.state not in control.OVER]
    if legs:
        _close(session, call, legs, reason)


def _take_part(session: Session, packs: Shelf, call_id: UUID, supervisor_id: UUID, mode: str) -> CallLeg:
    call = pool.locked_call(session, call_id)
    if call.state != "talking":
        raise Conflict("Nobody talks on this call at the moment.")
    if call.screener_id == supervisor_id or presence.of(session, supervisor_id).state == "on_call":
        raise Conflict("You are on a call yourself.")
    allowed = require(session, packs, call, "monitoring")
    leg = live_leg(session, call.id, supervisor_id)
    is_new = leg is None
    if leg is None:
        _refuse_second_call(session, supervisor_id)
        leg = CallLeg(
            id=new_id(),
            call_id=call.id,
            kind="supervisor",
            user_id=supervisor_id,
            address=usual_address(session.get_one(User, supervisor_id)),
            added_by=supervisor_id,
            state="wanted",
            created_at=clock.now(),
        )
        session.add(leg)
    elif leg.mode == mode:
        return leg
    leg.mode = mode
    detail = {"mode": mode, "consent": allowed.code}
    record(session, Actor.user(supervisor_id), f"monitor:{mode}", "call", call.id, detail)
    if is_new:
        control.steer(session, call)
    else:
        steer(session, call, leg)
    return leg


def _refuse_second_call(session: Session, supervisor_id: UUID) -> None:
    elsewhere = session.scalar(
        select(CallLeg.id)
        .where(
            CallLeg.kind == "supervisor", CallLeg.user_id == supervisor_id, CallLeg.state.not_in(control.OVER)
        )
        .limit(1)
    )
    if elsewhere is not None:
        raise Conflict("You listen to another call. Leave that one first.")


def steer(session: Session, call: Call, leg: CallLeg) -> None:
    """Let a worker tell the leg's mode. The caller holds the lock of the call."""
    pool.touch(call)
    session.flush()
    outbox.enqueue(session, "steer_monitor", leg.id, key=f"steer_monitor:{leg.id}:{call.version}")


def told(session: Session, leg_id: UUID, mode: str, coached: str | None) -> None:
    """The phone company lets the leg take part in this mode, heard by the leg `coached` alone unless that is None."""
    call, leg = _locked(session, leg_id)
    leg.told = {**leg.told, "mode": mode, "coached": coached}
    if leg.mode != mode and leg.state not in control.OVER:
        steer(session, call, leg)
    session.flush()


def settled(leg: CallLeg, coached: str | None) -> bool:
    """Whether a leg in the room takes part as it is wanted. A whisper must be bound to the leg `coached`."""
    if leg.told.get("mode") != leg.mode:
        # It entered with the mode that was wanted then, so only a whisper can be bound to somebody who is gone.
        return leg.mode != "whisper" and "mode" not in leg.told
    return leg.mode != "whisper" or (coached is not None and leg.told.get("coached") == coached)


def sweep(session: Session) -> None:
    """Bind whispers anew whose screener has come back with another leg, and end those whose screener is gone.

    Otherwise the phone company might let everybody hear what was meant for one.
    """
    whispering = session.scalars(
        select(CallLeg).where(
            CallLeg.kind == "supervisor",
            CallLeg.mode == "whisper",
            CallLeg.state == "in_room",
            ~outbox.in_hand("steer_monitor", CallLeg.id),
        )
    ).all()
    for leg in whispering:
        call = session.get_one(Call, leg.call_id)
        if call.state == "talking" and not settled(leg, coached_sid(session, call)):
            steer(session, pool.locked_call(session, call.id), leg)


def fall_back(session: Session, leg_id: UUID) -> None:
    """There is no screener to whisper to: the supervisor only listens, and is shown so."""
    call, leg = _locked(session, leg_id)
    if leg.mode == "whisper" and leg.state not in control.OVER:
        leg.mode = "listen"
        record(session, Actor.system("calls"), "monitor:fell_back", "call", call.id)
        pool.touch(call)
    session.flush()


def refused(session: Session, leg_id: UUID) -> None:
    """The phone company will not change how the supervisor takes part: what it does stands."""
    call, leg = _locked(session, leg_id)
    leg.mode = str(leg.told.get("mode", "listen"))
    record(session, Actor.system("calls"), "monitor:refused", "call", call.id)
    pool.touch(call)
    session.flush()


def live_leg(session: Session, call_id: UUID, supervisor_id: UUID) -> CallLeg | None:
    """The supervisor's leg on this call, on its way or in the room."""
    legs = [
        leg
        for leg in pool.legs_of(session, call_id, "supervisor")
        if leg.user_id == supervisor_id and leg.state not in control.OVER
    ]
    return legs[-1] if legs else None


def coached_sid(session: Session, call: Call) -> str | None:
    """The screener's leg that a whisper goes to: the phone company's name of it while it is in the room."""
    leg = pool.screener_leg(session, call)
    return leg.sid if leg is not None and leg.state == "in_room" else None


def listeners(session: Session, call_id: UUID) -> tuple[Listener, ...]:
    """Who listens to the call, or is about to."""
    rows = session.execute(
        select(CallLeg, User.name)
        .join(User, User.id == CallLeg.user_id)
        .where(CallLeg.call_id == call_id, CallLeg.kind == "supervisor", CallLeg.state.not_in(control.OVER))
        .order_by(CallLeg.created_at, CallLeg.id)
    ).all()
    return tuple(
        Listener(leg.user_id, name, leg.mode or "listen", leg.state) for leg, name in rows if leg.user_id
    )


@dataclass(frozen=True)
class Chance:
    """What a supervisor may do with a live call. `why`: a code of `policy.consent.Refused` when it is nothing."""

    allowed: bool
    why: str | None
    mode: str | None
    """How the supervisor takes part now; None: not at all."""
    state: str | None
    """Of the supervisor's own leg, by `states.LEG`."""
    listeners: tuple[Listener, ...]


def chance(session: Session, packs: Shelf, call_id: UUID, supervisor_id: UUID) -> Chance:
    """What the supervisor's page shows beside a call. Raises NotFound."""
    call = session.get(Call, call_id)
    if call is None:
        raise NotFound("No such call.")
    found = permission(session, packs, call, "monitoring")
    mine = live_leg(session, call.id, supervisor_id)
    return Chance(
        allowed=isinstance(found, Allowed) and call.state == "talking" and call.screener_id != supervisor_id,
        why=None if isinstance(found, Allowed) else found.why,
        mode=mine.mode if mine is not None else None,
        state=mine.state if mine is not None else None,
        listeners=listeners(session, call.id),
    )


def shown_to_screener(session: Session, packs: Shelf, call: Call) -> tuple[Listener, ...]:
    """The same, as the screener may see it: a pack may hide who listens, never who is heard."""
    rule = rule_of(packs, call, "monitoring")
    found = listeners(session, call.id)
    if rule is None or rule.screener_is_told:
        return found
    return tuple(listener for listener in found if listener.mode != "listen")


def _locked(session: Session, leg_id: UUID) -> tuple[Call, CallLeg]:
    leg = session.get(CallLeg, leg_id)
    if leg is None:
        raise NotFound("No such leg.")
    call = pool.locked_call(session, leg.call_id)
    session.refresh(leg)
    return call, leg


def _close(session: Session, call: Call, legs: list[CallLeg], reason: str) -> None:
    closing = [close_leg(session, leg, reason) for leg in legs]
    pool.touch(call)
    session.flush()
    if any(closing):
        outbox.enqueue(session, "end_call", call.id, key=f"end_call:{call.id}:{call.version}")
