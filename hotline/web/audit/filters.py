"""What somebody looks for in the audit, as the address of the page says it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hotline.web.shared.language import gettext

_LARGEST_ID = 2**63 - 1


@dataclass(frozen=True)
class Filters:
    """The filters as they are shown again, the moments they stand for, and what is wrong with them by field."""

    report: str = ""
    actor: str = ""
    """A user's id, or the name of a part of the system."""
    action: str = ""
    from_day: str = ""
    until_day: str = ""
    from_at: datetime | None = None
    until_at: datetime | None = None
    before: int | None = None
    problems: Mapping[str, str] = field(default_factory=dict)

    @property
    def any(self) -> bool:
        """Whether anything is left out of the list."""
        return any((self.report, self.actor, self.action, self.from_day, self.until_day))

    def address(self) -> dict[str, str]:
        """The filters as arguments of the page's address."""
        named = {
            "report": self.report,
            "person": self.actor,
            "action": self.action,
            "from": self.from_day,
            "until": self.until_day,
        }
        return {name: value for name, value in named.items() if value}


def read_filters(arguments: Mapping[str, str], zone: str) -> Filters:
    """The filters of an address; days are days in `zone`. A day that is none is named in `problems`."""
    problems: dict[str, str] = {}
    from_day = _day(arguments, "from", problems)
    until_day = _day(arguments, "until", problems)
    before = arguments.get("before", "")
    return Filters(
        report=_text(arguments, "report"),
        actor=_text(arguments, "person"),
        action=_text(arguments, "action"),
        from_day=_text(arguments, "from"),
        until_day=_text(arguments, "until"),
        from_at=_start(from_day, zone) if from_day else None,
        until_at=_start(until_day + timedelta(days=1), zone) if until_day else None,
        before=min(int(before), _LARGEST_ID) if before.isascii() and before.isdecimal() else None,
        problems=problems,
    )


def _text(arguments: Mapping[str, str], name: str) -> str:
    return arguments.get(name, "").replace("\0", "").strip()[:100]


def _day(arguments: Mapping[str, str], name: str, problems: dict[str, str]) -> date | None:
    written = _text(arguments, name)
    if not written:
        return None
    try:
        day = date.fromisoformat(written)
    except ValueError:
        problems[name] = gettext("Write the day like this: 2026-03-02.")
        return None
    if not 1900 < day.year < 9000:
        problems[name] = gettext("Write the day like this: 2026-03-02.")
        return None
    return day


def _start(day: date, zone: str) -> datetime:
    return datetime.combine(day, time.min, ZoneInfo(zone))
