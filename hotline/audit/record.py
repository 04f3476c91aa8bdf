"""Writing to the audit, in the transaction of the change itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from hotline.audit.models import AuditEntry
from hotline.base import clock


@dataclass(frozen=True)
class Actor:
    """Who acts: a user by id, a caller, or a part of the system by name."""

    kind: str
    id: str

    @classmethod
    def user(cls, user_id: UUID) -> Actor:
        """A person who signed in."""
        return cls("user", str(user_id))

    @classmethod
    def system(cls, part: str) -> Actor:
        """A part of the product that acts by itself, for example `assign_track`."""
        return cls("system", part)

    @classmethod
    def caller(cls) -> Actor:
        """The person on the telephone, never named."""
        return cls("caller", "caller")


def record(
    session: Session,
    actor: Actor,
    action: str,
    subject_kind: str,
    subject_id: UUID | str,
    detail: Mapping[str, Any] | None = None,
) -> None:
    """Add one row. `detail` may hold ids, codes, counts and names of fields; never a value that was typed or said."""
    session.add(
        AuditEntry(
            occurred_at=clock.now(),
            actor_kind=actor.kind,
            actor_id=actor.id,
            action=action,
            subject_kind=subject_kind,
            subject_id=str(subject_id),
            detail=dict(detail or {}),
        )
    )
