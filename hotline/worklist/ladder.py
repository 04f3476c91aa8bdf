"""An item that nobody takes up goes to the next person of its ladder, round and round."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from hotline.audit.record import Actor, record
from hotline.base import clock
from hotline.deadlines import service as deadlines
from hotline.deadlines.models import Deadline
from hotline.rosters import service as rosters
from hotline.worklist.models import WorklistItem
from hotline.worklist.service import TAKE_WITHIN, tell

_ACTOR = Actor.system("worklist")


def pass_on(session: Session) -> int:
    """Hand on every item whose owner has let it lie; how many. Whoever is told is told by the job tell_owner."""
    late = deadlines.take_late(session, "take_item")
    for deadline in late:
        _pass_on(session, deadline)
    return len(late)


def _pass_on(session: Session, deadline: Deadline) -> None:
    # Somebody who takes the item up right now holds its row and wants the deadline's: waiting here would be a
    # deadlock. The next round sees what became of it.
    item = session.scalar(
        select(WorklistItem)
        .where(WorklistItem.id == UUID(deadline.subject_id))
        .with_for_update(skip_locked=True)
    )
    if item is None:
        return
    if item.closed_at is not None or item.taken_at is not None:
        deadline.called_off_at = clock.now()
        return
    deadline.next_check_at = clock.now() + TAKE_WITHIN
    deadline.level += 1
    people = rosters.ladder(session, item.team)
    if people:
        # Whoever had it may have left the roster meanwhile: then the ladder starts from its top.
        seat = people.index(item.owner_id) if item.owner_id in people else -1
        item.owner_id = people[(seat + 1) % len(people)]
        item.version += 1
    session.flush()
    tell(session, item, str(deadline.level))
    detail = {"owner": str(item.owner_id), "level": deadline.level}
    record(session, _ACTOR, "item:passed_on", "worklist_item", item.id, detail)
