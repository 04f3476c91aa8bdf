"""Lists for the board and the portal, and the ledger of decisions. No story and no name of a family."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Exists, Text, and_, cast, exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from hotline.accounts.models import User
from hotline.base import clock
from hotline.deadlines.models import Deadline
from hotline.dispatch.models import Delivery, Dispatch, TrackDecision
from hotline.dispatch.states import REVIEW_KINDS
from hotline.partners.models import Organization
from hotline.reports.models import Report
from hotline.reports.states import COLLATERAL, RETURNED
from hotline.worklist.models import WorklistItem

RECENT = timedelta(hours=24)
"""How long an acknowledged dispatch stays on the board."""


@dataclass(frozen=True)
class BoardRow:
    """One line of the coordinator's board: a dispatch, or something that waits for a person.

    `kind` is `dispatch` or `item`; `title` is the dispatch's state or the item's kind. `why` and `detail` hold codes
    that the screens put into words. `level` counts the people told beyond the first.
    """

    kind: str
    id: UUID
    version: int
    title: str
    reference: str | None
    report_id: UUID | None
    recipient: str | None
    role: str | None
    service: str | None
    place: str | None
    why: dict[str, Any]
    since: datetime
    due_at: datetime
    late: bool
    level: int
    told: str | None
    owner: str | None
    acknowledged_at: datetime | None
    acknowledged_by: str | None
    red: bool
    urgent: bool


@dataclass(frozen=True)
class PortalRow:
    """One dispatch in its recipient's list."""

    id: UUID
    version: int
    reference: str
    role: str
    service: str
    state: str
    created_at: datetime
    acknowledge_by: datetime
    acknowledged_at: datetime | None
    acknowledged_by: str | None
    late: bool
    urgent: bool


@dataclass(frozen=True)
class Ledger:
    """Decisions of a time by what became of them, counted from dispatches and items, not from their own word.

    `unaccounted` must be 0: a decision that nobody has, that is not closed and that waits for nobody.
    """

    decided: int
    dispatched: int
    closed: int
    waiting: int
    unaccounted: int
    undecided: int
    """Reports submitted in that time that the rules have not decided yet."""


def board(session: Session, jurisdiction: str, limit: int = 500) -> list[BoardRow]:
    """What a coordinator must see: red first, then by deadline; acknowledged ones of the last day at the end."""
    rows = [*_dispatch_rows(session, jurisdiction, limit), *_item_rows(session, jurisdiction, limit)]
    return sorted(
        rows, key=lambda row: (row.acknowledged_at is not None, not row.red, row.due_at, str(row.id))
    )


def board_row(session: Session, jurisdiction: str, row_id: UUID) -> BoardRow | None:
    """One line of the board, by the id of its dispatch or item."""
    for row in (
        *_dispatch_rows(session, jurisdiction, 1, row_id),
        *_item_rows(session, jurisdiction, 1, row_id),
    ):
        return row
    return None


def portal_list(session: Session, organization_id: UUID, limit: int = 200) -> list[PortalRow]:
    """The recipient's dispatches: what waits for an acknowledgement first, then the newest."""
    rows = session.execute(
        select(Dispatch, Report.reference, User.name)
        .join(Report, Report.id == Dispatch.report_id)
        .outerjoin(User, User.id == Dispatch.acknowledged_by)
        .where(Dispatch.recipient_id == organization_id, Dispatch.state != "withdrawn")
        .order_by(Dispatch.acknowledged_at.is_not(None), Dispatch.acknowledge_by, Dispatch.created_at.desc())
        .limit(limit)
    )
    return [
        PortalRow(
            id=row.id,
            version=row.version,
            reference=reference,
            role=row.role,
            service=row.service,
            state=row.state,
            created_at=row.created_at,
            acknowledge_by=row.acknowledge_by,
            acknowledged_at=row.acknowledged_at,
            acknowledged_by=name,
            late=_late(row),
            urgent=bool(row.why.get("urgent")),
        )
        for row, reference, name in rows
    ]


