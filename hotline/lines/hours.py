"""Opening hours (pure): weekly spans in local time, holidays, spans across midnight, summer time.

A span belongs to the day on which it begins. One that ends before it begins (`["22:00", "06:00"]`) goes on into
the next day; `"24:00"` is midnight at the end of a day. A holiday closes the spans that begin on it; the night
before runs to its end. Clocks on the wall count: the hour that comes twice in autumn is open twice, the hour that
never comes in spring is nobody's.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any, Protocol
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from hotline.base.errors import InvalidInput

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_CLOCK = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]|24:00")
_ONE_DAY = timedelta(days=1)


class Opening(Protocol):
    """What of a line tells when it is open."""

    @property
    def time_zone(self) -> str:
        """IANA name."""

    @property
    def hours(self) -> Mapping[str, Any]:
        """`{"mon": [["08:00", "17:00"]], …}`; empty: day and night."""

    @property
    def holidays(self) -> Sequence[str]:
        """Local dates, `2026-12-25`."""


def is_open(line: Opening, at: datetime) -> bool:
    """Whether the line is open at `at` (aware). Without hours it is open day and night, holidays included.

    Raises ValueError for a naive time.
    """
    if at.tzinfo is None:
        raise ValueError("at needs a time zone")
    if not line.hours:
        return True
    local = at.astimezone(ZoneInfo(line.time_zone)).replace(tzinfo=None)
    return any(
        begins <= local < ends
        for day in (local.date() - _ONE_DAY, local.date())
        if day.isoformat() not in line.holidays
        for begins, ends in _spans(line.hours, day)
    )


def _spans(hours: Mapping[str, Any], day: date) -> list[tuple[datetime, datetime]]:
    found = []
    for start, end in hours.get(DAYS[day.weekday()], ()):
        begins = datetime.combine(day, time.min) + _since_midnight(start)
        ends = datetime.combine(day, time.min) + _since_midnight(end)
        found.append((begins, ends if ends > begins else ends + _ONE_DAY))
    return found


def _since_midnight(clock: str) -> timedelta:
    hour, minute = clock.split(":")
    return timedelta(hours=int(hour), minutes=int(minute))


def check(time_zone: str, hours: Mapping[str, Any], holidays: Sequence[str]) -> None:
    """Raise InvalidInput that names `time_zone`, `hours` or `holidays` and says what is expected there."""
    try:
        ZoneInfo(time_zone)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise InvalidInput(
            "time_zone", "Give the time zone by its IANA name, for example America/Los_Angeles."
        ) from error
    if not isinstance(hours, Mapping):
        raise InvalidInput("hours", 'Give the hours by day, for example {"mon": [["08:00", "17:00"]]}.')
    for day, spans in hours.items():
        _check_day(day, spans)
    for holiday in holidays:
        try:
            date.fromisoformat(holiday)
        except (TypeError, ValueError) as error:
            raise InvalidInput("holidays", "Give each holiday as a date such as 2026-12-25.") from error


def _check_day(day: object, spans: object) -> None:
    if day not in DAYS:
        raise InvalidInput("hours", f"Name the days {', '.join(DAYS)}.")
    if not isinstance(spans, Sequence) or isinstance(spans, str):
        raise InvalidInput("hours", f'Give the hours of {day} as pairs, for example [["08:00", "17:00"]].')
    for span in spans:
        if (
            not isinstance(span, Sequence)
            or len(span) != 2
            or not all(isinstance(clock, str) and _CLOCK.fullmatch(clock) for clock in span)
            or span[0] in (span[1], "24:00")
        ):
            raise InvalidInput(
                "hours",
                f"Each span of {day} is a beginning and another end as HH:MM, for example 22:00 and 06:00.",
            )
