"""Who gets the next call, and why (pure).

Callers: those who lost a screener through no fault of theirs, then by urgency, then by arrival. Screeners: the
longest idle among those who speak the caller's language. Who refused a caller is asked again only when nobody
else is left for that caller.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from hotline.calls.states import LANES

_URGENCY = {lane: place for place, lane in enumerate(LANES)}


@dataclass(frozen=True)
class Waiting:
    """A caller in line."""

    call_id: UUID
    language: str
    lane: str
    queued_at: datetime
    returned_to_front: bool = False


@dataclass(frozen=True)
class Free:
    """A screener who can be offered a call."""

    user_id: UUID
    languages: frozenset[str]
    idle_since: datetime


@dataclass(frozen=True)
class Pairing:
    """An offer to be made. `reason` tells in codes why this screener."""

    call_id: UUID
    user_id: UUID
    reason: str


def in_order(callers: Iterable[Waiting]) -> list[Waiting]:
    """The line: the next to be served first."""
    return sorted(
        callers,
        key=lambda caller: (
            not caller.returned_to_front,
            # A lane that this release does not know is served like the most urgent: doubt moves a caller up.
            _URGENCY.get(caller.lane, 0),
            caller.queued_at,
            caller.call_id,
        ),
    )


def pair(
    callers: Iterable[Waiting], screeners: Iterable[Free], refused: Collection[tuple[UUID, UUID]] = ()
) -> list[Pairing]:
    """Whom to offer which call now. `refused`: (call, screener) of offers that were declined or not answered.

    Each caller and each screener appears at most once; a screener without the caller's language never does.
    """
    free = sorted(screeners, key=lambda screener: (screener.idle_since, screener.user_id))
    pairings = []
    for caller in in_order(callers):
        able = [screener for screener in free if caller.language in screener.languages]
        if not able:
            continue
        fresh = [screener for screener in able if (caller.call_id, screener.user_id) not in refused]
        chosen = (fresh or able)[0]
        free.remove(chosen)
        pairings.append(Pairing(caller.call_id, chosen.user_id, _reason(caller, asked_again=not fresh)))
    return pairings


def _reason(caller: Waiting, *, asked_again: bool) -> str:
    reasons = ["longest_idle", f"speaks:{caller.language}", f"lane:{caller.lane}"]
    if caller.returned_to_front:
        reasons.append("caller_returned_to_front")
    if asked_again:
        reasons.append("asked_again:nobody_else_left")
    return " ".join(reasons)
