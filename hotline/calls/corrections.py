"""What is learned of a call after its end: the row becomes true without being reopened."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import String, cast, select
from sqlalchemy.orm import Session

from hotline.audit.record import Actor
from hotline.calls import pool
from hotline.calls.ending import have_it_closed
from hotline.calls.models import CallEvent, CallLeg
from hotline.worklist import service as worklist

_BOTH = {"caller", "screener"}


def talked_after_all(session: Session, call_id: UUID, conference: str, at: datetime) -> None:
    """News of who went into a conference came, perhaps after the news of the call's end.

    A conference ends when the caller leaves it or when it is empty: whoever both went into the same one have met.
    A call that counts as abandoned then was answered. `conference` is the phone company's name of it, and `at`
    when the news reached us.
    """
    call = pool.locked_call(session, call_id)
    if call.outcome != "abandoned" or call.ended_at is None or not _met(session, call_id, conference):
        return
    call.outcome, call.ended_stage = "answered", "talk"
    call.connected_at = min(at, call.ended_at)
    pool.touch(call)
    worklist.close_for(session, "abandoned_call", call.id, Actor.system("calls"), "talked")
    have_it_closed(session, call)
    session.flush()


def _met(session: Session, call_id: UUID, conference: str) -> bool:
    kinds = session.scalars(
        select(CallLeg.kind)
        .join(CallEvent, CallEvent.detail["leg"].astext == cast(CallLeg.id, String))
        .where(
            CallLeg.call_id == call_id,
            CallEvent.call_id == call_id,
            CallEvent.kind == "conference",
            CallEvent.detail["event"].astext == "participant-join",
            CallEvent.detail["conference"].astext == conference,
        )
    )
    return set(kinds) == _BOTH
