"""Voicemails."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from hotline.base.database import Base


class Voicemail(Base):
    """A message that a caller left, or began to leave. `state` moves by `voicemails.states.VOICEMAIL`."""

    __tablename__ = "voicemails"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    call_id: Mapped[UUID] = mapped_column(ForeignKey("calls.id"), index=True)
    jurisdiction: Mapped[str]
    language: Mapped[str]
    recording_sid: Mapped[str | None] = mapped_column(unique=True)
    seconds: Mapped[int | None]
    state: Mapped[str]
    media_vault_id: Mapped[UUID | None]
    """The sound, sealed."""
    text_vault_id: Mapped[UUID | None]
    """The phone company's own transcript (English and two minutes at most), sealed."""
    started_at: Mapped[datetime]
    received_at: Mapped[datetime | None]
    heard_at: Mapped[datetime | None]
    heard_by: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))
