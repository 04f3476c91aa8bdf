"""Roster entries."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from hotline.base.database import Base


class RosterEntry(Base):
    """A person's place on a team's ladder for a time."""

    __tablename__ = "roster_entries"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    team: Mapped[str]
    """`coordinators:<jurisdiction>`, `supervisors:<jurisdiction>` or `organization:<id>`."""
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    position: Mapped[int]
    """1 is told first."""
    from_at: Mapped[datetime]
    until_at: Mapped[datetime | None]
    """None: until further notice."""

    __table_args__ = (Index("ix_roster_entries_team", "team", "position"),)
