"""Reading the audit, the newest first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, tuple_
from sqlalchemy.orm import Session

from hotline.audit.models import AuditEntry


@dataclass(frozen=True)
class Wanted:
    """Which entries to show. None leaves a question open; an empty `subjects` finds nothing.

    `subjects` are pairs of kind and id. `from_at` is the first moment that counts, `until_at` the first that
    no longer does.
    """

    subjects: Sequence[tuple[str, str]] | None = None
    actor_id: str | None = None
    action: str | None = None
    from_at: datetime | None = None
    until_at: datetime | None = None


def entries(
    session: Session, wanted: Wanted, *, before: int | None = None, limit: int = 50
) -> Sequence[AuditEntry]:
    """At most `limit` entries that fit, the newest first, from below the id `before` on."""
    found = select(AuditEntry).order_by(AuditEntry.id.desc()).limit(limit)
    if before is not None:
        found = found.where(AuditEntry.id < before)
    if wanted.subjects is not None:
        found = found.where(tuple_(AuditEntry.subject_kind, AuditEntry.subject_id).in_(wanted.subjects))
    if wanted.actor_id is not None:
        found = found.where(AuditEntry.actor_id == wanted.actor_id)
    if wanted.action is not None:
        found = found.where(AuditEntry.action == wanted.action)
    if wanted.from_at is not None:
        found = found.where(AuditEntry.occurred_at >= wanted.from_at)
    if wanted.until_at is not None:
        found = found.where(AuditEntry.occurred_at < wanted.until_at)
    return session.scalars(found).all()
