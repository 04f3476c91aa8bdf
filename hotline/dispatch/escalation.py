"""A dispatch that nobody acknowledges in time: the next person, then the coordinators, until somebody does."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from hotline.audit.record import Actor, record
from hotline.base import clock
from hotline.deadlines import service as deadlines
from hotline.deadlines.models import Deadline
from hotline.dispatch.models import Delivery, Dispatch
from hotline.dispatch.sending import open_item, tell_next
from hotline.reports.models import Report
from hotline.rosters import service as rosters

URGENT_STEP = timedelta(seconds=60)
"""How long one person of the ladder has, when the response class is an immediate one."""

STEP = timedelta(minutes=15)
"""The same for every other class."""

AFTER_RED = timedelta(minutes=5)
"""The shortest step once the coordinators know: the ladder is told on, round and round."""

_ACTOR = Actor.system("escalation")


def climb(session: Session) -> int:
    """Take every overdue dispatch one step up its ladder; how many were looked at."""
    late = deadlines.take_late(session, "acknowledge")
    for deadline in late:
        _climb(session, deadline)
    return len(late)


def person_not_reached(session: Session, delivery: Delivery) -> None:
    """A message can't be brought to its person: the next one is told without waiting for the clock.

    Nobody left on this round of the ladder: the coordinators' matter. Asked twice for one message, it tells once.
    """
    dispatch = (
        session.get(Dispatch, delivery.dispatch_id, with_for_update=True) if delivery.dispatch_id else None
    )
    if dispatch is None or dispatch.acknowledged_at is not None or dispatch.state == "withdrawn":
        return
    jurisdiction = _jurisdiction(session, dispatch)
    people = rosters.ladder(session, rosters.organization(dispatch.recipient_id))
    if delivery.level + 1 < len(people):
        deadline = _deadline(session, dispatch.id)
        if deadline is not None:
            deadline.level = max(deadline.level, delivery.level + 1)
        tell_next(session, dispatch, jurisdiction, delivery.level + 1)
    open_item(session, dispatch, jurisdiction, "not_reached", {"person": str(delivery.user_id)})


def _climb(session: Session, deadline: Deadline) -> None:
    # Whoever acknowledges right now holds the dispatch and wants the deadline: waiting here would be a deadlock.
    dispatch = session.scalar(
        select(Dispatch).where(Dispatch.id == UUID(deadline.subject_id)).with_for_update(skip_locked=True)
    )
    if dispatch is None:
        return
    if dispatch.state == "withdrawn":
        deadline.called_off_at = clock.now()
        return
    jurisdiction = _jurisdiction(session, dispatch)
    people = rosters.ladder(session, rosters.organization(dispatch.recipient_id))
    deadline.level += 1
    step = URGENT_STEP if dispatch.why.get("urgent") else STEP
    if deadline.level >= len(people):
        step = max(step, AFTER_RED)
        _redden(session, dispatch, jurisdiction, people)
    deadline.next_check_at = clock.now() + step
    tell_next(session, dispatch, jurisdiction, deadline.level)


def _redden(session: Session, dispatch: Dispatch, jurisdiction: str, people: Sequence[UUID]) -> None:
    """The ladder is exhausted: a red row, and the coordinators are told (once per opening of their item)."""
    if dispatch.red_at is None:
        dispatch.red_at = clock.now()
        record(
            session, _ACTOR, "dispatch:red", "dispatch", dispatch.id, {"told": [str(one) for one in people]}
        )
    open_item(session, dispatch, jurisdiction, "not_acknowledged", {"told": [str(one) for one in people]})


def _jurisdiction(session: Session, dispatch: Dispatch) -> str:
    return session.scalars(select(Report.jurisdiction).where(Report.id == dispatch.report_id)).one()


def _deadline(session: Session, dispatch_id: UUID) -> Deadline | None:
    return session.scalar(
        select(Deadline)
        .where(
            Deadline.kind == "acknowledge",
            Deadline.subject_kind == "dispatch",
            Deadline.subject_id == str(dispatch_id),
        )
        .with_for_update()
    )
