"""What the phone company tells of a recording: before or after the end of the call, twice, in any order."""

from __future__ import annotations

from sqlalchemy.orm import Session

from hotline.base.errors import NotFound
from hotline.base.ids import parse_id
from hotline.base.logging import get_logger
from hotline.recordings import service
from hotline.recordings.models import Recording
from ivr import receipts
from ivr.desk import Desk
from ivr.events import CallEvent
from ivr.twiml.connect import nothing

_LOST = {"absent": "sound_absent", "failed": "sound_lost"}
_log = get_logger("recording")


def recording(desk: Desk, session: Session, event: CallEvent) -> str:
    """A recording has begun, can be fetched, or came to nothing."""
    known = _known(session, event)
    status = event.form.get("RecordingStatus")
    about = {"status": status, "recording": str(known.id) if known else None}
    if not receipts.is_news(session, event, known.call_id if known else None, about) or known is None:
        return nothing()
    sid = event.form.get("RecordingSid")
    if known.sid is not None and known.sid != sid:
        _log.warning("another_recording", recording=str(known.id))
        return nothing()
    if status == "in-progress":
        service.told(session, known.id, "begun", sid=sid, at=event.received_at)
    elif status == "completed":
        seconds = int(event.form.get("RecordingDuration", "0"))
        ended = service.told(session, known.id, "ended", sid=sid, seconds=seconds, at=event.received_at)
        service.sound_ready(session, ended)
    elif status in _LOST:
        service.failed(session, known.id, _LOST[status])
    return nothing()


def _known(session: Session, event: CallEvent) -> Recording | None:
    if "recording" not in event.query:
        return None
    try:
        return service.locked(session, parse_id(event.query["recording"]))
    except NotFound:
        _log.warning("unknown_recording", key=event.key)
        return None
