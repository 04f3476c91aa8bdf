"""A worker process for one queue: `python -m workers.run --queue dispatch`.

One queue per process: with two, RQ loses the job that a dying worker has just taken. Everything that jobs import
is imported before the fork, otherwise each job would spend a second and a half on it.
"""

from __future__ import annotations

import contextlib
import os
import time
from importlib import import_module

import click
from redis import Redis
from redis.exceptions import RedisError
from rq import Queue, Worker
from rq.job import Job
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import configure_mappers

from hotline.base import clock, logging, outbox
from hotline.base.bell import queue_of
from hotline.base.database import Database
from hotline.base.errors import ConfigurationError
from hotline.base.ids import new_id
from hotline.base.jobs import CALLS, JOBS, QUEUES
from hotline.geography import postal
from workers import tools

BACKGROUND = 10
"""How far a worker that serves no caller steps back, as `nice` counts."""

WORKER_TTL = 30
MAINTENANCE_EVERY = 15
LONGEST_WAIT_FOR_REDIS = 2.0
_log = logging.get_logger("worker")


class PreloadedWorker(Worker):
    """RQ's forking worker; its children start without the parent's connections."""

    max_connection_wait_time = LONGEST_WAIT_FOR_REDIS

    def main_work_horse(self, job: Job, queue: Queue) -> None:
        """The child's life: forget inherited connections, work, exit."""
        tools.of_this_process().database.dispose(close=False)
        super().main_work_horse(job, queue)


def preload(queue: str) -> None:
    """Do once what each child would else do again; raises what is wrong with a job or the tools at the start.

    Imports, the mapping of tables, the first words with the database and the table of ZIP codes cost a cold child
    a third of a second.
    """
    for job in JOBS.values():
        if job.queue == queue:
            import_module(job.path.rpartition(".")[0])
    equipment = tools.of_this_process()
    database = equipment.database
    configure_mappers()
    for jurisdiction in equipment.packs.jurisdictions():
        postal.remember(equipment.packs.in_force(jurisdiction, clock.now()).head.state)
    with contextlib.suppress(SQLAlchemyError):
        # Away for now: each child meets it anew.
        _rehearse(database)
    database.dispose()


def _rehearse(database: Database) -> None:
    """Everything that surrounds a job, for a row that does not exist: the statements are understood before the fork."""
    token = new_id()
    with database.transaction() as session:
        outbox.claim(session, 0, token)
        outbox.renew(session, 0, token)
        outbox.finish(session, 0, token)


def worker(queue: str, connection: Redis) -> PreloadedWorker:
    """The worker of one queue."""
    return PreloadedWorker(
        [queue_of(connection, queue)],
        connection=connection,
        worker_ttl=WORKER_TTL,
        maintenance_interval=MAINTENANCE_EVERY,
        log_job_description=False,
        serializer="json",
    )


def wait_for(connection: Redis) -> None:
    """Return once Redis answers; meanwhile the sweep carries out what is due."""
    while True:
        try:
            connection.ping()
        except RedisError as error:
            _log.warning("waiting_for_redis", error=logging.reason(error))
            time.sleep(LONGEST_WAIT_FOR_REDIS)
        else:
            return


@click.command()
@click.option("--queue", type=click.Choice(QUEUES), required=True, help="The queue that this process serves.")
def main(queue: str) -> None:
    """Carry out the jobs of one queue until told to end. A supervisor starts it again when Redis dies on it."""
    logging.configure()
    if queue != CALLS:
        # Where they share a machine, callers come before letters.
        os.nice(BACKGROUND)
    try:
        preload(queue)
    except ConfigurationError as error:
        raise click.ClickException(error.message) from error
    connection = Redis.from_url(tools.of_this_process().settings.redis_url)
    wait_for(connection)
    worker(queue, connection).work(logging_level="WARNING")


if __name__ == "__main__":
    main()