def latest_decision(session: Session, report_id: UUID) -> TrackDecision | None:
    """The decision that holds for a report, if the rules have decided it."""
    return session.scalar(
        select(TrackDecision).where(
            TrackDecision.report_id == report_id, TrackDecision.superseded_at.is_(None)
        )
    )


def decisions_of(session: Session, report_id: UUID) -> Sequence[TrackDecision]:
    """Every decision on a report, those that a later one took the place of included, the oldest first."""
    return session.scalars(
        select(TrackDecision)
        .where(TrackDecision.report_id == report_id)
        .order_by(TrackDecision.decided_at, TrackDecision.superseded_at.nulls_last())
    ).all()


def dispatches_of(session: Session, report_id: UUID) -> Sequence[Dispatch]:
    """Every dispatch of a report, withdrawn ones included, the oldest first."""
    return session.scalars(
        select(Dispatch).where(Dispatch.report_id == report_id).order_by(Dispatch.created_at, Dispatch.id)
    ).all()


def standing(session: Session, report_id: UUID) -> Sequence[Dispatch]:
    """The dispatches of a report that were not withdrawn, under whichever decision they were sent."""
    return [one for one in dispatches_of(session, report_id) if one.state != "withdrawn"]


def deliveries_of(session: Session, dispatch_id: UUID) -> Sequence[Delivery]:
    """Every message about a dispatch, the oldest first."""
    return session.scalars(
        select(Delivery)
        .where(Delivery.dispatch_id == dispatch_id)
        .order_by(Delivery.created_at, Delivery.level, Delivery.channel)
    ).all()


def ledger(session: Session, since: datetime, until: datetime) -> Ledger:
    """The balance of decisions made in [since, until): decided = dispatched + closed + waiting, and nothing left.

    Only the decision that holds counts. A report that was submitted again waits for the rules: it is undecided.
    """
    sent = exists().where(Dispatch.report_id == TrackDecision.report_id, Dispatch.state != "withdrawn")
    item = exists().where(
        WorklistItem.subject_kind == "report",
        WorklistItem.subject_id == cast(TrackDecision.report_id, Text),
        WorklistItem.closed_at.is_(None),
    )
    shut = and_(~sent, ~item, exists().where(Report.id == TrackDecision.report_id, Report.state == "closed"))
    decided, dispatched, waiting, closed = session.execute(
        select(
            func.count(),
            func.count().filter(sent),
            func.count().filter(and_(~sent, item)),
            func.count().filter(shut),
        ).where(
            TrackDecision.decided_at >= since,
            TrackDecision.decided_at < until,
            TrackDecision.superseded_at.is_(None),
            ~_with_the_rules(),
        )
    ).one()
    undecided = session.execute(
        select(func.count()).where(
            Report.submitted_at >= since,
            Report.submitted_at < until,
            or_(Report.state == "submitted", ~exists().where(TrackDecision.report_id == Report.id)),
        )
    ).scalar_one()
    unaccounted = decided - dispatched - waiting - closed
    return Ledger(decided, dispatched, closed, waiting, unaccounted, undecided)


def _with_the_rules() -> Exists:
    """Whether the decision's report was submitted again and is not decided anew yet."""
    return exists().where(Report.id == TrackDecision.report_id, Report.state == "submitted")


def _dispatch_rows(
    session: Session, jurisdiction: str, limit: int, dispatch_id: UUID | None = None
) -> list[BoardRow]:
    owner, acknowledger = aliased(User), aliased(User)
    query = (
        select(
            Dispatch, Report, TrackDecision, Organization.name, owner.name, acknowledger.name, Deadline.level
        )
        .join(Report, Report.id == Dispatch.report_id)
        .join(TrackDecision, TrackDecision.id == Dispatch.decision_id)
        .join(Organization, Organization.id == Dispatch.recipient_id)
        .outerjoin(owner, owner.id == Dispatch.owner_id)
        .outerjoin(acknowledger, acknowledger.id == Dispatch.acknowledged_by)
        .outerjoin(
            Deadline,
            and_(
                Deadline.kind == "acknowledge",
                Deadline.subject_kind == "dispatch",
                Deadline.subject_id == cast(Dispatch.id, Text),
            ),
        )
        .where(Report.jurisdiction == jurisdiction)
        .order_by(Dispatch.acknowledged_at.is_not(None), Dispatch.acknowledge_by)
        .limit(limit)
    )
    if dispatch_id is not None:
        query = query.where(Dispatch.id == dispatch_id)
    else:
        recent = or_(Dispatch.acknowledged_at.is_(None), Dispatch.acknowledged_at > clock.now() - RECENT)
        query = query.where(Dispatch.state != "withdrawn", recent)
    rows = session.execute(query).all()
    told = _last_told(session, [row[0].id for row in rows])
    return [_dispatch_row(*row, told.get(row[0].id)) for row in rows]


