"""Carrying out one to-do row: claim it, hold its lease while working, finish it or give it back.

A job is a function that takes a `Work`. It reads the rows that it is about afresh, may find that nothing is left
to do, and is harmless when it runs twice: the lease makes a second run rare, not impossible.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from functools import update_wrapper
from uuid import UUID

from sqlalchemy.exc import SQLAlchemyError

from hotline.base import clock, outbox
from hotline.base.config import Settings
from hotline.base.database import Database
from hotline.base.ids import new_id, parse_id
from hotline.base.logging import get_logger, reason
from hotline.telephony.port import PhoneCompany
from hotline.vault.service import Vault
from workers import alarm, tools
from workers.channels.email import Mail

RENEW_EVERY = 2.0
"""Seconds between renewals of the lease, which lasts three times as long."""

LONGEST_PAUSE = timedelta(seconds=60)
ALARM_AFTER = 8
"""Failures after which a person is told. Retrying goes on."""

_log = get_logger("jobs")


class Retry(Exception):
    """Raised by a job that can't go on yet: it runs again after `after`, and that is no failure."""

    def __init__(self, after: timedelta) -> None:
        super().__init__("not yet")
        self.after = after


@dataclass(frozen=True)
class Work:
    """One run of a job: what it is about, which attempt this is (from 1) and the tools."""

    subject_id: str
    attempt: int
    tools: tools.Tools

    @property
    def id(self) -> UUID:
        """The subject's id; raises NotFound when the text is none."""
        return parse_id(self.subject_id)

    @property
    def database(self) -> Database:
        """Where to open transactions."""
        return self.tools.database

    @property
    def vault(self) -> Vault:
        """The keys of the installation."""
        return self.tools.vault

    @property
    def settings(self) -> Settings:
        """The settings of the installation."""
        return self.tools.settings

    @property
    def mail(self) -> Mail:
        """The way to send e-mail."""
        return self.tools.mail

    @property
    def phone(self) -> PhoneCompany:
        """The phone company."""
        return self.tools.phone


class Job:
    """A function that a queue can call by the number of a to-do row."""

    def __init__(self, function: Callable[[Work], None]) -> None:
        self.function = function
        update_wrapper(self, function)

    def __call__(self, row_id: int) -> None:
        """What the queue calls in a worker. It never raises: a queue would keep the text of the exception."""
        try:
            run(tools.of_this_process(), row_id, self.function)
        except Exception as error:
            _log.error("job_not_run", row=row_id, error=reason(error))


def job(function: Callable[[Work], None]) -> Job:
    """Make `function` the job of its name; `base.jobs.JOBS` must point at it."""
    return Job(function)


def run(equipment: tools.Tools, row_id: int, function: Callable[[Work], None]) -> bool:
    """Do the row's work with `function`; whether it was done here and now.

    False when the row is done, not due, held by somebody alive, or given back after a failure. Never raises for
    what the function raises: the row remembers the class of the error and is due again later.
    """
    token = new_id()
    with equipment.database.transaction() as session:
        row = outbox.claim(session, row_id, token)
    if row is None:
        return False
    log = _log.bind(job=row.job, row=row_id, attempt=row.attempts)
    try:
        with _lease_held(equipment.database, row_id, token):
            function(Work(row.subject_id, row.attempts, equipment))
    except Retry as wish:
        with equipment.database.transaction() as session:
            outbox.fail(session, row_id, token, "Retry", clock.now() + wish.after)
        log.info("job_waits")
        return False
    except Exception as error:
        log.error("job_failed", error=reason(error))
        _give_back(equipment.database, row, token, error)
        return False
    with equipment.database.transaction() as session:
        finished = outbox.finish(session, row_id, token)
    log.info("job_done" if finished else "job_done_without_lease")
    return finished


def pause_after(attempt: int) -> timedelta:
    """How long to wait after the failed attempt of that number: 1, 2, 4, 8 … seconds, a minute at most."""
    return min(timedelta(seconds=2 ** min(attempt - 1, 6)), LONGEST_PAUSE)


def _give_back(database: Database, row: outbox.OutboxRow, token: UUID, error: Exception) -> None:
    retry_at = clock.now() + pause_after(row.attempts)
    with database.transaction() as session:
        outbox.fail(session, row.id, token, reason(error), retry_at)
    if row.attempts >= ALARM_AFTER:
        alarm.job_keeps_failing(database, row)


@contextmanager
def _lease_held(database: Database, row_id: int, token: UUID) -> Iterator[None]:
    """Renew the lease from a thread of its own until the block ends; a lost lease is only logged."""
    ended = threading.Event()

    def renew() -> None:
        while not ended.wait(RENEW_EVERY):
            try:
                with database.transaction() as session:
                    if not outbox.renew(session, row_id, token):
                        _log.warning("lease_lost", row=row_id)
                        return
            except SQLAlchemyError as error:
                _log.warning("lease_not_renewed", row=row_id, error=reason(error))

    thread = threading.Thread(target=renew, name=f"lease-{row_id}", daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()
