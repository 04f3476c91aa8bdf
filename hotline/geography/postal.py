"""What ZIP codes say: the towns of a ZIP, the counties of a town. Public postal data, from PyPI's `zipcodes`."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import zipcodes

from hotline.geography.addresses import county_code, place_key


@dataclass(frozen=True)
class ZipArea:
    """A ZIP code: its mail town first, then other names in use, and the county that most of it lies in."""

    towns: tuple[str, ...]
    county: str
    """A county code, empty where the data has none."""
    state: str


def zip_area(zip_code: str) -> ZipArea | None:
    """What is known of a five-digit ZIP; None for one that does not exist."""
    rows = zipcodes.matching(zip_code)  # type: ignore[no-untyped-call]
    if not rows:
        return None
    row = rows[0]
    towns = (row["city"], *row["acceptable_cities"])
    return ZipArea(towns, county_code(row["county"] or ""), row["state"])


def counties_of(state: str, key: str) -> frozenset[str]:
    """The counties of `state` that have a mail town of that place key; empty when none has."""
    return _towns(state).get(key, frozenset())


def remember(state: str) -> None:
    """Read the towns of `state` now, which takes a third of a second, instead of when the first is asked for."""
    _towns(state)


@lru_cache(maxsize=8)
def _towns(state: str) -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for row in zipcodes.filter_by(state=state):  # type: ignore[no-untyped-call]
        if row["county"]:
            for town in (row["city"], *row["acceptable_cities"]):
                found.setdefault(place_key(town), set()).add(county_code(row["county"]))
    return {key: frozenset(counties) for key, counties in found.items()}
