"""A caller leaves a message: told at its end, by the recording itself and in words, in any order and twice."""

from __future__ import annotations

from sqlalchemy.orm import Session

from hotline.calls import connecting
from hotline.calls.pool import find_call
from hotline.voicemails import service as voicemails
from ivr import receipts
from ivr.desk import Desk
from ivr.events import CallEvent
from ivr.twiml import voicemail as words
from ivr.twiml.connect import nothing
from ivr.webhooks.caller import ask_for_message as ask
from ivr.webhooks.caller import call_of, document, line_of


def again(desk: Desk, session: Session, event: CallEvent) -> str:
    """Nothing was said. The caller is asked once more; then the call ends, and somebody sees that it was abandoned."""
    call = call_of(desk, session, event)
    if call.state != "voicemail":
        return document(desk, session, call)
    if event.tries >= words.MOST_TRIES:
        return words.nothing_heard(desk.words_of(line_of(session, call)), call.language)
    return ask(desk, session, call, tries=event.tries)


def left(desk: Desk, session: Session, event: CallEvent) -> str:
    """The recording has ended: by a key, by silence, at its longest, or because the caller hung up."""
    call = call_of(desk, session, event)
    sid = event.form.get("RecordingSid")
    message = None
    if sid is not None:
        message = voicemails.left(session, call.id, sid, _seconds(event), event.received_at)
    if event.call_is_over or event.form.get("Digits") == "hangup":
        connecting.caller_gone(session, call.id, at=event.received_at)
        return nothing()
    prompts = desk.words_of(line_of(session, call))
    if message is not None:
        return words.thanks(prompts, call.language)
    if call.state != "voicemail":
        return document(desk, session, call)
    return ask(desk, session, call, tries=1)


def recorded(desk: Desk, session: Session, event: CallEvent) -> str:
    """The phone company has the sound, or has none. It tells so before or after the end of the call."""
    call = find_call(session, event.call_sid or "")
    sid, status = event.form.get("RecordingSid"), event.form.get("RecordingStatus")
    about = {"status": status}
    if not receipts.is_news(session, event, call.id if call else None, about) or call is None:
        return nothing()
    if sid is not None and status == "completed":
        voicemails.left(session, call.id, sid, _seconds(event), event.received_at)
    return nothing()


def written(desk: Desk, session: Session, event: CallEvent) -> str:
    """What the phone company understood of a short English message."""
    sid, text = event.form.get("RecordingSid"), event.form.get("TranscriptionText")
    if sid is not None and text is not None and event.form.get("TranscriptionStatus") == "completed":
        voicemails.note_text(session, desk.vault, sid, text)
    return nothing()


def left_without_database(desk: Desk, event: CallEvent) -> str:
    """The request is in the spool, and the sound at the phone company: the message is safe."""
    language = event.language or "en"
    if event.call_is_over:
        return nothing()
    if "RecordingSid" not in event.form:
        return words.nothing_heard(desk.prompts, language)
    return words.thanks(desk.prompts, language)


def again_without_database(desk: Desk, event: CallEvent) -> str:
    """Nobody is hung up on because we are out of order: the caller may still speak."""
    language = event.language or "en"
    if event.tries >= words.MOST_TRIES:
        return words.nothing_heard(desk.prompts, language)
    return words.ask(desk.prompts, desk.links, language, written=False, tries=event.tries)


def news_without_database(desk: Desk, event: CallEvent) -> str:
    """Kept in the spool."""
    return nothing()


def _seconds(event: CallEvent) -> int:
    return int(event.form.get("RecordingDuration", "0"))
