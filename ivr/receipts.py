"""Remembering what the phone company has told and what we answered: a second arrival changes nothing."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from hotline.base import clock
from hotline.calls.models import CallEvent as CallEventRow
from hotline.calls.models import WebhookReceipt
from ivr.events import CallEvent

_SEED = 7_301_003


def one_at_a_time(session: Session, subject: str) -> None:
    """Let requests about the same call follow each other, so that ten copies at once are one and nine repeats."""
    session.execute(
        text("select pg_advisory_xact_lock(hashtextextended(:subject, :seed))"),
        {"subject": subject, "seed": _SEED},
    )


def once(session: Session, key: str, answer: Callable[[], str]) -> str:
    """The answer given to this request before; else `answer()`, which is remembered."""
    present = _given(session, key)
    if present is not None:
        return present
    twiml = answer()
    written = session.scalar(
        insert(WebhookReceipt)
        .values(key=key, twiml=twiml, received_at=clock.now())
        .on_conflict_do_nothing(index_elements=["key"])
        .returning(WebhookReceipt.key)
    )
    # A first ring is answered without waiting for anybody: its receipt may have come in between.
    return twiml if written is not None else _given(session, key) or twiml


def _given(session: Session, key: str) -> str | None:
    return session.scalar(select(WebhookReceipt.twiml).where(WebhookReceipt.key == key))


def is_news(
    session: Session, event: CallEvent, call_id: UUID | None, detail: Mapping[str, str | None]
) -> bool:
    """Write the event down; False when it had come before. `detail` may hold codes and states only."""
    row_id = session.scalar(
        insert(CallEventRow)
        .values(
            call_id=call_id,
            key=event.key,
            kind=event.page,
            sequence=event.sequence,
            received_at=event.received_at,
            detail={name: value for name, value in detail.items() if value is not None},
        )
        .on_conflict_do_nothing(index_elements=["key"])
        .returning(CallEventRow.id)
    )
    return row_id is not None
