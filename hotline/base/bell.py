"""The doorbell: tells a worker through Redis that a to-do row waits. It may ring twice, late or not at all.

Redis holds the name of a function and the number of a row, nothing else. Nothing may depend on a ring: the
sweep rings again what nobody took up, and works itself when Redis is away.
"""

from __future__ import annotations

import time
from collections.abc import Iterable

from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry
from rq import Queue
from rq.serializers import JSONSerializer
from sqlalchemy.orm import Session

from hotline.base.database import Database
from hotline.base.jobs import JOBS, QUEUES
from hotline.base.logging import get_logger, reason
from hotline.base.outbox import Ring, take_fresh

BUDGET = 0.1
"""Seconds for one exchange with Redis; connecting and asking together stay under a fifth of a second."""

QUIET = 2.0
"""Seconds in which the bell isn't tried again after it failed: a caller or a submit must not wait for it."""

JOB_TIMEOUT = 60
FAILURE_TTL = 24 * 3600


def queue_of(connection: Redis, name: str) -> Queue:
    """The RQ queue of that name, as both sides must open it: with JSON, so that Redis can't make us run code."""
    return Queue(name, connection=connection, serializer=JSONSerializer, default_timeout=JOB_TIMEOUT)


class Bell:
    """Rings for rows, and stays quiet for a moment after Redis did not answer."""

    def __init__(self, redis_url: str) -> None:
        self._redis = Redis.from_url(
            redis_url,
            socket_timeout=BUDGET,
            socket_connect_timeout=BUDGET,
            retry=Retry(NoBackoff(), 0),
        )
        self._queues = {name: queue_of(self._redis, name) for name in QUEUES}
        self._quiet_until = 0.0
        self._log = get_logger("bell")

    def ring(self, rings: Iterable[Ring]) -> bool:
        """Ring for every row; False when Redis did not take all of them. Never raises for Redis."""
        if time.monotonic() < self._quiet_until:
            return False
        try:
            for one in rings:
                self._ring(one)
        except (RedisError, OSError) as error:
            self._quiet_until = time.monotonic() + QUIET
            self._log.warning("bell_is_mute", error=reason(error))
            return False
        return True

    def ring_after_commit(self, database: Database) -> None:
        """From now on ring by itself whenever a transaction of `database` that asked for work is committed."""
        database.after_commit(self._ring_for)

    def close(self) -> None:
        """Close the connections to Redis."""
        self._redis.close()

    def _ring_for(self, session: Session) -> None:
        fresh = take_fresh(session)
        if fresh:
            self.ring(fresh)

    def _ring(self, one: Ring) -> None:
        job = JOBS[one.job]
        # The same name for the same attempt: what is rung twice lies in the queue under one name. An explicit
        # description, because the default one would quote the arguments.
        self._queues[job.queue].enqueue(
            job.path,
            one.row_id,
            job_id=f"outbox-{one.row_id}-{one.attempts}",
            description=one.job,
            result_ttl=0,
            failure_ttl=FAILURE_TTL,
        )
