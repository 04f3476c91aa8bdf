"""A live transcript as it comes in: begun, word by word and out of order, stopped, or failed."""

from __future__ import annotations

import json
from uuid import UUID

from sqlalchemy.orm import Session

from hotline.base.ids import parse_id
from hotline.base.logging import get_logger
from hotline.recordings import transcripts
from hotline.recordings.models import Transcription
from ivr import receipts
from ivr.desk import Desk
from ivr.events import CallEvent
from ivr.twiml.connect import nothing

_EVENTS = {"started": "begun", "stopped": "ended"}
_TRACKS = {"inbound_track": "caller", "outbound_track": "others"}
LONGEST = 8000
"""Characters of one piece; nobody says more without a pause."""

_log = get_logger("transcription")


def transcription(desk: Desk, session: Session, event: CallEvent) -> str:
    """The words themselves go into the vault and nowhere else: no log and no list of events carries them."""
    if "transcript" not in event.query:
        return nothing()
    known = session.get(Transcription, parse_id(event.query["transcript"]))
    if known is None:
        _log.warning("unknown_transcription", key=event.key)
        return nothing()
    what = event.form.get("TranscriptionEvent", "").removeprefix("transcription-")
    if what == "content":
        _words(desk, session, event, known.id)
        return nothing()
    about = {"event": what, "transcription": str(known.id)}
    if not receipts.is_news(session, event, known.call_id, about):
        return nothing()
    if what in _EVENTS:
        transcripts.told(session, known.id, _EVENTS[what], sid=event.form.get("TranscriptionSid"))
    elif what == "error":
        transcripts.failed(session, known.id, "transcript_error")
    return nothing()


def _words(desk: Desk, session: Session, event: CallEvent, transcription_id: UUID) -> None:
    text = _text(event.form.get("TranscriptionData", ""))
    if text is None or "SequenceId" not in event.form:
        _log.warning("unreadable_transcript_piece", transcription=str(transcription_id))
        return
    transcripts.heard(
        session,
        desk.vault,
        transcription_id,
        sequence=int(event.form["SequenceId"]),
        track=_TRACKS.get(event.form.get("Track", ""), "others"),
        final=event.form.get("Final") == "true",
        text=text,
    )


def _text(data: str) -> str | None:
    try:
        content = json.loads(data)
    except ValueError:
        return None
    said = content.get("transcript") if isinstance(content, dict) else None
    return said.strip()[:LONGEST] if isinstance(said, str) and said.strip() else None
