"""How much the public page takes in from everybody together: enough for any day, too little to drown the screeners.

Counted in the database, so that it holds for all processes. Nobody's address is looked at: behind a proxy it proves
nothing, and it would be a trace of the reporter.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from hotline.base import clock
from hotline.base.errors import Conflict
from hotline.online_reports.models import OnlineTally

_KEPT = timedelta(days=1)


@dataclass(frozen=True)
class Limit:
    """At most `most` of a kind within each `span`."""

    kind: str
    span: timedelta
    most: int


BEGUN = Limit("begun", timedelta(minutes=10), 60)
"""Reports begun. What was begun may always be sent."""

WRONG_CODE = Limit("wrong_code", timedelta(minutes=1), 120)
"""Codes that fit nothing. Far more would be needed to find one of 80 bits: it bounds the work, not the luck."""


class TooMany(Conflict):
    """The page is used more than it takes in at once."""

    def __init__(self) -> None:
        super().__init__("Too much is happening on this page at once. Wait a few minutes, or call.")


def refuse_if_full(session: Session, limit: Limit) -> None:
    """Raise TooMany once the present span has seen as many as it takes."""
    count = session.scalar(
        select(OnlineTally.count).where(OnlineTally.kind == limit.kind, OnlineTally.began_at == _began(limit))
    )
    if (count or 0) >= limit.most:
        raise TooMany


def note(session: Session, limit: Limit) -> None:
    """One more of the kind."""
    counted = insert(OnlineTally).values(kind=limit.kind, began_at=_began(limit), count=1)
    session.execute(
        counted.on_conflict_do_update(
            index_elements=["kind", "began_at"], set_={"count": OnlineTally.count + 1}
        )
    )


def forget_old(session: Session) -> None:
    """Let go of counts that no limit looks at any more."""
    session.execute(delete(OnlineTally).where(OnlineTally.began_at < clock.now() - _KEPT))


def _began(limit: Limit) -> datetime:
    seconds = limit.span.total_seconds()
    return datetime.fromtimestamp(clock.now().timestamp() // seconds * seconds, UTC)
