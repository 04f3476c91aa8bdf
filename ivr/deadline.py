"""Database work under a deadline that is kept outside the connection.

A frozen PostgreSQL answers nothing and closes nothing: no time-out of the pool, the statement or the network
ends the wait (tried). So the work is done by threads of their own, and the request waits for one no longer than
3 seconds. The thread is left behind; what it may still commit later is harmless, because the same request is
recognised by its key. A breaker sends what follows straight to the spool, so that few are left behind.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from queue import Empty, SimpleQueue
from typing import Any, Generic, TypeVar

from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, ProgrammingError
from sqlalchemy.exc import TimeoutError as PoolTimeout

SECONDS = 3.0
THREADS = 8
"""At most so many pieces of work are waited for; as many again may have been left behind."""

_OUR_FAULT = (IntegrityError, DataError, ProgrammingError)
_QUICK = 1.0
_IDLE = 30.0

T = TypeVar("T")


class DatabaseAway(Exception):
    """The database did not do its work in time, or can't be reached."""


def is_away(error: BaseException) -> bool:
    """Whether an exception means that the database is out of order, rather than that we asked nonsense."""
    if isinstance(error, _OUR_FAULT):
        return False
    return isinstance(error, DatabaseAway | DBAPIError | PoolTimeout)


class _Task(Generic[T]):
    """A piece of work, and a gate at which whoever asked for it waits."""

    def __init__(self, work: Callable[[], T]) -> None:
        self._work = work
        self._gate = threading.Lock()
        self._gate.acquire()
        self.abandoned = False
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

    def _once_more(self) -> None:
        """A connection that died, or two requests that met: the second attempt usually succeeds."""
        self.error = None
        try:
            self.result = self._work()
        except Exception as error:
            self.error = error

    def open(self) -> None:
        self._gate.release()

    def wait(self, seconds: float) -> bool:
        return self._gate.acquire(timeout=max(0.0, seconds))


class Guard:
    """Lets standing threads do the work and gives up waiting for them after `seconds`.

    A thread that was given up is left behind with its work and replaced, as often as there are `threads`; whoever
    comes then waits for one that returns.
    """

    def __init__(self, seconds: float = SECONDS, threads: int = THREADS) -> None:
        self._seconds = seconds
        self._slots = threading.Semaphore(threads)
        self._lock = threading.Lock()
        self._tasks: SimpleQueue[_Task[Any]] = SimpleQueue()
        self._idle, self._spare, self._threads = 0, threads, threads

    def run(self, work: Callable[[], T]) -> T:
        """The result of `work`, or what it raised; DatabaseAway when it took too long or nobody is free."""
        deadline = time.monotonic() + self._seconds
        if not self._slots.acquire(timeout=self._seconds):
            raise DatabaseAway
        task = _Task(work)
        self._give(task)
        if not task.wait(deadline - time.monotonic()):
            self._abandon(task)
            raise DatabaseAway
        if task.error is not None:
            if is_away(task.error):
                raise DatabaseAway from task.error
            raise task.error
        return task.result  # type: ignore[return-value]  # without an error there is a result

    def _give(self, task: _Task[Any]) -> None:
        with self._lock:
            if self._idle:
                self._idle -= 1
                self._tasks.put(task)
                return
        # A daemon: work that hangs must not keep the process from ending.
        threading.Thread(target=self._serve, args=(task,), name="database-work", daemon=True).start()

    def _abandon(self, task: _Task[Any]) -> None:
        """Leave the thread of `task` behind; another may take its place while there are spare ones."""
        with self._lock:
            if task.wait(0) or not self._spare:
                return
            task.abandoned = True
            self._spare -= 1
        self._slots.release()

    def _serve(self, task: _Task[Any]) -> None:
        while True:
            task.run()
            with self._lock:
                stays = self._idle < self._threads
                self._idle += stays
                if task.abandoned:
                    self._spare += 1
                else:
                    self._slots.release()
                # Last, and still under the lock: whoever waits finds this thread free, and is counted once.
                task.open()
            next_task = self._next() if stays else None
            if next_task is None:
                return
            task = next_task

    def _next(self) -> _Task[Any] | None:
        """What an idle thread does next; None when nothing came for a while, and it may end."""
        while True:
            try:
                return self._tasks.get(timeout=_IDLE)
            except Empty:
                with self._lock:
                    if self._idle:
                        self._idle -= 1
                        return None
                # Somebody has just counted on this thread: the work is on its way.


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
