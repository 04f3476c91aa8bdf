"""How long callers wait: measured over the last hour, never guessed. And who is there to end the wait."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from statistics import median
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from hotline.accounts.models import User
from hotline.base import clock
from hotline.calls import presence
from hotline.calls.models import Call, Presence

MEASURED_OVER = timedelta(hours=1)

ON_DUTY = ("available", "offered", "on_call", "wrap_up")
"""Presences of people who take calls, now or after the present one."""


def expected_seconds(
    session: Session, line_id: UUID, language: str, position: int, waited: int = 0
) -> int | None:
    """Seconds that a caller of the line and language will still wait at that place in line (from 1).

    None when nobody was answered there in the last hour, or when the caller has waited longer than that
    measure: then no number may be spoken. `waited` are the seconds behind the caller already.
    """
    until = clock.now()
    rows = session.execute(
        select(Call.queued_at, Call.connected_at).where(
            Call.line_id == line_id,
            Call.language == language,
            Call.direction == "inbound",
            Call.connected_at > until - MEASURED_OVER,
            Call.connected_at <= until,
        )
    )
    waits = [(connected - queued).total_seconds() for queued, connected in rows if connected and queued]
    return remaining(waits, position, people_on_duty(session, language), waited)


def remaining(waits: Sequence[float], position: int, people: int, waited: int) -> int | None:
    """The median of `waits`, times the rounds that `people` need to come to `position`, less what is behind."""
    if not waits:
        return None
    rounds = max(1.0, position / max(1, people))
    left = round(median(waits) * rounds) - waited
    return left if left > 0 else None


def people_on_duty(session: Session, language: str | None = None) -> int:
    """How many screeners take calls now, or would once they are free; in that language, if one is given."""
    rows = session.execute(
        select(User.languages)
        .join(Presence, Presence.user_id == User.id)
        .where(
            User.active,
            Presence.state.in_(ON_DUTY),
            # The console of somebody who talks may sleep in a hidden tab; of an idle one it must be alive.
            (Presence.state != "available") | (Presence.seen_at >= clock.now() - presence.SILENT_AFTER),
        )
    )
    return sum(1 for (languages,) in rows if language is None or language in languages)
