"""What every change of calls and presences begins with: the lock of the routing pool, then the row.

The order is always the same (pool, then call, then presence), so that two changes can wait for each other but
never in a circle. A caller's webhook is short and a county's calls are few: one pool is enough.
"""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from hotline.base import clock
from hotline.base.errors import NotFound
from hotline.base.logging import get_logger
from hotline.base.states import IllegalMove
from hotline.calls.models import Call, CallLeg
from hotline.calls.states import call_step, leg_step

_POOL_LOCK = 7_301_002
_ENTERED = "calls_pool"
_log = get_logger("calls")


def enter(session: Session) -> None:
    """Wait for the pool; it is ours until the transaction ends. Entering twice is harmless."""
    transaction = session.get_transaction()
    if transaction is not None and session.info.get(_ENTERED) is transaction:
        return
    session.execute(text("select pg_advisory_xact_lock(:key)"), {"key": _POOL_LOCK})
    if not session.in_nested_transaction():
        # What is locked in a savepoint is let go when that is undone: only the whole transaction is sure of it.
        session.info[_ENTERED] = session.get_transaction()


def greeted_call(session: Session, call_id: UUID) -> Call:
    """Like `locked_call`, but without the pool while the caller is still greeted: nobody else moves such a call.

    Many callers hear the greeting at once, and none of them has to wait for the others. Raises NotFound.
    """
    state = session.scalar(select(Call.state).where(Call.id == call_id))
    if state != "greeting":
        return locked_call(session, call_id)
    return _kept(session, call_id)


def locked_call(session: Session, call_id: UUID) -> Call:
    """The call as it stands now, kept from others until the transaction ends. Enters the pool.

    Raises NotFound.
    """
    enter(session)
    return _kept(session, call_id)


def _kept(session: Session, call_id: UUID) -> Call:
    # The weaker kind of lock: a report that refers to the call may be written meanwhile.
    call = session.scalar(
        select(Call)
        .where(Call.id == call_id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    )
    if call is None:
        raise NotFound("No such call.")
    return call


def find_call(session: Session, sid: str) -> Call | None:
    """The call whose caller's leg has that name at the phone company."""
    return session.scalar(select(Call).where(Call.sid == sid))


def legs_of(session: Session, call_id: UUID, kind: str) -> list[CallLeg]:
    """The call's legs of a kind, oldest first, as they stand now."""
    return list(
        session.scalars(
            select(CallLeg)
            .where(CallLeg.call_id == call_id, CallLeg.kind == kind)
            .order_by(CallLeg.created_at, CallLeg.id)
            .execution_options(populate_existing=True)
        )
    )


def caller_leg(session: Session, call_id: UUID) -> CallLeg:
    """The caller's own leg: one for good where somebody called us, the newest where we call."""
    return legs_of(session, call_id, "caller")[-1]


def find_caller_leg(session: Session, call_id: UUID) -> CallLeg | None:
    """The caller's own leg; None while a call that we place has rung nobody yet."""
    legs = legs_of(session, call_id, "caller")
    return legs[-1] if legs else None


def screener_leg(session: Session, call: Call) -> CallLeg | None:
    """The leg of the present screener: the newest of theirs; None while the call has no screener."""
    mine = [leg for leg in legs_of(session, call.id, "screener") if leg.user_id == call.screener_id]
    return mine[-1] if mine else None


def other_legs(session: Session, call_id: UUID) -> list[CallLeg]:
    """Every leg but the caller's, oldest first, as they stand now."""
    return list(
        session.scalars(
            select(CallLeg)
            .where(CallLeg.call_id == call_id, CallLeg.kind != "caller")
            .order_by(CallLeg.created_at, CallLeg.id)
            .execution_options(populate_existing=True)
        )
    )


def touch(call: Call) -> None:
    """Count a change, so that screens know that what they show is old."""
    call.version += 1


def move_call(call: Call, event: str) -> bool:
    """Move the call on; False when the event came after the fact. Raises IllegalMove."""
    step = call_step(call.state, event)
    if step.late:
        _log.info("late_call_event", call=str(call.id), state=call.state, event_name=event)
        return False
    if step.state == "waiting":
        call.waiting_since = clock.now()
    call.state = step.state
    touch(call)
    return True


def move_leg(leg: CallLeg, event: str) -> bool:
    """Move a leg on; False when the event came after the fact or leads nowhere (which is logged)."""
    try:
        step = leg_step(leg.state, event)
    except IllegalMove:
        _log.warning("odd_leg_event", leg=str(leg.id), state=leg.state, event_name=event)
        return False
    if step.late:
        return False
    leg.state = step.state
    return True
