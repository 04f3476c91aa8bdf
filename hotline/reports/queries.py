"""Lists of reports. They carry no story and no name: references, states and times only."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from hotline.calls.models import Call
from hotline.reports.models import Report


def of_screener(session: Session, user_id: UUID, limit: int = 50) -> Sequence[Report]:
    """The screener's own reports, and drafts that came to them with a transferred call, the newest first.

    Drafts that became no report are left out.
    """
    handed = select(Call.id).where(Call.screener_id == user_id)
    mine = or_(Report.screener_id == user_id, and_(Report.state == "draft", Report.call_id.in_(handed)))
    rows = select(Report).where(mine, Report.state != "dropped").order_by(Report.created_at.desc())
    return session.scalars(rows.limit(limit)).all()


def of_call(session: Session, call_id: UUID) -> Sequence[Report]:
    """The reports that came of a call, the oldest first."""
    return session.scalars(select(Report).where(Report.call_id == call_id).order_by(Report.created_at)).all()


def by_reference(session: Session, reference: str) -> Report | None:
    """The report that people call by this reference, for example `KERN-000123`; case and spaces don't matter."""
    return session.scalar(select(Report).where(Report.reference == reference.strip().upper()))
