"""Somebody who is asked before a report is decided: whom the writer waits for, why, and until when.

A pack may give the decision more time for it, once. A report that may be an emergency never gets any.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from hotline.accounts.service import SignedIn
from hotline.audit.record import record
from hotline.base import clock
from hotline.base.errors import Conflict, InvalidInput, NotFound
from hotline.base.ids import new_id
from hotline.policy.clocks import Calendar, extended
from hotline.policy.model import CollateralTime
from hotline.reports.access import may_write, own_draft
from hotline.reports.keys import open_text, seal_text, written
from hotline.reports.models import Collateral, Report
from hotline.reports.states import COLLATERAL, COLLATERAL_REASONS, COLLATERAL_RESULTS, WRITABLE
from hotline.rosters import service as rosters
from hotline.vault.service import Vault
from hotline.worklist import service as worklist

SPANS = (1, 4, 24, 72)
"""Hours that the answer may be given."""


@dataclass(frozen=True)
class Awaited:
    """One who is asked, in clear. `result` is None while the answer is awaited."""

    id: UUID
    report_id: UUID
    who: str
    reason: str
    extends: bool
    opened_at: datetime
    due_at: datetime
    resolved_at: datetime | None
    result: str | None


def ask(
    session: Session,
    vault: Vault,
    report_id: UUID,
    person: SignedIn,
    *,
    who: str,
    reason: str,
    within: timedelta,
    more_time: CollateralTime | None = None,
    decision_due: datetime | None = None,
) -> Collateral:
    """Wait for somebody's answer. With `more_time`, the pack's rule, the first one extends the decision.

    `decision_due`: when the decision is due as things stand; None for a decision that cannot wait. After it nothing is
    extended any more. Raises NotFound for anybody but the writer, Conflict once the report is submitted, InvalidInput.
    """
    name = written(who, "who", "Say who is asked, and how to reach them.")
    if reason not in COLLATERAL_REASONS:
        raise InvalidInput("reason", "Choose one of the reasons in the list.")
    if within not in [timedelta(hours=hours) for hours in SPANS]:
        raise InvalidInput("within", "Choose until when you wait.")
    report = own_draft(session, report_id, person)
    if report.state not in WRITABLE:
        raise Conflict("This report was submitted already; it can no longer be changed here.")
    now = clock.now()
    in_time = more_time is not None and decision_due is not None and now <= decision_due
    collateral = Collateral(
        id=new_id(),
        report_id=report.id,
        reason=reason,
        sealed=b"",
        extends=in_time and not is_extended(session, report.id),
        opened_by=person.user_id,
        opened_at=now,
        due_at=now + within,
    )
    collateral.sealed = seal_text(vault, report, f"collateral:{collateral.id}", name)
    session.add(collateral)
    session.flush()
    _await(session, report, collateral, within)
    detail = {"collateral": str(collateral.id), "reason": reason, "extends": collateral.extends}
    record(session, person.actor, "collateral:asked", "report", report.id, detail)
    return collateral


def _await(session: Session, report: Report, collateral: Collateral, within: timedelta) -> None:
    """It is the writer's own matter until it is late; then the supervisors are told."""
    worklist.open_item(
        session,
        kind=COLLATERAL,
        jurisdiction=report.jurisdiction,
        subject_kind="collateral",
        subject_id=collateral.id,
        team=rosters.supervisors(report.jurisdiction),
        reason="collateral_awaited",
        due_in=within,
        detail={"reference": report.reference, "report": str(report.id)},
        owner_id=collateral.opened_by,
        take_in=within,
        told=False,
    )


def settle(session: Session, collateral_id: UUID, person: SignedIn, result: str) -> None:
    """The answer came, or nobody waits any more. Raises NotFound for anybody but the writer and supervisors,
    Conflict when it was settled before, InvalidInput.
    """
    collateral = session.get(Collateral, collateral_id, with_for_update=True, populate_existing=True)
    report = session.get(Report, collateral.report_id) if collateral else None
    if collateral is None or report is None or not _may_settle(session, report, person):
        raise NotFound("There is no such report, or it is not yours to change.")
    if collateral.resolved_at is not None:
        raise Conflict("Somebody has closed this item already.")
    if result not in COLLATERAL_RESULTS:
        raise InvalidInput("result", "Choose how the matter was settled.")
    collateral.resolved_at, collateral.resolved_by = clock.now(), person.user_id
    collateral.result = result
    worklist.close_for(session, COLLATERAL, collateral.id, person.actor, result)
    detail = {"collateral": str(collateral.id), "result": result}
    record(session, person.actor, "collateral:settled", "report", report.id, detail)


def let_go(session: Session, report: Report, person: SignedIn) -> None:
    """Nobody waits any more for whom the writer of this report asked: it became no report."""
    rows = session.scalars(
        select(Collateral.id).where(Collateral.report_id == report.id, Collateral.resolved_at.is_(None))
    )
    for collateral_id in rows.all():
        settle(session, collateral_id, person, "no_longer_needed")


def of_report(session: Session, vault: Vault, report: Report) -> list[Awaited]:
    """Everybody who was asked about an opened report, the oldest first. The look at the report is audited."""
    rows = session.scalars(
        select(Collateral).where(Collateral.report_id == report.id).order_by(Collateral.opened_at)
    )
    return [_awaited(vault, report, row) for row in rows]


def awaited_by(session: Session, vault: Vault, reports: Sequence[Report]) -> list[Awaited]:
    """Who is still awaited for these reports, which are the asker's own, the soonest due first."""
    by_id = {report.id: report for report in reports}
    rows = session.scalars(
        select(Collateral)
        .where(Collateral.report_id.in_(by_id), Collateral.resolved_at.is_(None))
        .order_by(Collateral.due_at)
    )
    return [_awaited(vault, by_id[row.report_id], row) for row in rows]


def is_extended(session: Session, report_id: UUID) -> bool:
    """Whether the decision has got more time because somebody is asked."""
    wanted = select(Collateral.id).where(Collateral.report_id == report_id, Collateral.extends).limit(1)
    return session.scalar(wanted) is not None


def with_more_time(
    session: Session,
    report_id: UUID,
    due_at: datetime | None,
    more_time: CollateralTime | None,
    calendar: Calendar,
) -> datetime | None:
    """When the decision is due, counted from receipt like ever, with the time that the pack adds for who is asked."""
    if due_at is None or more_time is None or not is_extended(session, report_id):
        return due_at
    return extended(due_at, more_time.adds, calendar)


def _may_settle(session: Session, report: Report, person: SignedIn) -> bool:
    return may_write(session, report, person) or "supervisor" in person.roles


def _awaited(vault: Vault, report: Report, row: Collateral) -> Awaited:
    return Awaited(
        row.id,
        row.report_id,
        open_text(vault, report, f"collateral:{row.id}", row.sealed),
        row.reason,
        row.extends,
        row.opened_at,
        row.due_at,
        row.resolved_at,
        row.result,
    )
