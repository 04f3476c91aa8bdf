"""Recordings, transcriptions and what was said."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from hotline.base.database import Base


class Recording(Base):
    """A recording of a call, wanted or made."""

    __tablename__ = "recordings"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    call_id: Mapped[UUID] = mapped_column(ForeignKey("calls.id"), index=True)
    sid: Mapped[str | None] = mapped_column(unique=True)
    wanted: Mapped[str]
    """`on`, `paused` or `stopped`: what people asked for."""
    state: Mapped[str]
    """What the phone company does, by `states.RECORDING`."""
    consent: Mapped[str]
    """Code of the consent under which it was started: `announced`, `given` or `one_party`."""
    required: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    """The law asks for it, so a failure is a matter for a person."""
    started_by: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))
    """None: the line records every call."""
    asked_at: Mapped[datetime]
    announced_at: Mapped[datetime | None]
    """When the room was told to announce it."""
    started_at: Mapped[datetime | None]
    stopped_at: Mapped[datetime | None]
    seconds: Mapped[int | None]
    failure: Mapped[str | None]
    """Code of what went wrong."""
    media_vault_id: Mapped[UUID | None]
    version: Mapped[int] = mapped_column(default=1, server_default=text("1"))

    __table_args__ = (
        Index(
            "uq_recordings_running",
            "call_id",
            unique=True,
            postgresql_where=text("state in ('asked', 'on', 'paused')"),
        ),
    )


class Transcription(Base):
    """A live transcript of one call leg, wanted or running."""

    __tablename__ = "transcriptions"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    call_id: Mapped[UUID] = mapped_column(ForeignKey("calls.id"), index=True)
    sid: Mapped[str | None] = mapped_column(unique=True)
    wanted: Mapped[str]
    """`on` or `stopped`."""
    state: Mapped[str]
    """By `states.TRANSCRIPTION`."""
    consent: Mapped[str]
    language: Mapped[str]
    started_by: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))
    asked_at: Mapped[datetime]
    announced_at: Mapped[datetime | None]
    stopped_at: Mapped[datetime | None]
    failure: Mapped[str | None]
    version: Mapped[int] = mapped_column(default=1, server_default=text("1"))

    __table_args__ = (
        Index(
            "uq_transcriptions_running",
            "call_id",
            unique=True,
            postgresql_where=text("state in ('asked', 'on')"),
        ),
    )


class TranscriptPiece(Base):
    """Something that was said. Pieces may arrive in any order; `sequence` is the phone company's count."""

    __tablename__ = "transcript_pieces"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    transcription_id: Mapped[UUID] = mapped_column(ForeignKey("transcriptions.id"))
    sequence: Mapped[int]
    track: Mapped[str]
    """`caller` or `others`."""
    final: Mapped[bool]
    vault_id: Mapped[UUID]
    """The words, sealed: they are reporter identity."""
    received_at: Mapped[datetime]

    __table_args__ = (UniqueConstraint("transcription_id", "sequence", name="uq_transcript_pieces_sequence"),)
