"""Attachments. The content and the name of a file are in the vault; a row says only where, how large, what kind."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from hotline.base.database import Base


class Attachment(Base):
    """One file, as it was received. Nothing is ever made out of it: no preview, no text."""

    __tablename__ = "attachments"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    report_id: Mapped[UUID | None] = mapped_column(ForeignKey("reports.id"), index=True)
    paper_id: Mapped[UUID | None] = mapped_column(ForeignKey("incoming_papers.id"), index=True)
    """The paper that it came with; it stays when the paper has become part of a report."""
    content_vault_id: Mapped[UUID]
    name_vault_id: Mapped[UUID]
    media_type: Mapped[str]
    """Found by its content; what the sender calls it is not believed."""
    size: Mapped[int]
    """Bytes."""
    added_at: Mapped[datetime]
    added_by: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))
    """None: a fax server or the command line."""
    removed_at: Mapped[datetime | None]
    removed_by: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))

    __table_args__ = (CheckConstraint("report_id is not null or paper_id is not null", name="belongs"),)
