"""The sweep's first duty: every to-do row that is due gets done, with Redis and workers or without them."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from importlib import import_module

from hotline.base import clock, outbox
from hotline.base.jobs import JOBS
from hotline.base.logging import get_logger, reason
from hotline.base.outbox import OutboxRow, Ring
from workers import job as jobs
from workers import tools

NEGLECTED_AFTER = timedelta(seconds=8)
"""A row that is due for so long is not being taken up, whatever Redis says: no worker lives."""

ALONE_FOR = timedelta(seconds=10)
"""How long, after finding a neglected row, the sweep expects nobody and takes up every due row at once: the work
that follows from work must not wait to be neglected, too."""

HANDS = 4
"""How many neglected rows the sweep works on at a time."""

_log = get_logger("ring")


class Ringer:
    """Rings for due rows; what nobody can be called for, or nobody came for, it does with its own hands."""

    def __init__(self, equipment: tools.Tools) -> None:
        self._tools = equipment
        self._hands = ThreadPoolExecutor(HANDS, thread_name_prefix="hands")
        self._in_hand: set[int] = set()
        self._alone_until: datetime | None = None

    def round(self) -> None:
        """One look at the to-do rows."""
        with self._tools.database.transaction() as session:
            rows = outbox.take_due(session)
        if not rows:
            return
        now = clock.now()
        heard = self._tools.bell.ring(Ring(row.id, row.job, row.attempts) for row in rows)
        if any(row.due_at <= now - NEGLECTED_AFTER for row in rows):
            self._alone_until = now + ALONE_FOR
        if not heard or (self._alone_until is not None and now < self._alone_until):
            self._do(rows)

    def close(self) -> None:
        """Finish what is in hand and stop."""
        self._hands.shutdown(cancel_futures=True)

    def _do(self, rows: Sequence[OutboxRow]) -> None:
        for row in rows:
            if row.id not in self._in_hand:
                self._in_hand.add(row.id)
                self._hands.submit(self._do_one, row.id, row.job)

    def _do_one(self, row_id: int, name: str) -> None:
        try:
            jobs.run(self._tools, row_id, function_of(name).function)
        except Exception as error:
            _log.error("neglected_row_not_run", row=row_id, error=reason(error))
        finally:
            self._in_hand.discard(row_id)


def function_of(name: str) -> jobs.Job:
    """The job of that name; raises TypeError when its path leads to something else."""
    module, _, attribute = JOBS[name].path.rpartition(".")
    found = getattr(import_module(module), attribute)
    if not isinstance(found, jobs.Job):
        raise TypeError(f"{JOBS[name].path} is not marked as a job")
    return found
