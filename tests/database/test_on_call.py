"""People on call are telephoned one after the other; exactly one of all who could wins."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from hotline.base import clock
from hotline.base.errors import Conflict
from hotline.base.outbox import OutboxRow
from hotline.calls import on_call, service
from hotline.calls.models import CallLeg
from hotline.rosters import service as rosters
from tests.support.calls import Hotline, add_person
from tests.support.noon import (
    NOON,
    accepted,
    at_noon,
    at_olgas_telephone,
    close_the_office,
    on_ladder,
    rings,
    sweep,
)


@pytest.fixture
def hotline(session: Session) -> Hotline:
    return at_noon(session)


def test_whoever_presses_one_has_the_caller(hotline: Hotline) -> None:
    call, leg = at_olgas_telephone(hotline)
    accepted(hotline, call, leg, 12)
    hotline.session.refresh(leg)
    assert (call.state, call.screener_id, leg.kind) == ("connecting", leg.user_id, "screener")
    assert hotline.state(leg.user_id or UUID(int=0)) == "on_call"
    hotline.meet(call)
    assert call.state == "talking"
    # A second press of the winner's key is harmless.
    assert accepted(hotline, call, leg, 13).id == call.id


def test_two_people_never_win(hotline: Hotline) -> None:
    call, leg = at_olgas_telephone(hotline)
    with clock.frozen(NOON + timedelta(seconds=8)):
        ann = hotline.screener("ann")
        offer = hotline.offer(ann)
    accepted(hotline, call, leg, 12)
    with clock.frozen(NOON + timedelta(seconds=13)), pytest.raises(Conflict):
        service.accept_offer(hotline.session, offer, ann)
    assert hotline.state(ann) == "available"


def test_who_presses_one_too_late_is_told_so(hotline: Hotline) -> None:
    call, leg = at_olgas_telephone(hotline)
    with clock.frozen(NOON + timedelta(seconds=8)):
        ann = hotline.screener("ann")
        hotline.accepts(ann)
    with pytest.raises(Conflict):
        accepted(hotline, call, leg, 12)
    assert call.screener_id == ann


@pytest.mark.parametrize("ending", ["caller hangs up", "a screener accepts"])
def test_a_telephone_that_rings_for_nothing_is_ended(hotline: Hotline, ending: str) -> None:
    call, leg = at_olgas_telephone(hotline)
    with clock.frozen(NOON + timedelta(seconds=8)):
        on_call.progress(hotline.session, call.id, leg.id, "dial", "CA" + "1" * 32, "")
        if ending == "caller hangs up":
            hotline.hangs_up(call)
        else:
            hotline.accepts(hotline.screener("ann"))
    sweep(hotline, 10, call)
    hotline.session.refresh(leg)
    assert leg.state == "closing"
    ends = select(OutboxRow).where(OutboxRow.job == "end_call", OutboxRow.subject_id == str(call.id))
    assert hotline.session.scalars(ends).all()
    with clock.frozen(NOON + timedelta(seconds=11)):
        assert on_call.turn(hotline.session, call.id).leg is None


def test_a_person_who_talks_is_passed_over_and_written_down(hotline: Hotline) -> None:
    close_the_office(hotline)
    olga, noah = on_ladder(hotline, "olga", "noah")
    with clock.frozen(NOON):
        service.set_available(hotline.session, olga)
        hotline.talks(olga)
        call = hotline.waits()
    sweep(hotline, 1, call)
    sweep(hotline, 62, call)
    assert rings(hotline, call, 63).user_id == noah
    attempts = hotline.session.scalars(select(CallLeg).where(CallLeg.kind == "on_call")).all()
    assert {(leg.user_id, leg.reason) for leg in attempts} == {(olga, "busy_with_caller"), (noah, None)}


def test_one_person_is_rung_for_one_caller_at_a_time(hotline: Hotline) -> None:
    first, leg = at_olgas_telephone(hotline)
    with clock.frozen(NOON + timedelta(seconds=5)):
        second = hotline.waits(number="+16615550143")
    sweep(hotline, 6, second)
    sweep(hotline, 8, second)
    with clock.frozen(NOON + timedelta(seconds=9)):
        assert on_call.turn(hotline.session, second.id) == on_call.Turn(wait=True)
        assert not on_call.Ladders(hotline.session, [second]).is_over(second)
        on_call.progress(hotline.session, first.id, leg.id, "end", None, "no_answer")
        assert on_call.turn(hotline.session, second.id).leg is not None


def test_a_leg_whose_news_is_lost_does_not_stop_the_ladder(hotline: Hotline) -> None:
    call, leg = at_olgas_telephone(hotline, "noah")
    with clock.frozen(NOON + timedelta(seconds=5)):
        on_call.progress(hotline.session, call.id, leg.id, "dial", "CA" + "1" * 32, "")
    sweep(hotline, 60, call)
    hotline.session.refresh(leg)
    assert (leg.state, leg.reason) == ("closing", "no_news")
    assert rings(hotline, call, 61).user_id != leg.user_id


def test_a_caller_who_lost_the_person_on_call_has_the_ladder_again(hotline: Hotline) -> None:
    call, leg = at_olgas_telephone(hotline)
    accepted(hotline, call, leg, 12)
    with clock.frozen(NOON + timedelta(seconds=14)):
        hotline.meet(call)
    with clock.frozen(NOON + timedelta(seconds=30)):
        hotline.loses_leg(call)
    sweep(hotline, 40, call)
    assert (call.state, call.returned_to_front) == ("waiting", True)
    sweep(hotline, 42, call)
    again = rings(hotline, call, 43)
    assert (again.user_id, again.id != leg.id) == (leg.user_id, True)


def test_somebody_on_call_without_a_console_can_take_the_next_caller_too(hotline: Hotline) -> None:
    call, leg = at_olgas_telephone(hotline)
    accepted(hotline, call, leg, 12)
    hotline.meet(call)
    with clock.frozen(NOON + timedelta(seconds=60)):
        hotline.hangs_up(call)
        second = hotline.waits(number="+16615550143")
    sweep(hotline, 62, second)
    sweep(hotline, 64, second)
    again = rings(hotline, second, 65)
    accepted(hotline, second, again, 70)
    assert (second.state, second.screener_id) == ("connecting", leg.user_id)


@pytest.mark.parametrize(
    ("local", "expected"),
    [
        # The night of 31 October: clocks go back at 2:00. The shift of the night ends at 6:00 by the new time.
        ("2026-11-01T05:59:00", ["night"]),
        ("2026-11-01T06:00:00", ["morning"]),
        # The night of 7 March: clocks go forward at 2:00.
        ("2026-03-08T05:59:00", ["night"]),
        ("2026-03-08T06:00:00", ["morning"]),
        ("2026-06-10T23:59:59", ["night"]),
        ("2026-06-11T00:00:00", ["night"]),
    ],
)
def test_shifts_change_by_the_clock_on_the_wall_over_midnight_and_clock_changes(
    hotline: Hotline, wall: Callable[[str], datetime], local: str, expected: list[str]
) -> None:
    names = {name: add_person(hotline.session, name) for name in ("night", "morning")}
    team, moment = rosters.on_call("kern"), wall(local)
    evening = local[:10] if local[11:13] == "23" else (moment - timedelta(hours=12)).date().isoformat()
    morning = (datetime.fromisoformat(evening) + timedelta(days=1)).date().isoformat()
    rosters.add(hotline.session, team, names["night"], 1, wall(f"{evening}T22:00"), wall(f"{morning}T06:00"))
    rosters.add(
        hotline.session, team, names["morning"], 1, wall(f"{morning}T06:00"), wall(f"{morning}T14:00")
    )
    assert list(rosters.ladder(hotline.session, team, moment)) == [names[name] for name in expected]


@pytest.fixture
def wall() -> Callable[[str], datetime]:
    """The moment that clocks on the wall in California show."""
    return lambda text: datetime.fromisoformat(text).replace(tzinfo=ZoneInfo("America/Los_Angeles"))
