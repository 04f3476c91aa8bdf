"""Running a to-do row: the lease, failures, and what a queue may know."""

from __future__ import annotations

import json
import threading
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
import redis
from sqlalchemy import select

from hotline.base import clock, outbox
from hotline.base.bell import queue_of
from hotline.base.clock import FrozenClock
from hotline.base.config import Settings
from hotline.base.database import Database
from hotline.base.ids import new_id
from hotline.base.jobs import DISPATCH
from hotline.base.outbox import OutboxRow, Ring
from hotline.worklist.models import WorklistItem
from tests.support import kern as county
from tests.support.kern import PATH_3, Kern
from tests.support.waiting import until
from workers import job, tools
from workers.job import Retry, Work
from workers.tools import Tools

WORDS = "the caller said something that must not be kept"


def enqueue(database: Database, subject: object = "x", key: str = "a") -> int:
    with database.transaction() as session:
        row_id = outbox.enqueue(session, "assign_track", str(subject), key=key)
    assert row_id is not None
    return row_id


def row(database: Database, row_id: int) -> OutboxRow:
    with database.transaction() as session:
        return session.get_one(OutboxRow, row_id)


def nothing(work: Work) -> None:
    """A job that succeeds."""


def fails(work: Work) -> None:
    raise RuntimeError(WORDS)


def test_a_row_is_done_once(database: Database, equipment: Tools) -> None:
    row_id = enqueue(database, "the subject")
    runs: list[tuple[str, int]] = []
    assert job.run(equipment, row_id, lambda work: runs.append((work.subject_id, work.attempt)))
    assert not job.run(equipment, row_id, lambda work: runs.append((work.subject_id, work.attempt)))
    assert runs == [("the subject", 1)]
    assert row(database, row_id).done_at is not None


def test_a_row_that_does_not_exist_is_declined(equipment: Tools) -> None:
    assert not job.run(equipment, 999, fails)


def test_a_row_that_somebody_works_on_is_declined(database: Database, equipment: Tools) -> None:
    row_id = enqueue(database)
    began, go_on = threading.Event(), threading.Event()

    def slow(work: Work) -> None:
        began.set()
        assert go_on.wait(10)

    thread = threading.Thread(target=job.run, args=(equipment, row_id, slow))
    thread.start()
    assert began.wait(10)
    assert not job.run(equipment, row_id, fails)
    go_on.set()
    thread.join()
    assert row(database, row_id).done_at is not None


