"""Opening hours over midnight, holidays and the two nights on which clocks are changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hotline.base.errors import InvalidInput
from hotline.lines.hours import DAYS, check, is_open

PACIFIC = "America/Los_Angeles"
WORKDAY = {day: [["08:00", "17:00"]] for day in DAYS[:5]}
NIGHTS = {day: [["22:00", "06:00"]] for day in DAYS}


@dataclass
class Sign:
    """The sign on the door."""

    hours: Mapping[str, Any]
    time_zone: str = PACIFIC
    holidays: Sequence[str] = field(default_factory=list)


def at(text: str, zone: str = PACIFIC, fold: int = 0) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone), fold=fold).astimezone(UTC)


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        ("2026-11-20T07:59:59", False),
        ("2026-11-20T08:00:00", True),
        ("2026-11-20T16:59:59", True),
        ("2026-11-20T17:00:00", False),
        ("2026-11-21T12:00:00", False),
    ],
)
def test_a_working_day_has_a_first_and_a_last_second(moment: str, expected: bool) -> None:
    assert is_open(Sign(WORKDAY), at(moment)) is expected


def test_a_line_without_hours_is_open_day_and_night_and_on_holidays() -> None:
    assert is_open(Sign({}, holidays=["2026-12-25"]), at("2026-12-25T03:00:00"))


def test_local_time_counts_not_the_servers() -> None:
    # 01:00 UTC on Saturday is Friday 17:00 in California and 20:00 in Connecticut.
    moment = datetime(2026, 11, 21, 0, 59, tzinfo=UTC)
    assert is_open(Sign(WORKDAY), moment)
    assert not is_open(Sign(WORKDAY, "America/New_York"), moment)


def test_a_night_shift_is_open_on_both_sides_of_midnight() -> None:
    friday_only = Sign({"fri": [["22:00", "06:00"]]})
    assert is_open(friday_only, at("2026-11-20T23:59:59"))
    assert is_open(friday_only, at("2026-11-21T00:00:00"))
    assert is_open(friday_only, at("2026-11-21T05:59:59"))
    assert not is_open(friday_only, at("2026-11-21T06:00:00"))
    assert not is_open(friday_only, at("2026-11-20T05:00:00"))


def test_a_day_may_end_at_midnight_exactly() -> None:
    sign = Sign({"fri": [["17:00", "24:00"]]})
    assert is_open(sign, at("2026-11-20T23:59:59"))
    assert not is_open(sign, at("2026-11-21T00:00:00"))


def test_a_holiday_closes_what_begins_on_it_and_lets_the_night_before_end() -> None:
    sign = Sign(NIGHTS, holidays=["2026-12-25"])
    assert is_open(sign, at("2026-12-25T05:00:00"))
    assert not is_open(sign, at("2026-12-25T23:00:00"))
    assert not is_open(sign, at("2026-12-26T05:00:00"))
    assert is_open(sign, at("2026-12-26T22:00:00"))


def test_the_hour_that_comes_twice_is_open_twice() -> None:
    # Clocks go back on 1 November 2026 at 02:00.
    sign = Sign({"sun": [["01:00", "02:00"]]})
    first, second = at("2026-11-01T01:30:00"), at("2026-11-01T01:30:00", fold=1)
    assert second - first == timedelta(hours=1)
    assert is_open(sign, first)
    assert is_open(sign, second)


@pytest.mark.parametrize(("evening", "hours"), [("2026-03-07", 7), ("2026-10-31", 9), ("2026-06-10", 8)])
def test_a_night_shift_lasts_as_long_as_the_clocks_say(evening: str, hours: int) -> None:
    sign = Sign(NIGHTS)
    moment, opened = at(f"{evening}T21:00:00"), timedelta()
    step = timedelta(minutes=10)
    for _ in range(12 * 6):
        opened += step if is_open(sign, moment) else timedelta()
        moment += step
    assert opened == timedelta(hours=hours)


CLOCKS = st.builds(lambda hour, minute: f"{hour:02}:{minute:02}", st.integers(0, 23), st.integers(0, 59))
SPANS = st.tuples(CLOCKS, CLOCKS).filter(lambda span: span[0] != span[1]).map(list)
WEEKS = st.dictionaries(st.sampled_from(DAYS), st.lists(SPANS, min_size=1, max_size=3), min_size=1)
ZONES = st.sampled_from([PACIFIC, "America/New_York", "America/St_Johns", "Australia/Lord_Howe", "UTC"])
# Around both changes of the clocks of 2026, and a plain week.
MOMENTS = st.builds(
    lambda start, seconds: start + timedelta(seconds=seconds),
    st.sampled_from([datetime(2026, month, day, tzinfo=UTC) for month, day in ((3, 6), (10, 30), (6, 1))]),
    st.integers(0, 5 * 24 * 3600),
)


def on_the_wall(sign: Sign, moment: datetime) -> bool:
    """Asks by weekday and time of day alone, minute by minute as a person at the door would."""
    local = moment.astimezone(ZoneInfo(sign.time_zone))
    today, yesterday = local.date(), local.date() - timedelta(days=1)
    clock = local.time().replace(fold=0)

    def spans(day: date) -> list[tuple[time, time]]:
        if day.isoformat() in sign.holidays:
            return []
        return [
            (time.fromisoformat(start), time.fromisoformat(end))
            for start, end in sign.hours.get(DAYS[day.weekday()], [])
        ]

    if any((start <= clock < end) if start < end else clock >= start for start, end in spans(today)):
        return True
    return any(clock < end for start, end in spans(yesterday) if end < start)


@settings(max_examples=200, deadline=None)
@given(week=WEEKS, zone=ZONES, moment=MOMENTS, holiday=st.booleans())
def test_every_moment_is_judged_by_the_clock_on_the_wall(
    week: dict[str, list[list[str]]], zone: str, moment: datetime, holiday: bool
) -> None:
    sign = Sign(week, zone, [moment.date().isoformat()] if holiday else [])
    assert is_open(sign, moment) is on_the_wall(sign, moment)


@settings(max_examples=50, deadline=None)
@given(zone=ZONES, moment=MOMENTS)
def test_a_week_that_is_open_all_day_has_no_gap_on_any_night(zone: str, moment: datetime) -> None:
    assert is_open(Sign({day: [["00:00", "24:00"]] for day in DAYS}, zone), moment)


def test_a_naive_moment_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        is_open(Sign(WORKDAY), datetime(2026, 1, 1))  # noqa: DTZ001


@pytest.mark.parametrize(
    ("zone", "hours", "holidays", "field_"),
    [
        ("Pacific", {}, [], "time_zone"),
        ("../etc/passwd", {}, [], "time_zone"),
        (PACIFIC, {"monday": [["08:00", "17:00"]]}, [], "hours"),
        (PACIFIC, {"mon": ["08:00", "17:00"]}, [], "hours"),
        (PACIFIC, {"mon": [["8:00", "17:00"]]}, [], "hours"),
        (PACIFIC, {"mon": [["08:00", "08:00"]]}, [], "hours"),
        (PACIFIC, {"mon": "08:00-17:00"}, [], "hours"),
        (PACIFIC, {"mon": [["24:00", "06:00"]]}, [], "hours"),
        (PACIFIC, {}, ["25 December"], "holidays"),
    ],
)
def test_what_cannot_be_read_is_named(
    zone: str, hours: dict[str, Any], holidays: list[str], field_: str
) -> None:
    with pytest.raises(InvalidInput) as refused:
        check(zone, hours, holidays)
    assert refused.value.field == field_


def test_what_can_be_read_is_taken() -> None:
    check(PACIFIC, NIGHTS | {"sat": [["00:00", "24:00"]]}, ["2026-12-25"])
