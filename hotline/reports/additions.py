"""What is heard of a report's matter after it was submitted: a note that is kept with it and goes to a person."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from hotline.accounts.models import User
from hotline.accounts.service import SignedIn, require
from hotline.audit.record import record
from hotline.base import clock
from hotline.base.errors import Conflict
from hotline.base.ids import new_id
from hotline.calls import telling
from hotline.reports.access import open_report
from hotline.reports.keys import open_text, seal_text, written
from hotline.reports.models import Report, ReportAddition
from hotline.rosters import service as rosters
from hotline.vault.service import Vault
from hotline.worklist import service as worklist

KIND = "report_addition"
READ_WITHIN = timedelta(minutes=30)
"""By when somebody has read an addition and told whoever must know. New danger waits for nobody."""


@dataclass(frozen=True)
class Addition:
    """One addition; `author` is the name of who wrote it, `by_call` whether it was said in a call."""

    id: UUID
    added_at: datetime
    author: str
    text: str
    new_danger: bool
    by_call: bool


def add(
    session: Session,
    vault: Vault,
    report_id: UUID,
    person: SignedIn,
    text: str,
    *,
    new_danger: bool,
    call_id: UUID | None = None,
) -> UUID:
    """Keep a note with a submitted report, and open the matter of it for the coordinators (a sealed report's for the
    supervisors): within half an hour, at once with `new_danger`.

    Raises NotFound when the person may not open the report, Conflict for a draft (it is written in the form),
    InvalidInput without a text.
    """
    require(person, "reports:write")
    report = open_report(session, report_id, person, reason="addition")
    if report.state in ("draft", "dropped"):
        raise Conflict("This report was not submitted: write it in the form.")
    said = written(text, "text", "Write down what was said.")
    addition_id = new_id()
    session.add(
        ReportAddition(
            id=addition_id,
            report_id=report.id,
            call_id=call_id,
            author_id=person.user_id,
            added_at=clock.now(),
            new_danger=new_danger,
            sealed=seal_text(vault, report, f"addition:{addition_id}", said),
        )
    )
    session.flush()
    record(session, person.actor, "report:added_to", "report", report.id, {"new_danger": new_danger})
    _tell_somebody(session, report, addition_id, new_danger=new_danger)
    return addition_id


def of(session: Session, vault: Vault, report: Report) -> list[Addition]:
    """The additions to a report that was opened, the oldest first."""
    rows = session.execute(
        select(ReportAddition, User.name)
        .join(User, User.id == ReportAddition.author_id)
        .where(ReportAddition.report_id == report.id)
        .order_by(ReportAddition.added_at, ReportAddition.id)
    )
    return [
        Addition(
            row.id,
            row.added_at,
            name,
            open_text(vault, report, f"addition:{row.id}", row.sealed),
            row.new_danger,
            row.call_id is not None,
        )
        for row, name in rows
    ]


def _tell_somebody(session: Session, report: Report, addition_id: UUID, *, new_danger: bool) -> None:
    """One open matter for all additions of a report; new danger makes it due now and tells its owner again."""
    sealed = report.restriction is not None
    team = (rosters.supervisors if sealed else rosters.coordinators)(report.jurisdiction)
    people = rosters.ladder(session, team)
    item = worklist.open_item(
        session,
        kind=KIND,
        jurisdiction=report.jurisdiction,
        subject_kind="report",
        subject_id=report.id,
        team=team,
        reason="new_danger" if new_danger else "addition_written",
        due_in=timedelta(0) if new_danger else READ_WITHIN,
        detail={"reference": report.reference},
        # A gap in the roster must not lose what a caller said.
        owner_id=people[0] if people else telling.owner_of(session, report.jurisdiction),
    )
    if new_danger and item.reason != "new_danger":
        item.due_at = clock.now()
        worklist.restate(session, item, "new_danger")
        worklist.tell(session, item, f"danger:{addition_id}")
