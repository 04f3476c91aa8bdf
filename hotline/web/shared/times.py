"""Times for people: in the zone of the jurisdiction, as clock and in words."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from babel.dates import format_datetime, format_time
from babel.units import format_unit

from hotline.base import clock
from hotline.web.shared.language import gettext, language


def local_time(moment: datetime, zone: str) -> str:
    """Date and time of day in `zone`, for example `Mon, Mar 2, 10:00 AM`; with the year when it is another one."""
    there = moment.astimezone(ZoneInfo(zone))
    this_year = clock.now().astimezone(ZoneInfo(zone)).year
    if language() == "es":
        pattern = "EEE d MMM, HH:mm" if there.year == this_year else "EEE d MMM y, HH:mm"
    else:
        pattern = "EEE, MMM d, h:mm a" if there.year == this_year else "EEE, MMM d, y, h:mm a"
    return format_datetime(there, pattern, locale=language())


def local_clock(moment: datetime, zone: str) -> str:
    """Time of day in `zone`."""
    there = moment.astimezone(ZoneInfo(zone))
    return format_time(there, "HH:mm" if language() == "es" else "h:mm a", locale=language())


def local_hour(moment: datetime, zone: str) -> str:
    """The hour of a time of day in `zone`, as short as a picture needs it."""
    there = moment.astimezone(ZoneInfo(zone))
    return format_time(there, "HH" if language() == "es" else "h a", locale=language())


def span(length: timedelta) -> str:
    """A length of time, the two largest units that are not zero: `1 hour 20 minutes`, `45 seconds`."""
    seconds = max(0, int(length.total_seconds()))
    days, rest = divmod(seconds, 86400)
    hours, rest = divmod(rest, 3600)
    minutes, left = divmod(rest, 60)
    counts = [("day", days), ("hour", hours), ("minute", minutes)]
    # Under ten minutes seconds matter to people; above they only flicker.
    if seconds < 600:
        counts.append(("second", left))
    shown = [_unit(name, count) for name, count in counts if count][:2]
    return " ".join(shown) or _unit("second", 0)


def until(due: datetime) -> str:
    """A deadline in words, seen from now: `in 1 hour 20 minutes`, or `3 minutes overdue`."""
    left = due - clock.now()
    if left >= timedelta(0):
        return gettext("in %(span)s", span=span(left))
    return gettext("%(span)s overdue", span=span(-left))


def minutes_and_seconds(length: timedelta) -> str:
    """A running clock: `4:07`, `1:02:30`."""
    seconds = max(0, int(length.total_seconds()))
    hours, rest = divmod(seconds, 3600)
    minutes, left = divmod(rest, 60)
    return f"{hours}:{minutes:02}:{left:02}" if hours else f"{minutes}:{left:02}"


def _unit(name: str, count: int) -> str:
    return format_unit(count, f"duration-{name}", length="long", locale=language())
