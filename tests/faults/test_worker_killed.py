"""A worker and the child that does its job die in the middle of it, and the report arrives all the same."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from hotline.base.config import load_settings
from hotline.base.database import Database
from hotline.base.outbox import OutboxRow, Ring
from hotline.demo.servers import children_of
from hotline.dispatch import service
from hotline.dispatch.models import Delivery, Dispatch, TrackDecision
from hotline.reports.models import Report
from tests.support import kern as county
from tests.support.crew import SWEEP, Crew, crew
from tests.support.kern import EMERGENCY, Kern
from tests.support.mailhouse import MailHouse, mail_house
from tests.support.waiting import until
from workers import tools
from workers.tools import Tools

PROMISED = 15.0
"""Seconds from the death to the arrival."""

ANSWERS = EMERGENCY | {"location/home_town": "Shafter"}


@pytest.fixture
def house() -> Iterator[MailHouse]:
    with mail_house() as running:
        yield running


@pytest.fixture
def members(environ: dict[str, str], house: MailHouse) -> Iterator[Crew]:
    with crew(environ | {"SMTP_URL": house.url}) as some:
        yield some


@pytest.fixture
def door(members: Crew) -> Iterator[Tools]:
    """What a door has: its commits ring the bell."""
    made = tools.make(load_settings(members.environ))
    yield made
    made.bell.close()
    made.database.dispose()


@pytest.fixture
def kern(database: Database) -> Kern:
    with database.transaction() as session:
        return county.build(session)


def submit(door: Tools, kern: Kern) -> Report:
    with door.database.transaction() as session:
        return county.submitted(session, kern, ANSWERS)


def nothing_is_left(session: Session) -> bool:
    return session.scalar(select(OutboxRow.id).where(OutboxRow.done_at.is_(None)).limit(1)) is None


def arrived(database: Database) -> bool:
    with database.transaction() as session:
        sent = session.scalar(select(Dispatch.id).where(Dispatch.state == "delivered"))
        return sent is not None and nothing_is_left(session)


@pytest.mark.parametrize("second_worker", [True, False], ids=["another worker lives", "no worker is left"])
def test_a_worker_killed_while_it_sends_is_replaced_and_the_mail_repeats_its_key_only(
    second_worker: bool, database: Database, door: Tools, kern: Kern, members: Crew, house: MailHouse
) -> None:
    members.start(*SWEEP)
    victim = members.start_worker()
    house.delay = 4.0
    submit(door, kern)
    assert house.arriving.wait(30)
    assert children_of(victim.pid), "the mail is not being sent by the worker's child"
    if second_worker:
        members.start_worker()
    members.kill(victim)
    house.delay = 0.0
    died = time.monotonic()
    until(lambda: arrived(database), PROMISED)
    assert time.monotonic() - died <= PROMISED
    assert len(set(house.message_ids)) == 1
    with database.transaction() as session:
        (dispatch,) = session.scalars(select(Dispatch)).all()
        assert len(session.scalars(select(Delivery).where(Delivery.channel == "email")).all()) == 1
        service.acknowledge(session, dispatch.id, kern.office[0])
        service.acknowledge(session, dispatch.id, kern.office[1])
        assert dispatch.acknowledged_by == kern.office[0].user_id


def test_a_worker_killed_while_it_decides_leaves_one_decision(
    database: Database, door: Tools, kern: Kern, members: Crew, house: MailHouse
) -> None:
    members.start(*SWEEP)
    victim = members.start_worker()
    with database.transaction() as session:
        report = county.submitted(session, kern, ANSWERS)
        row_id = session.scalars(select(OutboxRow.id).where(OutboxRow.job == "assign_track")).one()
    with database.transaction() as holder:
        # The deciding child has to wait for this row, and is killed there.
        holder.get(Report, report.id, with_for_update=True)
        door.bell.ring([Ring(row_id, "assign_track", 0)])
        until(lambda: is_claimed(database, row_id) and children_of(victim.pid), 30)
        members.kill(victim)
    until(lambda: arrived(database), PROMISED)
    with database.transaction() as session:
        assert len(session.scalars(select(TrackDecision)).all()) == 1
        assert len(session.scalars(select(Dispatch)).all()) == 1
        assert session.get_one(Report, report.id).state == "dispatched"
    assert len(house.received) == 1


def is_claimed(database: Database, row_id: int) -> bool:
    with database.transaction() as session:
        return session.get_one(OutboxRow, row_id).lease_token is not None


def test_a_child_killed_alone_is_replaced_in_time(
    database: Database, door: Tools, kern: Kern, members: Crew, house: MailHouse
) -> None:
    members.start(*SWEEP)
    worker = members.start_worker()
    house.delay = 4.0
    submit(door, kern)
    assert house.arriving.wait(30)
    for pid in children_of(worker.pid):
        members.kill_one(pid)
    house.delay = 0.0
    until(lambda: arrived(database), PROMISED)
    assert worker.poll() is None
    assert len(set(house.message_ids)) == 1
