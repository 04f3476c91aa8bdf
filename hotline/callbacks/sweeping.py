"""What the sweep looks after: callbacks that are due, were tried, were overtaken by events, or lie too long."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from sqlalchemy import ColumnElement, Text, cast, exists, select
from sqlalchemy.orm import Session

from hotline.audit.record import record
from hotline.base import clock
from hotline.base.logging import get_logger, reason
from hotline.callbacks import service
from hotline.callbacks.models import Callback
from hotline.callbacks.states import next_attempt
from hotline.calls import outbound, pool, routing
from hotline.calls.models import Call, CallLeg
from hotline.calls.telling import open_for_supervisors
from hotline.lines.models import Line
from hotline.worklist.models import WorklistItem

DECIDE_WITHIN = timedelta(hours=1)
"""By when a person has decided what happens after the last attempt."""

LATE_AFTER = timedelta(hours=1)
"""A callback that nobody took for so long after it was due is told to a supervisor."""

_LOOK_BACK = timedelta(days=7)
_AGAIN = timedelta(minutes=1)
_MOST = 100
_log = get_logger("callbacks")


def sweep(session: Session) -> None:
    """Do whatever is due for callbacks. Harmless at any moment, any number of times; one part stops no other."""
    pool.enter(session)
    for part in _PARTS:
        try:
            with session.begin_nested():
                part(session)
        except Exception as error:
            _log.error("sweep_part_failed", part=part.__name__, error=reason(error))
    routing.route(session)


def _settle_tried(session: Session) -> None:
    for callback in _in_state(session, "in_line"):
        call = service.placed(session, callback)
        if call is None or call.ended_at is None:
            continue
        if call.outcome == "answered":
            _settle_answered(session, callback, call)
        elif _was_rung(session, call):
            _not_reached(session, callback, call)
        else:
            service.move(callback, "take_back")
            callback.next_at = clock.now() + _AGAIN


def _settle_answered(session: Session, callback: Callback, call: Call) -> None:
    if call.disposition is None:
        return  # only the screener knows whether it was the caller, somebody else, or a machine
    if call.disposition == "not_reached":
        _not_reached(session, callback, call)
    else:
        resolution = "wrong_number" if call.disposition == "wrong_number" else "reached"
        service.shut(session, callback, resolution, service.SYSTEM)


def _not_reached(session: Session, callback: Callback, call: Call) -> None:
    callback.attempts += 1
    refused = _last_reason(session, call) == "address_refused"
    line = session.get_one(Line, callback.line_id)
    again = None if refused else next_attempt(callback.attempts, call.ended_at or clock.now(), line)
    detail = {"attempt": callback.attempts, "reason": _last_reason(session, call)}
    record(session, service.SYSTEM, "callback:not_reached", "callback", callback.id, detail)
    if again is not None:
        service.move(callback, "not_reached")
        callback.next_at = again
        return
    service.move(callback, "give_up")
    open_for_supervisors(
        session,
        kind="callback_failed",
        jurisdiction=callback.jurisdiction,
        subject_kind="callback",
        subject_id=callback.id,
        reason="callback_refused" if refused else "callback_not_reached",
        due_in=DECIDE_WITHIN,
        detail={"lane": callback.lane, "language": callback.language, "attempts": callback.attempts},
    )


def _was_rung(session: Session, call: Call) -> bool:
    return any(
        leg.sid is not None or leg.reason == "address_refused"
        for leg in pool.legs_of(session, call.id, "caller")
    )


def _last_reason(session: Session, call: Call) -> str | None:
    leg: CallLeg | None = pool.find_caller_leg(session, call.id)
    return leg.reason if leg is not None else None


def _close_unconfirmed(session: Session) -> None:
    """Callers who were asked whether it is safe, and did not say yes before they hung up or were put through."""
    for callback in _in_state(session, "asked"):
        if session.get_one(Call, callback.call_id).state != "waiting":
            said_no = callback.safe_to_call is False
            service.shut(session, callback, "not_safe" if said_no else "not_confirmed", service.SYSTEM)


def _close_called_again(session: Session) -> None:
    """The caller rang by themselves meanwhile and was answered."""
    answered = exists().where(
        Call.caller_hash == Callback.number_hash,
        Call.direction == "inbound",
        Call.connected_at > Callback.created_at,
    )
    for callback in _locked(session, Callback.state.in_(service.OPEN), answered):
        call = service.placed(session, callback) if callback.state == "in_line" else None
        if call is None or outbound.take_back(session, call.id):
            service.shut(session, callback, "called_again", service.SYSTEM)


def _from_abandoned(session: Session) -> None:
    left = (
        select(Call)
        .join(Line, Line.id == Call.line_id)
        .where(
            Call.outcome == "abandoned",
            Call.ended_at > clock.now() - _LOOK_BACK,
            Call.caller_kind == "number",
            Line.callback_offered,
            ~exists().where(Callback.call_id == Call.id),
            ~exists().where(Callback.number_hash == Call.caller_hash, Callback.state.in_(service.OPEN)),
            exists().where(
                WorklistItem.kind == "abandoned_call",
                WorklistItem.subject_id == cast(Call.id, Text),
                WorklistItem.closed_at.is_(None),
            ),
        )
        .order_by(Call.ended_at)
        .limit(_MOST)
    )
    for call in session.scalars(left).all():
        service.for_abandoned(session, call)


def _follow_items(session: Session) -> None:
    """Abandoned calls that a person has settled: nobody needs to call back any more."""
    settled = exists().where(
        WorklistItem.kind == "abandoned_call",
        WorklistItem.subject_id == cast(Callback.call_id, Text),
        WorklistItem.closed_at.is_not(None),
    )
    for callback in _locked(
        session, Callback.state == "with_person", Callback.origin == "abandoned", settled
    ):
        service.shut(session, callback, "settled", service.SYSTEM)


def _put_due_in_line(session: Session) -> None:
    due = _locked(
        session,
        Callback.state == "waiting",
        Callback.next_at <= clock.now(),
        # Doubt never dials: whoever was not asked is called by a person's decision only.
        Callback.safe_to_call.is_(True),
    )
    for callback in due:
        service.put_in_line(session, callback)


def _tell_of_late(session: Session) -> None:
    since = clock.now() - LATE_AFTER
    for callback in _in_state(session, "in_line"):
        call = service.placed(session, callback)
        if call is None or call.state != "waiting" or call.received_at > since:
            continue
        open_for_supervisors(
            session,
            kind="callback_late",
            jurisdiction=callback.jurisdiction,
            subject_kind="callback",
            subject_id=callback.id,
            reason="nobody_took_callback",
            due_in=DECIDE_WITHIN,
            detail={"lane": callback.lane, "language": callback.language},
        )


def _in_state(session: Session, state: str) -> list[Callback]:
    return _locked(session, Callback.state == state)


def _locked(session: Session, *which: ColumnElement[bool]) -> list[Callback]:
    return list(
        session.scalars(
            select(Callback)
            .where(*which)
            .order_by(Callback.queued_at, Callback.id)
            .limit(_MOST)
            .with_for_update()
            .execution_options(populate_existing=True)
        )
    )


_PARTS: tuple[Callable[[Session], None], ...] = (
    _settle_tried,
    _close_unconfirmed,
    _close_called_again,
    _from_abandoned,
    _follow_items,
    _put_due_in_line,
    _tell_of_late,
)
