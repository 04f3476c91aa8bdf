"""Supervisors' notes on calls from one number. They expire, and they never block anybody by themselves."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from hotline.audit.record import Actor, record
from hotline.base import clock
from hotline.base.errors import Conflict, InvalidInput, NotFound
from hotline.base.ids import new_id
from hotline.calls.models import Call, NumberFlag
from hotline.calls.states import FLAGS

USUAL_DAYS = 7
MOST_DAYS = 30
DAYS = (1, USUAL_DAYS, 14, MOST_DAYS)
"""Lengths that are offered."""


def set_flag(
    session: Session, call_id: UUID, kind: str, supervisor_id: UUID, days: int = USUAL_DAYS
) -> NumberFlag:
    """Flag the number of a call as `kind` of `states.FLAGS` for `days` (1 to 30); again moves the end.

    Raises InvalidInput for another kind or length, NotFound, and Conflict for a call without a number: two
    withheld numbers are never taken for one caller.
    """
    if kind not in FLAGS:
        raise InvalidInput("kind", "Choose what the calls are like.")
    if not 1 <= days <= MOST_DAYS:
        raise InvalidInput("days", "A flag lasts from 1 to 30 days.")
    call = session.get(Call, call_id)
    if call is None:
        raise NotFound("No such call.")
    if call.caller_hash is None:
        raise Conflict("This call came without a number: there is nothing to flag.")
    now = clock.now()
    flag = next((one for one in of_call(session, call) if one.kind == kind), None)
    if flag is None:
        flag = NumberFlag(
            id=new_id(),
            caller_hash=call.caller_hash,
            kind=kind,
            call_id=call.id,
            set_by=supervisor_id,
            set_at=now,
            expires_at=now,
        )
        session.add(flag)
    flag.expires_at = now + timedelta(days=days)
    session.flush()
    record(session, Actor.user(supervisor_id), "flag:set", "call", call.id, {"kind": kind, "days": days})
    return flag


def lift(session: Session, flag_id: UUID, supervisor_id: UUID) -> None:
    """End a flag before its time; twice is harmless. Raises NotFound."""
    flag = session.get(NumberFlag, flag_id, with_for_update=True)
    if flag is None:
        raise NotFound("No such flag.")
    if flag.lifted_at is not None:
        return
    flag.lifted_at, flag.lifted_by = clock.now(), supervisor_id
    session.flush()
    record(
        session,
        Actor.user(supervisor_id),
        "flag:lifted",
        "call",
        flag.call_id or flag_id,
        {"kind": flag.kind},
    )


def of_call(session: Session, call: Call) -> tuple[NumberFlag, ...]:
    """The flags of the call's number that hold now, by kind; none for a call without a number."""
    if call.caller_hash is None:
        return ()
    return of_hashes(session, [call.caller_hash]).get(call.caller_hash, ())


def of_hashes(session: Session, hashes: Iterable[str]) -> Mapping[str, tuple[NumberFlag, ...]]:
    """The flags that hold now, by the keyed hash of the number."""
    wanted = sorted(set(hashes))
    if not wanted:
        return {}
    rows = session.scalars(
        select(NumberFlag)
        .where(
            NumberFlag.caller_hash.in_(wanted),
            NumberFlag.lifted_at.is_(None),
            NumberFlag.expires_at > clock.now(),
        )
        .order_by(NumberFlag.kind, NumberFlag.set_at)
    )
    found: dict[str, tuple[NumberFlag, ...]] = {}
    for flag in rows:
        found[flag.caller_hash] = (*found.get(flag.caller_hash, ()), flag)
    return found
