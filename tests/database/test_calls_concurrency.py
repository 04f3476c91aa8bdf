"""Several at once, on connections of their own that really commit."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from uuid import UUID

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from hotline.base import clock
from hotline.base.database import Database
from hotline.base.errors import Conflict, NotFound
from hotline.calls import connecting, queries, service
from hotline.calls.models import Call, CallLeg, Offer
from hotline.calls.service import Incoming
from hotline.vault.models import VaultRecord
from tests.support.calls import CALLER, LINE, VAULT, Hotline, add_line, add_supervisor, sid

THREADS = 8


@pytest.fixture
def busy(database: Database) -> Database:
    with database.transaction() as session:
        add_line(session)
        add_supervisor(session)
    return database


def together(database: Database, work: list[Callable[[Session], str]]) -> Counter[str]:
    """Do all of the work at the same moment, each in a transaction of its own; what came out."""
    start = Barrier(len(work))

    def one(task: Callable[[Session], str]) -> str:
        start.wait(10)
        try:
            with database.transaction() as session:
                return task(session)
        except (Conflict, NotFound) as refusal:
            return type(refusal).__name__

    with ThreadPoolExecutor(len(work)) as threads:
        return Counter(threads.map(one, work))


def test_a_ring_told_ten_times_at_once_is_one_call(busy: Database) -> None:
    payload = Incoming(sid(), CALLER, LINE, clock.now())

    def ring(session: Session) -> str:
        return str(service.register_incoming(session, VAULT, payload).id)

    assert len(together(busy, [ring] * 10)) == 1
    with busy.transaction() as session:
        for table in (Call, CallLeg, VaultRecord):
            assert session.scalar(select(func.count()).select_from(table)) == 1


def test_one_offer_accepted_many_times_at_once_connects_once(busy: Database) -> None:
    with busy.transaction() as session:
        hotline = Hotline(session)
        screener = hotline.screener("ann")
        call = hotline.waits()
        offer = hotline.offer(screener)

    def accept(session: Session) -> str:
        return str(service.accept_offer(session, offer, screener).id)

    assert together(busy, [accept] * THREADS) == {str(call.id): THREADS}
    with busy.transaction() as session:
        legs = select(func.count()).select_from(CallLeg).where(CallLeg.kind == "screener")
        assert session.scalar(legs) == 1


def test_of_two_screeners_who_accept_at_once_exactly_one_wins(busy: Database) -> None:
    with busy.transaction() as session:
        hotline = Hotline(session)
        ann = hotline.screener("ann")
        call = hotline.waits()
        first = hotline.offer(ann)
        offer = session.get_one(Offer, first)
        offer.state, offer.closed_at = "timed_out", clock.now()
        ben = hotline.screener("ben")
        second = hotline.offer(ben)

    def take(offer_id: UUID, user_id: UUID) -> Callable[[Session], str]:
        return lambda session: f"won by {service.accept_offer(session, offer_id, user_id).screener_id}"

    assert together(busy, [take(first, ann), take(second, ben)]) == {"Conflict": 1, f"won by {ben}": 1}
    with busy.transaction() as session:
        assert session.get_one(Call, call.id).screener_id == ben


def test_an_accept_and_a_hang_up_at_once_leave_one_truth(busy: Database) -> None:
    for round_number in range(5):
        with busy.transaction() as session:
            hotline = Hotline(session)
            screener = hotline.screener(f"ann{round_number}")
            call = hotline.waits()
            offer = hotline.offer(screener)

        def accept(session: Session, offer: UUID = offer, screener: UUID = screener) -> str:
            return str(service.accept_offer(session, offer, screener).id)

        def hang_up(session: Session, call: Call = call) -> str:
            connecting.caller_gone(session, call.id)
            return "gone"

        together(busy, [accept, hang_up])
        with busy.transaction() as session:
            row = session.get_one(Call, call.id)
            assert (row.state, row.outcome) == ("ended", "abandoned")
            assert row.ended_stage == "ring"
            taken = session.get_one(Offer, offer).state == "accepted"
            expected = "wrap_up" if taken else "available"
            assert service.presence_of(session, screener).state == expected
            if expected == "available":
                service.set_offline(session, screener)


def test_a_rush_of_callers_and_screeners_makes_no_double_offer(busy: Database) -> None:
    with busy.transaction() as session:
        people = [Hotline(session).screener(f"s{number}", "en", "es") for number in range(4)]
        for user_id in people:
            service.set_away(session, user_id, "training")

    def come(user_id: UUID) -> Callable[[Session], str]:
        return lambda session: f"{len(service.set_available(session, user_id))} made"

    def ring(session: Session) -> str:
        return Hotline(session).waits().state

    together(busy, [*map(come, people), *[ring] * 6])
    with busy.transaction() as session:
        offers = session.scalars(select(Offer)).all()
        assert {offer.state for offer in offers} == {"open"}
        assert len({offer.call_id for offer in offers}) == len({offer.screener_id for offer in offers}) == 4
        now = clock.now()
        assert (
            queries.ledger(session, now.replace(year=now.year - 1), now.replace(year=now.year + 1)).open == 6
        )
