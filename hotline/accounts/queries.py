"""Names of people for the screens."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from hotline.accounts.models import User


def names(session: Session, user_ids: Iterable[UUID]) -> dict[UUID, str]:
    """The names of these people; an id that nobody has is left out."""
    wanted = set(user_ids)
    if not wanted:
        return {}
    return {
        row.id: row.name for row in session.execute(select(User.id, User.name).where(User.id.in_(wanted)))
    }


def everybody(session: Session) -> Sequence[tuple[UUID, str]]:
    """Id and name of all who have or had an account, by name."""
    rows = session.execute(select(User.id, User.name).order_by(User.name, User.id))
    return [(row.id, row.name) for row in rows]
