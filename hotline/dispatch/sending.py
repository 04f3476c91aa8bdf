"""Making a dispatch and telling a person of it: the rows that the workers then carry out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from hotline.audit.record import Actor, record
from hotline.base import clock, outbox
from hotline.base.ids import new_id
from hotline.base.logging import get_logger
from hotline.deadlines import service as deadlines
from hotline.deadlines.models import Deadline
from hotline.dispatch.models import Delivery, Dispatch, TrackDecision
from hotline.dispatch.states import DISPATCH, REVIEW_HELD, REVIEW_OWED
from hotline.reports.models import Report
from hotline.rosters import service as rosters
from hotline.worklist import service as worklist
from hotline.worklist.models import WorklistItem

SETTLE_WITHIN = timedelta(minutes=30)
"""By when a coordinator should have settled an item about a dispatch that reaches nobody."""

_log = get_logger("dispatch")


@dataclass(frozen=True)
class Order:
    """Who is to get a report, as what, and until when they must have acknowledged it."""

    recipient_id: UUID
    role: str
    service: str
    acknowledge_by: datetime
    why: Mapping[str, Any]
    """Codes and names; `urgent` says whether the response class is an immediate one."""
    started_at: datetime | None = None
    """When the clock of the acknowledgement began; None: now."""
    assigned_by: UUID | None = None


def send(session: Session, decision: TrackDecision, report: Report, order: Order, actor: Actor) -> Dispatch:
    """The dispatch of this decision to this recipient, made or (if withdrawn before) made anew; its first person
    is told. A recipient that has it already keeps it as it is.
    """
    found = session.scalar(
        select(Dispatch)
        .where(Dispatch.decision_id == decision.id, Dispatch.recipient_id == order.recipient_id)
        .with_for_update()
    )
    if found is not None and found.state != "withdrawn":
        return found
    dispatch = _made(session, decision, report, order) if found is None else _made_anew(session, found, order)
    detail = {
        "report": str(report.id),
        "recipient": str(order.recipient_id),
        "role": order.role,
        "service": order.service,
    }
    record(session, actor, "dispatch:assigned", "dispatch", dispatch.id, detail)
    tell_next(session, dispatch, report.jurisdiction, level=0)
    return dispatch


def tell_next(session: Session, dispatch: Dispatch, jurisdiction: str, level: int) -> bool:
    """Tell the person whose turn it is at `level` (the ladder goes round); False when the roster is empty.

    An empty roster is a coordinator's matter at once.
    """
    people = rosters.ladder(session, rosters.organization(dispatch.recipient_id))
    if not people:
        open_item(session, dispatch, jurisdiction, "nobody_on_duty", {})
        return False
    person, now = people[level % len(people)], clock.now()
    for channel in ("portal", "email"):
        key = f"dispatch-{dispatch.id}-{level}-{channel}"
        if session.scalar(select(Delivery.id).where(Delivery.key == key)) is not None:
            continue
        seen = channel == "portal"
        delivery = Delivery(
            id=new_id(),
            dispatch_id=dispatch.id,
            user_id=person,
            channel=channel,
            key=key,
            # The portal shows the dispatch from the moment in which this transaction commits.
            state="sent" if seen else "wanted",
            sent_at=now if seen else None,
            level=level,
            created_at=now,
        )
        session.add(delivery)
        session.flush()
        if not seen:
            outbox.enqueue(session, "deliver", delivery.id, key=f"deliver:{delivery.id}")
    dispatch.version += 1
    record(
        session,
        Actor.system("dispatch"),
        "dispatch:person_told",
        "dispatch",
        dispatch.id,
        {"person": str(person), "level": level},
    )
    return True


def open_item(
    session: Session, dispatch: Dispatch, jurisdiction: str, kind: str, detail: Mapping[str, Any]
) -> WorklistItem | None:
    """Hand a dispatch that reaches nobody to the coordinators; None when nobody at all is on duty."""
    return open_for_people(
        session,
        (rosters.coordinators(jurisdiction), rosters.supervisors(jurisdiction)),
        kind=kind,
        jurisdiction=jurisdiction,
        subject_kind="dispatch",
        subject_id=dispatch.id,
        reason=kind,
        due_in=SETTLE_WITHIN,
        detail={"report": str(dispatch.report_id), "recipient": str(dispatch.recipient_id), **detail},
    )


def open_for_people(session: Session, teams: Sequence[str], **item: Any) -> WorklistItem | None:
    """Open a worklist item for the first of `teams` that has anybody on duty; None when none has.

    An empty roster is logged as an error and never undoes what else the transaction does.
    """
    for team in teams:
        try:
            return worklist.open_item(session, team=team, **item)
        except rosters.EmptyRoster:
            _log.error("roster_empty", team=team, subject=str(item["subject_id"]))
    return None


def close_items(session: Session, dispatch_id: UUID, actor: Actor, resolution: str) -> None:
    """What was a coordinator's matter about this dispatch is one no longer."""
    for kind in ("not_acknowledged", "nobody_on_duty", "not_reached"):
        worklist.close_for(session, kind, dispatch_id, actor, resolution)


