"""Audit rows. A database trigger refuses to change or delete them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from hotline.base.database import Base


class AuditEntry(Base):
    """One thing that somebody did or saw. `detail` holds ids, codes and field names, never what was said."""

    __tablename__ = "audit_entries"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    occurred_at: Mapped[datetime]
    actor_kind: Mapped[str]
    """`user`, `system` or `caller`."""
    actor_id: Mapped[str]
    """The user's id, or the name of the part of the system that acted."""
    action: Mapped[str]
    """`noun:verb`, for example `report:opened`."""
    subject_kind: Mapped[str]
    subject_id: Mapped[str]
    detail: Mapped[dict[str, Any]]

    __table_args__ = (Index("ix_audit_entries_subject", "subject_kind", "subject_id", "id"),)


class AuditLink(Base):
    """The place of an entry in the chain: `hash` covers the previous link's hash and the whole entry."""

    __tablename__ = "audit_links"

    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    """Counts from 1 without a gap."""
    entry_id: Mapped[int] = mapped_column(ForeignKey("audit_entries.id"), unique=True)
    hash: Mapped[str]
