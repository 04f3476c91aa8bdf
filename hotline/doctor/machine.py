"""Checks of what the product runs on: database, Redis, workers, sweep, clocks and spool."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from redis import Redis
from redis.exceptions import RedisError
from rq import Worker
from sqlalchemy import func, select, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from hotline.base import clock, outbox
from hotline.base.config import Settings
from hotline.base.database import Database
from hotline.base.heartbeat import Heartbeat
from hotline.base.jobs import QUEUES
from hotline.base.schema import newest_revision
from hotline.doctor.finding import Finding, fail, ok, warn

OLDEST_VERSION = 150000
EXTENSIONS = ("fuzzystrmatch", "pg_trgm", "unaccent")
LONGEST_SILENCE = timedelta(seconds=30)
"""A part of the sweep goes round every two seconds; silent for so long it is dead or stuck."""

LONGEST_BACKLOG = timedelta(seconds=60)
SKEW_SEEN = timedelta(seconds=2)
SKEW_HARMS = timedelta(seconds=30)
"""Offers last for seconds: with clocks so far apart they are over before they are seen."""

CARRIER_SKEW_SEEN = timedelta(seconds=10)
"""The company's clock is read to the second, over the network."""

_PATIENCE = 2.0
_MIGRATE = "Run `hotline migrate`."


def database(database: Database) -> Iterator[Finding]:
    """It answers, it is new enough, and it has the tables that this version expects."""
    try:
        with database.transaction() as session:
            version = int(session.scalar(text("show server_version_num")) or 0)
            spoken = session.scalar(text("show server_version"))
            present = session.scalars(
                text("select name from pg_available_extensions where name = any(:names)"),
                {"names": list(EXTENSIONS)},
            ).all()
            revision = _revision(session)
    except SQLAlchemyError as error:
        words = f"PostgreSQL does not answer ({type(error).__name__})."
        yield fail(
            "database", words, "Start it, or correct DATABASE_URL. Callers are kept in the spool meanwhile."
        )
        return
    if version < OLDEST_VERSION:
        yield fail("database", f"PostgreSQL {spoken} is too old.", "Use version 15 or newer.")
    else:
        yield ok("database", f"PostgreSQL {spoken}")
    missing = sorted(set(EXTENSIONS) - set(present))
    if missing:
        words = f"The server can't offer {', '.join(missing)}."
        yield warn("database extensions", words, "Install PostgreSQL's contrib package.")
    else:
        yield ok("database extensions", "available")
    wanted = newest_revision()
    if revision == wanted:
        yield ok("migrations", f"at {revision}, the newest")
    else:
        yield fail("migrations", f"The database is at {revision}, this version wants {wanted}.", _MIGRATE)


def _revision(session: Session) -> str | None:
    if session.scalar(text("select to_regclass('alembic_version')")) is None:
        return None
    found: str | None = session.scalar(text("select version_num from alembic_version"))
    return found


def redis(settings: Settings) -> Iterator[Finding]:
    """It answers, and each queue has a worker."""
    limits = {"socket_timeout": _PATIENCE, "socket_connect_timeout": _PATIENCE}
    try:
        with Redis.from_url(settings.redis_url, **limits) as client:
            client.ping()
            workers = Worker.all(connection=client, serializer="json")
            serving = [name for worker in workers for name in worker.queue_names()]
    except (RedisError, OSError) as error:
        words = f"Redis does not answer ({type(error).__name__}): the sweep does all work, more slowly."
        yield warn("redis", words, "Start it, or correct REDIS_URL.")
        return
    yield ok("redis", "answers")
    for queue in QUEUES:
        count = serving.count(queue)
        if count:
            yield ok(f"workers: {queue}", f"{count} at work")
        else:
            yield warn(
                f"workers: {queue}",
                "No worker serves this queue: the sweep does its work.",
                f"Start `python -m workers.run --queue {queue}`.",
            )


def sweep(session: Session) -> Iterator[Finding]:
    """Every part has gone round just now, and nothing that is due lies about."""
    beats = session.scalars(
        select(Heartbeat).where(Heartbeat.part.like("sweep:%")).order_by(Heartbeat.part)
    ).all()
    silent = [beat.part for beat in beats if clock.now() - beat.beat_at > LONGEST_SILENCE]
    start = "Start `python -m workers.sweep`, and look into its log."
    if not beats:
        yield fail("sweep", "It never ran here: nobody looks after what is due or late.", start)
    elif silent:
        yield fail("sweep", f"Silent: {', '.join(silent)}.", start)
    else:
        yield ok("sweep", f"{len(beats)} parts go round")
    waiting, since = outbox.backlog(session)
    late = since is not None and clock.now() - since > LONGEST_BACKLOG
    if late and since is not None:
        words = f"{waiting} tasks are due, the oldest since {since:%Y-%m-%d %H:%M:%S} UTC."
        yield fail(
            "tasks", words, "Start workers; `task keeps failing` on the board names one that can't be done."
        )
    else:
        yield ok("tasks", f"{waiting} due")


def database_clock(session: Session) -> Iterator[Finding]:
    """The database's clock against this machine's."""
    theirs = session.scalar(select(func.clock_timestamp()))
    yield _skew("clock: database", theirs, SKEW_SEEN)


def carrier_clock(theirs: datetime | None) -> Finding:
    """The phone company's clock against this machine's."""
    return _skew("clock: phone company", theirs, CARRIER_SKEW_SEEN)


def _skew(name: str, theirs: datetime | None, seen: timedelta) -> Finding:
    if theirs is None:
        return warn(name, "It does not say what time it is.", "Compare the clocks by hand.")
    apart = abs(theirs - clock.now())
    words = f"{apart.total_seconds():.1f} s apart"
    remedy = "Let both machines take the time from the network (NTP)."
    if apart > SKEW_HARMS:
        return fail(name, words, remedy)
    return warn(name, words, remedy) if apart > seen else ok(name, words)


def spool(settings: Settings) -> Iterator[Finding]:
    """Whether calls wait in the spool of this machine, where there is one."""
    try:
        waiting = sum(path.suffix in (".spool", ".replay") for path in settings.spool_dir.iterdir())
    except FileNotFoundError:
        yield ok("spool", "not on this machine")
        return
    except OSError as error:
        yield fail(
            "spool",
            f"{settings.spool_dir} can't be read ({error.strerror}).",
            "Let the voice process own it.",
        )
        return
    if waiting:
        words = f"{waiting} files wait to be written into the database."
        yield warn("spool", words, "They are replayed when the database answers; look into the voice log.")
    else:
        yield ok("spool", "empty")
