"""What a supervisor does to the line as a whole. Each change makes the offers that it allows, at once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import timedelta
from uuid import UUID

from sqlalchemy.orm import Session

from hotline.accounts import staffing
from hotline.audit.record import Actor, record
from hotline.base import clock
from hotline.base.errors import InvalidInput, NotFound
from hotline.calls import pool
from hotline.calls.routing import route
from hotline.lines import teams
from hotline.lines.models import Line

GUARD_LASTS = (15, 30, 60, 120, 240)
"""Minutes for which the flood guard may be turned on; it turns itself off."""


def move_queue(session: Session, from_team: str, to_team: str, by: UUID) -> None:
    """See `lines.teams.move_queue`."""
    pool.enter(session)
    teams.move_queue(session, from_team, to_team, by)
    route(session)


def take_back(session: Session, from_team: str, by: UUID) -> None:
    """See `lines.teams.take_back`."""
    pool.enter(session)
    teams.take_back(session, from_team, by)
    route(session)


def set_staffing(
    session: Session,
    user_id: UUID,
    by: UUID,
    *,
    languages: Iterable[str] | None = None,
    skills: Mapping[str, int] | None = None,
    teams: Iterable[str] | None = None,
) -> None:
    """See `accounts.staffing.set_staffing`. An offer that stands is left to stand."""
    pool.enter(session)
    staffing.set_staffing(session, user_id, by, languages=languages, skills=skills, teams=teams)
    route(session)


def guard_on(session: Session, line_id: UUID, minutes: int, by: UUID) -> None:
    """Let callers of a line who gave no sign of life wait behind the others, for `minutes` of `GUARD_LASTS`.

    Raises InvalidInput for another length, or NotFound.
    """
    if minutes not in GUARD_LASTS:
        raise InvalidInput("minutes", "Choose how long the flood guard lasts.")
    line = _line(session, line_id)
    line.flood_guard_until = clock.now() + timedelta(minutes=minutes)
    record(session, Actor.user(by), "flood_guard:on", "line", line_id, {"minutes": minutes})
    session.flush()
    route(session)


def guard_off(session: Session, line_id: UUID, by: UUID) -> None:
    """Serve everybody of a line in the usual order again; twice is harmless. Raises NotFound."""
    line = _line(session, line_id)
    if line.flood_guard_until is None:
        return
    line.flood_guard_until = None
    record(session, Actor.user(by), "flood_guard:off", "line", line_id)
    session.flush()
    route(session)


def _line(session: Session, line_id: UUID) -> Line:
    pool.enter(session)
    line = session.get(Line, line_id, with_for_update=True, populate_existing=True)
    if line is None:
        raise NotFound("No such line.")
    return line
