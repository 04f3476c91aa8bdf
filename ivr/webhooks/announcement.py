"""What everybody in a room hears before a recording or a transcript begins. It needs words, and no database."""

from __future__ import annotations

from sqlalchemy.orm import Session

from ivr.desk import Desk
from ivr.events import CallEvent
from ivr.twiml import supervise
from ivr.twiml.connect import nothing

ANNOUNCEMENTS = frozenset({"recording_on", "transcript_on"})


def announcement(desk: Desk, session: Session, event: CallEvent) -> str:
    """The sentence that the request names."""
    return spoken(desk, event)


def spoken(desk: Desk, event: CallEvent) -> str:
    """The same without a database."""
    name = event.query.get("say", "")
    if name not in ANNOUNCEMENTS:
        return nothing()
    return supervise.announcement(desk.prompts, event.language or "en", name)
