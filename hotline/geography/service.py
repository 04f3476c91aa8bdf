"""Loading the areas and places of the packs. Loading again changes nothing."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise

from sqlalchemy import delete
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from hotline.geography.addresses import place_key
from hotline.geography.models import Area, Place
from hotline.policy.areas import Area as PackArea
from hotline.policy.areas import Place as PackPlace
from hotline.policy.loader import Shelf
from hotline.policy.model import Pack

_OURS = uuid.UUID("6f1d1c0e-4b0f-4a43-9a5b-6a1d5d4c9e21")
"""Ids of loaded rows follow from what they say, so that a second loading finds the first."""


@dataclass(frozen=True)
class _Row:
    """A name, what it leads to and when."""

    key: str
    name: str
    area_code: str | None
    from_date: date
    until_date: date | None
    county: str | None = None
    zips: tuple[str, ...] = ()
    possibly: tuple[str, ...] = ()

    def joined(self, other: _Row) -> _Row:
        """This row with the hints of `other`, too."""
        return replace(
            self,
            zips=tuple(sorted({*self.zips, *other.zips})),
            possibly=tuple(sorted({*self.possibly, *other.possibly})),
        )


def load_areas(session: Session, shelf: Shelf, jurisdiction: str) -> int:
    """Write the areas and places of every pack of `jurisdiction`, each for the time in which its pack is in force.

    Returns the number of place names. Names that the packs no longer hold are removed; areas stay, because
    decisions name them.
    """
    packs = shelf.versions(jurisdiction)
    for pack in packs:
        for area in pack.areas.areas:
            _write_area(session, jurisdiction, area)
    ends = [later.head.effective for _, later in pairwise(packs)]
    wanted: dict[uuid.UUID, _Row] = {}
    for pack, end in zip(packs, [*ends, None], strict=True):
        for row in _rows(pack, end):
            row_id = _id(jurisdiction, row)
            # A name and its alias may have one key: what either knows counts.
            wanted[row_id] = row.joined(wanted.get(row_id, row))
    if wanted:
        _write_places(session, jurisdiction, wanted)
    session.execute(delete(Place).where(Place.jurisdiction == jurisdiction, Place.id.not_in(wanted)))
    return len(wanted)


def _rows(pack: Pack, end: date | None) -> Iterator[_Row]:
    begin = pack.head.effective
    areas = {area.code: area for area in pack.areas.areas}
    for area in pack.areas.areas:
        for name in (area.name, *area.aliases):
            yield from _spans(name, PackPlace(name=name, area=area.code, confidence="B"), area, begin, end)
    for place in pack.areas.places:
        for name in (place.name, *place.aliases):
            for code in (place.area,) if place.area else place.ambiguous:
                yield from _spans(name, place, areas[code], begin, end)
    for neighbour in pack.areas.neighbours:
        yield _Row(place_key(neighbour.name), neighbour.name, None, begin, end, county=neighbour.county_code)


def _spans(name: str, place: PackPlace, area: PackArea, begin: date, end: date | None) -> Iterator[_Row]:
    """The place in its area while that exists, and in none before and after."""
    opens = max(begin, area.from_)
    closes = min((day for day in (area.until, end) if day is not None), default=None)
    spans = [(begin, opens, None), (opens, closes, area.code)]
    if closes is not None and closes != end:
        spans.append((max(begin, closes), end, None))
    for since, until, code in spans:
        if until is None or since < until:
            yield _Row(
                place_key(name),
                place.name,
                code,
                since,
                until,
                zips=place.zips if name == place.name else (),
                possibly=place.possibly,
            )


def _write_area(session: Session, jurisdiction: str, area: PackArea) -> None:
    values = {"name": area.name, "confidence": area.confidence}
    session.execute(
        insert(Area)
        .values(
            id=uuid.uuid5(_OURS, f"{jurisdiction}/{area.code}"),
            jurisdiction=jurisdiction,
            code=area.code,
            **values,
        )
        .on_conflict_do_update(index_elements=["jurisdiction", "code"], set_=values)
    )


def _id(jurisdiction: str, row: _Row) -> uuid.UUID:
    says = [row.key, row.area_code or "", row.county or "", row.from_date.isoformat(), str(row.until_date)]
    return uuid.uuid5(_OURS, "/".join([jurisdiction, *says]))


def _write_places(session: Session, jurisdiction: str, rows: Mapping[uuid.UUID, _Row]) -> None:
    statement = insert(Place).values(
        [
            {
                "id": row_id,
                "jurisdiction": jurisdiction,
                "key": row.key,
                "name": row.name,
                "area_code": row.area_code,
                "county": row.county,
                "zips": list(row.zips),
                "possibly": list(row.possibly),
                "from_date": row.from_date,
                "until_date": row.until_date,
            }
            for row_id, row in rows.items()
        ]
    )
    renewed = {name: statement.excluded[name] for name in ("name", "zips", "possibly")}
    session.execute(statement.on_conflict_do_update(index_elements=["id"], set_=renewed))
