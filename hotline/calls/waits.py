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
from hotline.lines import teams

MEASURED_OVER = timedelta(hours=1)

ON_DUTY = ("available", "offered", "on_call", "wrap_up")
"""Presences of people who take calls, now or after the present one."""


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
        self._people = [
            (user, state)
            for user, state in session.execute(
                select(User, Presence.state)
                .join(Presence, Presence.user_id == User.id)
                .where(
                    User.active,
                    Presence.state.in_(ON_DUTY),
                    # Somebody who talks may have hidden the tab; whoever is free must have a console that lives.
                    (Presence.state != "available")
                    | (Presence.seen_at >= clock.now() - presence.SILENT_AFTER),
                )
            )
        ]

    def able(self, call: Call) -> list[str]:
        """The presences of those who may be offered this call: language, team and skill are theirs."""
        team = teams.serving(call.team, self._moved)
        return [
            state
            for user, state in self._people
            if _speaks(user, call.language)
            and (team is None or not user.teams or team in user.teams)
            and (call.skill is None or call.skill in user.skills)
        ]

    def speakers(self, language: str) -> int:
        """How many of them speak the language."""
        return sum(1 for user, _ in self._people if _speaks(user, language))

    @property
    def size(self) -> int:
        """How many there are."""
        return len(self._people)


def _speaks(user: User, language: str) -> bool:
    return language in user.languages or f"language:{language}" in user.skills
