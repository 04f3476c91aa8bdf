"""Reports that a lost call or a paper left half-written: somebody finishes them, or says that nothing is to finish."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import Text, cast, exists, func, or_, select
from sqlalchemy.orm import Session

from hotline.audit.record import Actor
from hotline.base import clock
from hotline.calls.models import Call
from hotline.calls.telling import open_for_supervisors
from hotline.reports.models import Report, ReportAnswer
from hotline.worklist import service as worklist
from hotline.worklist.models import WorklistItem

KIND = "unfinished_report"
LEFT_ALONE_FOR = timedelta(minutes=30)
"""A draft whose call is over and in which nobody has written for so long stands on a worklist."""

ON_PAPER = ("letter", "fax")
"""A draft of such a report counts before anything is typed: what is to be typed lies there."""

FINISH_WITHIN = timedelta(minutes=30)
_MOST = 100
_SYSTEM = Actor.system("reports")


def note_unfinished(session: Session) -> None:
    """For the sweep: put drafts that were left alone on the worklist, once each, and settle those that were finished.

    A draft without a single answer is no report: a call about something else leaves one behind. One that was begun
    from a letter or a fax is: the answers stand there.
    """
    since = clock.now() - LEFT_ALONE_FOR
    written = (
        select(ReportAnswer.report_id, func.max(ReportAnswer.saved_at).label("at"))
        .group_by(ReportAnswer.report_id)
        .subquery()
    )
    last = func.coalesce(written.c.at, Report.created_at)
    left = (
        select(Report, Call)
        .outerjoin(Call, Call.id == Report.call_id)
        .outerjoin(written, written.c.report_id == Report.id)
        .where(
            Report.state == "draft",
            or_(Call.ended_at <= since, Report.call_id.is_(None)),
            or_(written.c.at.is_not(None), Report.channel.in_(ON_PAPER)),
            last <= since,
            ~exists().where(WorklistItem.kind == KIND, WorklistItem.subject_id == cast(Report.id, Text)),
        )
        .limit(_MOST)
    )
    for report, joined in session.execute(left).all():
        call: Call | None = joined
        open_for_supervisors(
            session,
            kind=KIND,
            jurisdiction=report.jurisdiction,
            subject_kind="report",
            subject_id=report.id,
            reason="draft_left_alone" if call is None else "report_left_unfinished",
            due_in=FINISH_WITHIN,
            detail={"reference": report.reference, **_of_call(call)},
            owner_id=call.screener_id if call is not None and call.screener_id else report.screener_id,
        )
    _settle_finished(session)


def _of_call(call: Call | None) -> dict[str, str | None]:
    return {"lane": call.lane, "language": call.language} if call is not None else {}


def _settle_finished(session: Session) -> None:
    finished = (
        select(WorklistItem.subject_id)
        .join(Report, cast(Report.id, Text) == WorklistItem.subject_id)
        .where(WorklistItem.kind == KIND, WorklistItem.closed_at.is_(None), Report.state != "draft")
        .limit(_MOST)
    )
    for report_id in session.scalars(finished).all():
        worklist.close_for(session, KIND, report_id, _SYSTEM, "report_submitted")
