"""The caller's call and the document for the state that it is in."""

from __future__ import annotations

from sqlalchemy.orm import Session

from hotline.base.clock import now
from hotline.calls import connecting
from hotline.calls.models import Call
from hotline.calls.service import Incoming, choose_lane, register_incoming
from hotline.lines.models import Line
from hotline.voicemails import service as voicemails
from ivr.desk import Desk
from ivr.events import CallEvent
from ivr.lines import KnownLine
from ivr.twiml import connect, greeting, voicemail, waiting


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


def line_of(session: Session, call: Call) -> KnownLine:
    """The call's line as it is now."""
    return KnownLine.of(session.get_one(Line, call.line_id))


def document(desk: Desk, session: Session, call: Call, *, past_menu: bool = False) -> str:
    """Where the caller belongs now, whatever page asked: nobody is lost by a request that came late or twice.

    `past_menu`: the caller is put in line without having heard the menu, and what else is said there.
    """
    line = line_of(session, call)
    words, recorded = desk.words_of(line), line.recording != "off"
    if call.state == "greeting":
        return greeting.greeting(words, desk.links, line.languages)
    if call.state == "menu":
        return greeting.menu(words, desk.links, call.language, desk.menu_of(line), notice=recorded)
    if call.state == "waiting":
        connecting.caller_back_in_line(session, call.id)
        return waiting.enqueue(words, desk.links, call.language, notice=recorded and past_menu)
    if call.state == "voicemail":
        return ask_for_message(desk, session, call)
    if call.state in ("connecting", "talking") and call.conference is not None:
        connecting.caller_moving(session, call.id)
        return connect.caller_room(desk.prompts, desk.links, call.language, call.conference)
    return connect.goodbye(desk.prompts, call.language)


def ask_for_message(desk: Desk, session: Session, call: Call, tries: int = 0) -> str:
    """The caller may leave a message; its row exists before the beep."""
    voicemails.begin(session, call.id)
    # Whoever moves callers need not move this one any more: it would cut the message off.
    connecting.caller_sent_to_voicemail(session, call.id)
    line = session.get_one(Line, call.line_id)
    words = desk.words_of(KnownLine.of(line))
    return voicemail.ask(words, desk.links, call.language, written=line.transcription != "off", tries=tries)


def into_line(session: Session, call: Call, event: CallEvent) -> Call:
    """A caller who is heard of in the line waits, even if the news of the menu never came."""
    if call.state in ("greeting", "menu"):
        return choose_lane(session, call.id, None, at=event.received_at)
    return call
