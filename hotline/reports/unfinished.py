"""Reports that a lost call left half-written: somebody finishes them, or says that there is nothing to finish."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import Text, cast, exists, func, select
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

FINISH_WITHIN = timedelta(minutes=30)
_MOST = 100
_SYSTEM = Actor.system("reports")


def note_unfinished(session: Session) -> None:
    """For the sweep: put drafts that were left alone on the worklist, once each, and settle those that were finished.

    A draft without a single answer is no report: a call about something else leaves one behind.
    """
    since = clock.now() - LEFT_ALONE_FOR
    written = (
        select(ReportAnswer.report_id, func.max(ReportAnswer.saved_at).label("at"))
        .group_by(ReportAnswer.report_id)
        .subquery()
    )
    left = (
        select(Report, Call)
        .join(Call, Call.id == Report.call_id)
        .join(written, written.c.report_id == Report.id)
        .where(
            Report.state == "draft",
            Call.ended_at <= since,
            written.c.at <= since,
            ~exists().where(WorklistItem.kind == KIND, WorklistItem.subject_id == cast(Report.id, Text)),
        )
        .limit(_MOST)
    )
    for report, call in session.execute(left).all():
        open_for_supervisors(
            session,
            kind=KIND,
            jurisdiction=report.jurisdiction,
            subject_kind="report",
            subject_id=report.id,
            reason="report_left_unfinished",
            due_in=FINISH_WITHIN,
            detail={"reference": report.reference, "lane": call.lane, "language": call.language},
            owner_id=call.screener_id or report.screener_id,
        )
    _settle_finished(session)


def _settle_finished(session: Session) -> None:
    finished = (
        select(WorklistItem.subject_id)
        .join(Report, cast(Report.id, Text) == WorklistItem.subject_id)
        .where(WorklistItem.kind == KIND, WorklistItem.closed_at.is_(None), Report.state != "draft")
        .limit(_MOST)
    )
    for report_id in session.scalars(finished).all():
        worklist.close_for(session, KIND, report_id, _SYSTEM, "report_submitted")
