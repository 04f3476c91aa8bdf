"""However and whenever a call ends, its row is true and its work has an owner."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from hotline.audit.models import AuditEntry
from hotline.base.clock import FrozenClock
from hotline.base.errors import Conflict
from hotline.base.outbox import OutboxRow
from hotline.calls import overflow, queries, service
from hotline.calls.models import Call, Offer
from hotline.rosters.models import RosterEntry
from hotline.worklist.models import WorklistItem
from tests.support.calls import Hotline, add_line, add_supervisor

STAGES = ("greeting", "menu", "waiting", "offered", "connecting", "talking")
HOUR = timedelta(hours=1)


@pytest.fixture
def hotline(session: Session, clock: FrozenClock) -> Hotline:
    add_line(session)
    return Hotline(session)


@pytest.fixture
def supervisor(session: Session, hotline: Hotline) -> UUID:
    return add_supervisor(session)


def at_stage(hotline: Hotline, stage: str) -> tuple[Call, UUID]:
    screener = hotline.screener("ann", "en" if stage != "waiting" else "es")
    call = hotline.rings()
    if stage != "greeting":
        service.choose_language(hotline.session, call.id, "en")
    if stage not in ("greeting", "menu"):
        service.choose_lane(hotline.session, call.id, "youth")
    if stage in ("connecting", "talking"):
        hotline.accepts(screener)
    if stage == "talking":
        hotline.meet(call)
    return call, screener


def items(session: Session, kind: str) -> Sequence[WorklistItem]:
    return session.scalars(select(WorklistItem).where(WorklistItem.kind == kind)).all()


@pytest.mark.usefixtures("supervisor")
@pytest.mark.parametrize("stage", STAGES)
def test_hanging_up_leaves_a_true_row(hotline: Hotline, clock: FrozenClock, stage: str) -> None:
    call, _ = at_stage(hotline, stage)
    clock.advance(timedelta(seconds=7))
    hotline.hangs_up(call)
    expected = {"waiting": "queue", "offered": "ring", "connecting": "ring", "talking": "talk"}.get(
        stage, stage
    )
    assert (call.state, call.ended_stage, call.ended_at) == ("ended", expected, clock())
    assert call.outcome == ("answered" if stage == "talking" else "abandoned")
    assert not hotline.session.scalars(select(Offer).where(Offer.state == "open")).all()


@pytest.mark.parametrize("stage", STAGES)
def test_an_abandoned_call_is_work_for_a_supervisor(hotline: Hotline, supervisor: UUID, stage: str) -> None:
    call, _ = at_stage(hotline, stage)
    hotline.hangs_up(call)
    found = items(hotline.session, "abandoned_call")
    if stage == "talking":
        assert found == []
    else:
        (item,) = found
        assert (item.owner_id, item.subject_id) == (supervisor, str(call.id))
        assert item.due_at - item.opened_at == timedelta(minutes=30)


@pytest.mark.usefixtures("supervisor")
@pytest.mark.parametrize(
    ("stage", "presence"), [("offered", "available"), ("connecting", "wrap_up"), ("talking", "wrap_up")]
)
def test_the_screener_of_a_caller_who_hung_up(hotline: Hotline, stage: str, presence: str) -> None:
    call, screener = at_stage(hotline, stage)
    hotline.hangs_up(call)
    assert hotline.state(screener) == presence


@pytest.mark.usefixtures("supervisor")
def test_an_end_told_twice_or_late_changes_nothing(hotline: Hotline, clock: FrozenClock) -> None:
    call, _ = at_stage(hotline, "waiting")
    hotline.hangs_up(call)
    before = (call.ended_at, call.ended_stage, call.version)
    clock.advance(timedelta(hours=48))
    hotline.hangs_up(call)
    service.choose_language(hotline.session, call.id, "es")
    service.choose_lane(hotline.session, call.id, "danger")
    service.sweep(hotline.session)
    assert (call.ended_at, call.ended_stage, call.version) == before
    assert len(items(hotline.session, "abandoned_call")) == 1


def test_an_empty_roster_does_not_lose_the_end_of_a_call(hotline: Hotline, clock: FrozenClock) -> None:
    call = hotline.rings()
    hotline.hangs_up(call)
    assert call.outcome == "abandoned"
    assert items(hotline.session, "abandoned_call") == []
    supervisor = add_supervisor(hotline.session)
    service.sweep(hotline.session)
    service.sweep(hotline.session)
    (item,) = items(hotline.session, "abandoned_call")
    assert item.owner_id == supervisor


def test_somebody_in_charge_owns_it_while_nobody_is_on_duty(
    hotline: Hotline, supervisor: UUID, clock: FrozenClock
) -> None:
    hotline.session.execute(update(RosterEntry).values(until_at=clock()))
    hotline.hangs_up(hotline.rings())
    (item,) = items(hotline.session, "abandoned_call")
    assert item.owner_id == supervisor


@pytest.mark.usefixtures("supervisor")
def test_a_call_not_finished_in_half_an_hour_stands_on_its_screeners_worklist(
    hotline: Hotline, clock: FrozenClock
) -> None:
    call, screener = at_stage(hotline, "talking")
    hotline.hangs_up(call)
    clock.advance(timedelta(minutes=29))
    service.sweep(hotline.session)
    assert items(hotline.session, "unfinished_call") == []
    clock.advance(timedelta(minutes=1))
    service.sweep(hotline.session)
    service.sweep(hotline.session)
    (item,) = items(hotline.session, "unfinished_call")
    assert item.owner_id == screener
    service.finish(hotline.session, call.id, screener, "report")
    hotline.session.expire_all()
    assert item.closed_at == clock()


def test_a_supervisor_closes_a_call_whose_screener_is_gone(
    hotline: Hotline, supervisor: UUID, clock: FrozenClock
) -> None:
    call, screener = at_stage(hotline, "talking")
    with pytest.raises(Conflict):
        service.finish_for(hotline.session, call.id, supervisor, "prank")
    hotline.hangs_up(call)
    clock.advance(timedelta(minutes=30))
    service.sweep(hotline.session)
    (item,) = items(hotline.session, "unfinished_call")
    service.finish_for(hotline.session, call.id, supervisor, "prank")
    hotline.session.expire_all()
    assert (call.disposition, item.closed_at) == ("prank", clock())
    assert hotline.state(screener) == "available"
    finished = hotline.session.scalars(select(AuditEntry).where(AuditEntry.action == "call:finished")).one()
    assert finished.actor_id == str(supervisor)


@pytest.mark.usefixtures("supervisor")
def test_a_caller_who_gives_up_after_losing_a_screener_is_that_screeners_to_finish(
    hotline: Hotline, clock: FrozenClock
) -> None:
    call, screener = at_stage(hotline, "talking")
    hotline.loses_leg(call)
    clock.advance(timedelta(seconds=6))
    service.sweep(hotline.session)
    assert call.state == "waiting"
    hotline.hangs_up(call)
    assert (call.outcome, call.ended_stage, call.screener_id) == ("answered", "queue", screener)
    (item,) = items(hotline.session, "unfinished_call")
    assert item.owner_id == screener
    assert items(hotline.session, "abandoned_call") == []
    service.finish(hotline.session, call.id, screener, "report")
    assert hotline.state(screener) == "away"


@pytest.mark.usefixtures("supervisor")
def test_a_diverted_call_is_no_abandoned_one(hotline: Hotline) -> None:
    call = hotline.rings()
    service.divert_call(hotline.session, call.id)
    assert (call.state, call.outcome) == ("ended", "diverted")
    assert items(hotline.session, "abandoned_call") == []


@pytest.mark.usefixtures("supervisor")
def test_late_news_of_a_diversion_corrects_the_outcome(hotline: Hotline) -> None:
    call = hotline.rings()
    hotline.hangs_up(call)
    service.divert_call(hotline.session, call.id)
    assert (call.state, call.outcome) == ("ended", "diverted")
    (item,) = items(hotline.session, "abandoned_call")
    assert item.resolution == "diverted"


@pytest.mark.usefixtures("supervisor")
def test_a_talk_is_never_made_a_diversion(hotline: Hotline) -> None:
    call, _ = at_stage(hotline, "talking")
    hotline.hangs_up(call)
    service.divert_call(hotline.session, call.id)
    assert call.outcome == "answered"


def test_a_caller_whom_nobody_can_take_is_told_to_a_supervisor_once(
    hotline: Hotline, supervisor: UUID, clock: FrozenClock
) -> None:
    call = hotline.waits(language="es")
    clock.advance(overflow.NOBODY_FOR - timedelta(seconds=1))
    service.sweep(hotline.session)
    assert items(hotline.session, "caller_waits") == []
    clock.advance(timedelta(seconds=1))
    service.sweep(hotline.session)
    service.sweep(hotline.session)
    (item,) = items(hotline.session, "caller_waits")
    assert item.owner_id == supervisor
    hotline.hangs_up(call)
    hotline.session.expire_all()
    assert item.resolution == "call_ended"


@pytest.mark.usefixtures("supervisor")
def test_an_open_call_is_asked_for_every_two_minutes(hotline: Hotline, clock: FrozenClock) -> None:
    hotline.rings()
    for _ in range(150):
        clock.advance(timedelta(seconds=2))
        service.sweep(hotline.session)
    rows = hotline.session.scalars(select(OutboxRow).where(OutboxRow.job == "check_call")).all()
    assert len(rows) == 2


@pytest.mark.usefixtures("supervisor")
def test_the_ledger_balances(hotline: Hotline, clock: FrozenClock) -> None:
    since = clock()
    answered, screener = at_stage(hotline, "talking")
    hotline.hangs_up(answered)
    service.finish(hotline.session, answered.id, screener, "report")
    hotline.hangs_up(hotline.rings())
    service.divert_call(hotline.session, hotline.rings().id)
    hotline.waits(language="es")
    ledger = queries.ledger(hotline.session, since, since + HOUR)
    assert ledger == queries.Ledger(offered=4, answered=1, abandoned=1, diverted=1, open=1)
    assert ledger.balances
    assert queries.ledger(hotline.session, since + HOUR, since + 2 * HOUR).offered == 0


def test_a_call_that_ended_without_an_outcome_upsets_the_ledger(hotline: Hotline, clock: FrozenClock) -> None:
    call, since = hotline.rings(), clock()
    hotline.session.execute(update(Call).values(ended_at=clock(), state="ended"))
    assert not queries.ledger(hotline.session, since, since + HOUR).balances
    assert queries.unaccounted(hotline.session, since, since + HOUR) == [call.id]


@pytest.mark.usefixtures("supervisor")
def test_what_people_do_is_audited(hotline: Hotline) -> None:
    call, screener = at_stage(hotline, "talking")
    service.hang_up(hotline.session, call.id, screener)
    service.finish(hotline.session, call.id, screener, "report")
    hotline.session.flush()
    entries = hotline.session.scalars(select(AuditEntry).where(AuditEntry.actor_id == str(screener)))
    actions = {entry.action for entry in entries}
    assert actions == {"presence:available", "call:accepted", "call:hung_up", "call:finished"}
