"""From an address to the area that answers for it. "Ambiguous" and "unknown" are honest answers for a person.

A town or community decides; a ZIP code gives a town at most, and where the two contradict each other nobody is
guessed. The answer names codes and places of the pack only, never the words that were typed.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any, Literal

from rapidfuzz import fuzz
from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from hotline.geography.addresses import Address, county_code, place_key, zip_five
from hotline.geography.models import Area, Place
from hotline.geography.postal import counties_of, zip_area

SIMILAR = 84.0
"""How alike two names must be (0 to 100) to be taken for one, and …"""

GAP = 6.0
"""… by how much the best must be ahead of every name that leads elsewhere."""

SHORTEST = 4
"""Names under this length are never corrected: too many differ by one letter."""

Status = Literal["found", "ambiguous", "unknown", "outside"]


@dataclass(frozen=True)
class Candidate:
    """An area that may be meant."""

    area: str
    name: str


@dataclass(frozen=True)
class Evidence:
    """One thing that spoke for or against: a code that the screens put into words, and a place of our own data."""

    code: str
    place: str = ""


@dataclass(frozen=True)
class Placement:
    """Where the address lies. `area_code` is given only when `status` is found; `county` is a county code."""

    status: Status
    area_code: str | None
    place: str | None
    county: str | None
    candidates: tuple[Candidate, ...]
    evidence: tuple[Evidence, ...]

    def to_json(self) -> dict[str, Any]:
        """Plain data for a JSON column."""
        return asdict(self) | {
            "candidates": [asdict(one) for one in self.candidates],
            "evidence": [asdict(one) for one in self.evidence],
        }

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Placement:
        """The placement that `to_json` wrote."""
        return cls(
            status=data["status"],
            area_code=data["area_code"],
            place=data["place"],
            county=data["county"],
            candidates=tuple(Candidate(**one) for one in data["candidates"]),
            evidence=tuple(Evidence(**one) for one in data["evidence"]),
        )


@dataclass(frozen=True)
class _Spoken:
    """What one part of the address says. `county` is None while it does not tell."""

    areas: frozenset[str] = frozenset()
    known: bool = False
    """Whether it names a place of the jurisdiction, in a listed area or not."""
    county: str | None = None
    place: str | None = None
    possibly: tuple[str, ...] = ()


_SILENT = _Spoken()
_COUNTY_CODE = re.compile(r"[a-z]+(?:_[a-z]+)*")
"""A choice of the form is a code already."""


def locate(
    session: Session,
    jurisdiction: str,
    state: str,
    address: Address,
    on: date,
    counties: Collection[str] = (),
) -> Placement:
    """The area of `jurisdiction` (of `state`, "CA") in which `address` lay on that local date.

    `counties`: the codes of the counties that the jurisdiction answers for; none given: the one that it is called
    after. Never raises for what was typed: text that says nothing leads to `unknown`.
    """
    ours = frozenset(counties) or {county_code(jurisdiction)}
    return _Search(session, jurisdiction, state.upper(), on, ours).placement(address)


class _Search:
    """One look-up, collecting its evidence."""

    def __init__(
        self, session: Session, jurisdiction: str, state: str, on: date, counties: AbstractSet[str]
    ) -> None:
        self._session, self._jurisdiction, self._state, self._on = session, jurisdiction, state, on
        self._counties = counties
        self._own = min(counties) if len(counties) == 1 else None
        """The county of every place of ours, where there is only one."""
        self._evidence: list[Evidence] = []

    def placement(self, address: Address) -> Placement:
        said_state = address.state.strip().upper()
        if len(said_state) == 2 and said_state != self._state:
            self._note("state_elsewhere")
            return self._answer("outside")
        town = self._town(address.city)
        mail = self._zip(address.zip_code)
        county = self._county(address.county)
        if not (town.known or mail.known) and not address.is_empty:
            return self._nowhere_here(address, town, mail, county)
        if address.is_empty:
            self._note("nothing_given")
            return self._answer("unknown")
        return self._weighed(address, town, mail, county)

    def _town(self, text: str) -> _Spoken:
        key = place_key(text)
        if not key:
            return _SILENT
        rows, known = self._places(key), counties_of(self._state, key)
        if rows:
            return self._of(rows, "town_named", self._only(known & self._counties))
        if known and not (self._counties & known):
            self._note("town_elsewhere")
            return _Spoken(county=min(known) if len(known) == 1 else "")
        return self._similar(key)

    def _similar(self, key: str) -> _Spoken:
        rows = self._all_places() if len(key) >= SHORTEST else []
        scored = sorted(((fuzz.ratio(key, row.key), row) for row in rows), key=lambda pair: -pair[0])
        if scored and scored[0][0] >= SIMILAR:
            best_score, best = scored[0]
            rivals = [
                score for score, row in scored if row.name != best.name and row.area_code != best.area_code
            ]
            if not rivals or best_score - rivals[0] >= GAP:
                return self._of([row for _, row in scored if row.key == best.key], "town_spelled_like")
        self._note("town_not_recognised")
        return _SILENT

    def _zip(self, text: str) -> _Spoken:
        if not text:
            return _SILENT
        digits = zip_five(text)
        if digits is None:
            self._note("zip_malformed")
            return _SILENT
        known = zip_area(digits)
        hinted = self._hinted(digits)
        if known is None and not hinted:
            self._note("zip_unknown")
            return _SILENT
        if (
            known is not None
            and not hinted
            and (known.state != self._state or known.county not in self._counties)
        ):
            self._note("zip_elsewhere")
            return _Spoken(county=known.county if known.state == self._state else "")
        keys = {place_key(town) for town in known.towns} if known else set[str]()
        rows = [*hinted, *(row for key in sorted(keys) for row in self._places(key) if row.county is None)]
        if rows:
            return self._of(
                rows, "zip_names_town", known.county if known and known.state == self._state else None
            )
        self._note("zip_town_not_listed")
        return _Spoken(county=known.county if known else self._own)

    def _county(self, text: str) -> _Spoken:
        code = text if _COUNTY_CODE.fullmatch(text) else county_code(text)
        if not code:
            return _SILENT
        self._note("county_said")
        return _Spoken(county=code)

    def _nowhere_here(self, address: Address, town: _Spoken, mail: _Spoken, county: _Spoken) -> Placement:
        """No place of ours was named: outside when everything that tells agrees on that, else unknown."""
        told = [one.county for one in (town, mail, county) if one.county is not None]
        unread = bool(place_key(address.city)) and town.county is None
        if told and not (self._counties & set(told)) and not unread:
            named = sorted({code for code in told if code})
            if len(named) <= 1:
                return self._answer("outside", county=named[0] if named else None)
            self._note("counties_disagree")
            return self._answer("unknown")
        if told and set(told) <= self._counties:
            return self._answer("unknown", county=self._only(told))
        return self._answer("unknown")

    def _weighed(self, address: Address, town: _Spoken, mail: _Spoken, county: _Spoken) -> Placement:
        """A place of ours was named by the town, by the ZIP or by both."""
        speaker = town if town.known else mail
        areas = set(speaker.areas)
        doubt = False
        if town.known and mail.known and not (town.areas & mail.areas):
            self._note("zip_disagrees", mail.place or "")
            areas |= mail.areas
            doubt = True
        if town.known and not self._may_be_ours(mail.county):
            self._note("zip_disagrees")
            doubt = True
        if not town.known and place_key(address.city):
            # The town was named in words that lead nowhere, or elsewhere: its ZIP alone must not decide.
            doubt = True
        if not self._may_be_ours(county.county):
            self._note("county_disagrees")
            doubt = True
        here = self._only(one.county for one in (town, mail, county))
        if doubt or len(areas) > 1:
            certain = None if doubt else here
            return self._answer(
                "ambiguous", place=speaker.place, county=certain, areas=areas | set(speaker.possibly)
            )
        area = next(iter(areas), None)
        return self._answer("found", area=area, place=speaker.place, county=here, areas=speaker.possibly)

    def _of(self, rows: Sequence[Place], code: str, county: str | None = None) -> _Spoken:
        """What the named places say together. A place outside counts only when no place of ours has the name.

        `county`: in which one of ours they lie, where something else tells.
        """
        ours = [row for row in rows if row.county is None]
        if not ours:
            counties = sorted({row.county or "" for row in rows})
            self._note("town_elsewhere", rows[0].name)
            return _Spoken(county=counties[0] if len(counties) == 1 else "")
        self._note(code, ours[0].name)
        return _Spoken(
            areas=frozenset(row.area_code for row in ours if row.area_code),
            known=True,
            county=county or self._own,
            place=ours[0].name,
            possibly=tuple(sorted({area for row in ours for area in row.possibly})),
        )

    def _may_be_ours(self, county: str | None) -> bool:
        """Whether a county that was told, or none, goes together with a place of ours."""
        return county is None or county in self._counties

    def _only(self, told: Iterable[str | None]) -> str | None:
        """The one county of ours that was told; where we have only one, that one."""
        found = {county for county in told if county is not None} & self._counties
        if self._own is not None:
            return self._own
        return min(found) if len(found) == 1 else None

    def _answer(
        self,
        status: Status,
        *,
        area: str | None = None,
        place: str | None = None,
        county: str | None = None,
        areas: Iterable[str] = (),
    ) -> Placement:
        return Placement(status, area, place, county, self._named(areas), tuple(self._evidence))

    def _named(self, codes: Iterable[str]) -> tuple[Candidate, ...]:
        wanted = sorted(set(codes))
        rows = self._session.execute(
            select(Area.code, Area.name).where(Area.jurisdiction == self._jurisdiction, Area.code.in_(wanted))
        )
        names = {row.code: row.name for row in rows}
        return tuple(Candidate(code, names.get(code, code)) for code in wanted)

    def _note(self, code: str, place: str = "") -> None:
        self._evidence.append(Evidence(code, place))

    def _places(self, key: str) -> Sequence[Place]:
        return self._in_force(Place.key == key)

    def _all_places(self) -> Sequence[Place]:
        return self._in_force()

    def _hinted(self, digits: str) -> Sequence[Place]:
        return self._in_force(Place.zips.contains([digits]))

    def _in_force(self, *conditions: Any) -> Sequence[Place]:
        return self._session.scalars(
            select(Place)
            .where(
                Place.jurisdiction == self._jurisdiction,
                or_(Place.from_date.is_(None), Place.from_date <= self._on),
                or_(Place.until_date.is_(None), Place.until_date > self._on),
                *conditions,
            )
            .order_by(Place.name, Place.area_code)
        ).all()
