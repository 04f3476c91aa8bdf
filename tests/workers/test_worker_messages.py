"""Messages to people: delivered once, without a story, and to the next person when one can't be reached."""

from __future__ import annotations

import re
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from hotline.accounts.models import User
from hotline.base.clock import FrozenClock
from hotline.base.database import Database
from hotline.base.ids import new_id
from hotline.base.outbox import OutboxRow
from hotline.dispatch import queries, service
from hotline.dispatch.models import Delivery, Dispatch
from hotline.rosters import service as rosters
from hotline.worklist import ladder
from hotline.worklist import service as worklist
from hotline.worklist.models import WorklistItem
from tests.support import kern as county
from tests.support.kern import EMERGENCY, PATH_1, PATH_2, Kern
from tests.support.mailhouse import MailHouse
from workers import job
from workers.ring import function_of
from workers.tools import Tools

STORY = "a story nobody mails"


def work_off(equipment: Tools) -> None:
    """Do every due row, and those that come of it, in order."""
    for _ in range(20):
        with equipment.database.transaction() as session:
            rows = session.scalars(
                select(OutboxRow).where(OutboxRow.done_at.is_(None)).order_by(OutboxRow.id)
            ).all()
        done = [job.run(equipment, row.id, function_of(row.job).function) for row in rows]
        if not any(done):
            return
    pytest.fail("the jobs go on making jobs")


@pytest.fixture
def emergency(database: Database, equipment: Tools, kern: Kern, clock: FrozenClock) -> UUID:
    """A dispatch that is decided and not yet mailed: the id of its report."""
    answers = EMERGENCY | {
        "narrative/story": STORY,
        "location/home_town": "Shafter",
        "reporter/name": "Quill",
    }
    with database.transaction() as session:
        return county.submitted(session, kern, answers).id


def dispatch_of(session: Session, report_id: UUID) -> Dispatch:
    (dispatch,) = queries.dispatches_of(session, report_id)
    return dispatch


def test_a_submitted_report_reaches_the_recipients_mailbox(
    database: Database, equipment: Tools, kern: Kern, house: MailHouse, emergency: UUID
) -> None:
    work_off(equipment)
    (message,) = house.received
    assert message["To"] == "olga@area-office.test"
    with database.transaction() as session:
        dispatch = dispatch_of(session, emergency)
        assert (dispatch.state, dispatch.delivered_at is not None) == ("delivered", True)
        assert message["Message-ID"] == f"<dispatch-{dispatch.id}-0-email@hotline.test>"
        assert f"http://web.test/portal/dispatches/{dispatch.id}" in message.get_content()


def test_a_message_tells_when_and_how_urgent_in_local_time_and_no_story(
    equipment: Tools, house: MailHouse, emergency: UUID
) -> None:
    work_off(equipment)
    (message,) = house.received
    text = message.get_content()
    assert message["Subject"].startswith("URGENT: KERN-")
    assert "Immediate (within 24 hours)" in text
    assert "Mon 2 Mar 2026, 10:30 PST" in text
    everything = message.as_string()
    assert not re.search("story nobody|Quill|Shafter|Elm", everything)


def test_running_the_job_again_sends_nothing_more(
    database: Database, equipment: Tools, house: MailHouse, emergency: UUID
) -> None:
    work_off(equipment)
    with database.transaction() as session:
        session.execute(update(OutboxRow).values(done_at=None))
    work_off(equipment)
    assert len(house.received) == 1


def test_a_repeat_after_a_death_carries_the_same_message_id(
    database: Database, equipment: Tools, house: MailHouse, emergency: UUID
) -> None:
    work_off(equipment)
    with database.transaction() as session:
        session.execute(update(Delivery).where(Delivery.channel == "email").values(state="wanted"))
        session.execute(update(OutboxRow).where(OutboxRow.job == "deliver").values(done_at=None))
    work_off(equipment)
    assert len(house.message_ids) == 2
    assert len(set(house.message_ids)) == 1


def test_both_recipients_of_path_2_are_told(
    database: Database, equipment: Tools, kern: Kern, house: MailHouse, clock: FrozenClock
) -> None:
    with database.transaction() as session:
        county.submitted(session, kern, PATH_2 | {"location/home_town": "Shafter"})
    work_off(equipment)
    assert {message["To"] for message in house.received} == {"olga@area-office.test", "elena@partner.test"}
    assert not any(message["Subject"].startswith("URGENT") for message in house.received)


def test_nothing_is_mailed_any_more_once_somebody_acknowledged(
    database: Database, equipment: Tools, kern: Kern, house: MailHouse, emergency: UUID
) -> None:
    with database.transaction() as session:
        (row_id,) = session.scalars(select(OutboxRow.id).where(OutboxRow.job == "assign_track")).all()
    job.run(equipment, row_id, function_of("assign_track").function)
    with database.transaction() as session:
        service.acknowledge(session, dispatch_of(session, emergency).id, kern.office[1])
    work_off(equipment)
    assert house.received == []
    with database.transaction() as session:
        assert session.scalars(select(Delivery.state).where(Delivery.channel == "email")).one() == "dropped"


