"""The words of an address, made comparable (pure)."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

_DIRECTIONS = {
    "n": "north",
    "s": "south",
    "e": "east",
    "w": "west",
    "ne": "northeast",
    "nw": "northwest",
    "se": "southeast",
    "sw": "southwest",
    "so": "south",
    "no": "north",
    "norte": "north",
    "sur": "south",
    "este": "east",
    "oeste": "west",
    "sureste": "southeast",
    "suroeste": "southwest",
    "noreste": "northeast",
    "noroeste": "northwest",
}
_PAIRS = {("south", "east"), ("south", "west"), ("north", "east"), ("north", "west")}
_COMPASS = frozenset(_DIRECTIONS.values())
_SHORT = {
    "calif": "california",
    "clb": "club",
    "ctr": "center",
    "cyn": "canyon",
    "ft": "fort",
    "hts": "heights",
    "jct": "junction",
    "lk": "lake",
    "mt": "mount",
    "mtn": "mountain",
    "rvr": "river",
    "spg": "spring",
    "spgs": "springs",
    "vlg": "village",
    "vly": "valley",
}
_BEFORE = frozenset({"city", "town", "community", "ciudad", "pueblo", "area"})
_AFTER = frozenset({"area", "side", "ca", "california", "usa"})
_LINKS = frozenset({"of", "de"})
_COUNTY_WORDS = frozenset(
    {"county", "condado", "co", "cnty", "of", "de", "del", "parish", "ca", "california"}
)
_ZIP = re.compile(r"^\s*([0-9]{5})(?:[\s-]*[0-9]{4})?\s*$", re.ASCII)


@dataclass(frozen=True)
class Address:
    """What was said of a place, each part as it was typed; an empty text is a part that nobody said."""

    street: str = ""
    city: str = ""
    zip_code: str = ""
    county: str = ""
    state: str = ""

    @classmethod
    def from_parts(cls, parts: Mapping[str, object]) -> Address:
        """The address in `parts`: `street`, `city`, `zip`, `county`, `state`; what is missing or empty stays empty."""
        text = {name: str(value).strip() for name, value in parts.items() if isinstance(value, str)}
        return cls(
            street=text.get("street", ""),
            city=text.get("city", ""),
            zip_code=text.get("zip", ""),
            county=text.get("county", ""),
            state=text.get("state", ""),
        )

    @property
    def is_empty(self) -> bool:
        """Whether nothing was said that could place it: a street alone does not."""
        return not (self.city or self.zip_code or self.county)


def place_key(name: str) -> str:
    """A place name as it is compared: no capitals, accents and punctuation, usual short forms written out.

    `N. Bakersfield`, `north Bakersfield, CA` and `Bakersfield (north)` have one key. A key is its own key.
    """
    words = _words(name)
    # What one step brings to the front or the end may be a matter for another: until nothing changes.
    while (simpler := _simplified(words)) != words:
        words = simpler
    return " ".join(words)


def _simplified(words: list[str]) -> list[str]:
    while len(words) > 1 and words[-1] in _AFTER:
        words = words[:-1]
    while len(words) > 2 and words[0] in _BEFORE and words[1] in _LINKS:
        words = words[2:]
    words = _with_compass([_SHORT.get(word, word) for word in words])
    if len(words) > 1 and words[0] == "st":
        words = ["saint", *words[1:]]
    return _joined_prefixes(words)


def county_code(name: str) -> str:
    """A county as the rules write it: `Kern County` is `kern`, `Condado de Los Ángeles` is `los_angeles`."""
    words = _words(name)
    kept = [word for word in words if word not in _COUNTY_WORDS]
    return "_".join(kept or words)


def zip_five(text: str) -> str | None:
    """The five digits of a ZIP code, with or without its last four; None when it is not one."""
    found = _ZIP.match(text)
    return found.group(1) if found else None


def _words(text: str) -> list[str]:
    decomposed = unicodedata.normalize("NFKD", text)
    letters = "".join(letter for letter in decomposed if not unicodedata.combining(letter))
    # An apostrophe joins (O'Neals), everything else that is no letter or digit separates.
    joined = re.sub(r"['’`´]", "", letters.casefold())
    return re.sub(r"[\W_]+", " ", joined).split()


def _with_compass(words: list[str]) -> list[str]:
    """Directions written out and put first, where people may say them before or after the name."""
    if len(words) < 2:
        return words
    said_first = words[0] in _COMPASS or words[0] in _DIRECTIONS
    if not said_first and (words[-1] in _COMPASS or words[-1] in _DIRECTIONS.keys() - {"no", "so"}):
        words = [words[-1], *words[:-1]]
    words = [_DIRECTIONS.get(words[0], words[0]), *words[1:]]
    if len(words) > 2 and words[0] in _COMPASS and words[1] in _LINKS:
        words = [words[0], *words[2:]]
    if len(words) > 2 and (words[0], _DIRECTIONS.get(words[1], words[1])) in _PAIRS:
        words = [words[0] + _DIRECTIONS.get(words[1], words[1]), *words[2:]]
    return words


def _joined_prefixes(words: list[str]) -> list[str]:
    """`Mc Farland` as `mcfarland`."""
    joined: list[str] = []
    for word in words:
        if joined and joined[-1] == "mc":
            joined[-1] += word
        else:
            joined.append(word)
    return joined
