"""Earlier calls of the same number, as a screener sees them: when they came, and what they were about."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from hotline.calls.models import Call


@dataclass(frozen=True)
class EarlierCall:
    """One call. `disposition` is a code of `states.DISPOSITIONS`; None for a call that nobody closed.

    `outcome` and `direction` as in `Call`.
    """

    received_at: datetime
    direction: str
    outcome: str | None
    disposition: str | None


def earlier_calls(session: Session, call: Call, limit: int = 5) -> tuple[EarlierCall, ...]:
    """The calls that came from the number of `call` before it, or went to it, the newest first.

    None for a withheld number: two callers who withhold theirs are never taken for one.
    """
    if call.caller_hash is None:
        return ()
    rows = session.scalars(
        select(Call)
        .where(Call.caller_hash == call.caller_hash, Call.received_at < call.received_at, Call.id != call.id)
        .order_by(Call.received_at.desc(), Call.id)
        .limit(limit)
    )
    return tuple(EarlierCall(row.received_at, row.direction, row.outcome, row.disposition) for row in rows)
