"""A flood of silent calls: what it does to the wait of everybody else, with the guard and without."""

from __future__ import annotations

import heapq
import random
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from hotline.calls.queueing import OnDuty, Waiting, pair

START = datetime(2026, 3, 2, 18, 0, tzinfo=UTC)
ENGLISH = frozenset({"en"})
HOURS = 2
TALK = 600.0
"""Seconds that a screener spends with a real caller, on average."""
SILENT = 20.0
"""Seconds until a screener knows that nobody speaks."""
GIVES_UP = 60.0
"""Seconds that a silent call stays in line."""


class Shift:
    """A few hours of callers at the desks of some screeners; the offers are made by `pair`."""

    def __init__(self, screeners: int, guarded: bool) -> None:
        self.idle = {UUID(int=number): START for number in range(1, screeners + 1)}
        self.busy: set[UUID] = set()
        self.line: dict[UUID, tuple[Waiting, float]] = {}
        self.guarded, self.number = guarded, 10_000
        self.events: list[tuple[float, int, str, UUID, float]] = []
        self.waits: list[float] = []
        self.silent_served = 0

    def add(self, at: float, what: str, who: UUID, seconds: float = 0.0) -> None:
        self.number += 1
        heapq.heappush(self.events, (at, self.number, what, who, seconds))

    def arrivals(self, what: str, per_minute: float, seconds: float | None, seed: int) -> None:
        """Callers of one kind, at random; the talks of `seconds` None have random lengths."""
        chance, at = random.Random(seed), 0.0
        while per_minute and (at := at + chance.expovariate(per_minute / 60)) < HOURS * 3600:
            self.add(at, what, UUID(int=self.number), seconds or chance.expovariate(1 / TALK))

    def work(self) -> None:
        while self.events:
            at, _, what, who, seconds = heapq.heappop(self.events)
            now = START + timedelta(seconds=at)
            if what == "free":
                self.busy.discard(who)
                self.idle[who] = now
            elif what == "gone":
                self.line.pop(who, None)
                continue
            else:
                silent = what == "silent"
                caller = Waiting(who, "en", "general", now, behind=self.guarded and silent)
                self.line[who] = (caller, seconds)
                if silent:
                    self.add(at + GIVES_UP, "gone", who)
            self.serve(at, now)

    def serve(self, at: float, now: datetime) -> None:
        if len(self.busy) == len(self.idle):
            return
        staff = [OnDuty(who, ENGLISH, idle, free=who not in self.busy) for who, idle in self.idle.items()]
        for pairing in pair([caller for caller, _ in self.line.values()], staff, now=now):
            caller, seconds = self.line.pop(pairing.call_id)
            self.busy.add(pairing.user_id)
            self.add(at + seconds, "free", pairing.user_id)
            if seconds == SILENT:
                self.silent_served += 1
            else:
                self.waits.append((now - caller.queued_at).total_seconds())


def shift(screeners: int, per_minute: float, silent: float, *, guarded: bool, seed: int) -> Shift:
    made = Shift(screeners, guarded)
    made.arrivals("real", per_minute, None, seed)
    made.arrivals("silent", silent, SILENT, seed + 1000)
    made.work()
    return made


def p95(waits: list[float]) -> float:
    return sorted(waits)[int(0.95 * len(waits))]


@pytest.mark.parametrize(("screeners", "per_minute"), [(10, 0.8), (5, 0.35), (10, 0.4)])
def test_a_flood_of_silent_calls_does_not_double_the_wait_of_real_callers(
    screeners: int, per_minute: float
) -> None:
    quiet, flooded, unguarded = [], [], []
    for seed in range(3):
        quiet += shift(screeners, per_minute, 0, guarded=False, seed=seed).waits
        guarded = shift(screeners, per_minute, 12, guarded=True, seed=seed)
        assert guarded.silent_served > 0, "silent callers are served too while somebody is to spare"
        flooded += guarded.waits
        unguarded += shift(screeners, per_minute, 12, guarded=False, seed=seed).waits
    assert len(flooded) == len(quiet) == len(unguarded)
    # Where nobody waits at all without a flood, a few seconds for one in twenty are allowed.
    assert p95(flooded) <= max(2 * p95(quiet), 5.0)
    assert sum(flooded) <= max(2 * sum(quiet), 1.0 * len(quiet))
    assert sum(unguarded) > 1.2 * sum(flooded), "without the guard they wait longer"
