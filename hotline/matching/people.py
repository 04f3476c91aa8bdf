"""The people whom a report's form holds, made comparable (pure). The reporter is not among them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from hotline.geography.addresses import Address, zip_five
from hotline.matching import normalise
from hotline.matching.normalise import Person
from hotline.telephony.numbers import classify
from screening_forms.conditions import shown_answers
from screening_forms.model import UNKNOWN, Form, Section

_NAMED = ("first_name", "middle_name", "last_name", "other_names")
_DESCRIBED = ("birth_date", "age", "age_estimated", "sex", "school", "phone", "address", "roles")
PERSON_FIELDS = frozenset(_NAMED + _DESCRIBED)
"""Fields of a person by which they are found."""

_HOME = "location/home_"
_AT_HOME = frozenset({"children", "caregivers", "household"})
"""Who lives at the home of the report unless another address is given."""


@dataclass(frozen=True)
class Entry:
    """One person of a report: where the form holds them, under which name, and as they are searched."""

    entry: str
    role: str
    name: str
    person: Person


def entries(
    form: Form, answers: Mapping[str, Any], fingerprint: Callable[[str], str], on: date
) -> Iterator[Entry]:
    """Everybody whom the shown answers name or describe, once for each name they use.

    `on` is the day on which their ages were true. `fingerprint` makes the keyed hash of a telephone number. Somebody
    of whom nothing is known by which they could be found again is left out, and so is who was only named as a
    witness or as a source.
    """
    shown = shown_answers(form, answers)
    for section in form.sections:
        if not is_of_people(section):
            continue
        for number in form.instances(section, shown):
            if _tells_only(section, number, shown):
                continue
            for entry in _described(section, number, shown, fingerprint, on):
                if not entry.person.is_blank:
                    yield entry


def is_of_people(section: Section) -> bool:
    """Whether each instance of the section is a person."""
    return section.repeat and "first_name" in {field.id for field in section.fields}


def concerns(path: str) -> bool:
    """Whether the answer at a path is one by which people are found."""
    section, *_, name = path.split("/")
    return path.startswith(_HOME) or (section != "reporter" and name in PERSON_FIELDS)


def _described(
    section: Section, number: int, shown: Mapping[str, Any], fingerprint: Callable[[str], str], on: date
) -> Iterator[Entry]:
    def said(name: str) -> str:
        return _said(shown, section.path(name, number))

    age, phone = said("age"), classify(said("phone")).e164
    if said("address"):
        address = address_of(said("address"))
    else:
        street, town, code = (_said(shown, _HOME + part) for part in ("street", "town", "zip"))
        at_home = section.id in _AT_HOME
        address = Address(street=street, city=town, zip_code=code) if at_home else Address()
    names = [(f"{said('first_name')} {said('middle_name')}", said("last_name"))]
    for other in re.split(r"[,;/]", said("other_names")):
        first, _, last = other.strip().partition(" ")
        names += [(first, last or said("last_name"))] if first else []
    for first, last in names:
        person = make_person(
            first=first,
            last=last,
            birth=said("birth_date"),
            age=int(age) if age.isdecimal() else None,
            estimated=said("age_estimated") == "yes",
            on=on,
            sex=said("sex"),
            address=address,
            school=said("school"),
            phone=fingerprint(phone) if phone else "",
        )
        yield Entry(f"{section.id}/{number}", section.id, " ".join(f"{first} {last}".split()), person)


def _tells_only(section: Section, number: int, shown: Mapping[str, Any]) -> bool:
    """Whether somebody only saw it or can tell of the family: it may be who reports, and is nobody's relative."""
    roles = shown.get(section.path("roles", number), ())
    return bool(roles) and not isinstance(roles, str) and set(roles) <= {"collateral", "witness"}


def make_person(
    *,
    first: str = "",
    last: str = "",
    birth: str = "",
    age: int | None = None,
    estimated: bool = False,
    on: date | None = None,
    sex: str = "",
    address: Address | None = None,
    school: str = "",
    phone: str = "",
) -> Person:
    """What was typed of somebody, normalised. `on` is the day on which `age` is true; `phone` is a keyed hash."""
    place = address or Address()
    house, street = normalise.street_of(place.street)
    day = normalise.birth_of(birth)
    return Person(
        first=normalise.name_parts(first),
        last=normalise.name_parts(last),
        birth=day,
        years=normalise.years_of(age, estimated, on)
        if age is not None and on is not None and not day
        else None,
        sex=sex if sex in ("female", "male") else "",
        house=house,
        street=street,
        town=normalise.town_of(place.city) if place.city else "",
        zip=normalise.zip_of(place.zip_code) if place.zip_code else "",
        school=normalise.school_of(school),
        phone=phone,
    )


def address_of(text: str) -> Address:
    """An address that was typed in one line: `12 Oak St, Taft, CA 93268`."""
    street, *rest = (part.strip() for part in text.split(","))
    code = next((found for word in reversed(text.split()) if (found := zip_five(word))), "")
    town = rest[0].replace(code, "").strip() if rest and code != street else ""
    return Address(street=street, city=town, zip_code=code)


def _said(shown: Mapping[str, Any], path: str) -> str:
    value = shown.get(path, "")
    return value if isinstance(value, str) and value != UNKNOWN else ""
