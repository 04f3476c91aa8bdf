"""The figures of the console: saving a field, and a screener's hand on a standard report."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from hotline.demo.day.people import Person
from scripts.bench import field_save, screener
from scripts.bench.field_save import Saves
from scripts.bench.screener import USABLE_MS, Hand

SAVE_P95 = 3.0
"""How many times as long as a bare update and commit the saving of a field may take."""


@dataclass(frozen=True)
class Typing:
    """Saving a field beside the least that could do, and a whole report."""

    saved: Saves
    bare: Saves
    hand: Hand


def measure(settings: Mapping[str, str], people: Sequence[Person]) -> Typing:
    """Both in turn. HotlineError when a save was wrong or the page did not let the screener work."""
    saved, bare = field_save.measure(settings, people)
    return Typing(saved, bare, screener.measure(settings, people))


def table(typing: Typing) -> str:
    """Saving with its ratio, and the hand."""
    saved, bare, hand = typing.saved, typing.bare, typing.hand
    rows = [
        "\nOne field of a report saved          p50 ms   p95 ms",
        f"  {'as the page saves it':<30}{saved.p50:>9.1f}{saved.p95:>9.1f}",
        f"  {'bare update and commit':<30}{bare.p50:>9.1f}{bare.p95:>9.1f}",
        f"  {'ratio':<30}{saved.p50 / bare.p50:>9.2f}{saved.p95 / bare.p95:>9.2f}",
        f"  {'wanted at most':<30}{'':>9}{SAVE_P95:>9.2f}",
        "\nA standard report by a hand that never thinks",
        f"  {f'{hand.answers} answers':<30}{hand.keys:>6} keys{hand.clicks:>6} clicks{hand.seconds:>8.1f} s",
        f"  {'page usable, nothing kept':<30}{hand.usable_ms:>6.0f} ms, wanted at most {USABLE_MS}",
    ]
    return "\n".join(rows)


def as_json(typing: Typing) -> dict[str, Any]:
    """Every figure by name."""
    return {
        "field_save": {
            "ours": asdict(typing.saved),
            "bare": asdict(typing.bare),
            "ratio_p95": typing.saved.p95 / typing.bare.p95,
            "wanted_ratio_p95": SAVE_P95,
        },
        "standard_report": asdict(typing.hand) | {"wanted_usable_ms": USABLE_MS},
    }
