"""Fetching the three ledgers: the simulator's and the mail catcher's over HTTP, ours from the database."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import httpx
from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session

from hotline.base.outbox import OutboxRow
from hotline.calls.models import Call
from hotline.demo.day.ledgers import DatabaseLedger, DispatchRow, MailLedger, PhoneLedger, ReportRow
from hotline.demo.day.telephone import PhoneCompany
from hotline.dispatch.models import Delivery, Dispatch
from hotline.dispatch.queries import latest_decision
from hotline.partners.models import Organization
from hotline.reports.models import Report
from hotline.worklist.models import WorklistItem


def phone_ledger(company: PhoneCompany, since: datetime) -> PhoneLedger:
    """Every call to our lines that was dialled at `since` or later."""
    ledger = company.ledger()
    return PhoneLedger(
        outcomes={
            str(call["sid"]): str(call["outcome"])
            for call in ledger["calls"]
            if call["direction"] == "inbound"
            and not call["from"].startswith("client:")
            and datetime.fromisoformat(call["dialed_at"]) >= since
        },
        pending=int(ledger["pending_callbacks"]),
    )


def mail_ledger(mail_url: str, since: datetime) -> MailLedger:
    """Every message that the catcher took at `since` or later; raises httpx.HTTPError."""
    return MailLedger(
        tuple(
            key_of(str(one["message_id"]))
            for one in mail_messages(mail_url)
            if datetime.fromisoformat(one["received_at"]) >= since
        )
    )


def mail_messages(mail_url: str) -> list[dict[str, Any]]:
    """The mail catcher's whole ledger, oldest first; raises httpx.HTTPError."""
    answer = httpx.get(f"{mail_url}/messages.json", timeout=20, trust_env=False).raise_for_status()
    messages: list[dict[str, Any]] = answer.json()
    return messages


def key_of(message_id: str) -> str:
    """The delivery's key in a Message-ID `<key@domain>`."""
    return message_id.strip("<>").partition("@")[0]


def database_ledger(session: Session, since: datetime) -> DatabaseLedger:
    """Calls received, reports submitted and e-mails wanted at `since` or later."""
    calls = session.execute(select(Call.sid, Call.outcome).where(Call.received_at >= since))
    reports = session.scalars(
        select(Report).where(Report.submitted_at >= since).order_by(Report.reference)
    ).all()
    dispatches = session.execute(
        select(Dispatch, Report.reference, Organization.name)
        .join(Report, Report.id == Dispatch.report_id)
        .join(Organization, Organization.id == Dispatch.recipient_id)
        .where(Dispatch.created_at >= since)
        .order_by(Report.reference, Organization.name)
    ).all()
    mails = session.scalars(
        select(Delivery).where(Delivery.channel == "email", Delivery.created_at >= since)
    ).all()
    today = {dispatch.id for dispatch, _, _ in dispatches}
    return DatabaseLedger(
        outcomes={sid: outcome or "open" for sid, outcome in calls if sid is not None},
        reports=tuple(_report_row(session, report) for report in reports),
        dispatches=tuple(
            DispatchRow(
                name=f"{reference} to {recipient}",
                mail_keys=_keys(mails, dispatch.id),
                acknowledged=dispatch.acknowledged_at is not None,
            )
            for dispatch, reference, recipient in dispatches
        ),
        other_mail_keys=tuple(
            sorted(one.key for one in mails if one.state == "sent" and one.dispatch_id not in today)
        ),
        earlier_mail_keys=tuple(session.scalars(_sent_late(since))),
        unsent=sum(mail.state in ("wanted", "failed") for mail in mails),
    )


def _sent_late(since: datetime) -> Select[str]:
    """E-mails that were wanted before and may have gone out since."""
    return select(Delivery.key).where(
        Delivery.channel == "email",
        Delivery.created_at < since,
        or_(Delivery.sent_at.is_(None), Delivery.sent_at >= since),
    )


def _keys(mails: Sequence[Delivery], dispatch_id: UUID) -> tuple[str, ...]:
    return tuple(sorted(one.key for one in mails if one.dispatch_id == dispatch_id and one.state == "sent"))


def _report_row(session: Session, report: Report) -> ReportRow:
    decision = latest_decision(session, report.id)
    subjects = [str(report.id), *([str(decision.id)] if decision else [])]
    items = session.scalar(
        select(func.count())
        .select_from(WorklistItem)
        .where(WorklistItem.subject_id.in_(subjects), WorklistItem.closed_at.is_(None))
    )
    dispatches = session.scalar(
        select(func.count()).select_from(Dispatch).where(Dispatch.report_id == report.id)
    )
    return ReportRow(
        reference=report.reference,
        decided=decision.outcome if decision else None,
        dispatches=dispatches or 0,
        open_items=items or 0,
        reason=decision.outcome_reason if decision else "",
    )


def unfinished_work(session: Session, since: datetime) -> list[str]:
    """What the system is still busy with: the day is over when nothing is left. In words, for a message."""
    waiting = []
    jobs = session.scalar(
        select(func.count())
        .select_from(OutboxRow)
        .where(OutboxRow.done_at.is_(None), OutboxRow.created_at >= since, OutboxRow.due_at <= func.now())
    )
    if jobs:
        waiting.append(f"{jobs} jobs are to be done")
    calls = session.scalar(
        select(func.count()).select_from(Call).where(Call.received_at >= since, Call.outcome.is_(None))
    )
    if calls:
        waiting.append(f"{calls} calls are open")
    dispatches = session.scalar(
        select(func.count())
        .select_from(Dispatch)
        .where(
            Dispatch.created_at >= since,
            or_(Dispatch.acknowledged_at.is_(None), Dispatch.delivered_at.is_(None)),
        )
    )
    if dispatches:
        waiting.append(f"{dispatches} dispatches are not delivered or not acknowledged")
    return waiting
