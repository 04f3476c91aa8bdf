"""A day's calls by the hour: how many came, what became of them, how many waited at once (pure)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median

SOON = timedelta(seconds=60)
"""Within this wait an answer counts as soon."""


@dataclass(frozen=True)
class Ring:
    """An inbound call, as far as the figures go."""

    received_at: datetime
    queued_at: datetime | None
    connected_at: datetime | None
    ended_at: datetime | None
    outcome: str | None


@dataclass(frozen=True)
class Hour:
    """One hour of the day; a call belongs to the hour in which it came."""

    begins: datetime
    received: int
    answered: int
    abandoned: int
    diverted: int
    waiting_at_once: int
    """The most callers that waited at the same time."""
    median_wait: int | None
    """Seconds until the answer, of the answered; None when nobody was answered."""
    soon: int
    """How many were answered within a minute of waiting."""

    @property
    def still_open(self) -> int:
        """Calls that have no outcome yet."""
        return self.received - self.answered - self.abandoned - self.diverted


def by_hour(rings: Iterable[Ring], begins: datetime, until: datetime) -> list[Hour]:
    """The hours from `begins` (a full hour) to that of `until`, the present one too. A day may have 23 or 25."""
    calls = list(rings)
    hours = []
    start = begins
    while start <= until:
        end = start + timedelta(hours=1)
        hours.append(hour([one for one in calls if start <= one.received_at < end], calls, start, end, until))
        start = end
    return hours


def hour(
    came: Sequence[Ring], calls: Sequence[Ring], start: datetime, end: datetime, until: datetime
) -> Hour:
    """The figures of the calls that `came` from `start` to before `end`; `calls` may wait in it from before."""
    waits = [one.connected_at - one.queued_at for one in came if one.connected_at and one.queued_at]
    outcomes = [one.outcome for one in came]
    # A call that is being talked on has been answered, whatever becomes of it.
    answered = sum(1 for one in came if one.connected_at and one.outcome in (None, "answered"))
    unheard = sum(1 for one in came if not one.connected_at and one.outcome == "answered")
    return Hour(
        begins=start,
        received=len(came),
        answered=answered + unheard,
        abandoned=outcomes.count("abandoned"),
        diverted=outcomes.count("diverted"),
        waiting_at_once=most_at_once(calls, start, end, until),
        median_wait=round(median(wait.total_seconds() for wait in waits)) if waits else None,
        soon=sum(1 for wait in waits if wait <= SOON),
    )


def most_at_once(calls: Iterable[Ring], start: datetime, end: datetime, until: datetime) -> int:
    """The most calls that waited for a screener at the same moment between `start` and `end`."""
    steps: list[tuple[datetime, int]] = []
    for one in calls:
        if one.queued_at is None:
            continue
        over = min(one.connected_at or one.ended_at or until, end)
        if one.queued_at < end and over > start:
            steps += [(max(one.queued_at, start), 1), (over, -1)]
    # At the same moment one goes before the next comes.
    now = most = 0
    for _, step in sorted(steps):
        now += step
        most = max(most, now)
    return most
