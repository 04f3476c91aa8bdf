"""The day's calls as a picture: a bar for each hour, drawn from the same figures as the table beside it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from hotline.calls.figures import Hour

WIDTH, HEIGHT, FOOT, STEP = 720, 200, 24, 30
_GAP = 6


@dataclass(frozen=True)
class Block:
    """A piece of a bar. Lengths are units of the picture."""

    kind: str
    """`answered`, `abandoned`, `diverted` or `open`."""
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True)
class Bar:
    """An hour's bar, and where its mark for callers who waited at once stands (None: nobody waited)."""

    hour: Hour
    middle: float
    blocks: tuple[Block, ...]
    mark: float | None


@dataclass(frozen=True)
class Picture:
    """Everything that the template draws."""

    width: int
    height: int
    foot: int
    bars: tuple[Bar, ...]
    lines: tuple[tuple[float, int], ...]
    """Height and number of each line across."""


def picture(hours: Sequence[Hour]) -> Picture:
    """Bars as high as the busiest hour allows; an empty day is an empty picture."""
    most = max([1, *(one.received for one in hours), *(one.waiting_at_once for one in hours)])
    unit = (HEIGHT - FOOT - 10) / most
    room = WIDTH - STEP
    wide = min(room / max(1, len(hours)), 80.0)
    bars = tuple(_bar(one, STEP + place * wide, wide, unit) for place, one in enumerate(hours))
    every = max(1, round(most / 4))
    lines = tuple((round(HEIGHT - FOOT - count * unit, 1), count) for count in range(0, most + 1, every))
    return Picture(WIDTH, HEIGHT, FOOT, bars, lines)


def _bar(hour: Hour, left: float, wide: float, unit: float) -> Bar:
    base, blocks = float(HEIGHT - FOOT), []
    counts = (
        ("answered", hour.answered),
        ("diverted", hour.diverted),
        ("abandoned", hour.abandoned),
        ("open", hour.still_open),
    )
    for kind, count in counts:
        if count:
            base -= count * unit
            blocks.append(
                Block(
                    kind,
                    round(left + _GAP / 2, 1),
                    round(base, 1),
                    round(wide - _GAP, 1),
                    round(count * unit, 1),
                )
            )
    mark = round(HEIGHT - FOOT - hour.waiting_at_once * unit, 1) if hour.waiting_at_once else None
    return Bar(hour, round(left + wide / 2, 1), tuple(blocks), mark)
