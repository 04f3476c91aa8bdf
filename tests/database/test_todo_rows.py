"""Outbox, deadlines, rosters and worklist: what must be done is never forgotten and never done twice."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from hotline.accounts import service as accounts
from hotline.audit.record import Actor
from hotline.base import clock as base_clock
from hotline.base import outbox
from hotline.base.clock import FrozenClock
from hotline.base.errors import Conflict
from hotline.base.ids import new_id
from hotline.base.outbox import OutboxRow
from hotline.deadlines import service as deadlines
from hotline.rosters import service as rosters
from hotline.rosters.service import EmptyRoster
from hotline.worklist import service as worklist
from hotline.worklist.models import WorklistItem

TEAM = rosters.coordinators("kern")


def person(session: Session, name: str, position: int | None = None) -> UUID:
    user_id = accounts.add_user(
        session,
        email=f"{name}@example.org",
        name=name,
        password="correct horse battery",
        roles=["coordinator"],
    )
    if position is not None:
        rosters.add(session, TEAM, user_id, position, base_clock.now() - timedelta(days=1))
    return user_id


def test_the_same_work_is_asked_for_once(session: Session, clock: FrozenClock) -> None:
    assert outbox.enqueue(session, "deliver", "1", key="deliver:1") is not None
    assert outbox.enqueue(session, "deliver", "1", key="deliver:1") is None
    with pytest.raises(KeyError):
        outbox.enqueue(session, "no_such_job", "1", key="x")


def test_a_row_is_rung_until_somebody_works_on_it_and_again_when_the_lease_runs_out(
    session: Session, clock: FrozenClock
) -> None:
    row_id = outbox.enqueue(session, "deliver", "1", key="deliver:1")
    assert row_id is not None
    assert [row.id for row in outbox.take_due(session)] == [row_id]
    assert outbox.take_due(session) == []
    token, other = new_id(), new_id()
    assert outbox.claim(session, row_id, token) is not None
    assert outbox.claim(session, row_id, other) is None
    clock.advance(timedelta(seconds=5))
    assert outbox.renew(session, row_id, token)
    clock.advance(timedelta(seconds=5))
    assert outbox.take_due(session) == []
    clock.advance(outbox.LEASE)
    assert [row.id for row in outbox.take_due(session)] == [row_id]
    assert outbox.claim(session, row_id, other) is not None
    assert not outbox.finish(session, row_id, token)
    assert outbox.finish(session, row_id, other)
    clock.advance(timedelta(hours=1))
    assert outbox.take_due(session) == []
    assert outbox.claim(session, row_id, token) is None


def test_failed_work_is_due_again_later(session: Session, clock: FrozenClock) -> None:
    row_id, token = outbox.enqueue(session, "deliver", "1", key="deliver:1"), new_id()
    assert row_id is not None
    outbox.claim(session, row_id, token)
    outbox.fail(session, row_id, token, "SMTPException", base_clock.now() + timedelta(seconds=30))
    session.flush()
    assert outbox.take_due(session) == []
    clock.advance(timedelta(seconds=30))
    assert [row.id for row in outbox.take_due(session)] == [row_id]
    assert outbox.backlog(session)[0] == 1


def test_a_clock_is_never_restarted(session: Session, clock: FrozenClock) -> None:
    due = base_clock.now() + timedelta(hours=1)
    deadlines.start(session, "acknowledge", "dispatch", "1", due, "test")
    deadlines.start(session, "acknowledge", "dispatch", "1", due + timedelta(days=1), "test")
    clock.advance(timedelta(hours=1))
    late = deadlines.take_late(session, "acknowledge")
    assert [(row.due_at, row.breached_at) for row in late] == [(due, base_clock.now())]
    deadlines.meet(session, "acknowledge", "dispatch", "1")
    session.expire_all()
    assert deadlines.take_late(session, "acknowledge") == []


def test_a_ladder_holds_only_active_people_on_duty_in_order(session: Session, clock: FrozenClock) -> None:
    second, first = person(session, "second", 2), person(session, "first", 1)
    gone, later = person(session, "gone", 1), person(session, "later")
    accounts.deactivate(session, gone, Actor.system("test"))
    rosters.add(session, TEAM, later, 1, base_clock.now() + timedelta(days=1))
    assert list(rosters.ladder(session, TEAM)) == [first, second]
    assert first == rosters.first(session, TEAM)


def test_an_item_without_anybody_to_own_it_is_refused_loudly(session: Session, clock: FrozenClock) -> None:
    with pytest.raises(EmptyRoster, match="coordinators:kern"):
        item(session)


def item(session: Session) -> WorklistItem:
    return worklist.open_item(
        session,
        kind="place_not_served",
        jurisdiction="kern",
        subject_kind="report",
        subject_id="1",
        team=TEAM,
        reason="no_partner",
        due_in=timedelta(minutes=30),
    )


def test_opening_an_item_names_an_owner_and_asks_that_they_are_told(
    session: Session, clock: FrozenClock
) -> None:
    owner = person(session, "first", 1)
    opened = item(session)
    assert opened.owner_id == owner
    assert item(session).id == opened.id
    told = session.scalars(select(OutboxRow).where(OutboxRow.job == "tell_owner")).all()
    assert [row.subject_id for row in told] == [str(opened.id)]


def test_an_item_is_closed_once(session: Session, clock: FrozenClock) -> None:
    owner = person(session, "first", 1)
    opened = item(session)
    worklist.take(session, opened.id, owner)
    worklist.close(session, opened.id, Actor.user(owner), "assigned", owner)
    with pytest.raises(Conflict):
        worklist.close(session, opened.id, Actor.user(owner), "assigned", owner)
    assert worklist.open_items(session, "kern") == []
    again = item(session)
    assert again.id != opened.id
    assert session.scalar(select(func.count()).select_from(WorklistItem)) == 2
