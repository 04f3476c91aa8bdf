"""The line at a glance, counted on real rows."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy.orm import Session

from hotline.base import clock as base_clock
from hotline.base.clock import FrozenClock
from hotline.calls import strip
from tests.support.calls import Hotline, add_line


def test_nobody_calls_and_nobody_is_there(session: Session) -> None:
    assert strip.look(session, "kern") == strip.Strip(0, 0, None, 0, 0, 0, 0)


def test_callers_count_by_what_they_do_and_screeners_by_whether_they_are_free(
    session: Session, clock: FrozenClock
) -> None:
    hotline = Hotline(session)
    add_line(session)
    first = hotline.waits()
    since = base_clock.now()
    clock.advance(timedelta(seconds=40))
    hotline.waits(language="es")
    hotline.rings()
    look = strip.look(session, "kern")
    assert (look.greeted, look.waiting, look.waiting_since, look.available) == (1, 2, since, 0)

    sam = hotline.screener("sam")
    hotline.screener("sol")
    look = strip.look(session, "kern")
    assert (look.available, look.busy) == (1, 1)
    hotline.accepts(sam)
    hotline.meet(first)
    look = strip.look(session, "kern")
    assert (look.waiting, look.talking) == (1, 1)
    assert look.waiting_since == since + timedelta(seconds=40)


def test_another_jurisdictions_callers_do_not_count(session: Session, clock: FrozenClock) -> None:
    add_line(session)
    Hotline(session).waits()
    assert strip.look(session, "elsewhere").waiting == 0
