"""Deadlines: calendar hours, calendar days and business days, in the time zone of the jurisdiction."""

import datetime
from typing import Self
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

_DAY = datetime.timedelta(days=1)
_SATURDAY, _SUNDAY = 5, 6


class Strict(BaseModel):
    """Base of everything read from a pack: no unknown names, no change after loading."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class Clock(Strict):
    """How long there is, counted from receipt of the report. Exactly one of the five is given."""

    immediately: bool = False
    minutes: int | None = Field(default=None, ge=1)
    hours: int | None = Field(default=None, ge=1)
    calendar_days: int | None = Field(default=None, ge=1)
    business_days: int | None = Field(default=None, ge=1)

    @model_validator(mode="after")
    def _one_measure(self) -> Self:
        given = [self.minutes, self.hours, self.calendar_days, self.business_days]
        if sum(value is not None for value in given) + self.immediately != 1:
            raise ValueError(
                "a clock has exactly one of immediately, minutes, hours, calendar_days, business_days"
            )
        return self


class Holiday(Strict):
    """A day off every year: a fixed `day` of the month, or the `nth` `weekday` of it (-1: the last; 0: Monday)."""

    name: str = Field(min_length=1)
    month: int = Field(ge=1, le=12)
    day: int | None = Field(default=None, ge=1, le=31)
    weekday: int | None = Field(default=None, ge=0, le=6)
    nth: int | None = Field(default=None, ge=-1, le=4)
    plus_days: int = 0
    from_year: int = 1900

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if (self.day is None) == (self.weekday is None) or (self.weekday is None) != (self.nth is None):
            raise ValueError("a holiday has either a day, or a weekday and its nth")
        if self.nth == 0:
            raise ValueError("nth counts from 1; -1 is the last of the month")
        if self.day is not None:
            datetime.date(2024, self.month, self.day)  # raises for 30 February
        return self

    def in_year(self, year: int) -> datetime.date | None:
        """The day off in that year: a fixed one moves from Saturday to Friday and from Sunday to Monday."""
        if year < self.from_year:
            return None
        if self.day is not None:
            fixed = datetime.date(year, self.month, self.day)
            return fixed + {_SATURDAY: -_DAY, _SUNDAY: _DAY}.get(fixed.weekday(), 0 * _DAY)
        assert self.weekday is not None and self.nth is not None  # guaranteed by _one_way
        return _nth_weekday(year, self.month, self.weekday, self.nth) + self.plus_days * _DAY


class Calendar(Strict):
    """Which days are business days, and when one closes (local time)."""

    time_zone: str
    closes_at: datetime.time
    holidays: tuple[Holiday, ...]
    source: str = Field(min_length=1)

    @field_validator("time_zone")
    @classmethod
    def _known_zone(cls, name: str) -> str:
        try:
            ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError) as error:
            raise ValueError(f"{name!r} is not a time zone, such as America/Los_Angeles") from error
        return name

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone)

    def is_business_day(self, day: datetime.date) -> bool:
        if day.weekday() in (_SATURDAY, _SUNDAY):
            return False
        # New Year's Day on a Saturday is kept on 31 December of the year before
        years = (day.year, day.year + 1)
        return all(holiday.in_year(year) != day for holiday in self.holidays for year in years)


def due(clock: Clock, start: datetime.datetime, calendar: Calendar) -> datetime.datetime:
    """The deadline in UTC.

    Calendar days end at the same local time of day; business days at the close of the last one, and the day
    of receipt is never counted. `start` must know its time zone, else ValueError.
    """
    if start.tzinfo is None:
        raise ValueError("a clock starts at a time with a time zone")
    start = start.astimezone(datetime.UTC)
    if clock.immediately:
        return start
    if clock.minutes is not None:
        return start + datetime.timedelta(minutes=clock.minutes)
    if clock.hours is not None:
        return start + datetime.timedelta(hours=clock.hours)
    local = start.astimezone(calendar.zone)
    if clock.calendar_days is not None:
        day = local.date() + clock.calendar_days * _DAY
        return datetime.datetime.combine(day, local.time(), calendar.zone).astimezone(datetime.UTC)
    day = local.date()
    for _ in range(clock.business_days or 0):
        day += _DAY
        while not calendar.is_business_day(day):
            day += _DAY
    return datetime.datetime.combine(day, calendar.closes_at, calendar.zone).astimezone(datetime.UTC)


def extended(due_at: datetime.datetime, adds: Clock, calendar: Calendar) -> datetime.datetime:
    """A deadline with `adds` more time: a business day more ends at the close of the next one."""
    return due(adds, due_at, calendar)


def _nth_weekday(year: int, month: int, weekday: int, nth: int) -> datetime.date:
    if nth == -1:
        first_of_next = datetime.date(year + month // 12, month % 12 + 1, 1)
        last = first_of_next - _DAY
        return last - (last.weekday() - weekday) % 7 * _DAY
    first = datetime.date(year, month, 1)
    return first + ((weekday - first.weekday()) % 7 + 7 * (nth - 1)) * _DAY
