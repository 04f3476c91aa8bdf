"""Towns that somebody may mean who has typed part of a name, or a ZIP code: from the places of the jurisdiction.

Only names of our own data come back, never the words that were typed.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from rapidfuzz import fuzz
from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from hotline.geography.addresses import place_key, zip_five
from hotline.geography.locate import SHORTEST
from hotline.geography.models import Area, Place
from hotline.geography.postal import zip_area

SIMILAR = 70.0
"""How alike (0 to 100) a name must be to what was typed, to be offered. A person chooses, so this is generous."""

_LEAST = 2
"""So many letters must be there before anything is offered."""


@dataclass(frozen=True)
class Town:
    """A town to choose: its county as a code (None: one of the jurisdiction's, nobody knows which), its area's name."""

    name: str
    county: str | None
    area: str | None
    zip_code: str | None = None
    state: str | None = None


def towns(session: Session, jurisdiction: str, typed: str, on: date, limit: int = 5) -> tuple[Town, ...]:
    """Towns whose name begins like `typed`, has a word that does, or is spelled like it; the likeliest first.

    Nothing for a name that is known just so, and for less than two letters.
    """
    key = place_key(typed)
    if len(key) < _LEAST:
        return ()
    rows = _places(session, jurisdiction, on)
    if any(place.key == key for place, _ in rows):
        return ()
    best: dict[str, tuple[float, Town]] = {}
    for place, area in rows:
        score = _likeness(key, place.key)
        if score >= SIMILAR and (place.name not in best or best[place.name][0] < score):
            best[place.name] = score, Town(place.name, place.county, area)
    ranked = sorted(best.values(), key=lambda one: (-one[0], one[1].name))
    return tuple(town for _, town in ranked[:limit])


def towns_of_zip(
    session: Session, jurisdiction: str, typed: str, on: date, counties: Collection[str], limit: int = 5
) -> tuple[Town, ...]:
    """The towns that share a ZIP code: those of the jurisdiction, then those of the postal data; none for no ZIP."""
    digits = zip_five(typed)
    if digits is None:
        return ()
    known = zip_area(digits)
    county, state = (known.county or None, known.state) if known else (None, None)
    found: dict[str, Town] = {}
    for place, area in _places(session, jurisdiction, on):
        if digits in place.zips:
            ours = county if county in counties else None
            found.setdefault(place.key, Town(place.name, place.county or ours, area, digits, state))
    for name in known.towns if known else ():
        found.setdefault(place_key(name), Town(name, county, None, digits, state))
    return tuple(found.values())[:limit]


def _places(session: Session, jurisdiction: str, on: date) -> list[tuple[Place, str | None]]:
    rows = session.execute(
        select(Place, Area.name)
        .outerjoin(Area, (Area.code == Place.area_code) & (Area.jurisdiction == Place.jurisdiction))
        .where(
            Place.jurisdiction == jurisdiction,
            or_(Place.from_date.is_(None), Place.from_date <= on),
            or_(Place.until_date.is_(None), Place.until_date > on),
        )
        .order_by(Place.name, Place.area_code)
    )
    return [(place, area) for place, area in rows]


def _likeness(typed: str, key: str) -> float:
    if key.startswith(typed):
        return 100.0
    if any(word.startswith(typed) for word in key.split()):
        return 95.0
    if len(typed) < SHORTEST:
        return 0.0
    # Somebody is still typing: the beginning of a longer name is compared with what is there.
    return max(fuzz.ratio(typed, key), fuzz.ratio(typed, key[: len(typed)]) - 5)
