"""The places of a jurisdiction, the areas that they belong to, and the services that are open in each area."""

import datetime
import unicodedata
from collections.abc import Iterable, Iterator
from typing import Literal, Self

from pydantic import Field, model_validator

from hotline.policy.clocks import Strict
from hotline.policy.words import Confidence, Words


class Area(Strict):
    """A community that the agency serves as one. `until` is the first day on which it no longer does."""

    code: str = Field(pattern=r"^[a-z][a-z0-9-]*$")
    name: str = Field(min_length=1)
    aliases: tuple[str, ...] = ()
    from_: datetime.date = Field(alias="from")
    until: datetime.date | None = None
    source: str = Field(min_length=1)
    confidence: Confidence


class Place(Strict):
    """A town or settlement of the jurisdiction.

    It lies in `area`, or, where its name alone decides nothing, in one of `ambiguous`. `possibly` names areas
    that may include it by a boundary that nobody published: a hint for the coordinator, never an answer.
    ZIPs are hints from a ZIP to this place, never from a ZIP to an area.
    """

    name: str = Field(min_length=1)
    aliases: tuple[str, ...] = ()
    area: str | None = None
    ambiguous: tuple[str, ...] = ()
    possibly: tuple[str, ...] = ()
    zips: tuple[str, ...] = ()
    confidence: Confidence

    @model_validator(mode="after")
    def _one_answer(self) -> Self:
        if (self.area is None) != (len(self.ambiguous) > 1):
            raise ValueError("a place has either one area or at least two ambiguous ones")
        return self


class Neighbour(Strict):
    """A well-known place just outside, so that a caller's town is not searched for in vain."""

    name: str = Field(min_length=1)
    county: str = Field(min_length=1)
    county_code: str = Field(pattern=r"^[a-z][a-z0-9_]*$")


class AreaBook(Strict):
    """areas.yaml: every area, place and neighbour of the jurisdiction."""

    areas: tuple[Area, ...] = Field(min_length=1)
    places: tuple[Place, ...] = Field(min_length=1)
    neighbours: tuple[Neighbour, ...] = ()

    def area(self, code: str) -> Area:
        """The area of that code; raises KeyError."""
        for area in self.areas:
            if area.code == code:
                return area
        raise KeyError(code)

    def place(self, name: str) -> Place | None:
        """The place called so, by name or alias, whatever the capitals and accents."""
        wanted = plain(name)
        for place in self.places:
            if wanted in (plain(known) for known in (place.name, *place.aliases)):
                return place
        return None

    def area_called(self, name: str) -> Area | None:
        """The area called so, by name or alias."""
        wanted = plain(name)
        for area in self.areas:
            if wanted in (plain(known) for known in (area.name, *area.aliases)):
                return area
        return None


class Service(Strict):
    """A kind of help that a report can be sent for. `by`: who gives it."""

    code: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    name: Words
    by: Literal["area_office", "partner"]
    voluntary: bool
    source: str = Field(min_length=1)
    confidence: Confidence


class Cover(Strict):
    """From when and until when (exclusive) a service is open in these areas."""

    service: str
    areas: tuple[str, ...] = Field(min_length=1)
    from_: datetime.date = Field(alias="from")
    until: datetime.date | None = None
    source: str = Field(min_length=1)
    confidence: Confidence


class Tribe(Strict):
    """A tribe that the agency works with."""

    name: str = Field(min_length=1)
    source: str = Field(min_length=1)
    confidence: Confidence


class Coverage(Strict):
    """partners.yaml: the services, and where each is open."""

    services: tuple[Service, ...] = Field(min_length=1)
    coverage: tuple[Cover, ...] = ()
    tribes: tuple[Tribe, ...] = ()

    def service(self, code: str) -> Service:
        """The service of that code; raises KeyError."""
        for service in self.services:
            if service.code == code:
                return service
        raise KeyError(code)

    def open_in(self, area: str, service: str, on: datetime.date) -> Cover | None:
        """The published line that opens `service` in `area` on that local date, or None: nobody serves it there."""
        for cover in self.coverage:
            if cover.service == service and area in cover.areas and _in_force(cover, on):
                return cover
        return None

    def services_in(self, area: str, on: datetime.date) -> tuple[str, ...]:
        """Codes of the partner services that are open in `area` on that local date."""
        return tuple(service.code for service in self.services if self.open_in(area, service.code, on))


def plain(name: str) -> str:
    """A name without capitals, accents and doubled spaces, to compare by."""
    decomposed = unicodedata.normalize("NFKD", name)
    letters = "".join(letter for letter in decomposed if not unicodedata.combining(letter))
    return " ".join(letters.casefold().split())


def faults(book: AreaBook, coverage: Coverage) -> Iterator[tuple[str, tuple[str | int, ...], str]]:
    """What doesn't fit together: file name, place in it, and the problem."""
    codes = {area.code for area in book.areas}
    yield from _twice("areas", "areas", [(area.code,) for area in book.areas])
    for position, place in enumerate(book.places):
        named = (*((place.area,) if place.area else ()), *place.ambiguous, *place.possibly)
        for code in sorted(set(named) - codes):
            yield "areas", ("places", position), f"{place.name} names the unknown area {code!r}."
    names = [tuple(plain(name) for name in (place.name, *place.aliases)) for place in book.places]
    yield from _twice("areas", "places", names)
    services = {service.code for service in coverage.services}
    yield from _twice("partners", "services", [(service.code,) for service in coverage.services])
    for position, cover in enumerate(coverage.coverage):
        if cover.service not in services:
            yield (
                "partners",
                ("coverage", position, "service"),
                f"The service {cover.service!r} is not declared.",
            )
        for code in sorted(set(cover.areas) - codes):
            yield "partners", ("coverage", position, "areas"), f"The area {code!r} is not in areas.yaml."


def _in_force(cover: Cover, on: datetime.date) -> bool:
    return cover.from_ <= on and (cover.until is None or on < cover.until)


def _twice(
    file: str, key: str, entries: Iterable[tuple[str, ...]]
) -> Iterator[tuple[str, tuple[str | int, ...], str]]:
    seen: set[str] = set()
    for position, names in enumerate(entries):
        for name in names:
            if name in seen:
                yield file, (key, position), f"{name!r} stands here twice."
            seen.add(name)
