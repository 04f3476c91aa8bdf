"""Incoming papers, and written reports that are owed."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import Text

from hotline.base import live
from hotline.base.database import Base


class IncomingPaper(Base):
    """A letter or a fax that came in. It is somebody's work until a person says what came of it."""

    __tablename__ = "incoming_papers"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    jurisdiction: Mapped[str]
    channel: Mapped[str]
    """`letter` or `fax`."""
    received_at: Mapped[datetime]
    """When it arrived at the agency: the clocks of the rules start here."""
    registered_at: Mapped[datetime]
    registered_by: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))
    """None: a fax server."""
    source_key: Mapped[str | None] = mapped_column(unique=True)
    """What a fax server calls it, hashed: told twice it is one paper."""
    outcome: Mapped[str | None]
    """What came of it, a word of `papers.OUTCOMES`; None while it waits."""
    report_id: Mapped[UUID | None] = mapped_column(ForeignKey("reports.id"), index=True)
    settled_at: Mapped[datetime | None]
    settled_by: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))

    __table_args__ = (
        Index(
            "ix_incoming_papers_waiting",
            "jurisdiction",
            "received_at",
            postgresql_where=text("settled_at is null"),
        ),
    )


class WrittenReport(Base):
    """The written report that a mandated reporter owes after a call: due, then received or waived."""

    __tablename__ = "written_reports"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    report_id: Mapped[UUID] = mapped_column(ForeignKey("reports.id"))
    jurisdiction: Mapped[str]
    obligation: Mapped[str]
    """The rule that asks for it, for example `kern.duty.written-report`."""
    sentence: Mapped[dict[str, str]]
    """What the rule says, by language."""
    due_at: Mapped[datetime]
    state: Mapped[str]
    """`due`, `received`, `waived`."""
    marks: Mapped[list[str]] = mapped_column(ARRAY(Text))
    """Keyed hashes of the reporter's name and telephone number: a paper finds its call without naming anybody."""
    overdue_at: Mapped[datetime | None]
    """When a person was told that it has not come."""
    received_at: Mapped[datetime | None]
    channel: Mapped[str | None]
    """How it came: a word of `reports.states.CHANNELS`."""
    paper_id: Mapped[UUID | None] = mapped_column(ForeignKey("incoming_papers.id"))
    online_report_id: Mapped[UUID | None] = mapped_column(ForeignKey("reports.id"))
    waiver: Mapped[str | None]
    """Why nobody waits for it any more: a word of `service.WAIVERS`."""
    settled_at: Mapped[datetime | None]
    settled_by: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))

    __table_args__ = (
        UniqueConstraint("report_id", "obligation"),
        Index("ix_written_reports_due", "jurisdiction", "due_at", postgresql_where=text("state = 'due'")),
    )


@live.told_when_changed(IncomingPaper)
def _paper_topics(paper: IncomingPaper) -> list[str]:
    return [f"board:{paper.jurisdiction}"]
