"""Waiting in the line, leaving it, and the way into the room."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from hotline.base import clock
from hotline.calls import connecting, control, waits
from hotline.calls.models import Call, CallLeg
from hotline.calls.queries import position
from hotline.lines.hours import is_open
from ivr.desk import Desk
from ivr.events import CallEvent
from ivr.lines import KnownLine
from ivr.twiml import fallback, waiting
from ivr.twiml.connect import nothing
from ivr.twiml.waiting import Place
from ivr.webhooks.caller import call_of, document, into_line, line_of

MOVE_WITHIN = timedelta(seconds=3)
"""A caller who was not moved into the room by then leaves the line by the document that they hear."""

_MOVED_BY_US = frozenset({"redirected", "redirected-from-bridged"})
_BROKEN = frozenset({"error", "system-error", "queue-full"})
_FIRST_SECONDS = 5


def in_line(desk: Desk, session: Session, event: CallEvent) -> str:
    """What a waiting caller hears. Our own place in line is told: the phone company's order is another."""
    call = into_line(session, call_of(desk, session, event), event)
    if call.state == "waiting":
        line = line_of(session, call)
        place = _place(session, call, line, _round(event))
        return waiting.waiting(desk.words_of(line), desk.links, call.language, place)
    if call.ended_at is None and not _move_is_late(session, call):
        return fallback.hold_in_line(desk.prompts, call.language)
    return waiting.leave()


def _round(event: CallEvent) -> int:
    """How often the caller has heard from us. Who comes back from an outage has heard enough first words."""
    if "round" in event.query:
        return int(event.query["round"])
    return 0 if int(event.form.get("QueueTime", "0")) < _FIRST_SECONDS else waiting.PLACE_EVERY


def _place(session: Session, call: Call, line: KnownLine, round_: int) -> Place:
    lane, now = call.lane or "general", clock.now()
    callback = line.callback_offered and lane != "danger"
    if not waiting.tells_place(round_):
        return Place(lane, round=round_, callback=callback)
    desk, at = waits.Desk(session), position(session, call)
    waited = now - (call.waiting_since or call.queued_at or call.received_at)
    return Place(
        lane,
        position=at,
        expected=waits.expected_seconds(
            session, call.line_id, call.language, at, int(waited.total_seconds()), desk
        ),
        round=round_,
        returned=call.returned_to_front,
        handed_on=control.stage_of(session, call) == "transfer",
        closed=not is_open(line, now) and not desk.reachable(call),
        nobody_speaks=desk.size > 0 and desk.speakers(call.language) == 0,
        callback=callback,
    )


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
