"""Connection overrides: what an address says, behind `#`, of time limits and of trying again.

Rule: Twilio, "Webhooks: connection overrides". The fragment is neither sent nor signed.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlsplit

# Name -> least, most and usual value; times are milliseconds, `rc` is a number of tries.
_LIMITS = {
    "ct": (100, 10_000, 5_000),
    "rt": (100, 15_000, 15_000),
    "tt": (100, 15_000, 15_000),
    "rc": (0, 5, 1),
}
_CASES = frozenset({"4xx", "5xx", "ct", "rt"})
_KNOWN = frozenset({*_LIMITS, "rp", "e"})


class BadOverride(Exception):
    """The fragment says something that the phone company does not understand (11243)."""


@dataclass(frozen=True)
class Overrides:
    """Seconds for connecting, for one answer and for all tries; how many more tries, and after which failures."""

    connect: float = 5.0
    read: float = 15.0
    total: float = 15.0
    retries: int = 1
    after: frozenset[str] = frozenset({"ct"})


def overrides(url: str) -> Overrides:
    """What the address asks for. Raises BadOverride."""
    fragment = urlsplit(url).fragment
    given = dict(parse_qsl(fragment, keep_blank_values=True))
    if set(given) - _KNOWN:
        # Any other fragment means nothing to the phone company.
        return Overrides()
    values = {name: _number(name, given) for name in _LIMITS}
    return Overrides(
        connect=values["ct"] / 1000,
        read=values["rt"] / 1000,
        total=values["tt"] / 1000,
        retries=values["rc"],
        after=_cases(given.get("rp", "ct")),
    )


def _number(name: str, given: Mapping[str, str]) -> int:
    least, most, usual = _LIMITS[name]
    text = given.get(name, str(usual))
    if not text.isdecimal() or not least <= int(text) <= most:
        raise BadOverride(f"{name}={text}: expected {least} to {most}")
    return int(text)


def _cases(text: str) -> frozenset[str]:
    cases = frozenset(text.split(","))
    if "all" in cases:
        return _CASES
    if cases - _CASES:
        raise BadOverride(f"rp={text}: expected some of {', '.join(sorted(_CASES))} or all")
    return cases
