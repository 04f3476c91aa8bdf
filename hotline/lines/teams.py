"""Teams: whole queues that are served by another team for a while."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from hotline.accounts.models import User
from hotline.audit.record import Actor, record
from hotline.base import clock
from hotline.base.errors import Conflict, InvalidInput, NotFound
from hotline.base.ids import new_id
from hotline.lines.models import Line, TeamMove

EVERYBODY = ""
"""Stands for no team: the callers of lines without a team, and the screeners of every team."""


def known(session: Session) -> tuple[str, ...]:
    """Every team that a line or a person has, by name."""
    of_lines = session.scalars(select(Line.team).where(Line.team.is_not(None)).distinct())
    of_people = session.scalars(select(func.jsonb_array_elements_text(User.teams)).distinct())
    return tuple(sorted({team for team in (*of_lines, *of_people) if team}))


def moves(session: Session) -> Mapping[str, TeamMove]:
    """The queues that another team serves now, by the team whose queue it is."""
    rows = session.scalars(select(TeamMove).where(TeamMove.ended_at.is_(None)).order_by(TeamMove.moved_at))
    return {move.from_team: move for move in rows}


def serving(team: str | None, moved: Mapping[str, TeamMove]) -> str | None:
    """Whose screeners serve callers of `team` now (None: everybody's). A queue is moved once, never on and on."""
    move = moved.get(team or EVERYBODY)
    if move is None:
        return team
    return move.to_team or None


def move_queue(session: Session, from_team: str, to_team: str, by: UUID) -> TeamMove:
    """Have all present and future callers of `from_team` served by `to_team`, until `take_back`.

    Either may be `EVERYBODY`. Raises InvalidInput for a team that nobody has or the same one, Conflict when the
    queue is moved already. Does not route.
    """
    teams = (EVERYBODY, *known(session))
    if from_team not in teams or to_team not in teams:
        raise InvalidInput("team", "Choose a team that exists.")
    if from_team == to_team:
        raise InvalidInput("team", "Choose another team than the one whose queue it is.")
    if from_team in moves(session):
        raise Conflict("This queue was moved already. Take it back first.")
    move = TeamMove(
        id=new_id(), from_team=from_team, to_team=to_team, moved_by=by, moved_at=clock.now(), ended_at=None
    )
    session.add(move)
    session.flush()
    record(session, Actor.user(by), "queue:moved", "team", from_team or "everybody", {"to": to_team})
    return move


def take_back(session: Session, from_team: str, by: UUID) -> None:
    """The queue's own team serves it again. Raises NotFound when it is not moved. Does not route."""
    move = session.scalar(
        select(TeamMove).where(TeamMove.from_team == from_team, TeamMove.ended_at.is_(None)).with_for_update()
    )
    if move is None:
        raise NotFound("This queue is with its own team.")
    move.ended_at = clock.now()
    session.flush()
    record(session, Actor.user(by), "queue:taken_back", "team", from_team or "everybody")
