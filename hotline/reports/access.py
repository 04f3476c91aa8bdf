"""The only way to fetch a report: who may, and the trace that it leaves.

A report travels with its call: whoever is the call's screener now writes it, and whoever was before, or is asked in
by the screener, reads along.
"""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import and_, exists, or_, select
from sqlalchemy.orm import Session

from hotline.accounts.service import SignedIn
from hotline.audit.record import record
from hotline.base.errors import NotFound
from hotline.calls.models import Call, CallLeg
from hotline.reports.models import Report


def open_report(session: Session, report_id: UUID, person: SignedIn, *, reason: str) -> Report:
    """The report, if the person may see it; the look is audited with the reason code `reason`.

    A screener sees the reports that they took, those of calls that they had before a transfer, and during a consult
    that of the call; supervisors and coordinators see all. For anybody else, and for a report that does not exist,
    it raises the same NotFound: the answer does not tell which.
    """
    report = session.get(Report, report_id)
    if report is None or not _may_see(session, report, person):
        raise NotFound("There is no such report, or it is not yours to see.")
    record(session, person.actor, "report:opened", "report", report.id, {"reason": reason})
    return report


def own_draft(session: Session, report_id: UUID, person: SignedIn) -> Report:
    """The report for writing, its row locked: only its writer writes (see `writer`). Raises NotFound.

    Not audited as a look: each write is audited by itself.
    """
    report = session.get(Report, report_id, with_for_update=True, populate_existing=True)
    if report is None or not may_write(session, report, person):
        raise NotFound("There is no such report, or it is not yours to change.")
    return report


def may_write(session: Session, report: Report, person: SignedIn) -> bool:
    """Whether the person may write on this report while it is a draft."""
    return person.may("reports:write") and writer(session, report) == person.user_id


def writer(session: Session, report: Report) -> UUID:
    """Whose draft it is: the screener that its call has now, else whoever took it down.

    A draft that was begun after the call ended, or without a call, belongs to who began it; a submitted report to
    who submitted it.
    """
    if report.state != "draft" or report.call_id is None:
        return report.screener_id
    present = session.scalar(
        select(Call.screener_id).where(Call.id == report.call_id, Call.screener_id.is_not(None))
    )
    return present or report.screener_id


def _may_see(session: Session, report: Report, person: SignedIn) -> bool:
    if not person.may("reports:read"):
        return False
    if person.user_id == report.screener_id or {"supervisor", "coordinator"} & set(person.roles):
        return True
    return _was_on_the_call(session, report, person.user_id)


def _was_on_the_call(session: Session, report: Report, user_id: UUID) -> bool:
    """Whether the person is or was the call's screener, or is a colleague who is in it now."""
    if report.call_id is None:
        return False
    screened = and_(CallLeg.kind == "screener", CallLeg.joined_at.is_not(None))
    consulted = and_(CallLeg.kind == "consult", CallLeg.state.not_in(("closing", "ended")))
    on_it = exists().where(
        CallLeg.call_id == report.call_id, CallLeg.user_id == user_id, or_(screened, consulted)
    )
    theirs = exists().where(Call.id == report.call_id, Call.screener_id == user_id)
    return bool(session.scalar(select(or_(on_it, theirs))))
