"""Setting, meeting and finding deadlines."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from hotline.base import clock
from hotline.deadlines.models import Deadline


def start(
    session: Session,
    kind: str,
    subject_kind: str,
    subject_id: UUID | str,
    due_at: datetime,
    source: str,
    started_at: datetime | None = None,
) -> None:
    """Start a clock once: a second request for the same kind and subject changes nothing, least of all `due_at`."""
    session.execute(
        insert(Deadline)
        .values(
            kind=kind,
            subject_kind=subject_kind,
            subject_id=str(subject_id),
            started_at=started_at or clock.now(),
            due_at=due_at,
            next_check_at=due_at,
            source=source,
            level=0,
        )
        .on_conflict_do_nothing(index_elements=["kind", "subject_kind", "subject_id"])
    )


def recount(
    session: Session,
    kind: str,
    subject_kind: str,
    subject_id: UUID | str,
    due_at: datetime,
    source: str,
    started_at: datetime,
    *,
    never_later: bool,
) -> None:
    """The rules were asked again: the same clock, from the same start, may have another end now.

    A clock that was called off goes on; one that was met stays met. With `never_later` the earlier end stands, for
    somebody was told of it already.
    """
    start(session, kind, subject_kind, subject_id, due_at, source, started_at)
    row = session.scalars(
        select(Deadline)
        .where(
            Deadline.kind == kind,
            Deadline.subject_kind == subject_kind,
            Deadline.subject_id == str(subject_id),
        )
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one()
    ends = min(row.due_at, due_at) if never_later else due_at
    if row.due_at == ends and row.called_off_at is None:
        return
    row.due_at = row.next_check_at = ends
    row.source, row.called_off_at = source, None
    if ends > clock.now():
        row.breached_at = None


def meet(session: Session, kind: str, subject_kind: str, subject_id: UUID | str) -> None:
    """What the clock asked for has happened. Late or twice is harmless: the first time stands."""
    _close(session, kind, subject_kind, subject_id, "met_at")


def call_off(session: Session, kind: str, subject_kind: str, subject_id: UUID | str) -> None:
    """The clock no longer applies, for example because the dispatch was withdrawn."""
    _close(session, kind, subject_kind, subject_id, "called_off_at")


def breach(session: Session, kind: str, subject_kind: str, subject_id: UUID | str) -> None:
    """The clock has run out, and somebody was told. It stays open: what it asks for may still happen."""
    _close(session, kind, subject_kind, subject_id, "breached_at")


def _close(session: Session, kind: str, subject_kind: str, subject_id: UUID | str, column: str) -> None:
    session.execute(
        update(Deadline)
        .where(
            Deadline.kind == kind,
            Deadline.subject_kind == subject_kind,
            Deadline.subject_id == str(subject_id),
            Deadline.met_at.is_(None),
            Deadline.called_off_at.is_(None),
        )
        .values({column: clock.now()})
    )


def take_late(session: Session, kind: str, limit: int = 100) -> Sequence[Deadline]:
    """Open deadlines of `kind` whose next check has come, locked for this sweep; first marked as breached."""
    now = clock.now()
    rows = session.scalars(
        select(Deadline)
        .where(
            Deadline.kind == kind,
            Deadline.met_at.is_(None),
            Deadline.called_off_at.is_(None),
            Deadline.next_check_at <= now,
        )
        .order_by(Deadline.next_check_at)
        .limit(limit)
        .with_for_update(skip_locked=True)
    ).all()
    for row in rows:
        row.breached_at = row.breached_at or now
    return rows


def of(session: Session, subject_kind: str, subject_id: UUID | str) -> Sequence[Deadline]:
    """Every clock of a subject, the soonest first."""
    return session.scalars(
        select(Deadline)
        .where(Deadline.subject_kind == subject_kind, Deadline.subject_id == str(subject_id))
        .order_by(Deadline.due_at)
    ).all()
