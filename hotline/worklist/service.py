"""Opening, taking and closing worklist items. Opening one starts the telling of a named, rostered person."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from hotline.audit.record import Actor, record
from hotline.base import clock, outbox
from hotline.base.errors import Conflict, NotFound
from hotline.base.ids import new_id
from hotline.deadlines import service as deadlines
from hotline.rosters import service as rosters
from hotline.worklist.models import WorklistItem

TAKE_WITHIN = timedelta(minutes=5)
"""How long an owner may leave an item untouched before the next person of the ladder is told."""


TOLD_ONE_BY_ONE = 3
"""With so many matters of one kind waiting for a person, further ones are told together."""


def open_item(
    session: Session,
    *,
    kind: str,
    jurisdiction: str,
    subject_kind: str,
    subject_id: UUID | str,
    team: str,
    reason: str,
    due_in: timedelta,
    detail: Mapping[str, Any] | None = None,
    owner_id: UUID | None = None,
    take_in: timedelta = TAKE_WITHIN,
    told: bool = True,
) -> WorklistItem:
    """Open an item, or return the open one of the same kind and subject.

    The owner is `owner_id` or the first of `team`'s ladder; raises EmptyRoster when there is neither. Whoever has not
    taken it up after `take_in` is passed over. What is not `told` at once stands on a list that its owner looks at,
    and is told with the first passing on.
    """
    present = session.scalar(
        select(WorklistItem).where(
            WorklistItem.kind == kind,
            WorklistItem.subject_id == str(subject_id),
            WorklistItem.closed_at.is_(None),
        )
    )
    if present is not None:
        return present
    now = clock.now()
    item = WorklistItem(
        id=new_id(),
        kind=kind,
        jurisdiction=jurisdiction,
        subject_kind=subject_kind,
        subject_id=str(subject_id),
        team=team,
        owner_id=owner_id or rosters.first(session, team),
        reason=reason,
        detail=dict(detail or {}),
        opened_at=now,
        due_at=now + due_in,
    )
    session.add(item)
    session.flush()
    deadlines.start(session, "take_item", "worklist_item", item.id, now + take_in, "worklist")
    if told:
        tell(session, item, str(item.owner_id))
    record(session, Actor.system("worklist"), "item:opened", "worklist_item", item.id, {"kind": kind})
    return item


def tell(session: Session, item: WorklistItem, mark: str) -> None:
    """Ask for the item's owner to be told, once per `mark`: at once, or within a minute together with others.

    When callers give up by the hundred, nobody is helped by as many letters.
    """
    if alike(session, item) < TOLD_ONE_BY_ONE:
        outbox.enqueue(session, "tell_owner", item.id, key=f"tell_owner:{item.id}:{mark}")
        return
    minute = clock.now().replace(second=0, microsecond=0) + timedelta(minutes=1)
    key = f"tell_owner:{item.kind}:{item.owner_id}:{minute:%Y%m%dT%H%M}"
    outbox.enqueue(session, "tell_owner", item.id, key=key, due_at=minute)


def alike(session: Session, item: WorklistItem) -> int:
    """How many other matters of its kind wait for the same owner, who has taken up none of them."""
    others = select(func.count()).where(
        WorklistItem.kind == item.kind,
        WorklistItem.owner_id == item.owner_id,
        WorklistItem.closed_at.is_(None),
        WorklistItem.taken_at.is_(None),
        WorklistItem.id != item.id,
    )
    return session.scalar(others) or 0


def find(session: Session, item_id: UUID) -> WorklistItem:
    """The item; raises NotFound."""
    item = session.get(WorklistItem, item_id)
    if item is None:
        raise NotFound("No such worklist item.")
    return item


def take(session: Session, item_id: UUID, user_id: UUID) -> WorklistItem:
    """The person takes the item up and owns it from now on; raises Conflict when it is closed already."""
    item = _open_and_locked(session, item_id)
    item.owner_id, item.taken_at, item.version = user_id, clock.now(), item.version + 1
    deadlines.meet(session, "take_item", "worklist_item", item.id)
    record(session, Actor.user(user_id), "item:taken", "worklist_item", item.id)
    return item


def close(
    session: Session, item_id: UUID, actor: Actor, resolution: str, user_id: UUID | None = None
) -> None:
    """Settle the item. `resolution` is a code. Raises Conflict when it was closed before."""
    item = _open_and_locked(session, item_id)
    item.closed_at, item.closed_by, item.resolution = clock.now(), user_id, resolution
    item.version += 1
    deadlines.meet(session, "take_item", "worklist_item", item.id)
    record(session, actor, "item:closed", "worklist_item", item.id, {"resolution": resolution})


def restate(session: Session, item: WorklistItem, reason: str) -> None:
    """Something new is known of an open item: another reason (a code) stands for it from now on."""
    item.reason, item.version = reason, item.version + 1
    session.flush()


def close_for(session: Session, kind: str, subject_id: UUID | str, actor: Actor, resolution: str) -> None:
    """Settle the open item of that kind and subject, if there is one."""
    item_id = session.scalar(
        select(WorklistItem.id).where(
            WorklistItem.kind == kind,
            WorklistItem.subject_id == str(subject_id),
            WorklistItem.closed_at.is_(None),
        )
    )
    if item_id is not None:
        close(session, item_id, actor, resolution)


def open_items(session: Session, jurisdiction: str, limit: int = 500) -> Sequence[WorklistItem]:
    """What waits in a jurisdiction, the most urgent first."""
    return session.scalars(
        select(WorklistItem)
        .where(WorklistItem.jurisdiction == jurisdiction, WorklistItem.closed_at.is_(None))
        .order_by(WorklistItem.due_at, WorklistItem.id)
        .limit(limit)
    ).all()


def _open_and_locked(session: Session, item_id: UUID) -> WorklistItem:
    item = session.get(WorklistItem, item_id, with_for_update=True, populate_existing=True)
    if item is None:
        raise NotFound("No such worklist item.")
    if item.closed_at is not None:
        raise Conflict("Somebody has closed this item already.")
    return item
