"""What happens on a rehearsed day, as plain data: who calls when, and what each person does (pure).

The same number of calls and the same seed give the same day. From twelve calls on, every ingredient is in it.
"""

from __future__ import annotations

import math
import random
from collections.abc import Sequence
from dataclasses import dataclass

FEWEST = 12
"""With fewer calls not every ingredient finds a place."""

LEAVING = ("greeting", "menu", "queue", "ring", "connecting", "talk")
"""Where a caller may hang up, in the order of a call."""

STORIES = ("path_3", "path_2", "path_1", "not_served", "duplicate", "other_county")

_USUAL = ("path_1", "path_2", "path_2", "path_3", "path_3", "not_served", "other_county")
"""What the calls beyond the guaranteed ones are about, by weight."""

_HOURLY = (1, 1, 1, 1, 1, 1, 2, 3, 5, 6, 6, 6, 6, 7, 9, 10, 10, 9, 8, 7, 6, 4, 3, 2)
"""How many of a day's calls come in each hour: the peak follows the end of school."""


@dataclass(frozen=True)
class PlannedCall:
    """One caller. `at` is the time of day in hours; `leaves_at` a stage of LEAVING, or None: stays to the end.

    `offer` is what the first screener does with it: accept, decline or miss. `keys` is False for a caller who
    presses nothing at all.
    """

    number: int
    at: float
    from_: str
    language: str
    story: str
    leaves_at: str | None = None
    offer: str = "accept"
    keys: bool = True

    @property
    def reported(self) -> bool:
        """Whether a report comes of it."""
        return self.leaves_at is None

    @property
    def outcome(self) -> str | None:
        """How both ledgers must count it: answered or abandoned; None where the two ends race each other."""
        if self.leaves_at == "connecting":
            return None
        return "answered" if self.leaves_at in (None, "talk") else "abandoned"


def make_plan(calls: int, seed: int) -> list[PlannedCall]:
    """A day of so many calls, in order of time. Raises ValueError for fewer than twelve."""
    if calls < FEWEST:
        raise ValueError(f"A day needs at least {FEWEST} calls, so that everything happens once.")
    chance = random.Random(seed)
    parts = [*_guaranteed(), *(_usual(chance) for _ in range(calls - FEWEST))]
    chance.shuffle(parts)
    parts = _first_report_first(parts)
    times = sorted(_moment(chance) for _ in parts)
    numbers = _telephones(len(parts))
    return [
        PlannedCall(
            number=place + 1,
            at=at,
            from_=part.from_ or telephone,
            language=part.language,
            story=part.story,
            leaves_at=part.leaves_at,
            offer=part.offer,
            keys=part.keys,
        )
        for place, (part, at, telephone) in enumerate(zip(parts, times, numbers, strict=True))
    ]


@dataclass(frozen=True)
class _Part:
    story: str
    language: str = "en"
    leaves_at: str | None = None
    offer: str = "accept"
    keys: bool = True
    from_: str = ""


def _guaranteed() -> list[_Part]:
    leaving = [
        _Part("path_2", "es" if place % 2 else "en", leaves_at=stage) for place, stage in enumerate(LEAVING)
    ]
    return [
        *leaving,
        _Part("path_3", offer="decline"),
        _Part("path_2", offer="miss"),
        _Part("not_served", "es"),
        _Part("duplicate"),
        _Part("other_county", keys=False, from_="+525555010142"),
        _Part("path_1", "es", from_="anonymous"),
    ]


def _usual(chance: random.Random) -> _Part:
    leaves_at = chance.choice(LEAVING) if chance.random() < 0.15 else None
    return _Part(
        story=chance.choice(_USUAL),
        language="es" if chance.random() < 0.35 else "en",
        leaves_at=leaves_at,
        offer="decline" if leaves_at is None and chance.random() < 0.08 else "accept",
        keys=chance.random() < 0.9,
        from_="anonymous" if chance.random() < 0.1 else "",
    )


def _first_report_first(parts: Sequence[_Part]) -> list[_Part]:
    """The same parts, with every duplicate behind a report that it can be a duplicate of."""
    firsts = [part for part in parts if part.story == "path_3" and part.leaves_at is None]
    rest = [part for part in parts if part is not firsts[0]]
    return [firsts[0], *rest]


def _moment(chance: random.Random) -> float:
    hour = chance.choices(range(24), weights=_HOURLY)[0]
    return hour + chance.random()


def _telephones(count: int) -> list[str]:
    """Invented numbers (555-0100 to 555-0199 of several area codes), all different."""
    areas = ("661", "760", "559", "209", "213", "831", "805", "916")
    if count > 99 * len(areas):
        raise ValueError(f"There are not enough invented telephone numbers for {count} calls.")
    return [f"+1{areas[place % len(areas)]}55501{1 + place // len(areas):02d}" for place in range(count)]


def pace(plan: Sequence[PlannedCall], speed: float) -> list[float]:
    """Seconds after the beginning at which each call comes, when a day passes `speed` times as fast as life."""
    if not (speed > 0 and math.isfinite(speed)):
        raise ValueError("The speed must be a number greater than 0.")
    began = plan[0].at
    return [(call.at - began) * 3600 / speed for call in plan]
