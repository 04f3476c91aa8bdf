"""Deadlines."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from hotline.base.database import Base


class Deadline(Base):
    """Something must have happened to a subject by `due_at`. A clock is never restarted, only met or called off."""

    __tablename__ = "deadlines"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    kind: Mapped[str]
    """What must happen: `screener_joins`, `acknowledge`, `response`, `path`, `obligation:<code>`, …"""
    subject_kind: Mapped[str]
    subject_id: Mapped[str]
    started_at: Mapped[datetime]
    due_at: Mapped[datetime]
    next_check_at: Mapped[datetime]
    """When the sweep looks at it next: `due_at` at first, later the next step of the escalation."""
    source: Mapped[str]
    """The rule that sets it."""
    met_at: Mapped[datetime | None]
    called_off_at: Mapped[datetime | None]
    breached_at: Mapped[datetime | None]
    level: Mapped[int] = mapped_column(default=0)
    """How many people beyond the first were told."""

    __table_args__ = (
        UniqueConstraint("kind", "subject_kind", "subject_id"),
        Index(
            "ix_deadlines_open",
            "next_check_at",
            postgresql_where=text("met_at is null and called_off_at is null"),
        ),
    )
