"""The job that tells the owner of a worklist item that it waits, each owner in turn."""

from __future__ import annotations

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from hotline.accounts.models import User
from hotline.accounts.permissions import allowed
from hotline.audit.record import Actor, record
from hotline.base import clock
from hotline.base.ids import new_id
from hotline.base.logging import reason
from hotline.deadlines.models import Deadline
from hotline.dispatch.models import Delivery
from hotline.dispatch.states import REVIEW_KINDS
from hotline.policy.errors import NoPackInForce
from hotline.worklist.models import WorklistItem
from hotline.worklist.service import alike
from workers import notices
from workers.channels.base import Notice, NotSent, Unreachable
from workers.job import Work, job

_ACTOR = Actor.system("tell_owner")


@job
def tell_owner(work: Work) -> None:
    """Send the item's present owner a notice unless somebody took it up or closed it.

    A person who can't be reached is passed over by the sweep, like one who does not react.
    """
    with work.database.transaction() as session:
        notice = _compose(session, work)
    if notice is None:
        return
    try:
        work.mail.send(notice)
    except Unreachable as error:
        _note(work, notice.key, "failed", reason(error))
    except NotSent as error:
        _note(work, notice.key, "wanted", reason(error))
        raise
    else:
        _note(work, notice.key, "sent", None)


def _compose(session: Session, work: Work) -> Notice | None:
    item = _waiting_item(session, work)
    if item is None:
        return None
    level = session.scalar(
        select(Deadline.level).where(
            Deadline.kind == "take_item",
            Deadline.subject_kind == "worklist_item",
            Deadline.subject_id == str(item.id),
        )
    )
    key = f"item-{item.id}-{level or 0}-email"
    delivery = session.scalar(select(Delivery).where(Delivery.key == key))
    if delivery is None:
        delivery = Delivery(
            id=new_id(),
            item_id=item.id,
            user_id=item.owner_id,
            channel="email",
            key=key,
            state="wanted",
            level=level or 0,
            created_at=clock.now(),
        )
        session.add(delivery)
    if delivery.state != "wanted":
        return None
    owner = session.get_one(User, delivery.user_id)
    # A screener has no board: their own unfinished calls and reports stand in the console.
    place = "board" if allowed(owner.roles, "board:read") else "console"
    if item.kind in REVIEW_KINDS and allowed(owner.roles, "reviews:decide"):
        place = "reviews"
    return notices.of_item(
        key=key,
        to=owner.email,
        name=owner.name,
        kind=item.kind,
        reference=item.detail.get("reference"),
        due_at=item.due_at,
        more=alike(session, item),
        zone=_zone(work, item.jurisdiction),
        place=place,
        link=f"{work.settings.public_web_url}/{place}",
    )


def _waiting_item(session: Session, work: Work) -> WorklistItem | None:
    """The item, or another one that it was to be told together with; None when all of them were seen to."""
    item = session.get(WorklistItem, work.id, with_for_update=True)
    if item is None or (item.closed_at is None and item.taken_at is None):
        return item
    untold = select(WorklistItem).where(
        WorklistItem.kind == item.kind,
        WorklistItem.owner_id == item.owner_id,
        WorklistItem.closed_at.is_(None),
        WorklistItem.taken_at.is_(None),
        ~exists().where(Delivery.item_id == WorklistItem.id, Delivery.user_id == WorklistItem.owner_id),
    )
    oldest = untold.order_by(WorklistItem.opened_at, WorklistItem.id).limit(1)
    return session.scalar(oldest.with_for_update(skip_locked=True))


def _zone(work: Work, jurisdiction: str) -> str:
    """The zone of the jurisdiction's present pack; UTC, named as such, where there is none."""
    try:
        return work.tools.packs.in_force(jurisdiction, clock.now()).rules.calendar.time_zone
    except NoPackInForce:
        return "UTC"


def _note(work: Work, key: str, state: str, error: str | None) -> None:
    with work.database.transaction() as session:
        delivery = session.scalars(select(Delivery).where(Delivery.key == key).with_for_update()).one()
        delivery.attempts += 1
        delivery.state, delivery.last_error = state, error
        if state == "sent":
            delivery.sent_at = delivery.sent_at or clock.now()
            detail = {"delivery": str(delivery.id), "person": str(delivery.user_id)}
            record(session, _ACTOR, "item:notice_sent", "worklist_item", str(delivery.item_id), detail)
