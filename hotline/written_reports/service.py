"""The written report that the law asks of a mandated reporter after the call: due, received, waived.

It is owed by the reporter and changes nothing about the response: the report goes out whether it comes or not.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from hotline.accounts.service import SignedIn
from hotline.audit.record import Actor, record
from hotline.base import clock
from hotline.base.errors import Conflict, InvalidInput, NotFound
from hotline.base.ids import new_id
from hotline.calls.telling import open_for_supervisors
from hotline.deadlines import service as deadlines
from hotline.policy.decision import Decision, Obligation
from hotline.reports.models import Report
from hotline.reports.service import form_of
from hotline.reports.states import CHANNELS
from hotline.vault.service import Vault
from hotline.worklist import service as worklist
from hotline.written_reports import marks, papers
from hotline.written_reports.models import WrittenReport
from screening_forms.loader import Shelf

KIND = "written_report_overdue"
WAIVERS = (
    "not_mandated",
    "one_report_for_several",
    "sent_to_other_agency",
    "reporter_refuses",
    "reporter_not_reached",
    "other_reason",
)
"""Why nobody waits for a written report any more."""

ASK_WITHIN = timedelta(hours=8)
"""By when somebody has asked an overdue reporter for it: a working day's half, our own default."""

_MOST = 100
_SYSTEM = Actor.system("written_reports")


@dataclass(frozen=True)
class Row:
    """A written report as a list shows it: the oral report's reference, and no name of anybody."""

    written: WrittenReport
    reference: str
    screener_id: UUID

    @property
    def overdue(self) -> bool:
        return self.written.state == "due" and self.written.due_at <= clock.now()


@dataclass(frozen=True)
class Counts:
    """How many are due in time, overdue, and came in the last thirty days."""

    due: int
    overdue: int
    received: int


def owed(decision: Decision) -> list[Obligation]:
    """The obligations of a decision that a reporter's paper meets (pure)."""
    return [duty for duty in decision.obligations if duty.by == "reporter" and duty.to == "hotline"]


def expect(session: Session, vault: Vault, forms: Shelf, report: Report, decision: Decision) -> None:
    """Await what the decision says that the reporter sends; in the transaction of the decision.

    Decided anew it keeps its clock; what the new decision no longer asks for is called off.
    """
    duties = {duty.id: duty for duty in owed(decision)}
    present = {row.obligation: row for row in of_report(session, report.id)}
    found = marks.of_reporter(vault, form_of(forms, report), vault.use(session, report.reporter_vault_id))
    for code, duty in duties.items():
        row = present.get(code)
        if row is not None:
            row.marks = found
            if row.state == "waived" and row.settled_by is None:
                row.state, row.waiver, row.settled_at = "due", None, None
            continue
        row = WrittenReport(
            id=new_id(),
            report_id=report.id,
            jurisdiction=report.jurisdiction,
            obligation=code,
            sentence={"en": duty.sentence.en, "es": duty.sentence.es},
            due_at=duty.due,
            state="due",
            marks=found,
        )
        session.add(row)
    for code, row in present.items():
        if code not in duties and row.state == "due":
            _waive(session, row, _SYSTEM, None, "not_mandated")
    session.flush()


def find(session: Session, written_id: UUID) -> WrittenReport:
    """The row, kept from others until the transaction ends; raises NotFound."""
    row = session.get(WrittenReport, written_id, with_for_update=True, populate_existing=True)
    if row is None:
        raise NotFound("There is no such written report.")
    return row


def receive(
    session: Session,
    written_id: UUID,
    person: SignedIn,
    *,
    channel: str,
    received_at: datetime,
    paper_id: UUID | None = None,
    online_report_id: UUID | None = None,
) -> WrittenReport:
    """A person says that it came, how and when. A waived one may still come.

    With `paper_id` that paper becomes part of the oral report. Raises InvalidInput for a channel that is none and
    a time in the future, Conflict when it was received before or the paper is settled.
    """
    if channel not in CHANNELS or channel == "telephone":
        raise InvalidInput("channel", "Say how the written report came.")
    if received_at > clock.now():
        raise InvalidInput("received_at", "The time of receipt lies in the future. Correct it.")
    row = find(session, written_id)
    if row.state == "received":
        raise Conflict("This written report was noted as received already.")
    if paper_id is not None:
        papers.settle(session, paper_id, person.actor, person.user_id, "written_report", row.report_id)
    row.state, row.received_at, row.channel, row.waiver = "received", received_at, channel, None
    row.paper_id, row.online_report_id = paper_id, online_report_id
    row.settled_at, row.settled_by = clock.now(), person.user_id
    deadlines.meet(session, _clock(row), "report", row.report_id)
    worklist.close_for(session, KIND, row.id, person.actor, "written_report_received")
    detail = {"written": str(row.id), "channel": channel, "late": received_at > row.due_at}
    record(session, person.actor, "written:received", "report", row.report_id, detail)
    session.flush()
    return row


