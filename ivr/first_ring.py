"""The short way for the first ring of a call: one exchange with the database, and the lines are known by heart."""

from __future__ import annotations

from hotline.calls.ringing import Opening, write_down
from ivr.desk import Desk
from ivr.events import CallEvent
from ivr.webhooks.caller import ring_of
from ivr.webhooks.incoming import opening_words


def answer(desk: Desk, event: CallEvent) -> str | None:
    """The document for a call that was just written down; None when the request must go the long way.

    That is: it comes back with choices, is told again, its number is none of ours, or the line has changed.
    """
    if event.query:
        return None
    line = desk.lines.find(event.form.get("To", ""))
    if line is None or not line.id:
        return None
    words = opening_words(desk, line, event)
    if words is None:
        return None
    opening = Opening(
        line_id=line.line_id,
        version=line.version,
        jurisdiction=line.jurisdiction,
        language=line.languages[0],
        team=line.team,
        key=event.key,
        answer=words,
    )
    with desk.database.single() as connection:
        written = write_down(connection, desk.vault, ring_of(event), opening)
    if written.call:
        return words
    if not written.line:
        with desk.database.transaction() as session:
            desk.lines.refresh(session)
    return None
