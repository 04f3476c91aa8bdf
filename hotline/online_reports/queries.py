"""Lists of online reports. They carry no name and no story: numbers, times and states only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Text, and_, cast, func, select
from sqlalchemy.orm import Session

from hotline.accounts.models import User
from hotline.online_reports.matters import DANGER, SENT
from hotline.online_reports.models import OnlineReport
from hotline.worklist.models import WorklistItem


@dataclass(frozen=True)
class Waiting:
    """An online report that no screener has taken yet. Times are UTC."""

    online_id: UUID
    confirmation: str
    jurisdiction: str
    language: str
    danger: bool
    sent_at: datetime
    due_at: datetime | None
    owner: str | None
    """Who answers for it until a screener takes it; None while nobody could be told."""


@dataclass(frozen=True)
class InLine:
    """Online reports that wait, and how many of them point to danger."""

    count: int
    in_danger: int


def waiting(session: Session, limit: int = 50) -> tuple[Waiting, ...]:
    """What waits for a screener: danger first, then in the order of sending."""
    matter = and_(
        WorklistItem.subject_id == cast(OnlineReport.id, Text),
        WorklistItem.kind.in_((SENT, DANGER)),
        WorklistItem.closed_at.is_(None),
    )
    rows = session.execute(
        select(OnlineReport, WorklistItem.due_at, User.name)
        .outerjoin(WorklistItem, matter)
        .outerjoin(User, User.id == WorklistItem.owner_id)
        .where(OnlineReport.state == "sent")
        .order_by(OnlineReport.danger.desc(), OnlineReport.sent_at, OnlineReport.id)
        .limit(limit)
    )
    return tuple(
        Waiting(
            online_id=one.id,
            confirmation=one.confirmation or "",
            jurisdiction=one.jurisdiction,
            language=one.language,
            danger=one.danger,
            sent_at=one.sent_at,
            due_at=due_at,
            owner=name,
        )
        for one, due_at, name in rows
        if one.sent_at is not None
    )


def in_line(session: Session) -> InLine:
    """How many wait for a screener."""
    row = session.execute(
        select(func.count(), func.count().filter(OnlineReport.danger)).where(OnlineReport.state == "sent")
    ).one()
    return InLine(row[0], row[1])


def of_report(session: Session, report_id: UUID) -> OnlineReport | None:
    """The online report from which a report came."""
    return session.scalar(select(OnlineReport).where(OnlineReport.report_id == report_id))
