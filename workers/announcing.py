"""Telling everybody on a call what is about to begin, before it begins."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from hotline.base import clock
from hotline.telephony.links import Links
from hotline.telephony.port import CallGone
from workers.job import Retry, Work

ANNOUNCEMENT = timedelta(seconds=5)
"""How long the sentence takes that everybody hears before a recording or a transcript begins."""


def announce(
    work: Work,
    say: str,
    room: str | None,
    language: str,
    announced_at: datetime | None,
    note: Callable[[Session], object],
) -> None:
    """Let the room hear the sentence named `say`, `note` that it did, and return once it has been said.

    Raises Retry while it is being said, CallGone when there is no room to say it in.
    """
    if announced_at is None:
        if room is None:
            raise CallGone
        links = Links(work.settings.public_voice_url)
        work.phone.announce(room, links.to("announcement", language=language, say=say))
        with work.database.transaction() as session:
            note(session)
        raise Retry(ANNOUNCEMENT)
    left = announced_at + ANNOUNCEMENT - clock.now()
    if left > timedelta():
        raise Retry(left)
