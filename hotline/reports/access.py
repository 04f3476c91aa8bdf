"""The only way to fetch a report: who may, and the trace that it leaves.

A report travels with its call: whoever is the call's screener now writes it, and whoever was before, or is asked in
by the screener, reads along. A sealed report is for its own screener, and for supervisors who say in writing why
they open it (`sealing.give_reason`).
"""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from sqlalchemy import and_, exists, or_, select
from sqlalchemy.orm import Session

from hotline.accounts.service import SignedIn
from hotline.audit.record import record
from hotline.base import clock
from hotline.base.errors import NotFound, NotPermitted
from hotline.calls.models import Call, CallLeg
from hotline.reports.models import Report, ReportCall, ReportReason
from hotline.reports.states import WRITABLE

REASON_HOLDS = timedelta(minutes=30)
"""How long a written reason opens a sealed report to the supervisor who gave it."""

_NONE = "There is no such report, or it is not yours to see."


class ReasonNeeded(NotPermitted):
    """The report is sealed: this supervisor may open it after saying in writing why."""

    def __init__(self, report: Report) -> None:
        super().__init__("This report is sealed. Say in writing why you open it.")
        self.report_id, self.reference = report.id, report.reference


def open_report(
    session: Session, report_id: UUID, person: SignedIn, *, reason: str, related: bool = False
) -> Report:
    """The report, if the person may see it; the look is audited with the reason code `reason`.

    A screener sees the reports that they took, those of calls that they had before a transfer, those to which such a
    call was attached, and during a consult that of the call; supervisors and coordinators see all. `related`: the
    caller has found that a report or a call of this person concerns the same people, which opens it to anybody who
    writes reports. A sealed report is for its screener and for supervisors: ReasonNeeded until they have given a
    reason. For anybody else, and for a report that does not exist, it raises the same NotFound: the answer does not
    tell which.
    """
    report = session.get(Report, report_id)
    if report is None or not _may_see(session, report, person, related=related):
        raise NotFound(_NONE)
    if report.restriction is not None and not is_its_screener(session, report, person):
        _require_reason(session, report, person)
    record(session, person.actor, "report:opened", "report", report.id, {"reason": reason})
    return report


def open_matter(session: Session, report_id: UUID, person: SignedIn) -> Report:
    """The report as a matter to be sent on: its row, for a page that shows no answer of it.

    A seal is no hindrance: somebody has to go whatever the report says. Audited; raises NotFound.
    """
    report = session.get(Report, report_id)
    if report is None or not (person.may("board:read") and person.may("reports:read")):
        raise NotFound(_NONE)
    record(session, person.actor, "report:opened", "report", report.id, {"reason": "board"})
    return report


def own_draft(session: Session, report_id: UUID, person: SignedIn) -> Report:
    """The report for writing, its row locked: only its writer writes (see `writer`). Raises NotFound.

    Not audited as a look: each write is audited by itself.
    """
    report = session.get(Report, report_id, with_for_update=True, populate_existing=True)
    if report is None or not may_write(session, report, person):
        raise NotFound("There is no such report, or it is not yours to change.")
    return report


def own_report(session: Session, report_id: UUID, person: SignedIn) -> Report:
    """The writer's own report for a part of the open page that asks again and again. Raises NotFound.

    Neither locked nor audited: opening the page was.
    """
    report = session.get(Report, report_id)
    if report is None or not may_write(session, report, person):
        raise NotFound("There is no such report, or it is not yours to see.")
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


def is_its_screener(session: Session, report: Report, person: SignedIn) -> bool:
    """Whether the person took the report down, or writes it now."""
    return person.user_id in (report.screener_id, writer(session, report))


def may_read(session: Session, report: Report, person: SignedIn, *, related: bool = False) -> bool:
    """Whether `open_report` would open it, at once or after a written reason. Not audited: nothing is shown."""
    return _may_see(session, report, person, related=related)


def has_call(session: Session, report: Report, call_id: UUID) -> bool:
    """Whether the report came of that call, or the call was attached to it."""
    return report.call_id == call_id or session.get(ReportCall, (report.id, call_id)) is not None


def _may_see(session: Session, report: Report, person: SignedIn, *, related: bool) -> bool:
    if not person.may("reports:read"):
        return False
    if is_its_screener(session, report, person) or "supervisor" in person.roles:
        return True
    if report.restriction is not None:
        return False
    if "coordinator" in person.roles:
        return True
    # What somebody is still writing is nobody else's to read.
    if related and person.may("reports:write") and report.state not in WRITABLE:
        return True
    return _was_on_a_call(session, report, person.user_id)


def _was_on_a_call(session: Session, report: Report, user_id: UUID) -> bool:
    """Whether the person is or was the screener of a call of the report, or is a colleague who is in one now."""
    attached = select(ReportCall.call_id).where(ReportCall.report_id == report.id)
    screened = and_(CallLeg.kind == "screener", CallLeg.joined_at.is_not(None))
    consulted = and_(CallLeg.kind == "consult", CallLeg.state.not_in(("closing", "ended")))
    on_it = exists().where(
        or_(CallLeg.call_id == report.call_id, CallLeg.call_id.in_(attached)),
        CallLeg.user_id == user_id,
        or_(screened, consulted),
    )
    theirs = exists().where(
        or_(Call.id == report.call_id, Call.id.in_(attached)), Call.screener_id == user_id
    )
    return bool(session.scalar(select(or_(on_it, theirs))))


def _require_reason(session: Session, report: Report, person: SignedIn) -> None:
    given = exists().where(
        ReportReason.report_id == report.id,
        ReportReason.person_id == person.user_id,
        ReportReason.kind == "opened",
        ReportReason.given_at > clock.now() - REASON_HOLDS,
    )
    if not session.scalar(select(given)):
        raise ReasonNeeded(report)
