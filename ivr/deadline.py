"""Database work under a deadline that is kept outside the connection.

A frozen PostgreSQL answers nothing and closes nothing: no time-out of the pool, the statement or the network
ends the wait (tried). So each piece of work runs in a thread of its own and the request waits for the thread no
longer than 3 seconds. The thread is left behind; what it may still commit later is harmless, because the same
request is recognised by its key. A breaker sends what follows straight to the spool, so that few are left behind.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Generic, TypeVar

from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, ProgrammingError
from sqlalchemy.exc import TimeoutError as PoolTimeout

SECONDS = 3.0
THREADS = 8
"""At most so many pieces of work are under way, those that were left behind included."""

_OUR_FAULT = (IntegrityError, DataError, ProgrammingError)
_QUICK = 1.0

T = TypeVar("T")


class DatabaseAway(Exception):
    """The database did not do its work in time, or can't be reached."""


def is_away(error: BaseException) -> bool:
    """Whether an exception means that the database is out of order, rather than that we asked nonsense."""
    if isinstance(error, _OUR_FAULT):
        return False
    return isinstance(error, DatabaseAway | DBAPIError | PoolTimeout)


class _Task(Generic[T]):
    def __init__(self, work: Callable[[], T]) -> None:
        self._work = work
        self.done = threading.Event()
        self.error: BaseException | None = None
        self.result: T | None = None

    def run(self) -> None:
        started = time.monotonic()
        try:
            self.result = self._work()
        except Exception as error:
            self.error = error
            if is_away(error) and time.monotonic() - started < _QUICK:
                self._once_more()
        finally:
            self.done.set()

    def _once_more(self) -> None:
        """A connection that died, or two requests that met: the second attempt usually succeeds."""
        self.error = None
        try:
            self.result = self._work()
        except Exception as error:
            self.error = error


class Guard:
    """Runs work in threads and gives up waiting after `seconds`."""

    def __init__(self, seconds: float = SECONDS, threads: int = THREADS) -> None:
        self._seconds = seconds
        self._slots = threading.BoundedSemaphore(threads)

    def run(self, work: Callable[[], T]) -> T:
        """The result of `work`, or what it raised; DatabaseAway when it took too long or nobody is free."""
        deadline = time.monotonic() + self._seconds
        if not self._slots.acquire(timeout=self._seconds):
            raise DatabaseAway
        task = _Task(work)

        def perform() -> None:
            try:
                task.run()
            finally:
                self._slots.release()

        # A daemon: work that hangs must not keep the process from ending.
        threading.Thread(target=perform, name="database-work", daemon=True).start()
        if not task.done.wait(max(0.0, deadline - time.monotonic())):
            raise DatabaseAway
        if task.error is not None:
            if is_away(task.error):
                raise DatabaseAway from task.error
            raise task.error
        return task.result  # type: ignore[return-value]  # without an error there is a result


class Breaker:
    """Open while the database is away. It is closed again by the keeper of the spool, never by a caller's request."""

    def __init__(self) -> None:
        self._open = threading.Event()
        self.tripped = threading.Event()
        """Wakes the keeper."""

    @property
    def is_open(self) -> bool:
        """Whether requests should not even try."""
        return self._open.is_set()

    def trip(self) -> None:
        """The database failed a request."""
        self._open.set()
        self.tripped.set()

    def close(self) -> None:
        """The database works again."""
        self._open.clear()
