"""The phone company's list of calls against ours: every difference becomes a task, once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import delete, func, select, update

from hotline.accounts.models import User
from hotline.audit.models import AuditEntry
from hotline.base import clock, heartbeat
from hotline.base.clock import FrozenClock
from hotline.base.database import Database
from hotline.base.outbox import OutboxRow
from hotline.calls import reconciling, service
from hotline.calls.models import Call, CallLeg
from hotline.calls.reconciling import EVERY, Findings
from hotline.rosters.models import RosterEntry
from hotline.telephony.port import TryAgain
from hotline.worklist.models import WorklistItem
from tests.support.call_book import PaperBook
from tests.support.calls import CALLER, LINE, VAULT, Hotline, add_line, add_supervisor, sid
from tests.support.telephones import PaperPhones
from workers import check_call, duties, job
from workers.tools import Tools

HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def hotline(clock: FrozenClock, database: Database) -> None:
    with database.transaction() as session:
        add_line(session, backups=["+16615550190"])
        add_supervisor(session)


@pytest.fixture
def book() -> PaperBook:
    return PaperBook()


def compare(database: Database, book: PaperBook, write: bool = True) -> Findings:
    return reconciling.reconcile(database, VAULT, book, clock.now() - HOUR, write=write)


def items(database: Database) -> list[tuple[str, str]]:
    with database.transaction() as session:
        rows: Sequence[WorklistItem] = session.scalars(
            select(WorklistItem).order_by(WorklistItem.opened_at)
        ).all()
        return [(row.kind, row.reason) for row in rows]


def the_call(database: Database) -> Call:
    with database.transaction() as session:
        return session.scalars(select(Call)).one()


def test_a_call_that_nobody_told_us_of_is_taken_up_as_abandoned_with_its_callers_number_sealed(
    database: Database, book: PaperBook
) -> None:
    lost = book.add(minutes_ago=10, seconds=40)
    found = compare(database, book)
    assert (found.abandoned, found.served, found.differences) == ([lost], [], 1)
    call = the_call(database)
    assert (call.sid, call.state, call.outcome, call.ended_stage) == (lost, "ended", "abandoned", "greeting")
    assert (call.ended_at or clock.now()) - call.received_at == timedelta(seconds=40)
    with database.transaction() as session:
        assert VAULT.use(session, call.caller_vault_id or call.id) == {"number": CALLER}
    assert items(database) == [("abandoned_call", "hung_up_in_greeting")]


def test_a_call_that_a_backup_telephone_took_is_diverted_and_looked_into(
    database: Database, book: PaperBook
) -> None:
    lost = book.add(seconds=300)
    book.add(parent=lost, to="+16615550190", seconds=240)
    assert compare(database, book).served == [lost]
    assert the_call(database).outcome == "diverted"
    assert items(database) == [("call_unrecorded", "served_by_backup")]


def test_a_mailbox_that_picked_up_counts_as_nobody(database: Database, book: PaperBook) -> None:
    lost = book.add(seconds=70)
    book.add(parent=lost, to="+16615550190", seconds=12)
    book.add(parent=lost, to="+16615550190", seconds=40, status="no-answer")
    assert compare(database, book).abandoned == [lost]


def test_what_was_found_once_is_not_found_again(database: Database, book: PaperBook) -> None:
    lost = book.add(seconds=300)
    book.add(parent=lost, seconds=240)
    book.add(seconds=5)
    book.add(direction="outbound-api", from_=LINE, to="client:ana")
    assert compare(database, book).differences == 3
    before = items(database)
    with database.transaction() as session:
        # Settled by a person: it stays settled.
        for item in session.scalars(select(WorklistItem)):
            item.closed_at = clock.now()
    assert compare(database, book).differences == 0
    assert sorted(items(database)) == sorted(before) and len(before) == 3
    with database.transaction() as session:
        assert session.scalar(select(func.count()).select_from(Call)) == 2


def test_calls_of_the_last_two_minutes_are_left_for_the_next_time(
    database: Database, book: PaperBook
) -> None:
    book.add(minutes_ago=1.5)
    assert compare(database, book).listed == 0


def test_a_caller_who_talks_with_a_backup_right_now_is_taken_up_afterwards(
    database: Database, book: PaperBook
) -> None:
    book.add(status="in-progress", minutes_ago=5)
    assert compare(database, book).differences == 0
    assert items(database) == []


def test_a_call_that_we_know_is_no_difference(database: Database, book: PaperBook) -> None:
    with database.transaction() as session:
        call = Hotline(session).rings()
    book.add(sid=call.sid or "", minutes_ago=5, status="in-progress")
    assert compare(database, book).differences == 0


def test_a_call_in_our_name_that_nobody_placed_becomes_a_task(database: Database, book: PaperBook) -> None:
    placed = book.add(direction="outbound-api", from_=LINE, to="+19005550123")
    assert compare(database, book).placed == [placed]
    assert items(database) == [("call_unrecorded", "placed_unknown")]


def test_a_leg_that_we_dialled_is_no_difference(database: Database, book: PaperBook) -> None:
    with database.transaction() as session:
        call = Hotline(session).rings()
        leg = session.scalars(select(CallLeg).where(CallLeg.call_id == call.id)).one()
        session.add(
            CallLeg(
                id=call.id,
                call_id=call.id,
                kind="screener",
                sid=sid(),
                state="ended",
                created_at=leg.created_at,
            )
        )
        session.flush()
        known = session.get_one(CallLeg, call.id).sid or ""
    book.add(sid=known, direction="outbound-api", from_=LINE, to="client:ana")
    book.add(direction="outbound-dial", from_=LINE, to="+16615550190")
    assert compare(database, book).placed == []


def test_a_dry_run_tells_and_writes_nothing(database: Database, book: PaperBook) -> None:
    lost = book.add()
    assert compare(database, book, write=False).abandoned == [lost]
    assert items(database) == []
    with database.transaction() as session:
        assert session.scalar(select(Call.id)) is None


def test_an_end_at_another_time_is_noted_once(database: Database, book: PaperBook) -> None:
    lost = book.add(seconds=40)
    compare(database, book)
    book.calls[0] = replace(book.calls[0], ended_at=clock.now() - timedelta(minutes=5))
    assert compare(database, book).times == [lost]
    assert compare(database, book).times == []
    with database.transaction() as session:
        (entry,) = session.scalars(select(AuditEntry).where(AuditEntry.action == "call:time_differs"))
        assert entry.detail == {"seconds_apart": -260}


def test_with_nobody_on_duty_a_lost_call_waits_until_somebody_is(database: Database, book: PaperBook) -> None:
    with database.transaction() as session:
        session.execute(delete(RosterEntry))
        session.execute(update(User).values(active=False))
    lost = book.add()
    found = compare(database, book)
    assert (found.left, found.abandoned) == ([lost], [])
    with database.transaction() as session:
        assert session.scalar(select(Call.id)) is None
        session.execute(update(User).values(active=True))
    assert compare(database, book).abandoned == [lost]


def test_f25_a_call_whose_end_was_never_told_is_noticed_within_two_minutes(
    database: Database, equipment: Tools, clock: FrozenClock
) -> None:
    phones = PaperPhones()
    with database.transaction() as session:
        call = Hotline(session).waits()
    phones.statuses[call.sid or ""] = "completed"
    clock.advance(timedelta(minutes=2))
    with database.transaction() as session:
        service.sweep(session)
        row = session.scalars(select(OutboxRow).where(OutboxRow.job == "check_call")).one()
    assert job.run(replace(equipment, phone=phones), row.id, check_call.check_call.function)
    ended = the_call(database)
    assert (ended.state, ended.outcome) == ("ended", "abandoned")
    assert ("abandoned_call", "hung_up_in_queue") in items(database)


def test_f25_a_call_that_the_list_calls_over_is_asked_after(database: Database, book: PaperBook) -> None:
    with database.transaction() as session:
        call = Hotline(session).waits()
    book.add(sid=call.sid or "", minutes_ago=5)
    assert compare(database, book).open == [call.sid]
    compare(database, book)
    with database.transaction() as session:
        (row,) = session.scalars(select(OutboxRow).where(OutboxRow.job == "check_call"))
        assert row.subject_id == str(call.id)


def test_the_sweep_reads_the_list_every_three_minutes_and_back_to_the_last_time_that_worked(
    database: Database, equipment: Tools, clock: FrozenClock, book: PaperBook
) -> None:
    round_ = duties.ALL["reconcile"](replace(equipment, book=book, vault=VAULT))
    round_()
    book.failing = TryAgain()
    clock.advance(EVERY)
    with pytest.raises(TryAgain):
        round_()
    lost = book.add(minutes_ago=3)
    clock.advance(4 * HOUR)
    book.failing = None
    round_()
    assert the_call(database).sid == lost, "the outage of four hours is read as well"
    book.add(minutes_ago=10)
    round_()
    assert the_call(database).sid == lost, "it is not time yet"
    with database.transaction() as session:
        assert heartbeat.silent_for(session, reconciling.DONE) == timedelta(0)


def test_only_one_sweep_reads_the_list_at_a_time(database: Database) -> None:
    with database.transaction() as one, database.transaction() as other:
        assert reconciling.claim(one) is not None
        assert reconciling.claim(other) is None
