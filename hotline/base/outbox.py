"""To-do rows, written in the transaction of the change that asks for them.

The row is the truth and a Redis queue only rings the bell: a row that is due and not done is rung again by the
sweep, so a queue that forgets loses nothing. Work holds a lease that is renewed while it runs; a lease that
ran out means that the worker died, and the row is due again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import Exists, Index, Text, cast, exists, func, or_, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import InstrumentedAttribute, Mapped, Session, mapped_column

from hotline.base import clock
from hotline.base.database import Base
from hotline.base.jobs import JOBS

LEASE = timedelta(seconds=6)
"""How long a worker may be silent before its work is given to another."""

RING_AGAIN = timedelta(seconds=4)
"""How long a rung row may wait for a worker before it is rung again."""


_FRESH = "outbox_fresh"


class OutboxRow(Base):
    """One job to be done for one subject. `key` makes a second request for the same work harmless."""

    __tablename__ = "outbox"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    job: Mapped[str]
    subject_id: Mapped[str]
    key: Mapped[str] = mapped_column(unique=True)
    created_at: Mapped[datetime]
    due_at: Mapped[datetime]
    rung_at: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)
    lease_until: Mapped[datetime | None]
    lease_token: Mapped[UUID | None]
    done_at: Mapped[datetime | None]
    last_error: Mapped[str | None]
    """Class name of the last failure."""

    __table_args__ = (Index("ix_outbox_open", "due_at", postgresql_where=text("done_at is null")),)


@dataclass(frozen=True)
class Ring:
    """What a bell needs to know of a row; `attempts` is how often the work was tried before."""

    row_id: int
    job: str
    attempts: int


def enqueue(
    session: Session, job: str, subject_id: UUID | str, *, key: str, due_at: datetime | None = None
) -> int | None:
    """Ask for `job` on `subject_id` once per `key`; the row's id, or None when it was asked for before.

    Raises KeyError for a job that nobody carries out.
    """
    JOBS[job]
    now = clock.now()
    statement = (
        insert(OutboxRow)
        .values(
            job=job, subject_id=str(subject_id), key=key, created_at=now, due_at=due_at or now, attempts=0
        )
        .on_conflict_do_nothing(index_elements=["key"])
        .returning(OutboxRow.id)
    )
    row_id = session.scalar(statement)
    if row_id is not None and (due_at is None or due_at <= now):
        session.info.setdefault(_FRESH, []).append(Ring(row_id, job, 0))
    return row_id


def in_hand(job: str, subject: InstrumentedAttribute[UUID]) -> Exists:
    """Whether `job` was asked for a row of that id and is not done: for statements that look for what went astray."""
    return exists().where(
        OutboxRow.job == job, OutboxRow.done_at.is_(None), OutboxRow.subject_id == cast(subject, Text)
    )


def take_fresh(session: Session) -> list[Ring]:
    """The work that this session has asked for since the last call: whose bell to ring once it is committed."""
    fresh: list[Ring] = session.info.pop(_FRESH, [])
    return fresh


def take_due(session: Session, limit: int = 200) -> Sequence[OutboxRow]:
    """Rows whose bell should be rung now, marked as rung. Rows another sweep holds are skipped."""
    now = clock.now()
    rows = session.scalars(
        select(OutboxRow)
        .where(
            OutboxRow.done_at.is_(None),
            OutboxRow.due_at <= now,
            or_(OutboxRow.rung_at.is_(None), OutboxRow.rung_at <= now - RING_AGAIN),
            or_(OutboxRow.lease_until.is_(None), OutboxRow.lease_until <= now),
        )
        .order_by(OutboxRow.due_at, OutboxRow.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    ).all()
    for row in rows:
        row.rung_at = now
    return rows


def claim(session: Session, row_id: int, token: UUID) -> OutboxRow | None:
    """Take the row for one worker; None when it is done, not yet due or held by somebody alive."""
    now = clock.now()
    return session.scalar(
        update(OutboxRow)
        .where(
            OutboxRow.id == row_id,
            OutboxRow.done_at.is_(None),
            OutboxRow.due_at <= now,
            or_(OutboxRow.lease_until.is_(None), OutboxRow.lease_until <= now),
        )
        .values(lease_until=now + LEASE, lease_token=token, attempts=OutboxRow.attempts + 1)
        .returning(OutboxRow)
    )


def renew(session: Session, row_id: int, token: UUID) -> bool:
    """Keep the lease of work that goes on; False when it was lost to another worker."""
    result = session.execute(
        update(OutboxRow)
        .where(OutboxRow.id == row_id, OutboxRow.lease_token == token, OutboxRow.done_at.is_(None))
        .values(lease_until=clock.now() + LEASE)
        .returning(OutboxRow.id)
    )
    return result.first() is not None


def finish(session: Session, row_id: int, token: UUID) -> bool:
    """Mark the work done; False when the lease had passed to another worker."""
    result = session.execute(
        update(OutboxRow)
        .where(OutboxRow.id == row_id, OutboxRow.lease_token == token, OutboxRow.done_at.is_(None))
        .values(done_at=clock.now(), lease_until=None, lease_token=None, last_error=None)
        .returning(OutboxRow.id)
    )
    return result.first() is not None


def fail(session: Session, row_id: int, token: UUID, error: str, retry_at: datetime) -> None:
    """Give the work back after a failure: it is due again at `retry_at`. `error` is a class name."""
    session.execute(
        update(OutboxRow)
        .where(OutboxRow.id == row_id, OutboxRow.lease_token == token, OutboxRow.done_at.is_(None))
        .values(lease_until=None, lease_token=None, rung_at=None, due_at=retry_at, last_error=error)
    )


def backlog(session: Session) -> tuple[int, datetime | None]:
    """How many rows are due and not done, and since when the oldest has been due."""
    row = session.execute(
        select(func.count(), func.min(OutboxRow.due_at)).where(
            OutboxRow.done_at.is_(None), OutboxRow.due_at <= clock.now()
        )
    ).one()
    return row[0], row[1]
