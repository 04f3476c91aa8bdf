"""A supervisor's leg: into the room of somebody else's call in the wanted way, and out of it."""

from __future__ import annotations

from sqlalchemy.orm import Session

from hotline.calls import connecting, monitoring
from hotline.calls.control import OVER
from hotline.calls.models import Call, CallLeg
from ivr.desk import Desk
from ivr.events import CallEvent
from ivr.twiml import supervise
from ivr.twiml.connect import hang_up
from ivr.webhooks.screener import leg_of, may_join

_FAILED = frozenset({"failed", "canceled"})


def supervisor(desk: Desk, session: Session, event: CallEvent) -> str:
    """The supervisor's telephone was answered. A leg that nobody wants any more is hung up."""
    leg = leg_of(session, event, ("supervisor",))
    if leg is None:
        return hang_up()
    connecting.leg_progress(session, leg.call_id, leg.id, "answer", event.call_sid)
    call = session.get_one(Call, leg.call_id)
    if leg.state in OVER or call.conference is None or call.state != "talking":
        return hang_up()
    if may_join(leg.address or "", event) or "plain" in event.query:
        return _room(desk, session, event, call, leg)
    if "asked" in event.query:
        return hang_up()
    return supervise.ask(desk.prompts, desk.links, "en", leg.id)


def supervisor_over(desk: Desk, session: Session, event: CallEvent) -> str:
    """The leg is out of the room. One that never got in, since there was nobody to coach, goes in again to listen."""
    leg = leg_of(session, event, ("supervisor",))
    if leg is None:
        return hang_up()
    if event.form.get("DialCallStatus") in _FAILED and "plain" not in event.query:
        call = session.get_one(Call, leg.call_id)
        if call.conference is not None and call.state == "talking" and leg.state not in OVER:
            monitoring.fall_back(session, leg.id)
            return supervise.room(desk.links, call.language, leg.id, call.conference, muted=True, plain=True)
    connecting.leave(session, leg.call_id, leg.id)
    return hang_up()


def _room(desk: Desk, session: Session, event: CallEvent, call: Call, leg: CallLeg) -> str:
    coached = monitoring.coached_sid(session, call) if leg.mode == "whisper" else None
    if leg.mode == "whisper" and (coached is None or "plain" in event.query):
        monitoring.fall_back(session, leg.id)
        coached = None
    return supervise.room(
        desk.links,
        call.language,
        leg.id,
        call.conference or "",
        muted=leg.mode not in ("whisper", "barge"),
        coached=coached,
        plain="plain" in event.query,
    )
