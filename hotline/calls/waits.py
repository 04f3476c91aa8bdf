"""How long callers wait: measured over the last hour, never guessed. And who is there to end the wait."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from statistics import median
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from hotline.base import clock
from hotline.calls import routing
from hotline.calls.models import Call
from hotline.calls.queueing import OnDuty, Waiting, of_team
from hotline.lines import teams

MEASURED_OVER = timedelta(hours=1)


def expected_seconds(
    session: Session, line_id: UUID, language: str, position: int, waited: int = 0, desk: Desk | None = None
) -> int | None:
    """Seconds that a caller of the line and language will still wait at that place in line (from 1).

    None when nobody was answered there in the last hour, or when the caller has waited longer than that
    measure: then no number may be spoken. `waited` are the seconds behind the caller already; `desk`: who is on
    duty, where it was read before.
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
    return remaining(waits, position, (desk or Desk(session)).speakers(language), waited)


def remaining(waits: Sequence[float], position: int, people: int, waited: int) -> int | None:
    """The median of `waits`, times the rounds that `people` need to come to `position`, less what is behind."""
    if not waits:
        return None
    rounds = max(1.0, position / max(1, people))
    left = round(median(waits) * rounds) - waited
    return left if left > 0 else None


class Desk:
    """Who is on duty now, read once: for many callers in one round."""

    def __init__(self, session: Session) -> None:
        self._moved = teams.moves(session)
        self._people = routing.on_duty(session)

    def reachable(self, call: Call) -> list[OnDuty]:
        """Those who may be offered this call, free or busy; in the end also without its language or skill."""
        caller = Waiting(
            call_id=call.id,
            language=call.language,
            lane=call.lane or "general",
            queued_at=call.queued_at or call.received_at,
            team=routing.team_of(call.team, call.overflow_step, self._moved),
            skill=call.skill,
        )
        return [person for person in self._people if of_team(person, caller)]

    def speakers(self, language: str) -> int:
        """How many of them speak the language."""
        return sum(1 for person in self._people if language in person.languages)

    @property
    def size(self) -> int:
        """How many there are."""
        return len(self._people)