DECISION_KINDS = (
    "needs_decision",
    "place_not_served",
    "place_ambiguous",
    "place_unknown",
    "place_outside",
)
"""Worklist items by which the rules left something of a decision open. They are settled on the board."""


def close_matters(session: Session, decision: TrackDecision, actor: Actor, resolution: str) -> None:
    """What a decision left open is so no longer: it was decided anew, or went back to its writer."""
    for kind in DECISION_KINDS:
        worklist.close_for(session, kind, decision.report_id, actor, resolution)
    close_reviews(session, decision, actor, resolution)


def close_reviews(session: Session, decision: TrackDecision, actor: Actor, resolution: str) -> None:
    """The review of a decision is done, or no longer needed."""
    worklist.close_for(session, REVIEW_HELD, decision.report_id, actor, resolution)
    worklist.close_for(session, REVIEW_OWED, decision.id, actor, resolution)


def withdraw(session: Session, dispatch: Dispatch, actor: Actor) -> None:
    """Take a dispatch back: its clock and what is open about it end; its row stays. Raises IllegalMove."""
    dispatch.state = DISPATCH.next(dispatch.state, "withdraw")
    dispatch.version += 1
    deadlines.call_off(session, "acknowledge", "dispatch", dispatch.id)
    close_items(session, dispatch.id, actor, "withdrawn")
    record(session, actor, "dispatch:withdrawn", "dispatch", dispatch.id)


def _made(session: Session, decision: TrackDecision, report: Report, order: Order) -> Dispatch:
    dispatch = Dispatch(
        id=new_id(),
        decision_id=decision.id,
        report_id=report.id,
        recipient_id=order.recipient_id,
        role=order.role,
        service=order.service,
        state="assigned",
        why=dict(order.why),
        created_at=clock.now(),
        acknowledge_by=order.acknowledge_by,
        assigned_by=order.assigned_by,
        version=1,
    )
    session.add(dispatch)
    session.flush()
    deadlines.start(
        session,
        "acknowledge",
        "dispatch",
        dispatch.id,
        order.acknowledge_by,
        f"{decision.pack} {decision.pack_version}",
        order.started_at,
    )
    return dispatch


def _made_anew(session: Session, dispatch: Dispatch, order: Order) -> Dispatch:
    """The same row and the same clock go on: neither is restarted because a person thought twice."""
    dispatch.state = DISPATCH.next(dispatch.state, "assign_again")
    dispatch.acknowledged_at = dispatch.acknowledged_by = dispatch.red_at = dispatch.owner_id = None
    dispatch.why, dispatch.assigned_by = dict(order.why), order.assigned_by
    dispatch.version += 1
    clock_row = session.scalar(
        select(Deadline).where(
            Deadline.kind == "acknowledge",
            Deadline.subject_kind == "dispatch",
            Deadline.subject_id == str(dispatch.id),
        )
    )
    if clock_row is not None:
        clock_row.called_off_at = clock_row.met_at = None
    return dispatch
