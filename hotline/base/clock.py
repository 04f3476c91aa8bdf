"""The only clock of the product: every time is an aware UTC datetime that came from `now`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta


def _system_time() -> datetime:
    return datetime.now(UTC)


_source: Callable[[], datetime] = _system_time


def now() -> datetime:
    """The present moment, aware, in UTC."""
    return _source()


class FrozenClock:
    """A clock that stands still until a test moves it."""

    def __init__(self, at: datetime) -> None:
        if at.tzinfo is None:
            raise ValueError("the clock needs an aware time, for example 2026-03-02T18:00:00+00:00")
        self._at = at.astimezone(UTC)

    def __call__(self) -> datetime:
        return self._at

    def advance(self, by: timedelta) -> datetime:
        """Move the clock on by `by` and return the new time."""
        self._at += by
        return self._at


@contextmanager
def frozen(at: datetime) -> Iterator[FrozenClock]:
    """Let `now` stand still at `at` inside the block (tests only)."""
    global _source
    previous, clock = _source, FrozenClock(at)
    _source = clock
    try:
        yield clock
    finally:
        _source = previous
