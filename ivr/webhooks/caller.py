"""The caller's call and the document for the state that it is in."""

from __future__ import annotations

from sqlalchemy.orm import Session

from hotline.base.clock import now
from hotline.calls import connecting
from hotline.calls.models import Call
from hotline.calls.service import Incoming, choose_lane, register_incoming
from hotline.lines.models import Line
from ivr.desk import Desk
from ivr.events import CallEvent
from ivr.twiml import connect, greeting, waiting


def call_of(desk: Desk, session: Session, event: CallEvent) -> Call:
    """The call that the request is about, written down if this is the first we hear of it."""
    return register_incoming(session, desk.vault, ring_of(event))


def ring_of(event: CallEvent) -> Incoming:
    """What the request says of the call itself."""
    return Incoming(
        sid=event.call_sid or "",
        from_=event.form.get("From", ""),
        to=event.form.get("To", ""),
        received_at=min(event.received_at, now()),
        attestation=event.form.get("StirVerstat"),
    )


def document(desk: Desk, session: Session, call: Call) -> str:
    """Where the caller belongs now, whatever page asked: nobody is lost by a request that came late or twice."""
    if call.state == "greeting":
        line = session.get_one(Line, call.line_id)
        return greeting.greeting(desk.prompts, desk.links, line.languages)
    if call.state == "menu":
        return greeting.menu(desk.prompts, desk.links, call.language)
    if call.state == "waiting":
        connecting.caller_back_in_line(session, call.id)
        return waiting.enqueue(desk.links, call.language)
    if call.state in ("connecting", "talking") and call.conference is not None:
        connecting.caller_moving(session, call.id)
        return connect.caller_room(desk.prompts, desk.links, call.language, call.conference)
    return connect.goodbye(desk.prompts, call.language)


def into_line(session: Session, call: Call, event: CallEvent) -> Call:
    """A caller who is heard of in the line waits, even if the news of the menu never came."""
    if call.state in ("greeting", "menu"):
        return choose_lane(session, call.id, None, at=event.received_at)
    return call
