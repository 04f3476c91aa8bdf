"""The only way to fetch a report: who may, and the trace that it leaves."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy.orm import Session

from hotline.accounts.service import SignedIn
from hotline.audit.record import record
from hotline.base.errors import NotFound
from hotline.reports.models import Report


def open_report(session: Session, report_id: UUID, person: SignedIn, *, reason: str) -> Report:
    """The report, if the person may see it; the look is audited with the reason code `reason`.

    A screener sees the reports that they took; supervisors and coordinators see all. For anybody else, and for
    a report that does not exist, it raises the same NotFound: the answer does not tell which.
    """
    report = session.get(Report, report_id)
    if report is None or not _may_see(report, person):
        raise NotFound("There is no such report, or it is not yours to see.")
    record(session, person.actor, "report:opened", "report", report.id, {"reason": reason})
    return report


def own_draft(session: Session, report_id: UUID, person: SignedIn) -> Report:
    """The report for writing, its row locked: only the screener who took it writes. Raises NotFound.

    Not audited as a look: each write is audited by itself.
    """
    report = session.get(Report, report_id, with_for_update=True, populate_existing=True)
    if report is None or report.screener_id != person.user_id or not person.may("reports:write"):
        raise NotFound("There is no such report, or it is not yours to change.")
    return report


def _may_see(report: Report, person: SignedIn) -> bool:
    if not person.may("reports:read"):
        return False
    return report.screener_id == person.user_id or bool({"supervisor", "coordinator"} & set(person.roles))
