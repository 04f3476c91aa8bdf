"""Ladders: who of a team is on duty at a moment, first told first."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from hotline.accounts.models import User
from hotline.base import clock
from hotline.base.errors import Conflict
from hotline.base.ids import new_id
from hotline.rosters.models import RosterEntry


class EmptyRoster(Conflict):
    """Nobody is on duty for a team that must never be empty."""

    def __init__(self, team: str) -> None:
        super().__init__(f"Nobody is on duty for '{team}'. Put at least one active person on its roster.")
        self.team = team


def coordinators(jurisdiction: str) -> str:
    """The team that settles what could not be dispatched."""
    return f"coordinators:{jurisdiction}"


def supervisors(jurisdiction: str) -> str:
    """The team that answers for calls and screeners."""
    return f"supervisors:{jurisdiction}"


def on_call(jurisdiction: str) -> str:
    """The people who are telephoned, in order, when no screener takes a waiting call."""
    return f"on_call:{jurisdiction}"


def organization(organization_id: UUID) -> str:
    """The people of a recipient who are told of a dispatch."""
    return f"organization:{organization_id}"


def add(
    session: Session,
    team: str,
    user_id: UUID,
    position: int,
    from_at: datetime,
    until_at: datetime | None = None,
) -> UUID:
    """Put a person on a team's ladder (1 is told first) from a time, for good or until another time."""
    entry = RosterEntry(
        id=new_id(), team=team, user_id=user_id, position=position, from_at=from_at, until_at=until_at
    )
    session.add(entry)
    session.flush()
    return entry.id


def ladder(session: Session, team: str, at: datetime | None = None) -> Sequence[UUID]:
    """The active people of `team` on duty at `at` (default: now), each once, first told first; may be empty."""
    moment = at or clock.now()
    rows = session.scalars(
        select(RosterEntry.user_id)
        .join(User, User.id == RosterEntry.user_id)
        .where(
            RosterEntry.team == team,
            User.active,
            RosterEntry.from_at <= moment,
            or_(RosterEntry.until_at.is_(None), RosterEntry.until_at > moment),
        )
        .order_by(RosterEntry.position, RosterEntry.from_at, RosterEntry.id)
    )
    return list(dict.fromkeys(rows))


def first(session: Session, team: str) -> UUID:
    """The person told first; raises EmptyRoster."""
    people = ladder(session, team)
    if not people:
        raise EmptyRoster(team)
    return people[0]
