"""Callers' time: a clock that may run faster than the wall clock."""

import time
from datetime import UTC, datetime
from email.utils import format_datetime


class Clock:
    """Seconds as the people on the telephone feel them.

    `speed` is how many of their seconds pass in one real second. Only what people do (talking,
    waiting, ringing) is scaled; the time limit of a webhook stays in real seconds.
    """

    def __init__(self, speed: float = 1.0) -> None:
        if speed <= 0:
            raise ValueError("the speed must be greater than 0")
        self.speed = speed
        self._start = time.monotonic()

    def now(self) -> float:
        """Callers' seconds since the process started."""
        return (time.monotonic() - self._start) * self.speed

    def real(self, seconds: float) -> float:
        """Real seconds that `seconds` of callers' time take."""
        return seconds / self.speed


def wall() -> datetime:
    """The real time, aware, in UTC: what stands in callbacks and in the ledger."""
    return datetime.now(UTC)


def rfc2822(moment: datetime | None) -> str | None:
    """A moment as the REST interface and the callbacks write it, e.g. `Wed, 12 Aug 2026 00:06:34 +0000`."""
    return None if moment is None else format_datetime(moment)


def iso(moment: datetime | None) -> str | None:
    """A moment as the ledger and the control interface write it."""
    return None if moment is None else moment.isoformat(timespec="milliseconds")
