"""Reviews of decisions and what people did in them. Their words are sealed under the report's key."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from hotline.base.database import Base


class Review(Base):
    """The review of one decision. `state` moves by `reviews.states.REVIEW`; there is none before the first act."""

    __tablename__ = "reviews"

    decision_id: Mapped[UUID] = mapped_column(ForeignKey("track_decisions.id"), primary_key=True)
    report_id: Mapped[UUID] = mapped_column(ForeignKey("reports.id"), index=True)
    state: Mapped[str]
    first_by: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))
    """Who agreed first, or proposed the lesser track: somebody else has to be the second."""
    proposed: Mapped[str | None]
    """Id of the pack's override that waits for the second person."""
    version: Mapped[int] = mapped_column(default=1)


class ReviewAct(Base):
    """One thing that a person did in a review. Never changed."""

    __tablename__ = "review_acts"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    report_id: Mapped[UUID] = mapped_column(ForeignKey("reports.id"), index=True)
    decision_id: Mapped[UUID] = mapped_column(ForeignKey("track_decisions.id"))
    """The decision that was looked at."""
    act: Mapped[str]
    """A word of `states.ACTS`."""
    person_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    done_at: Mapped[datetime]
    override: Mapped[str | None]
    """Id of the pack's override, where another track was chosen or proposed."""
    sealed: Mapped[bytes | None]
    """The question, the reason or the note, under the report's key."""
