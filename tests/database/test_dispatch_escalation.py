"""Overdue dispatches and untouched items climb their ladders until somebody has them."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from hotline.accounts.models import User
from hotline.base.clock import FrozenClock
from hotline.base.outbox import OutboxRow
from hotline.dispatch import escalation, queries, service
from hotline.dispatch.models import Delivery, Dispatch
from hotline.rosters import service as rosters
from hotline.rosters.models import RosterEntry
from hotline.worklist import ladder
from hotline.worklist import service as worklist
from hotline.worklist.models import WorklistItem
from tests.support import kern as county
from tests.support.kern import EMERGENCY, PATH_1, PATH_3, Kern, decided

MINUTE = timedelta(minutes=1)


@pytest.fixture
def kern(session: Session, clock: FrozenClock) -> Kern:
    return county.build(session)


@pytest.fixture
def emergency(session: Session, kern: Kern) -> Dispatch:
    (dispatch,) = queries.dispatches_of(session, decided(session, kern, EMERGENCY, town="Shafter").report_id)
    return dispatch


def told(session: Session, dispatch: Dispatch) -> list[object]:
    """Who was sent a mail, in order."""
    deliveries = queries.deliveries_of(session, dispatch.id)
    return [one.user_id for one in deliveries if one.channel == "email"]


def items(session: Session, dispatch: Dispatch, kind: str) -> list[WorklistItem]:
    return list(
        session.scalars(
            select(WorklistItem).where(WorklistItem.subject_id == str(dispatch.id), WorklistItem.kind == kind)
        )
    )


def test_nobody_else_is_told_before_the_time_is_over(
    session: Session, kern: Kern, emergency: Dispatch, clock: FrozenClock
) -> None:
    clock.advance(29 * MINUTE)
    assert escalation.climb(session) == 0
    assert told(session, emergency) == [kern.office[0].user_id]


def test_an_overdue_emergency_goes_to_the_next_person_every_minute(
    session: Session, kern: Kern, emergency: Dispatch, clock: FrozenClock
) -> None:
    clock.advance(30 * MINUTE)
    escalation.climb(session)
    escalation.climb(session)
    assert told(session, emergency) == [one.user_id for one in kern.office[:2]]
    clock.advance(MINUTE)
    escalation.climb(session)
    assert told(session, emergency) == [one.user_id for one in kern.office]
    assert emergency.red_at is None


def test_after_the_last_of_the_ladder_the_coordinator_gets_a_red_row_and_the_ladder_goes_round(
    session: Session, kern: Kern, emergency: Dispatch, clock: FrozenClock
) -> None:
    clock.advance(30 * MINUTE)
    for _ in range(3):
        escalation.climb(session)
        clock.advance(MINUTE)
    assert emergency.red_at is not None
    (item,) = items(session, emergency, "not_acknowledged")
    assert item.owner_id == kern.coordinators[0].user_id
    assert told(session, emergency)[3] == kern.office[0].user_id
    clock.advance(5 * MINUTE)
    escalation.climb(session)
    assert told(session, emergency)[4] == kern.office[1].user_id
    assert len(items(session, emergency, "not_acknowledged")) == 1
    assert queries.board(session, "kern")[0].red


def test_a_closed_red_item_opens_again_while_nobody_acknowledges(
    session: Session, kern: Kern, emergency: Dispatch, clock: FrozenClock
) -> None:
    clock.advance(30 * MINUTE)
    for _ in range(3):
        escalation.climb(session)
        clock.advance(MINUTE)
    (item,) = items(session, emergency, "not_acknowledged")
    worklist.close(session, item.id, kern.coordinators[0].actor, "called", kern.coordinators[0].user_id)
    clock.advance(10 * MINUTE)
    escalation.climb(session)
    assert [one.closed_at is None for one in items(session, emergency, "not_acknowledged")].count(True) == 1


def test_an_acknowledged_dispatch_stops_climbing(
    session: Session, kern: Kern, emergency: Dispatch, clock: FrozenClock
) -> None:
    service.acknowledge(session, emergency.id, kern.office[0])
    clock.advance(timedelta(days=2))
    assert escalation.climb(session) == 0


def test_a_calm_dispatch_climbs_in_longer_steps(session: Session, kern: Kern, clock: FrozenClock) -> None:
    (dispatch,) = queries.dispatches_of(session, decided(session, kern, PATH_3, town="Shafter").report_id)
    clock.advance(timedelta(hours=4))
    escalation.climb(session)
    clock.advance(timedelta(minutes=14))
    assert escalation.climb(session) == 0
    clock.advance(MINUTE)
    escalation.climb(session)
    assert told(session, dispatch) == [one.user_id for one in kern.office]


def test_who_is_on_duty_now_is_told_not_who_was(
    session: Session, kern: Kern, emergency: Dispatch, clock: FrozenClock
) -> None:
    session.execute(update(User).where(User.id == kern.office[1].user_id).values(active=False))
    clock.advance(30 * MINUTE)
    escalation.climb(session)
    assert told(session, emergency) == [kern.office[0].user_id, kern.office[2].user_id]


def test_an_unreachable_person_brings_the_next_one_at_once_and_tells_a_coordinator(
    session: Session, kern: Kern, emergency: Dispatch
) -> None:
    delivery = next(one for one in queries.deliveries_of(session, emergency.id) if one.channel == "email")
    escalation.person_not_reached(session, delivery)
    escalation.person_not_reached(session, delivery)
    assert told(session, emergency) == [one.user_id for one in kern.office[:2]]
    assert len(items(session, emergency, "not_reached")) == 1


def test_every_mail_has_a_key_of_its_own_and_one_job(
    session: Session, kern: Kern, emergency: Dispatch, clock: FrozenClock
) -> None:
    clock.advance(30 * MINUTE)
    for _ in range(6):
        escalation.climb(session)
        clock.advance(6 * MINUTE)
    mails = session.scalars(select(Delivery).where(Delivery.channel == "email")).all()
    assert len({one.key for one in mails}) == len(mails)
    jobs = session.scalars(select(OutboxRow.subject_id).where(OutboxRow.job == "deliver")).all()
    assert sorted(jobs) == sorted(str(one.id) for one in mails if one.dispatch_id)


def test_with_no_coordinator_on_duty_the_supervisor_is_told(
    session: Session, kern: Kern, emergency: Dispatch, clock: FrozenClock
) -> None:
    session.execute(
        update(RosterEntry).where(RosterEntry.team == rosters.coordinators("kern")).values(until_at=clock())
    )
    clock.advance(30 * MINUTE)
    for _ in range(3):
        escalation.climb(session)
        clock.advance(MINUTE)
    (item,) = items(session, emergency, "not_acknowledged")
    assert item.owner_id == kern.supervisor.user_id


def place_item(session: Session, kern: Kern) -> WorklistItem:
    decision = decided(session, kern, PATH_1, town="Frazier Park")
    return session.scalars(
        select(WorklistItem).where(WorklistItem.subject_id == str(decision.report_id))
    ).one()


def test_an_item_that_nobody_takes_up_goes_round_its_ladder(
    session: Session, kern: Kern, clock: FrozenClock
) -> None:
    item = place_item(session, kern)
    owners = [item.owner_id]
    for _ in range(3):
        clock.advance(5 * MINUTE)
        ladder.pass_on(session)
        owners.append(item.owner_id)
    first, second = (one.user_id for one in kern.coordinators)
    assert owners == [first, second, first, second]
    jobs = session.scalars(select(OutboxRow).where(OutboxRow.subject_id == str(item.id))).all()
    assert len(jobs) == 4


def test_an_item_that_was_taken_up_stays_with_its_owner(
    session: Session, kern: Kern, clock: FrozenClock
) -> None:
    item = place_item(session, kern)
    worklist.take(session, item.id, kern.coordinators[1].user_id)
    clock.advance(timedelta(hours=1))
    assert ladder.pass_on(session) == 0
    assert item.owner_id == kern.coordinators[1].user_id