def waive(session: Session, written_id: UUID, person: SignedIn, reason: str) -> WrittenReport:
    """A person says why nobody waits for it any more (WAIVERS). Raises InvalidInput, Conflict."""
    if reason not in WAIVERS:
        raise InvalidInput("reason", "Say why nobody needs to wait for it any more.")
    row = find(session, written_id)
    if row.state != "due":
        raise Conflict("This written report is settled already.")
    _waive(session, row, person.actor, person.user_id, reason)
    return row


def note_overdue(session: Session) -> None:
    """For the sweep: whoever took the call is told once that the paper has not come. Harmless any number of times."""
    late = (
        select(WrittenReport, Report)
        .join(Report, Report.id == WrittenReport.report_id)
        .where(
            WrittenReport.state == "due",
            WrittenReport.due_at <= clock.now(),
            WrittenReport.overdue_at.is_(None),
        )
        .order_by(WrittenReport.due_at)
        .limit(_MOST)
        .with_for_update(of=WrittenReport, skip_locked=True)
    )
    for row, report in session.execute(late).all():
        told = open_for_supervisors(
            session,
            kind=KIND,
            jurisdiction=row.jurisdiction,
            subject_kind="written_report",
            subject_id=row.id,
            reason="written_report_overdue",
            due_in=ASK_WITHIN,
            detail={"reference": report.reference},
            owner_id=report.screener_id,
        )
        if told is not None:
            row.overdue_at = clock.now()
            deadlines.breach(session, _clock(row), "report", row.report_id)


def of_report(session: Session, report_id: UUID) -> Sequence[WrittenReport]:
    """What is owed on a report, the soonest first."""
    return session.scalars(
        select(WrittenReport).where(WrittenReport.report_id == report_id).order_by(WrittenReport.due_at)
    ).all()


def rows(session: Session, jurisdiction: str, state: str, limit: int = 200) -> list[Row]:
    """The written reports of a jurisdiction: `due` (the overdue first), `received` or `waived` (the newest first)."""
    order = WrittenReport.due_at.asc() if state == "due" else WrittenReport.settled_at.desc()
    found = session.execute(
        select(WrittenReport, Report.reference, Report.screener_id)
        .join(Report, Report.id == WrittenReport.report_id)
        .where(WrittenReport.jurisdiction == jurisdiction, WrittenReport.state == state)
        .order_by(order, WrittenReport.id)
        .limit(limit)
    )
    return [Row(written, reference, screener) for written, reference, screener in found]


def counts(session: Session, jurisdiction: str) -> Counts:
    """How many are due, overdue and were received in the last thirty days."""
    now = clock.now()
    due = WrittenReport.state == "due"
    came = (WrittenReport.state == "received") & (WrittenReport.settled_at > now - timedelta(days=30))
    counted = session.execute(
        select(
            func.count().filter(due & (WrittenReport.due_at > now)),
            func.count().filter(due & (WrittenReport.due_at <= now)),
            func.count().filter(came),
        ).where(WrittenReport.jurisdiction == jurisdiction)
    ).one()
    return Counts(*counted)


def _waive(session: Session, row: WrittenReport, actor: Actor, user_id: UUID | None, reason: str) -> None:
    row.state, row.waiver = "waived", reason
    row.settled_at, row.settled_by = clock.now(), user_id
    deadlines.call_off(session, _clock(row), "report", row.report_id)
    worklist.close_for(session, KIND, row.id, actor, "written_report_waived")
    detail = {"written": str(row.id), "reason": reason}
    record(session, actor, "written:waived", "report", row.report_id, detail)
    session.flush()


def _clock(row: WrittenReport) -> str:
    """The kind of its deadline, which the decision has started."""
    return f"obligation:{row.obligation}"
