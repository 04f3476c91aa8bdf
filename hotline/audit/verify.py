"""The chain over committed audit rows: one linker appends to it, anybody may check it."""

from __future__ import annotations

import hashlib
import json
from contextlib import closing

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from hotline.audit.models import AuditEntry, AuditLink
from hotline.base.errors import HotlineError

_LINKER_LOCK = 7_301_001
_START = "0" * 64


class ChainBroken(HotlineError):
    """An audit row was changed, removed or slipped in; `position` is the first bad link."""

    def __init__(self, position: int) -> None:
        super().__init__(f"The audit chain is broken at position {position}.")
        self.position = position


def _digest(previous: str, entry: AuditEntry) -> str:
    body = json.dumps(
        [
            entry.id,
            entry.occurred_at.isoformat(),
            entry.actor_kind,
            entry.actor_id,
            entry.action,
            entry.subject_kind,
            entry.subject_id,
            entry.detail,
        ],
        sort_keys=True,
        separators=(",", ":"),
    )
    return hashlib.sha256(f"{previous}{body}".encode()).hexdigest()


def link(session: Session, limit: int = 1000) -> int:
    """Chain rows that are committed and not yet linked; how many. Only one linker works at a time.

    Ids of rows that commit late may be lower than ids linked before them: the chain follows the order of
    linking, so such a row is simply linked later and nothing is skipped.
    """
    if not session.scalar(text("select pg_try_advisory_xact_lock(:key)"), {"key": _LINKER_LOCK}):
        return 0
    head = session.scalar(select(AuditLink).order_by(AuditLink.position.desc()).limit(1))
    position, previous = (head.position, head.hash) if head else (0, _START)
    entries = session.scalars(
        select(AuditEntry)
        .where(~select(AuditLink.entry_id).where(AuditLink.entry_id == AuditEntry.id).exists())
        .order_by(AuditEntry.id)
        .limit(limit)
    ).all()
    for entry in entries:
        position += 1
        previous = _digest(previous, entry)
        session.add(AuditLink(position=position, entry_id=entry.id, hash=previous))
    session.flush()
    return len(entries)


def verify(session: Session) -> int:
    """Check the whole chain and return its length; raises ChainBroken at the first link that does not fit."""
    # An entry that vanished takes its link out of the join: the gap in the positions tells.
    previous, expected = _START, 0
    rows = session.execute(
        select(AuditLink, AuditEntry)
        .join(AuditEntry, AuditEntry.id == AuditLink.entry_id)
        .order_by(AuditLink.position)
        .execution_options(yield_per=1000)
    )
    with closing(rows):
        for chain_link, entry in rows:
            expected += 1
            if chain_link.position != expected or chain_link.hash != _digest(previous, entry):
                raise ChainBroken(expected)
            previous = chain_link.hash
    if expected != session.execute(select(func.count()).select_from(AuditLink)).scalar_one():
        raise ChainBroken(expected + 1)
    return expected


def unlinked(session: Session) -> int:
    """How many rows wait to be linked."""
    return session.execute(
        select(func.count())
        .select_from(AuditEntry)
        .where(~select(AuditLink.entry_id).where(AuditLink.entry_id == AuditEntry.id).exists())
    ).scalar_one()
