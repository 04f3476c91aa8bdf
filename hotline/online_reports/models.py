"""Online reports, and how often the public page was used of late. What was written stands in the vault alone."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from hotline.base import live
from hotline.base.database import Base


class OnlineReport(Base):
    """A report that somebody writes, or wrote, online. `state` moves by `online_reports.states.ONLINE`."""

    __tablename__ = "online_reports"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    jurisdiction: Mapped[str]
    form_id: Mapped[str]
    form_version: Mapped[int]
    language: Mapped[str]
    """In which it is written."""
    state: Mapped[str]
    vault_id: Mapped[UUID] = mapped_column(ForeignKey("vault_records.id"))
    """Every answer, the reporter's identity among them; destroyed when it expires or a screener takes it up."""
    code_hash: Mapped[str] = mapped_column(unique=True)
    """Keyed hash of the code with which its writer comes back."""
    session_hash: Mapped[str | None] = mapped_column(unique=True)
    """Keyed hash of the secret of the browser in which it is being written."""
    session_seen_at: Mapped[datetime]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    """When a report that was not sent is destroyed."""
    sent_at: Mapped[datetime | None]
    confirmation: Mapped[str | None] = mapped_column(unique=True)
    """What its writer is told as proof, for example `W-7F3K-2Q9M`."""
    danger: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    """What was sent points to danger now."""
    taken_at: Mapped[datetime | None]
    taken_by: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))
    report_id: Mapped[UUID | None] = mapped_column(ForeignKey("reports.id"), unique=True)

    __table_args__ = (
        Index("ix_online_reports_open", "state", "expires_at", postgresql_where=text("state = 'writing'")),
        Index("ix_online_reports_sent", "jurisdiction", "sent_at", postgresql_where=text("state = 'sent'")),
    )


class OnlineTally(Base):
    """How often something happened on the public page within a span that began at `began_at`."""

    __tablename__ = "online_tallies"

    kind: Mapped[str] = mapped_column(primary_key=True)
    """`begun` or `wrong_code`."""
    began_at: Mapped[datetime] = mapped_column(primary_key=True)
    count: Mapped[int]


@live.told_when_changed(OnlineReport)
def _topics(report: OnlineReport) -> list[str]:
    return [f"board:{report.jurisdiction}"] if report.state in ("sent", "taken") else []
