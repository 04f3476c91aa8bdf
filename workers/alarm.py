"""Telling a person that a job keeps failing: the queue goes on trying, and somebody looks why."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from hotline.base.database import Database
from hotline.base.errors import HotlineError
from hotline.base.ids import parse_id
from hotline.base.jobs import CALLS, JOBS
from hotline.base.logging import get_logger, reason
from hotline.base.outbox import OutboxRow
from hotline.calls.models import Call, CallLeg
from hotline.dispatch.models import Delivery, Dispatch
from hotline.reports.models import Report
from hotline.rosters import service as rosters
from hotline.worklist import service as worklist
from hotline.worklist.models import WorklistItem

LOOK_WITHIN = timedelta(minutes=15)
_log = get_logger("alarm")


def job_keeps_failing(database: Database, row: OutboxRow) -> None:
    """Open a worklist item for the row, once; never raises, because the caller still has work to hand back."""
    try:
        with database.transaction() as session:
            _open(session, row)
    except (SQLAlchemyError, HotlineError) as error:
        _log.error("alarm_not_raised", job=row.job, row=row.id, error=reason(error))


def _open(session: Session, row: OutboxRow) -> None:
    jurisdiction = _jurisdiction(session, parse_id(row.subject_id))
    if jurisdiction is None:
        _log.error("job_without_subject", job=row.job, row=row.id)
        return
    calls = JOBS[row.job].queue == CALLS
    worklist.open_item(
        session,
        kind="job_failing",
        jurisdiction=jurisdiction,
        subject_kind="outbox",
        subject_id=str(row.id),
        team=rosters.supervisors(jurisdiction) if calls else rosters.coordinators(jurisdiction),
        reason=f"job_failing:{row.job}",
        due_in=LOOK_WITHIN,
        detail={
            "job": row.job,
            "subject": row.subject_id,
            "error": row.last_error or "",
            "tries": row.attempts,
        },
    )


def _jurisdiction(session: Session, subject_id: UUID) -> str | None:
    """Whose matter the subject is, whatever kind of row it is."""
    of_leg = (
        select(Call.jurisdiction).join(CallLeg, CallLeg.call_id == Call.id).where(CallLeg.id == subject_id)
    )
    of_dispatch = select(Report.jurisdiction).join(Dispatch, Dispatch.report_id == Report.id)
    of_delivery = of_dispatch.join(Delivery, Delivery.dispatch_id == Dispatch.id).where(
        Delivery.id == subject_id
    )
    for query in (
        select(Call.jurisdiction).where(Call.id == subject_id),
        of_leg,
        select(Report.jurisdiction).where(Report.id == subject_id),
        of_dispatch.where(Dispatch.id == subject_id),
        of_delivery,
    ):
        found = session.scalar(query)
        if found is not None:
            return found
    item = session.get(WorklistItem, subject_id)
    # An item about a failing job that fails to be told would breed the next one: its ladder is climbed instead.
    return item.jurisdiction if item is not None and item.kind != "job_failing" else None
