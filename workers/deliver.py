"""The job that brings one message about a dispatch to one person.

The message goes out between two transactions: a worker that dies after sending sends it once more, with the
same Message-ID, so that the mailbox shows it once.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from hotline.accounts.models import User
from hotline.audit.record import Actor, record
from hotline.base import clock
from hotline.base.logging import reason
from hotline.dispatch import escalation
from hotline.dispatch.models import Delivery, Dispatch, TrackDecision
from hotline.dispatch.states import DISPATCH
from hotline.policy.decision import Decision
from hotline.reports.models import Report
from workers import notices
from workers.channels.base import Notice, NotSent, Unreachable
from workers.job import Work, job

NEXT_AFTER = 3
"""Failed attempts after which the next person is told, too. Trying goes on."""

_ACTOR = Actor.system("deliver")


@dataclass(frozen=True)
class _Failure:
    """How a sending ended that did not succeed; `final`: it never will."""

    error: str
    final: bool


@job
def deliver(work: Work) -> None:
    """Send the message unless it is out already or no longer needed; raises NotSent to be tried again."""
    with work.database.transaction() as session:
        notice = _compose(session, work)
    if notice is None:
        return
    try:
        work.mail.send(notice)
    except Unreachable as error:
        _failed(work, _Failure(reason(error), final=True))
    except NotSent as error:
        _failed(work, _Failure(reason(error), final=False))
        raise
    else:
        _sent(work)


def _compose(session: Session, work: Work) -> Notice | None:
    """The notice, or None when nothing is left to send."""
    delivery = session.get(Delivery, work.id, with_for_update=True)
    if delivery is None or delivery.state != "wanted" or delivery.dispatch_id is None:
        return None
    dispatch = session.get_one(Dispatch, delivery.dispatch_id)
    if dispatch.acknowledged_at is not None or dispatch.state == "withdrawn":
        delivery.state = "dropped"
        return None
    user = session.get_one(User, delivery.user_id)
    if not user.active:
        delivery.state = "failed"
        escalation.person_not_reached(session, delivery)
        return None
    report = session.get_one(Report, dispatch.report_id)
    result = session.scalars(
        select(TrackDecision.result).where(TrackDecision.id == dispatch.decision_id)
    ).one()
    return notices.of_dispatch(
        key=delivery.key,
        to=user.email,
        name=user.name,
        reference=report.reference,
        role=dispatch.role,
        acknowledge_by=dispatch.acknowledge_by,
        result=Decision.from_json(result),
        link=f"{work.settings.public_web_url}/portal/dispatches/{dispatch.id}",
        level=delivery.level,
    )


def _sent(work: Work) -> None:
    """The message is out: the dispatch counts as delivered from the first one on."""
    with work.database.transaction() as session:
        delivery = session.get_one(Delivery, work.id)
        dispatch = session.get_one(Dispatch, delivery.dispatch_id, with_for_update=True)
        session.refresh(delivery, with_for_update=True)
        now = clock.now()
        delivery.attempts += 1
        delivery.state, delivery.sent_at, delivery.last_error = "sent", delivery.sent_at or now, None
        if DISPATCH.allows(dispatch.state, "deliver"):
            dispatch.state = DISPATCH.next(dispatch.state, "deliver")
            dispatch.delivered_at = dispatch.delivered_at or now
            dispatch.version += 1
        detail = {"delivery": str(delivery.id), "channel": delivery.channel, "person": str(delivery.user_id)}
        record(session, _ACTOR, "dispatch:notice_sent", "dispatch", dispatch.id, detail)


def _failed(work: Work, failure: _Failure) -> None:
    with work.database.transaction() as session:
        delivery = session.get_one(Delivery, work.id)
        dispatch = session.get_one(Dispatch, delivery.dispatch_id, with_for_update=True)
        session.refresh(delivery, with_for_update=True)
        delivery.attempts += 1
        delivery.last_error = failure.error
        if failure.final:
            delivery.state = "failed"
        if failure.final or delivery.attempts == NEXT_AFTER:
            detail = {"delivery": str(delivery.id), "error": failure.error, "final": failure.final}
            record(session, _ACTOR, "dispatch:person_not_reached", "dispatch", dispatch.id, detail)
            escalation.person_not_reached(session, delivery)
