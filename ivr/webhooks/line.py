"""Waiting in the line, leaving it, and the way into the room."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from hotline.base import clock
from hotline.calls import connecting
from hotline.calls.models import Call, CallLeg
from hotline.calls.queries import position
from ivr.desk import Desk
from ivr.events import CallEvent
from ivr.twiml import fallback, waiting
from ivr.twiml.connect import nothing
from ivr.webhooks.caller import call_of, document, into_line

MOVE_WITHIN = timedelta(seconds=3)
"""A caller who was not moved into the room by then leaves the line by the document that they hear."""

_MOVED_BY_US = frozenset({"redirected", "redirected-from-bridged"})
_BROKEN = frozenset({"error", "system-error", "queue-full"})
_FIRST_SECONDS = 5


def in_line(desk: Desk, session: Session, event: CallEvent) -> str:
    """What a waiting caller hears. Our own place in line is told: the phone company's order is another."""
    call = into_line(session, call_of(desk, session, event), event)
    if call.state == "waiting":
        return waiting.waiting(
            desk.prompts,
            call.language,
            call.lane or "general",
            position(session, call),
            first=int(event.form.get("QueueTime", "0")) < _FIRST_SECONDS,
            returned=call.returned_to_front,
        )
    if call.ended_at is None and not _move_is_late(session, call):
        return fallback.hold_in_line(desk.prompts, call.language)
    return waiting.leave()


def queue_left(desk: Desk, session: Session, event: CallEvent) -> str:
    """The caller is out of the line: gone, moved by us (then this answer is not read), or sent on by `<Leave/>`."""
    call = into_line(session, call_of(desk, session, event), event)
    result = event.form.get("QueueResult")
    if result == "hangup" or event.call_is_over:
        connecting.caller_gone(session, call.id, at=event.received_at)
        return nothing()
    if result in _MOVED_BY_US:
        return nothing()
    if result in _BROKEN and call.state == "waiting":
        # The line itself is out of order: hold the caller without it, and try again.
        return fallback.hold(desk.prompts, desk.links, call.language, chosen=call.language, lane=call.lane)
    return document(desk, session, call)


def connect(desk: Desk, session: Session, event: CallEvent) -> str:
    """The caller is moved by us: into the room, or back into the line."""
    return document(desk, session, into_line(session, call_of(desk, session, event), event))


def _move_is_late(session: Session, call: Call) -> bool:
    accepted_at = session.scalar(
        select(CallLeg.created_at)
        .where(CallLeg.call_id == call.id, CallLeg.kind == "screener")
        .order_by(CallLeg.created_at.desc())
        .limit(1)
    )
    return accepted_at is None or clock.now() - accepted_at > MOVE_WITHIN
