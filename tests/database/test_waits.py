"""The expected wait: measured over the last hour, or not told."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy.orm import Session

from hotline.base import clock
from hotline.calls import waits
from tests.support.calls import Hotline, add_person
from tests.support.noon import NOON, at_noon, the_line


@pytest.fixture
def hotline(session: Session) -> Hotline:
    return at_noon(session)


def answered_after(hotline: Hotline, screener: UUID, seconds: float, ended: float) -> None:
    """A call of the past that waited so long and was answered `ended` seconds before noon."""
    with clock.frozen(NOON - timedelta(seconds=ended + seconds)):
        call = hotline.waits()
    call.state, call.connected_at = "ended", NOON - timedelta(seconds=ended)
    call.ended_at, call.outcome, call.screener_id = call.connected_at, "answered", screener
    call.disposition = "report"
    hotline.session.flush()


def test_the_expected_wait_is_the_median_of_the_last_hour(hotline: Hotline) -> None:
    line, someone = the_line(hotline), add_person(hotline.session, "ann")
    for seconds, ended in ((60, 100), (120, 200), (900, 300), (5, 3700)):
        answered_after(hotline, someone, seconds, ended)
    with clock.frozen(NOON):
        assert waits.expected_seconds(hotline.session, line.id, "en", 1) == 120
        assert waits.expected_seconds(hotline.session, line.id, "en", 3) == 360
        assert waits.expected_seconds(hotline.session, line.id, "en", 1, waited=100) == 20


def test_no_number_is_known_where_nothing_was_measured(hotline: Hotline) -> None:
    line = the_line(hotline)
    answered_after(hotline, add_person(hotline.session, "ann"), 60, 100)
    with clock.frozen(NOON):
        assert waits.expected_seconds(hotline.session, line.id, "es", 1) is None
        # Who has waited longer than that is told no number that was wrong already.
        assert waits.expected_seconds(hotline.session, line.id, "en", 1, waited=61) is None
    with clock.frozen(NOON + timedelta(hours=2)):
        assert waits.expected_seconds(hotline.session, line.id, "en", 1) is None


def test_more_screeners_shorten_the_expected_wait(hotline: Hotline) -> None:
    line, someone = the_line(hotline), add_person(hotline.session, "old")
    answered_after(hotline, someone, 60, 100)
    with clock.frozen(NOON):
        hotline.screener("ann")
        hotline.screener("bob")
        assert waits.expected_seconds(hotline.session, line.id, "en", 4) == 120
