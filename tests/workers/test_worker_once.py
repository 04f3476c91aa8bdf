"""Many workers at one report at once: one decision, one dispatch, one acknowledgement."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from sqlalchemy import select

from hotline.base.database import Database
from hotline.base.outbox import OutboxRow
from hotline.deadlines.models import Deadline
from hotline.dispatch import service
from hotline.dispatch.models import Delivery, Dispatch, TrackDecision
from hotline.dispatch.track import decide_report
from tests.support import kern as county
from tests.support.kern import FORMS, PACKS, PATH_2, VAULT, Kern

MANY = 8


def at_once(work: Callable[[int], object]) -> list[object]:
    """Run `work` in many threads that begin together."""
    gate = threading.Barrier(MANY)

    def one(number: int) -> object:
        gate.wait(10)
        return work(number)

    with ThreadPoolExecutor(MANY) as pool:
        return list(pool.map(one, range(MANY)))


def test_many_workers_make_one_decision(database: Database, kern: Kern) -> None:
    with database.transaction() as session:
        report_id = county.submitted(session, kern, PATH_2 | {"location/home_town": "Shafter"}).id

    def decide(number: int) -> object:
        with database.transaction() as session:
            return decide_report(session, VAULT, FORMS, PACKS, report_id).id

    assert len(set(at_once(decide))) == 1
    with database.transaction() as session:
        assert len(session.scalars(select(TrackDecision)).all()) == 1
        assert len(session.scalars(select(Dispatch)).all()) == 2
        assert len(session.scalars(select(Delivery)).all()) == 4
        assert len(session.scalars(select(Deadline).where(Deadline.kind == "response")).all()) == 1
        assert len(session.scalars(select(OutboxRow).where(OutboxRow.job == "deliver")).all()) == 2


def test_many_people_acknowledge_and_the_first_stands(database: Database, kern: Kern) -> None:
    with database.transaction() as session:
        county.decided(session, kern, PATH_2, town="Shafter")
        dispatch_id = session.scalars(
            select(Dispatch.id).where(Dispatch.recipient_id == kern.office_id)
        ).one()

    def acknowledge(number: int) -> object:
        with database.transaction() as session:
            return service.acknowledge(session, dispatch_id, kern.office[number % 3]).acknowledged_by

    assert len(set(at_once(acknowledge))) == 1
