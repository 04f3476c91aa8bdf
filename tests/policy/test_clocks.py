"""Deadlines over weekends, holidays and changes of daylight saving time."""

import datetime

import pytest
from pydantic import ValidationError

from hotline.policy.clocks import Calendar, Clock, Holiday, due
from hotline.policy.loader import load_packs

CALENDAR = load_packs().get("kern", "2010-10-28").rules.calendar


def at(text: str) -> datetime.datetime:
    return datetime.datetime.fromisoformat(text)


@pytest.mark.parametrize(
    ("clock", "start", "expected"),
    [
        (Clock(immediately=True), "2024-03-01T10:00-08:00", "2024-03-01T10:00-08:00"),
        (Clock(minutes=30), "2024-03-01T23:45-08:00", "2024-03-02T00:15-08:00"),
        # 24 hours are 24 hours, whatever the clock on the wall does that night
        (Clock(hours=24), "2024-03-09T12:00-08:00", "2024-03-10T13:00-07:00"),
        (Clock(hours=24), "2024-11-02T12:00-07:00", "2024-11-03T11:00-08:00"),
        # ten calendar days end at the same time on the wall
        (Clock(calendar_days=10), "2024-03-01T10:00-08:00", "2024-03-11T10:00-07:00"),
        # 02:30 does not exist on 10 March 2024
        (Clock(calendar_days=1), "2024-03-09T02:30-08:00", "2024-03-10T03:30-07:00"),
        (Clock(business_days=5), "2024-03-01T10:00-08:00", "2024-03-08T17:00-08:00"),
        (Clock(business_days=1), "2024-03-02T10:00-08:00", "2024-03-04T17:00-08:00"),
        # 22:00 on Friday in California is Saturday in UTC: the local day counts
        (Clock(business_days=1), "2024-03-02T06:00+00:00", "2024-03-04T17:00-08:00"),
        # over Martin Luther King Jr. Day
        (Clock(business_days=1), "2024-01-12T10:00-08:00", "2024-01-16T17:00-08:00"),
        # 4 July 2026 is a Saturday and kept on Friday the 3rd
        (Clock(business_days=1), "2026-07-02T10:00-07:00", "2026-07-06T17:00-07:00"),
        # 1 January 2022 is a Saturday and kept on 31 December 2021
        (Clock(business_days=1), "2021-12-30T10:00-08:00", "2022-01-03T17:00-08:00"),
    ],
)
def test_a_deadline_falls_where_the_calendar_puts_it(clock: Clock, start: str, expected: str) -> None:
    assert due(clock, at(start), CALENDAR) == at(expected)


def test_a_start_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        due(Clock(hours=1), datetime.datetime(2024, 3, 1), CALENDAR)  # noqa: DTZ001


@pytest.mark.parametrize(
    "measures", [{}, {"hours": 1, "minutes": 1}, {"hours": 0}, {"immediately": True, "hours": 1}]
)
def test_a_clock_has_exactly_one_measure(measures: dict[str, int]) -> None:
    with pytest.raises(ValidationError):
        Clock.model_validate(measures)


@pytest.mark.parametrize(
    "holiday",
    [
        {"name": "x", "month": 2, "day": 30},
        {"name": "x", "month": 2},
        {"name": "x", "month": 2, "weekday": 0},
        {"name": "x", "month": 2, "weekday": 0, "nth": 0},
        {"name": "x", "month": 2, "day": 1, "weekday": 0, "nth": 1},
    ],
)
def test_an_impossible_holiday_is_refused(holiday: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        Holiday.model_validate(holiday)


@pytest.mark.parametrize(
    ("holiday", "year", "day"),
    [
        (Holiday(name="x", month=5, weekday=0, nth=-1), 2024, datetime.date(2024, 5, 27)),
        (Holiday(name="x", month=12, weekday=1, nth=-1), 2024, datetime.date(2024, 12, 31)),
        (Holiday(name="x", month=11, weekday=3, nth=4, plus_days=1), 2024, datetime.date(2024, 11, 29)),
        (Holiday(name="x", month=7, day=4), 2027, datetime.date(2027, 7, 5)),
        (Holiday(name="x", month=6, day=19, from_year=2021), 2020, None),
    ],
)
def test_a_holiday_is_kept_on_its_day(holiday: Holiday, year: int, day: datetime.date | None) -> None:
    assert holiday.in_year(year) == day


def test_an_unknown_time_zone_is_refused() -> None:
    with pytest.raises(ValidationError, match="America/Los_Angeles"):
        Calendar.model_validate(
            {"time_zone": "Mars/Olympus", "closes_at": "17:00", "holidays": [], "source": "none"}
        )