def test_an_address_that_does_not_exist_brings_the_next_person_and_a_coordinator(
    database: Database, equipment: Tools, house: MailHouse, emergency: UUID
) -> None:
    house.refuses["olga@area-office.test"] = "550 no such user"
    work_off(equipment)
    assert {message["To"] for message in house.received} == {"noah@area-office.test", "cole@coordinator.test"}
    with database.transaction() as session:
        item = session.scalars(select(WorklistItem)).one()
        assert (item.kind, item.subject_id) == ("not_reached", str(dispatch_of(session, emergency).id))
        failed = session.scalars(select(Delivery).where(Delivery.state == "failed")).one()
        assert (failed.last_error, failed.attempts) == ("Unreachable", 1)


def test_a_mailbox_that_stays_busy_is_tried_on_and_the_next_person_told_meanwhile(
    database: Database, equipment: Tools, house: MailHouse, emergency: UUID, clock: FrozenClock
) -> None:
    house.refuses["olga@area-office.test"] = "450 later"
    for _ in range(3):
        work_off(equipment)
        clock.advance(timedelta(seconds=10))
    work_off(equipment)
    assert {message["To"] for message in house.received} == {"noah@area-office.test", "cole@coordinator.test"}
    house.refuses.clear()
    clock.advance(timedelta(minutes=1))
    work_off(equipment)
    assert house.to("olga@area-office.test")


def test_a_person_who_left_is_passed_over(
    database: Database, equipment: Tools, kern: Kern, house: MailHouse, emergency: UUID
) -> None:
    with database.transaction() as session:
        (row_id,) = session.scalars(select(OutboxRow.id).where(OutboxRow.job == "assign_track")).all()
    job.run(equipment, row_id, function_of("assign_track").function)
    with database.transaction() as session:
        session.execute(update(User).where(User.id == kern.office[0].user_id).values(active=False))
    work_off(equipment)
    assert "olga@area-office.test" not in {message["To"] for message in house.received}
    assert house.received


def test_the_owner_of_an_item_is_told_and_then_the_next(
    database: Database, equipment: Tools, kern: Kern, house: MailHouse, clock: FrozenClock
) -> None:
    with database.transaction() as session:
        county.submitted(session, kern, PATH_1 | {"location/home_town": "Frazier Park"})
    work_off(equipment)
    (message,) = house.received
    assert message["To"] == "cole@coordinator.test"
    assert "no recipient serves the place" in message["Subject"]
    assert "http://web.test/board" in message.get_content()
    assert "Frazier" not in message.as_string()
    clock.advance(worklist.TAKE_WITHIN)
    with database.transaction() as session:
        ladder.pass_on(session)
    work_off(equipment)
    assert [message["To"] for message in house.received] == ["cole@coordinator.test", "dora@coordinator.test"]
    assert len(set(house.message_ids)) == 2


def test_a_screener_is_sent_to_the_console_where_their_work_is(
    database: Database, equipment: Tools, kern: Kern, house: MailHouse
) -> None:
    with database.transaction() as session:
        worklist.open_item(
            session,
            kind="unfinished_report",
            jurisdiction="kern",
            subject_kind="report",
            subject_id=kern.screener.user_id,
            team=rosters.supervisors("kern"),
            reason="report_left_unfinished",
            due_in=worklist.TAKE_WITHIN,
            owner_id=kern.screener.user_id,
        )
    work_off(equipment)
    (message,) = house.received
    assert "a report was left unfinished" in message["Subject"]
    assert "http://web.test/console" in message.get_content()


def test_an_item_that_was_taken_up_is_told_to_nobody(
    database: Database, equipment: Tools, kern: Kern, house: MailHouse, clock: FrozenClock
) -> None:
    with database.transaction() as session:
        decision = county.decided(session, kern, PATH_1, town="Frazier Park")
        item = session.scalars(
            select(WorklistItem).where(WorklistItem.subject_id == str(decision.report_id))
        ).one()
        worklist.take(session, item.id, kern.coordinators[0].user_id)
    work_off(equipment)
    assert house.received == []


def test_many_matters_of_one_kind_are_told_together(
    database: Database, equipment: Tools, kern: Kern, house: MailHouse, clock: FrozenClock
) -> None:
    def opened() -> UUID:
        with database.transaction() as session:
            return worklist.open_item(
                session,
                kind="abandoned_call",
                jurisdiction="kern",
                subject_kind="call",
                subject_id=new_id(),
                team=rosters.coordinators("kern"),
                reason="hung_up_in_queue",
                due_in=worklist.TAKE_WITHIN,
            ).id

    items = [opened() for _ in range(20)]
    work_off(equipment)
    assert len(house.received) == worklist.TOLD_ONE_BY_ONE
    # The one that the common letter was to be about is settled meanwhile: the others are told of all the same.
    with database.transaction() as session:
        worklist.close(session, items[worklist.TOLD_ONE_BY_ONE], kern.coordinators[0].actor, "called_back")
    clock.advance(timedelta(minutes=1))
    work_off(equipment)
    assert len(house.received) == worklist.TOLD_ONE_BY_ONE + 1
    assert "18 more of its kind wait for you" in house.received[-1].get_content()
