"""Reports and their answers. Answers are sealed under the report's own key."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Sequence
from sqlalchemy.orm import Mapped, mapped_column

from hotline.base.database import Base
from hotline.calls.models import Call

REFERENCE_NUMBERS = Sequence("report_reference_numbers", metadata=Base.metadata)


class Report(Base):
    """One report, on the version of the form with which it was begun. `state` moves by `reports.states.REPORT`."""

    __tablename__ = "reports"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    reference: Mapped[str] = mapped_column(unique=True)
    """What people say on the telephone, for example `KERN-000123`."""
    jurisdiction: Mapped[str]
    call_id: Mapped[UUID | None] = mapped_column(ForeignKey(Call.id), index=True)
    channel: Mapped[str] = mapped_column(default="telephone", server_default="telephone")
    """How it came in: a word of `states.CHANNELS`."""
    form_id: Mapped[str]
    form_version: Mapped[int]
    state: Mapped[str]
    screener_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"), index=True)
    received_at: Mapped[datetime]
    """When the call came in (or the letter, or the visitor): every clock of the rules starts here."""
    created_at: Mapped[datetime]
    submitted_at: Mapped[datetime | None]
    key_id: Mapped[str]
    wrapped_key: Mapped[bytes | None]
    reporter_vault_id: Mapped[UUID]
    duplicate_of_id: Mapped[UUID | None] = mapped_column(ForeignKey("reports.id"))
    restriction: Mapped[bytes | None]
    """Why only supervisors and the report's own screener may open it: text under the report's key. None: not sealed."""
    restricted_by: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))
    restricted_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)


class ReportAnswer(Base):
    """The present answer to one field. The reporter's identity is not here but in the vault."""

    __tablename__ = "report_answers"

    report_id: Mapped[UUID] = mapped_column(ForeignKey("reports.id"), primary_key=True)
    path: Mapped[str] = mapped_column(primary_key=True)
    """As in the form: `section/field` or `section/<n>/field`."""
    sealed: Mapped[bytes]
    """JSON of the value under the report's key."""
    version: Mapped[int]
    """Counts the saves of this field from 1."""
    saved_by: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    saved_at: Mapped[datetime]
    stamp: Mapped[str | None]
    """Which page sent it as its how-manieth (`saving.Origin`): a page that sends again knows its own."""


class ReportCall(Base):
    """A later call about the matter of a report. The call with which the report began is in `reports.call_id`."""

    __tablename__ = "report_calls"

    report_id: Mapped[UUID] = mapped_column(ForeignKey("reports.id"), primary_key=True)
    call_id: Mapped[UUID] = mapped_column(ForeignKey(Call.id), primary_key=True, index=True)
    attached_by: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    attached_at: Mapped[datetime]


class ReportAddition(Base):
    """What somebody heard of a report's matter after it was submitted. Never changed."""

    __tablename__ = "report_additions"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    report_id: Mapped[UUID] = mapped_column(ForeignKey("reports.id"), index=True)
    call_id: Mapped[UUID | None] = mapped_column(ForeignKey(Call.id))
    """The call in which it was said."""
    author_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    added_at: Mapped[datetime]
    new_danger: Mapped[bool]
    """A child is in danger in a way that the report does not tell."""
    sealed: Mapped[bytes]
    """The text under the report's key."""


class ReportReason(Base):
    """Why somebody sealed a report, lifted its seal, or opened it sealed: in their own words."""

    __tablename__ = "report_reasons"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    report_id: Mapped[UUID] = mapped_column(ForeignKey("reports.id"), index=True)
    kind: Mapped[str]
    """`sealed`, `unsealed` or `opened`."""
    person_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    given_at: Mapped[datetime]
    sealed: Mapped[bytes]
    """The text under the report's key."""


class Collateral(Base):
    """Somebody who is asked before a report is decided: a teacher, a physician. Never the reporter."""

    __tablename__ = "report_collaterals"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    report_id: Mapped[UUID] = mapped_column(ForeignKey("reports.id"), index=True)
    reason: Mapped[str]
    """Why: a word of `states.COLLATERAL_REASONS`."""
    sealed: Mapped[bytes]
    """Who, and how to reach them: text under the report's key."""
    extends: Mapped[bool]
    """Whether the pack gives the decision more time for it."""
    opened_by: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    opened_at: Mapped[datetime]
    due_at: Mapped[datetime]
    resolved_at: Mapped[datetime | None]
    resolved_by: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))
    result: Mapped[str | None]
    """What came of it: a word of `states.COLLATERAL_RESULTS`."""
