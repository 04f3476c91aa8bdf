"""What waits for a supervisor, and what was said in reviews."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Text as SqlText
from sqlalchemy import and_, cast, or_, select
from sqlalchemy.orm import Session, aliased

from hotline.accounts.models import User
from hotline.dispatch.models import TrackDecision
from hotline.dispatch.states import REVIEW_HELD, REVIEW_OWED
from hotline.policy.decision import Decision
from hotline.reports.keys import open_text
from hotline.reports.models import Report
from hotline.reports.states import RETURNED
from hotline.reviews.models import Review, ReviewAct
from hotline.vault.service import Vault
from hotline.worklist.models import WorklistItem

KINDS = (REVIEW_HELD, "needs_decision", REVIEW_OWED, RETURNED)
"""Worklist items that stand on the supervisors' page of reviews."""


@dataclass(frozen=True)
class Waiting:
    """A report that waits for a supervisor, or for its writer's answer to one. `kind` is one of KINDS."""

    report_id: UUID
    decision_id: UUID
    reference: str
    kind: str
    review_state: str
    received_at: datetime
    due_at: datetime
    writer: str
    owner: str
    result: Decision


@dataclass(frozen=True)
class Said:
    """One act of a review, with its words where there are any. `override` is the id of the pack's rule."""

    act: str
    person_id: UUID
    person: str
    done_at: datetime
    override: str | None
    text: str


def waiting(session: Session, jurisdiction: str, limit: int = 300) -> list[Waiting]:
    """What waits, the soonest due first. No answer of a report is in it."""
    owner, writer = aliased(User), aliased(User)
    rows = session.execute(
        select(WorklistItem, Report, TrackDecision, Review.state, writer.name, owner.name)
        .join(
            Report,
            or_(
                and_(
                    WorklistItem.subject_kind == "report",
                    WorklistItem.subject_id == cast(Report.id, SqlText),
                ),
                and_(
                    WorklistItem.subject_kind == "decision",
                    WorklistItem.detail["report"].astext == cast(Report.id, SqlText),
                ),
            ),
        )
        .join(
            TrackDecision,
            and_(TrackDecision.report_id == Report.id, TrackDecision.superseded_at.is_(None)),
        )
        .outerjoin(Review, Review.decision_id == TrackDecision.id)
        .join(writer, writer.id == Report.screener_id)
        .join(owner, owner.id == WorklistItem.owner_id)
        .where(
            WorklistItem.jurisdiction == jurisdiction,
            WorklistItem.kind.in_(KINDS),
            WorklistItem.closed_at.is_(None),
        )
        .order_by(WorklistItem.due_at, WorklistItem.id)
        .limit(limit)
    )
    return [
        Waiting(
            report_id=report.id,
            decision_id=decision.id,
            reference=report.reference,
            kind=item.kind,
            review_state=state or "open",
            received_at=report.received_at,
            due_at=item.due_at,
            writer=writer_name,
            owner=owner_name,
            result=Decision.from_json(decision.result),
        )
        for item, report, decision, state, writer_name, owner_name in rows
    ]


def review_of(session: Session, decision_id: UUID) -> Review | None:
    """The review of a decision, once somebody has done something in it."""
    return session.get(Review, decision_id)


def said(session: Session, vault: Vault, report: Report) -> list[Said]:
    """Everything that was done in the reviews of an opened report, the oldest first. The look is audited."""
    rows = session.execute(
        select(ReviewAct, User.name)
        .join(User, User.id == ReviewAct.person_id)
        .where(ReviewAct.report_id == report.id)
        .order_by(ReviewAct.done_at, ReviewAct.id)
    )
    return [_said(vault, report, act, name) for act, name in rows]


def question(session: Session, vault: Vault, report: Report) -> Said | None:
    """What a supervisor asks of the writer of a returned report; None when it is not returned."""
    if report.state != "returned":
        return None
    row = session.execute(
        select(ReviewAct, User.name)
        .join(User, User.id == ReviewAct.person_id)
        .where(ReviewAct.report_id == report.id, ReviewAct.act == "returned")
        .order_by(ReviewAct.done_at.desc(), ReviewAct.id.desc())
        .limit(1)
    ).first()
    return None if row is None else _said(vault, report, row[0], row[1])


def due_of_items(session: Session, kind: str, report_ids: Sequence[UUID]) -> dict[UUID, datetime]:
    """By when the open item of that kind about each of these reports is due."""
    rows = session.execute(
        select(WorklistItem.subject_id, WorklistItem.due_at).where(
            WorklistItem.kind == kind,
            WorklistItem.subject_id.in_([str(one) for one in report_ids]),
            WorklistItem.closed_at.is_(None),
        )
    )
    return {UUID(subject): due_at for subject, due_at in rows}


def _said(vault: Vault, report: Report, act: ReviewAct, name: str) -> Said:
    text = "" if act.sealed is None else open_text(vault, report, f"review:{act.id}", act.sealed)
    return Said(act.act, act.person_id, name, act.done_at, act.override, text)
