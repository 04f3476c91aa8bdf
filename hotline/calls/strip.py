"""The line at a glance: who waits, who talks, who could take a call."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from hotline.calls.models import Call, Presence

_GREETED = ("greeting", "menu")
_WAITING = ("waiting", "connecting")


@dataclass(frozen=True)
class Strip:
    """Callers of one jurisdiction and the screeners of the pool, as they are now."""

    greeted: int
    """Callers who listen to the greeting or the menu."""
    waiting: int
    waiting_since: datetime | None
    """When the caller who waits longest began to wait."""
    talking: int
    available: int
    busy: int
    """Screeners with an offer, on a call or in wrap-up."""
    away: int


def look(session: Session, jurisdiction: str) -> Strip:
    """Count the open calls of `jurisdiction` and the screeners on duty."""
    since = func.min(func.coalesce(Call.queued_at, Call.received_at))
    calls = session.execute(
        select(
            func.count().filter(Call.state.in_(_GREETED)),
            func.count().filter(Call.state.in_(_WAITING)),
            since.filter(Call.state.in_(_WAITING)),
            func.count().filter(Call.state == "talking"),
        ).where(Call.ended_at.is_(None), Call.jurisdiction == jurisdiction)
    ).one()
    rows = session.execute(select(Presence.state, func.count().label("people")).group_by(Presence.state))
    people = {row.state: row.people for row in rows}
    return Strip(
        greeted=calls[0],
        waiting=calls[1],
        waiting_since=calls[2],
        talking=calls[3],
        available=people.get("available", 0),
        busy=sum(people.get(state, 0) for state in ("offered", "on_call", "wrap_up")),
        away=people.get("away", 0),
    )
