"""Redis forgets everything or is away: nothing is lost, and nobody who submits has to wait for it."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest
import redis
from sqlalchemy import func, select

from hotline.base.bell import queue_of
from hotline.base.config import load_settings
from hotline.base.database import Database
from hotline.base.jobs import DISPATCH
from hotline.base.outbox import OutboxRow
from hotline.demo.redis_server import LocalRedis
from hotline.dispatch.models import Dispatch
from tests.support import kern as county
from tests.support.crew import SWEEP, Crew, crew
from tests.support.kern import Kern
from tests.support.mailhouse import MailHouse, mail_house
from tests.support.servers import temporary_redis
from tests.support.waiting import until
from workers import tools
from workers.tools import Tools

JOBS = 100
SHORT: dict[str, str | list[str]] = {
    "narrative/story": "A neighbor called.",
    "location/home_town": "Lamont",
    "decision/immediate_danger": "no",
    "decision/meets_definition": "no",
    "decision/domestic_violence": "no",
}


@pytest.fixture
def own_redis() -> Iterator[LocalRedis]:
    with temporary_redis() as server:
        yield server


@pytest.fixture
def house() -> Iterator[MailHouse]:
    with mail_house() as running:
        yield running


@pytest.fixture
def members(environ: dict[str, str], own_redis: LocalRedis, house: MailHouse) -> Iterator[Crew]:
    with crew(environ | {"SMTP_URL": house.url, "REDIS_URL": own_redis.url()}) as some:
        yield some


@pytest.fixture
def door(members: Crew) -> Iterator[Tools]:
    made = tools.make(load_settings(members.environ))
    yield made
    made.bell.close()
    made.database.dispose()


@pytest.fixture
def kern(database: Database) -> Kern:
    with database.transaction() as session:
        return county.build(session)


def submit(door: Tools, kern: Kern) -> None:
    with door.database.transaction() as session:
        county.submitted(session, kern, SHORT)


def delivered(database: Database) -> int:
    with database.transaction() as session:
        return session.execute(
            select(func.count()).select_from(Dispatch).where(Dispatch.state == "delivered")
        ).scalar_one()


def all_done(database: Database) -> bool:
    with database.transaction() as session:
        return session.scalar(select(OutboxRow.id).where(OutboxRow.done_at.is_(None)).limit(1)) is None


def test_a_hundred_jobs_flushed_out_of_redis_are_done_all_the_same(
    database: Database, door: Tools, kern: Kern, members: Crew, own_redis: LocalRedis, house: MailHouse
) -> None:
    for _ in range(JOBS):
        submit(door, kern)
    with redis.Redis.from_url(own_redis.url()) as client:
        assert len(queue_of(client, DISPATCH).job_ids) == JOBS * len(county.FOLLOW)
        client.flushall()
        assert queue_of(client, DISPATCH).job_ids == []
    members.start_worker()
    members.start(*SWEEP)
    until(lambda: delivered(database) == JOBS and all_done(database), 120)
    assert len(set(house.message_ids)) == JOBS == len(house.received)


def test_submitting_and_dispatching_go_on_while_redis_is_away(
    database: Database, door: Tools, kern: Kern, members: Crew, own_redis: LocalRedis, house: MailHouse
) -> None:
    worker = members.start_worker()
    members.start(*SWEEP)
    submit(door, kern)
    until(lambda: delivered(database) == 1, 30)
    own_redis.kill()
    for _ in range(3):
        began = time.monotonic()
        submit(door, kern)
        assert time.monotonic() - began < 5
    until(lambda: delivered(database) == 4, 20)
    own_redis.start()
    if worker.poll() is not None:
        members.start_worker()
    submit(door, kern)
    until(lambda: delivered(database) == 5, 20)
    assert len(house.received) == 5


def test_submitting_does_not_wait_for_a_frozen_redis(
    database: Database, door: Tools, kern: Kern, own_redis: LocalRedis
) -> None:
    submit(door, kern)
    own_redis.freeze()
    try:
        began = time.monotonic()
        with door.database.transaction() as session:
            report = county.submitted(session, kern, SHORT)
            written = time.monotonic()
        assert time.monotonic() - written < 2, f"the commit of {report.reference} waited for Redis"
        assert written - began < 10
    finally:
        own_redis.thaw()
