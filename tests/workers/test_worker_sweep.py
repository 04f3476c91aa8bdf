"""The sweep: due rows get done with or without Redis, parts stand alone, and rosters are never empty."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
import redis
from click.testing import CliRunner
from sqlalchemy import delete, select, update

from hotline.base import clock, heartbeat, outbox
from hotline.base.bell import Bell, queue_of
from hotline.base.clock import FrozenClock
from hotline.base.config import load_settings
from hotline.base.database import Database
from hotline.base.errors import ConfigurationError
from hotline.base.jobs import DISPATCH, JOBS
from hotline.base.outbox import OutboxRow
from hotline.dispatch.models import Dispatch
from hotline.rosters import service as rosters
from hotline.rosters.models import RosterEntry
from hotline.worklist.models import WorklistItem
from tests.support import kern as county
from tests.support.kern import PATH_3, Kern
from tests.support.mailhouse import MailHouse
from tests.support.waiting import until
from workers import duties, sweep
from workers.job import Job
from workers.ring import NEGLECTED_AFTER, Ringer, function_of
from workers.sweep import Part, Sweep
from workers.tools import Tools

NOWHERE = "redis://127.0.0.1:9/0"


@pytest.fixture
def ringer(equipment: Tools) -> Iterator[Ringer]:
    one = Ringer(equipment)
    yield one
    one.close()


def submit(database: Database, kern: Kern) -> None:
    """By a door whose bell nobody heard."""
    with database.transaction() as session:
        county.submitted(session, kern, PATH_3)


def dispatches(database: Database) -> int:
    with database.transaction() as session:
        return len(session.scalars(select(Dispatch.id)).all())


def queued(redis_url: str) -> list[str]:
    with redis.Redis.from_url(redis_url) as client:
        return queue_of(client, DISPATCH).job_ids


@pytest.mark.parametrize("name", JOBS)
def test_every_job_leads_to_a_function_marked_as_one(name: str) -> None:
    assert isinstance(function_of(name), Job)
    assert function_of(name).__name__ == name  # type: ignore[attr-defined]


def test_a_row_whose_bell_nobody_heard_is_rung(
    database: Database, kern: Kern, ringer: Ringer, redis_url: str
) -> None:
    submit(database, kern)
    assert queued(redis_url) == []
    ringer.round()
    assert len(queued(redis_url)) == len(county.FOLLOW)


def test_a_queue_that_forgot_is_rung_again(
    database: Database, kern: Kern, ringer: Ringer, redis_url: str, clock: FrozenClock
) -> None:
    submit(database, kern)
    ringer.round()
    with redis.Redis.from_url(redis_url) as client:
        client.flushall()
    ringer.round()
    assert queued(redis_url) == []
    clock.advance(outbox.RING_AGAIN)
    ringer.round()
    assert len(queued(redis_url)) == len(county.FOLLOW)


def test_without_redis_the_sweep_does_the_work_itself(
    database: Database, equipment: Tools, kern: Kern
) -> None:
    mute = Bell(NOWHERE)
    alone = Ringer(replace(equipment, bell=mute))
    submit(database, kern)
    alone.round()
    until(lambda: dispatches(database) == 1)
    alone.close()
    mute.close()


def test_with_redis_and_without_workers_the_sweep_does_the_work_itself(
    database: Database, kern: Kern, ringer: Ringer, clock: FrozenClock
) -> None:
    submit(database, kern)
    ringer.round()
    clock.advance(NEGLECTED_AFTER - timedelta(seconds=1))
    ringer.round()
    assert dispatches(database) == 0
    clock.advance(outbox.RING_AGAIN)
    ringer.round()
    until(lambda: dispatches(database) == 1)


def test_a_part_that_fails_stops_no_other(database: Database) -> None:
    good = threading.Event()

    def bad() -> None:
        raise RuntimeError

    parts = [Part("bad", bad), Part("good", good.set)]
    running = Sweep(database, parts, every=0.01)
    running.start()
    until(good.is_set)
    good.clear()
    until(good.is_set)
    running.stop()
    with database.transaction() as session:
        assert heartbeat.silent_for(session, "sweep:good") is not None
        assert heartbeat.silent_for(session, "sweep:bad") is None


def test_a_part_that_hangs_stops_no_other(database: Database) -> None:
    hang, good = threading.Event(), threading.Event()
    running = Sweep(database, [Part("hung", lambda: assert_over(hang)), Part("good", good.set)], every=0.01)
    running.start()
    until(good.is_set)
    good.clear()
    until(good.is_set)
    hang.set()
    running.stop()


def assert_over(event: threading.Event) -> None:
    assert event.wait(10)


def test_every_duty_runs_on_an_empty_house_and_on_a_busy_one(
    database: Database, equipment: Tools, kern: Kern, clock: FrozenClock
) -> None:
    submit(database, kern)
    clock.advance(timedelta(hours=1))
    for make in duties.ALL.values():
        make(equipment)()


def test_the_sweep_refuses_to_start_when_a_roster_is_empty_and_names_it(
    database: Database, kern: Kern
) -> None:
    duties.check_rosters(database)
    with database.transaction() as session:
        session.execute(delete(RosterEntry).where(RosterEntry.team == rosters.supervisors("kern")))
    with pytest.raises(ConfigurationError, match="supervisors:kern"):
        duties.check_rosters(database)


def test_the_command_says_what_is_missing(
    database: Database, kern: Kern, environ: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    with database.transaction() as session:
        session.execute(update(RosterEntry).values(until_at=clock.now() - timedelta(days=1)))
    monkeypatch.setattr(sweep, "load_settings", lambda: load_settings(environ))
    result = CliRunner().invoke(sweep.main)
    assert result.exit_code == 1
    assert "coordinators:kern" in result.output and "Put at least one" in result.output


def test_a_roster_that_empties_while_we_run_is_told_to_the_other_team(
    database: Database, kern: Kern, clock: FrozenClock
) -> None:
    with database.transaction() as session:
        session.execute(
            update(RosterEntry)
            .where(RosterEntry.team == rosters.coordinators("kern"))
            .values(until_at=clock())
        )
        duties.alarm_empty_rosters(session)
        duties.alarm_empty_rosters(session)
        item = session.scalars(select(WorklistItem)).one()
    assert (item.kind, item.owner_id) == ("roster_empty", kern.supervisor.user_id)


def test_rows_left_open_show_in_the_backlog(database: Database, kern: Kern, clock: FrozenClock) -> None:
    submit(database, kern)
    since = clock()
    clock.advance(timedelta(minutes=2))
    with database.transaction() as session:
        assert outbox.backlog(session) == (len(county.FOLLOW), since)
        assert set(session.scalars(select(OutboxRow.done_at))) == {None}


def test_work_that_follows_from_neglected_work_is_not_neglected_in_turn(
    database: Database, kern: Kern, ringer: Ringer, clock: FrozenClock, house: MailHouse
) -> None:
    submit(database, kern)
    clock.advance(NEGLECTED_AFTER)
    ringer.round()
    until(lambda: dispatches(database) == 1)
    until(lambda: bool(house.received), also=ringer.round)
