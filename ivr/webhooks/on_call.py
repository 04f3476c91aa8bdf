"""A person on call was telephoned about a waiting caller: the question, the answer, and how the leg gets on."""

from __future__ import annotations

from sqlalchemy.orm import Session

from hotline.accounts.models import User
from hotline.base.errors import Conflict
from hotline.base.ids import parse_id
from hotline.calls import connecting, on_call
from hotline.calls.control import OVER
from hotline.calls.models import Call, CallLeg
from ivr import receipts
from ivr.desk import Desk
from ivr.events import CallEvent
from ivr.twiml import connect
from ivr.twiml import on_call as words

ACCEPT = "1"
MOMENTS = 5
"""So often a person on call is asked to stay while our database is away."""

_STEPS = {"queued": "dial", "initiated": "dial", "ringing": "ring", "in-progress": "answer"}
_REASONS = {"no-answer": "no_answer", "busy": "busy", "failed": "failed", "canceled": "no_answer"}


def asked(desk: Desk, session: Session, event: CallEvent) -> str:
    """The person answered; then the person pressed 1, another key, or none."""
    leg = _leg(session, event)
    if leg is None:
        return connect.hang_up()
    on_call.progress(session, leg.call_id, leg.id, "answer", event.call_sid, "")
    call, language = session.get_one(Call, leg.call_id), _language(session, leg)
    if "asked" not in event.query:
        if call.state != "waiting" or leg.state in OVER:
            return words.taken(desk.prompts, language)
        return words.ask(desk.prompts, desk.links, language, leg.id)
    if event.digits != ACCEPT:
        on_call.refuse(session, call.id, leg.id, "declined" if event.digits else "no_key_pressed")
        return connect.hang_up()
    try:
        call = on_call.accept(session, call.id, leg.id)
    except Conflict:
        on_call.refuse(session, call.id, leg.id, "too_late")
        return words.taken(desk.prompts, language)
    return connect.screener_room(desk.links, call.language, leg.id, call.conference or "")


def status(desk: Desk, session: Session, event: CallEvent) -> str:
    """The phone company tells how the leg gets on. Once it is the screener's, its end is the screener's."""
    leg, told = _leg(session, event), event.form.get("CallStatus", "")
    if leg is None or not receipts.is_news(session, event, leg.call_id, {"status": told}):
        return connect.nothing()
    if leg.kind != "on_call":
        step = "end" if event.call_is_over else _STEPS.get(told)
        if step is not None:
            connecting.leg_progress(session, leg.call_id, leg.id, step, event.call_sid)
    elif event.call_is_over:
        reason = _REASONS.get(told, "no_key_pressed")
        on_call.progress(session, leg.call_id, leg.id, "end", event.call_sid, reason)
    elif told in _STEPS:
        on_call.progress(session, leg.call_id, leg.id, _STEPS[told], event.call_sid, "")
    return connect.nothing()


def without_database(desk: Desk, event: CallEvent) -> str:
    """A person on call is no caller: after a few moments they may go."""
    leg = parse_id(event.query["leg"]) if "leg" in event.query else None
    if leg is None or event.call_is_over or event.tries >= MOMENTS:
        return connect.hang_up()
    return words.moment(desk.prompts, desk.links, "en", leg, event.tries)


def noted(desk: Desk, event: CallEvent) -> str:
    """News is kept in the spool."""
    return connect.nothing()


def _leg(session: Session, event: CallEvent) -> CallLeg | None:
    if "leg" not in event.query:
        return None
    leg = session.get(CallLeg, parse_id(event.query["leg"]), populate_existing=True)
    return leg if leg is not None and leg.kind in ("on_call", "screener") else None


def _language(session: Session, leg: CallLeg) -> str:
    user = session.get(User, leg.user_id) if leg.user_id is not None else None
    return user.languages[0] if user is not None and user.languages else "en"