def test_the_lease_is_renewed_while_the_work_goes_on(
    database: Database, equipment: Tools, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(job, "RENEW_EVERY", 0.02)
    row_id = enqueue(database)

    def slow(work: Work) -> None:
        first = row(database, row_id).lease_until
        assert first is not None
        until(lambda: (row(database, row_id).lease_until or first) > first)

    assert job.run(equipment, row_id, slow)


def test_a_row_whose_worker_died_is_taken_by_the_next(
    database: Database, equipment: Tools, clock: FrozenClock
) -> None:
    row_id = enqueue(database)
    with database.transaction() as session:
        assert outbox.claim(session, row_id, new_id())
    assert not job.run(equipment, row_id, nothing)
    clock.advance(outbox.LEASE)
    assert job.run(equipment, row_id, nothing)
    assert row(database, row_id).attempts == 2


def test_a_failure_is_remembered_by_its_class_and_tried_again_later(
    database: Database, equipment: Tools, clock: FrozenClock, capsys: pytest.CaptureFixture[str]
) -> None:
    row_id = enqueue(database)
    assert not job.run(equipment, row_id, fails)
    failed = row(database, row_id)
    assert (failed.last_error, failed.due_at, failed.done_at) == (
        "RuntimeError",
        clock() + timedelta(seconds=1),
        None,
    )
    assert not job.run(equipment, row_id, nothing)
    clock.advance(timedelta(seconds=1))
    assert job.run(equipment, row_id, nothing)
    written = capsys.readouterr()
    assert WORDS not in written.out + written.err


@pytest.mark.parametrize(("attempt", "seconds"), [(1, 1), (2, 2), (3, 4), (6, 32), (7, 60), (500, 60)])
def test_pauses_grow_to_a_minute(attempt: int, seconds: int) -> None:
    assert job.pause_after(attempt) == timedelta(seconds=seconds)


def test_a_job_that_asks_for_patience_has_not_failed(
    database: Database, equipment: Tools, clock: FrozenClock
) -> None:
    row_id = enqueue(database)

    def later(work: Work) -> None:
        raise Retry(timedelta(seconds=30))

    job.run(equipment, row_id, later)
    assert row(database, row_id).due_at == clock() + timedelta(seconds=30)


def test_a_person_is_told_of_a_job_that_keeps_failing_and_it_goes_on_trying(
    database: Database, equipment: Tools, kern: Kern, clock: FrozenClock
) -> None:
    with database.transaction() as session:
        report_id = county.submitted(session, kern, PATH_3).id
        row_id = session.scalars(select(OutboxRow.id).where(OutboxRow.job == "assign_track")).one()
    for _ in range(9):
        job.run(equipment, row_id, fails)
        clock.advance(job.LONGEST_PAUSE)
    with database.transaction() as session:
        (item,) = session.scalars(select(WorklistItem).where(WorklistItem.kind == "job_failing")).all()
        assert item.owner_id == kern.coordinators[0].user_id
        assert (item.detail["subject"], item.detail["error"]) == (str(report_id), "RuntimeError")
    assert job.run(equipment, row_id, nothing)


def test_a_failing_message_about_a_failing_job_breeds_no_third(
    database: Database, equipment: Tools, kern: Kern, clock: FrozenClock
) -> None:
    with database.transaction() as session:
        county.submitted(session, kern, PATH_3)
        row_id = session.scalars(select(OutboxRow.id).where(OutboxRow.job == "assign_track")).one()
    for _ in range(8):
        job.run(equipment, row_id, fails)
        clock.advance(job.LONGEST_PAUSE)
    with database.transaction() as session:
        tell = session.scalars(select(OutboxRow.id).where(OutboxRow.job == "tell_owner")).one()
    for _ in range(9):
        job.run(equipment, tell, fails)
        clock.advance(job.LONGEST_PAUSE)
    with database.transaction() as session:
        assert len(session.scalars(select(WorklistItem)).all()) == 1


def test_a_commit_rings_by_itself_and_a_rollback_does_not(
    database: Database, equipment: Tools, redis_url: str
) -> None:
    with redis.Redis.from_url(redis_url) as client:
        queue = queue_of(client, DISPATCH)
        enqueue(equipment.database)
        assert len(queue.job_ids) == 1
        with pytest.raises(RuntimeError), equipment.database.transaction() as session:
            outbox.enqueue(session, "assign_track", "y", key="b")
            raise RuntimeError
        assert len(queue.job_ids) == 1


def test_redis_learns_the_name_of_a_function_and_a_number(equipment: Tools, redis_url: str) -> None:
    subject = "0d7f8a52-0000-4000-8000-secretsecret"
    row_id = enqueue(equipment.database, subject)
    with redis.Redis.from_url(redis_url) as client:
        everything: list[Any] = []
        for key in client.keys("*"):
            kind = client.type(key)
            everything.append(client.hgetall(key) if kind == b"hash" else kind)
        (rung,) = queue_of(client, DISPATCH).jobs
    assert subject not in str(everything)
    assert (rung.func_name, rung.args, rung.description) == (
        "workers.assign_track.assign_track",
        [row_id],
        "assign_track",
    )
    assert json.loads(rung.serializer.dumps(rung.args)) == [row_id]


def test_a_row_that_is_due_later_is_not_rung_now(equipment: Tools, redis_url: str) -> None:
    with equipment.database.transaction() as session:
        outbox.enqueue(session, "assign_track", "y", key="b", due_at=clock.now() + timedelta(hours=1))
    with redis.Redis.from_url(redis_url) as client:
        assert queue_of(client, DISPATCH).job_ids == []


def test_a_bell_without_redis_says_so_and_stays_quiet_for_a_moment(settings: Settings) -> None:
    mute = tools.make(replace(settings, redis_url="redis://127.0.0.1:9/0"))
    assert not mute.bell.ring([Ring(1, "assign_track", 0)])
    row_id = enqueue(mute.database)
    assert row_id > 0
    mute.database.dispose()
    mute.bell.close()
