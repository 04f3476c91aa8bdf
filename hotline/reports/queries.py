"""Lists of reports. They carry no story and no name: references, states and times only."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from hotline.calls.models import Call
from hotline.reports.models import Report, ReportCall
from hotline.reports.states import WRITABLE


def unfinished_of(session: Session, user_id: UUID, limit: int = 200) -> Sequence[Report]:
    """What the person still has to write on, the oldest receipt first: drafts, also those that came to them with a
    transferred call, and reports that were returned to them.
    """
    handed = select(Call.id).where(Call.screener_id == user_id)
    mine = or_(
        and_(Report.screener_id == user_id, Report.state.in_(WRITABLE)),
        and_(Report.state == "draft", Report.call_id.in_(handed)),
    )
    return session.scalars(select(Report).where(mine).order_by(Report.received_at).limit(limit)).all()


def submitted_by(session: Session, user_id: UUID, limit: int = 50) -> Sequence[Report]:
    """The reports that the person handed in, the latest first."""
    return session.scalars(
        select(Report)
        .where(Report.screener_id == user_id, Report.state.not_in((*WRITABLE, "dropped")))
        .order_by(Report.submitted_at.desc())
        .limit(limit)
    ).all()


def of_call(session: Session, call_id: UUID) -> Sequence[Report]:
    """The reports that came of a call, the oldest first; drafts that became no report are left out."""
    rows = select(Report).where(Report.call_id == call_id, Report.state != "dropped")
    return session.scalars(rows.order_by(Report.created_at)).all()


def about_call(session: Session, call_id: UUID) -> Sequence[Report]:
    """Earlier reports to which the call was attached, the oldest first."""
    rows = select(Report).join(ReportCall, ReportCall.report_id == Report.id)
    return session.scalars(rows.where(ReportCall.call_id == call_id).order_by(Report.received_at)).all()


def of_number(session: Session, call: Call, limit: int = 10) -> Sequence[Report]:
    """Submitted reports of other calls from the same number, the newest first; none for a call without a number."""
    if call.caller_hash is None:
        return ()
    others = select(Call.id).where(Call.caller_hash == call.caller_hash, Call.id != call.id)
    later = select(ReportCall.report_id).where(ReportCall.call_id.in_(others))
    rows = select(Report).where(
        or_(Report.call_id.in_(others), Report.id.in_(later)),
        Report.state.not_in(("draft", "dropped")),
        or_(Report.call_id.is_(None), Report.call_id != call.id),
    )
    return session.scalars(rows.order_by(Report.received_at.desc(), Report.id).limit(limit)).all()


def by_reference(session: Session, reference: str) -> Report | None:
    """The report that people call by this reference, for example `KERN-000123`; case and spaces don't matter."""
    return session.scalar(select(Report).where(Report.reference == reference.strip().upper()))
