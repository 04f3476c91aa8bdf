"""Worklist items."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from hotline.base import live
from hotline.base.database import Base


class WorklistItem(Base):
    """One matter that a person must settle."""

    __tablename__ = "worklist_items"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    kind: Mapped[str]
    """`abandoned_call`, `unfinished_call`, `place_not_served`, `needs_decision`, `not_acknowledged`, …"""
    jurisdiction: Mapped[str]
    subject_kind: Mapped[str]
    subject_id: Mapped[str]
    team: Mapped[str]
    """The roster whose ladder is told."""
    owner_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"), index=True)
    reason: Mapped[str]
    """A code that the screens put into words."""
    detail: Mapped[dict[str, Any]]
    """Ids and codes, for example the candidate areas."""
    opened_at: Mapped[datetime]
    due_at: Mapped[datetime]
    taken_at: Mapped[datetime | None]
    """When the owner took it up: until then the ladder is told, one after the other."""
    closed_at: Mapped[datetime | None]
    closed_by: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))
    resolution: Mapped[str | None]
    version: Mapped[int] = mapped_column(default=1)

    __table_args__ = (
        Index(
            "uq_worklist_items_open",
            "kind",
            "subject_id",
            unique=True,
            postgresql_where=text("closed_at is null"),
        ),
    )


@live.told_when_changed(WorklistItem)
def _item_topics(item: WorklistItem) -> list[str]:
    return [f"board:{item.jurisdiction}", f"user:{item.owner_id}"]