def _dispatch_row(
    dispatch: Dispatch,
    report: Report,
    decision: TrackDecision,
    recipient: str,
    owner: str | None,
    acknowledger: str | None,
    level: int | None,
    told: str | None,
) -> BoardRow:
    return BoardRow(
        kind="dispatch",
        id=dispatch.id,
        version=dispatch.version,
        title=dispatch.state,
        reference=report.reference,
        report_id=report.id,
        recipient=recipient,
        role=dispatch.role,
        service=dispatch.service,
        place=decision.placement.get("place"),
        why=dispatch.why,
        since=dispatch.created_at,
        due_at=dispatch.acknowledge_by,
        late=_late(dispatch),
        level=level or 0,
        told=told,
        owner=owner,
        acknowledged_at=dispatch.acknowledged_at,
        acknowledged_by=acknowledger,
        red=dispatch.red_at is not None and dispatch.acknowledged_at is None,
        urgent=bool(dispatch.why.get("urgent")),
    )


def _item_rows(
    session: Session, jurisdiction: str, limit: int, item_id: UUID | None = None
) -> list[BoardRow]:
    query = (
        select(WorklistItem, User.name, Deadline.level)
        .join(User, User.id == WorklistItem.owner_id)
        .outerjoin(
            Deadline,
            and_(
                Deadline.kind == "take_item",
                Deadline.subject_kind == "worklist_item",
                Deadline.subject_id == cast(WorklistItem.id, Text),
            ),
        )
        .where(WorklistItem.jurisdiction == jurisdiction, WorklistItem.closed_at.is_(None))
        .order_by(WorklistItem.due_at)
        .limit(limit)
    )
    if item_id is not None:
        query = query.where(WorklistItem.id == item_id)
    else:
        # These stand on the pages of their owners; here they stand once they are late.
        elsewhere = (*REVIEW_KINDS, RETURNED, COLLATERAL)
        query = query.where(or_(WorklistItem.kind.not_in(elsewhere), WorklistItem.due_at < clock.now()))
    return [
        BoardRow(
            kind="item",
            id=item.id,
            version=item.version,
            title=item.kind,
            reference=item.detail.get("reference"),
            report_id=UUID(item.subject_id) if item.subject_kind == "report" else None,
            recipient=None,
            role=None,
            service=None,
            place=item.detail.get("place"),
            why={"reason": item.reason, **item.detail},
            since=item.opened_at,
            due_at=item.due_at,
            late=item.due_at < clock.now(),
            level=level or 0,
            told=owner if item.taken_at is None else None,
            owner=owner if item.taken_at is not None else None,
            acknowledged_at=None,
            acknowledged_by=None,
            red=item.due_at < clock.now() or item.kind == "not_acknowledged",
            urgent=item.kind == "not_acknowledged",
        )
        for item, owner, level in session.execute(query)
    ]


def _last_told(session: Session, dispatch_ids: Sequence[UUID]) -> dict[UUID, str]:
    """Whom the last message of each dispatch was for."""
    rows = session.execute(
        select(Delivery.dispatch_id, User.name)
        .join(User, User.id == Delivery.user_id)
        .where(Delivery.dispatch_id.in_(dispatch_ids))
        .order_by(Delivery.level, Delivery.created_at)
    )
    return {row.dispatch_id: row.name for row in rows if row.dispatch_id is not None}


def _late(dispatch: Dispatch) -> bool:
    return (dispatch.acknowledged_at or clock.now()) > dispatch.acknowledge_by
