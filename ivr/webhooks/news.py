"""What the phone company tells in passing: how legs get on, and who goes in and out of rooms.

Such news comes twice, late and in any order. Each piece is written down under its own key first.
"""

from __future__ import annotations

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from hotline.base.ids import parse_id
from hotline.base.logging import get_logger
from hotline.calls import connecting, control
from hotline.calls.control import EXTERNAL
from hotline.calls.corrections import talked_after_all
from hotline.calls.models import Call, CallLeg
from hotline.calls.models import CallEvent as CallEventRow
from hotline.calls.pool import find_call
from hotline.calls.service import divert_call
from ivr import receipts
from ivr.desk import Desk
from ivr.events import CallEvent
from ivr.twiml.connect import hang_up, nothing
from ivr.webhooks.caller import call_of, document
from ivr.webhooks.screener import leg_of

_STEPS = {"queued": "dial", "initiated": "dial", "ringing": "ring", "in-progress": "answer"}
_SERVED = frozenset({"completed", "answered"})
_PLACED = frozenset({"screener", "consult", "supervisor", *EXTERNAL})
"""Kinds of legs that we called."""

_CALLEE = frozenset({"caller"})
"""A leg of this kind that a request names by its id is one that we called, too."""

_PRESENT = frozenset(
    {
        "participant-join",
        "participant-mute",
        "participant-unmute",
        "participant-hold",
        "participant-unhold",
        "participant-modify",
    }
)
"""News of somebody who is in the room. Each tells how they are in it."""

_FACTS = {"held": "Hold", "muted": "Muted"}

_WHY = {"busy": "busy", "no-answer": "no_answer", "failed": "failed", "canceled": "canceled"}
"""Words of the phone company for a telephone that nobody answered, in ours."""

_log = get_logger("news")


def call_status(desk: Desk, session: Session, event: CallEvent) -> str:
    """A leg rings, is answered or has ended: the caller's own, or one that we called."""
    status = event.form.get("CallStatus", "")
    leg = leg_of(session, event, _PLACED | _CALLEE) or session.scalar(
        select(CallLeg).where(CallLeg.sid == event.call_sid, CallLeg.kind.in_(_PLACED))
    )
    call = session.get(Call, leg.call_id) if leg is not None else _callers_call(desk, session, event)
    if not receipts.is_news(session, event, call.id if call else None, {"status": status}) or call is None:
        return nothing()
    if leg is None:
        if event.call_is_over:
            connecting.caller_gone(session, call.id, at=event.received_at)
    elif event.call_is_over:
        why = _WHY.get(status, "leg_ended")
        connecting.leg_progress(session, call.id, leg.id, "end", event.call_sid, why)
    elif status in _STEPS:
        connecting.leg_progress(session, call.id, leg.id, _STEPS[status], event.call_sid)
    return nothing()


def _callers_call(desk: Desk, session: Session, event: CallEvent) -> Call | None:
    """A ring whose first request never reached us is still a call; a leg that we placed ourselves is none."""
    known = find_call(session, event.call_sid or "")
    if known is not None:
        return known
    if event.form.get("Direction", "inbound") != "inbound" or "ParentCallSid" in event.form:
        _log.warning("news_of_unknown_leg", key=event.key)
        return None
    return call_of(desk, session, event)


def conference(desk: Desk, session: Session, event: CallEvent) -> str:
    """Somebody goes into a room or out of it, is muted or held."""
    what, room = event.form.get("StatusCallbackEvent", ""), event.form.get("FriendlyName", "")
    leg = _participant(session, event)
    call = session.scalar(select(Call).where(Call.conference == room))
    if call is None and leg is not None:
        call = session.get(Call, leg.call_id)
    reason = event.form.get("ReasonParticipantLeft")
    about = {
        "event": what,
        "room": room,
        "conference": event.form.get("ConferenceSid"),
        "leg": str(leg.id) if leg else None,
        "reason": reason,
    }
    if not receipts.is_news(session, event, call.id if call else None, about):
        return nothing()
    if call is None or leg is None or leg.call_id != call.id:
        return nothing()
    if what == "participant-join":
        talked_after_all(session, call.id, event.form.get("ConferenceSid", ""), event.received_at)
    if _overtaken(session, event, room, leg):
        return nothing()
    if leg.kind == "caller" and call.conference != room:
        # The caller has left for another room, or for the line: this room is history.
        return nothing()
    if what == "participant-leave":
        _left(session, event, call, leg)
    elif what in _PRESENT:
        connecting.join(session, call.id, leg.id)
        _as_told(session, event, call, leg)
    return nothing()


def _participant(session: Session, event: CallEvent) -> CallLeg | None:
    """Whose leg the news is about: by its sid, or by the label with which it was called into the room."""
    if event.call_sid is None:
        return None
    leg = session.scalar(select(CallLeg).where(CallLeg.sid == event.call_sid))
    if leg is not None or "ParticipantLabel" not in event.form:
        return leg
    labelled = session.get(CallLeg, parse_id(event.form["ParticipantLabel"]), populate_existing=True)
    if labelled is None or labelled.sid is not None:
        return None
    labelled.sid = event.call_sid
    return labelled


def _left(session: Session, event: CallEvent, call: Call, leg: CallLeg) -> None:
    if event.form.get("ReasonParticipantLeft") == "participant_add_failed":
        why = _WHY.get(event.form.get("ParticipantCallStatus", ""), "failed")
        connecting.leg_progress(session, call.id, leg.id, "end", event.call_sid, why)
    else:
        connecting.leave(session, call.id, leg.id)


def _as_told(session: Session, event: CallEvent, call: Call, leg: CallLeg) -> None:
    """What the phone company says of a leg is what it was told last, whatever we remember."""
    facts = {name: event.form[word] == "true" for name, word in _FACTS.items() if word in event.form}
    control.told(session, call.id, leg.id, **facts)


def _overtaken(session: Session, event: CallEvent, room: str, leg: CallLeg) -> bool:
    """Whether later news of the same leg in the same room came before this."""
    if event.sequence is None:
        return False
    later = exists().where(
        CallEventRow.call_id == leg.call_id,
        CallEventRow.kind == "conference",
        CallEventRow.sequence > event.sequence,
        CallEventRow.detail["room"].astext == room,
        # A room that was empty for a moment is a new conference, which counts from 1 again.
        CallEventRow.detail["conference"].astext == event.form.get("ConferenceSid"),
        CallEventRow.detail["leg"].astext == str(leg.id),
    )
    return bool(session.scalar(select(later)))


def call_over(desk: Desk, session: Session, event: CallEvent) -> str:
    """The caller is out of the room, or a backup number was called during an outage."""
    call = call_of(desk, session, event)
    if "diverted" in event.query and event.form.get("DialCallStatus") in _SERVED:
        divert_call(session, call.id, at=event.received_at)
        return hang_up()
    if event.call_is_over:
        connecting.caller_gone(session, call.id, at=event.received_at)
        return nothing()
    return document(desk, session, call)
