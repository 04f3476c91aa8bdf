"""A line that is longer than anybody planned for."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from hotline.base import clock
from hotline.base.clock import FrozenClock
from hotline.base.ids import new_id
from hotline.calls import service
from hotline.calls.models import Call, CallLeg
from hotline.calls.queries import position
from hotline.calls.sweeping import TOLD_AT_ONCE
from hotline.worklist.models import WorklistItem
from tests.support.calls import Hotline, add_line, add_supervisor, sid

CROWD = 2000


def crowd(session: Session, line_id: UUID) -> None:
    """So many callers who have waited for more than two minutes, the first of them longest."""
    now = clock.now()
    since = now - timedelta(minutes=2)
    ids = [new_id() for _ in range(CROWD)]
    session.execute(
        insert(Call),
        [
            {
                "id": call_id,
                "sid": sid(),
                "line_id": line_id,
                "jurisdiction": "kern",
                "state": "waiting",
                "language": "en",
                "language_chosen": True,
                "lane": "general",
                "caller_kind": "withheld",
                "received_at": since - timedelta(seconds=CROWD - place),
                "queued_at": since - timedelta(seconds=CROWD - place),
                "waiting_since": since - timedelta(seconds=CROWD - place),
                "returned_to_front": False,
                "version": 1,
            }
            for place, call_id in enumerate(ids)
        ],
    )
    session.execute(
        insert(CallLeg),
        [
            {"id": new_id(), "call_id": call_id, "kind": "caller", "state": "answered", "created_at": now}
            for call_id in ids
        ],
    )


def test_f31_two_thousand_callers_in_line_are_all_kept_and_told_of(
    session: Session, clock: FrozenClock
) -> None:
    line = add_line(session)
    # Nobody can take them, and the line leads on to nothing: only the keeping is asked for here.
    line.overflow = []
    add_supervisor(session)
    hotline = Hotline(session)
    crowd(session, line.id)
    last = hotline.waits()
    assert position(session, last) == CROWD + 1
    service.sweep(session)
    service.sweep(session)
    waiting = session.scalar(select(func.count()).where(Call.state == "waiting"))
    told = session.scalar(select(func.count()).where(WorklistItem.kind == "caller_waits"))
    # A few at a time: callers' own requests wait for the sweep.
    assert (waiting, told) == (CROWD + 1, 2 * TOLD_AT_ONCE)
    ann = hotline.screener("ann", "en")
    first = session.scalars(select(Call).order_by(Call.queued_at).limit(1)).one()
    assert hotline.accepts(ann).id == first.id
