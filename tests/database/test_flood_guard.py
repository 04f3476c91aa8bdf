"""A line that a supervisor guards against a flood of silent calls."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from hotline.base.clock import FrozenClock
from hotline.calls import routing, service, supervising
from hotline.calls.models import Call
from tests.support.calls import Hotline, add_line, add_supervisor

SECOND = timedelta(seconds=1)


@pytest.fixture
def hotline(session: Session, clock: FrozenClock) -> Hotline:
    """A guarded line."""
    add_line(session)
    supervisor = add_supervisor(session)
    hotline = Hotline(session)
    supervising.guard_on(session, hotline.line.id, 60, supervisor)
    return hotline


def alive(hotline: Hotline) -> Call:
    """Somebody who pressed a key."""
    call = hotline.rings(number="+16615550199")
    service.choose_language(hotline.session, call.id, "en", alive=True)
    return service.choose_lane(hotline.session, call.id, "general")


def test_a_caller_who_pressed_a_key_goes_before_silent_ones_who_came_earlier(
    hotline: Hotline, clock: FrozenClock
) -> None:
    silent = [hotline.waits() for _ in range(3)]
    clock.advance(SECOND)
    call = alive(hotline)
    screener = hotline.screener("ann")
    assert hotline.offered_to(call) == [screener]
    assert [hotline.offered_to(one) for one in silent] == [[], [], []]
    assert {one.state for one in silent} == {"waiting"}, "nobody is sent away"


def test_one_of_two_screeners_is_kept_free_of_silent_callers(hotline: Hotline) -> None:
    hotline.screener("ann")
    hotline.screener("ben")
    silent = [hotline.waits() for _ in range(2)]
    assert [len(hotline.offered_to(one)) for one in silent] == [1, 0]
    assert len(hotline.offered_to(alive(hotline))) == 1


def test_a_silent_caller_is_led_on_at_the_cap_like_everybody_else(
    hotline: Hotline, clock: FrozenClock
) -> None:
    hotline.line.max_wait = 60
    people = [hotline.screener("ann"), hotline.screener("ben")]
    hotline.waits()
    silent = hotline.waits()
    for _ in range(7):
        clock.advance(10 * SECOND)
        for person in people:
            service.seen(hotline.session, person)
        service.sweep(hotline.session)
    hotline.session.refresh(silent)
    assert silent.overflow_step > 0
    assert silent.ended_at is None


def test_a_silent_caller_who_lost_a_screener_is_known_to_be_somebody(hotline: Hotline) -> None:
    first = hotline.screener("ann")
    call = hotline.talks(first)
    hotline.loses_leg(call)
    service.hand_on(hotline.session, call.id, first, language="es")
    silent = hotline.waits(language="es")
    behind = {place.call_id: place.behind for place in routing.waiting(hotline.session)}
    assert behind == {call.id: False, silent.id: True}


def test_after_the_guard_the_line_is_served_as_before(hotline: Hotline, clock: FrozenClock) -> None:
    silent = hotline.waits()
    clock.advance(SECOND)
    call = alive(hotline)
    clock.advance(timedelta(minutes=60))
    screener = hotline.screener("ann")
    assert hotline.offered_to(silent) == [screener]
    assert hotline.offered_to(call) == []
