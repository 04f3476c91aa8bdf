"""Sealed records, each under its own data key, which is sealed under a rotating master key."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Mapped, mapped_column

from hotline.base.database import Base


class VaultRecord(Base):
    """One identity or number. Destroying the data key makes the content unreadable and leaves a tombstone."""

    __tablename__ = "vault_records"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    kind: Mapped[str]
    """`reporter` or `caller_number`."""
    key_id: Mapped[str]
    wrapped_key: Mapped[bytes | None]
    sealed: Mapped[bytes | None]
    created_at: Mapped[datetime]
    destroyed_at: Mapped[datetime | None]
