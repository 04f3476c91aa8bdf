"""Callbacks."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from hotline.base.database import Base


class Callback(Base):
    """A caller who is to be called back. `state` moves by `callbacks.states.CALLBACK`."""

    __tablename__ = "callbacks"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    call_id: Mapped[UUID] = mapped_column(ForeignKey("calls.id"), unique=True)
    """The call in which it was asked for, or that was abandoned."""
    line_id: Mapped[UUID] = mapped_column(ForeignKey("lines.id"))
    jurisdiction: Mapped[str]
    origin: Mapped[str]
    """`queue` (asked for while waiting), `abandoned` or `voicemail`."""
    vault_id: Mapped[UUID]
    """The number to call (`{"number": <E.164>}` in the vault)."""
    number_hash: Mapped[str] = mapped_column(index=True)
    """Keyed hash of that number: the same caller is known again when they ring by themselves."""
    language: Mapped[str]
    lane: Mapped[str]
    queued_at: Mapped[datetime]
    """When the caller first began to wait: the place in line is kept."""
    safe_to_call: Mapped[bool | None]
    """The caller's answer to "is it safe to call you back?". None: not asked. False: nobody calls."""
    state: Mapped[str]
    attempts: Mapped[int] = mapped_column(default=0)
    next_at: Mapped[datetime | None]
    """When it is due (again); None once it is closed."""
    created_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    resolution: Mapped[str | None]
    """How it ended, by `callbacks.states.RESOLUTIONS`."""
    version: Mapped[int] = mapped_column(default=1)

    __table_args__ = (Index("ix_callbacks_open", "next_at", postgresql_where=text("closed_at is null")),)
