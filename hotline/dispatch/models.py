"""Decisions, dispatches and the messages that carry them."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from hotline.base import live
from hotline.base.database import Base


class TrackDecision(Base):
    """What the rules decided on a report, with the pack, the facts and the reasons that they had."""

    __tablename__ = "track_decisions"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    report_id: Mapped[UUID] = mapped_column(ForeignKey("reports.id"), index=True)
    supersedes_id: Mapped[UUID | None] = mapped_column(ForeignKey("track_decisions.id"))
    """The decision that this one took the place of, when the report was returned and submitted again."""
    superseded_at: Mapped[datetime | None]
    """When a later decision took its place; None: this is the one that holds."""
    pack: Mapped[str]
    pack_version: Mapped[str]
    facts: Mapped[dict[str, Any]]
    """Codes, counts and yes/no/unknown; no narrative and no name."""
    result: Mapped[dict[str, Any]]
    """`policy.model.Decision` as JSON."""
    placement: Mapped[dict[str, Any]]
    """How the place was found: `geography.locate.Placement` as JSON."""
    outcome: Mapped[str]
    """`dispatched`, `closed` (lawful reason) or `waiting` (for a person)."""
    outcome_reason: Mapped[str]
    decided_at: Mapped[datetime]

    __table_args__ = (
        Index(
            "uq_track_decisions_holding",
            "report_id",
            unique=True,
            postgresql_where=text("superseded_at is null"),
        ),
    )


class Dispatch(Base):
    """A report on its way to one recipient. `state` moves by `dispatch.states.DISPATCH`."""

    __tablename__ = "dispatches"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    decision_id: Mapped[UUID] = mapped_column(ForeignKey("track_decisions.id"), index=True)
    report_id: Mapped[UUID] = mapped_column(ForeignKey("reports.id"), index=True)
    recipient_id: Mapped[UUID] = mapped_column(ForeignKey("organizations.id"), index=True)
    role: Mapped[str]
    """`lead` or `partner`."""
    service: Mapped[str]
    state: Mapped[str]
    why: Mapped[dict[str, Any]]
    """Why this recipient: codes and names that the screens put into words."""
    created_at: Mapped[datetime]
    acknowledge_by: Mapped[datetime]
    delivered_at: Mapped[datetime | None]
    acknowledged_at: Mapped[datetime | None]
    acknowledged_by: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))
    red_at: Mapped[datetime | None]
    """Nobody on the recipient's ladder acknowledged in time: the coordinator sees a red row from here on."""
    owner_id: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))
    """The coordinator who took it over."""
    assigned_by: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))
    """The coordinator who chose the recipient; None when the rules did."""
    version: Mapped[int] = mapped_column(default=1)

    __table_args__ = (
        UniqueConstraint("decision_id", "recipient_id"),
        Index(
            "ix_dispatches_unacknowledged", "acknowledge_by", postgresql_where=text("acknowledged_at is null")
        ),
    )


class Delivery(Base):
    """One message to one person over one channel. `key` goes with it, so that a repeat is seen once."""

    __tablename__ = "deliveries"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    dispatch_id: Mapped[UUID | None] = mapped_column(ForeignKey("dispatches.id"), index=True)
    item_id: Mapped[UUID | None] = mapped_column(ForeignKey("worklist_items.id"), index=True)
    """Exactly one of `dispatch_id` and `item_id` is set."""
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"), index=True)
    channel: Mapped[str]
    """`portal` (the row itself is what the person sees) or `email`."""
    key: Mapped[str] = mapped_column(unique=True)
    state: Mapped[str]
    """`wanted`, `sent`, `failed` (it can't reach the person) or `dropped` (no longer needed)."""
    level: Mapped[int] = mapped_column(default=0)
    """How many people were told before this one, rounds of the ladder included."""
    attempts: Mapped[int] = mapped_column(default=0)
    last_error: Mapped[str | None]
    created_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]


@live.told_when_changed(Dispatch)
def _dispatch_topics(dispatch: Dispatch) -> list[str]:
    """A dispatch shows on every board, because its jurisdiction is the report's, and at its recipient."""
    return ["board:all", f"office:{dispatch.recipient_id}"]
