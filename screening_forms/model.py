"""What a form definition consists of: sections, fields, conditions, and the facts that fields yield.

An answer is kept under its path: "section/field", or "section/<n>/field" in a section that repeats (n from 1).
A person of the report is "section/<n>", an entry of a section that holds people.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Self

from pydantic import Field as Given
from pydantic import model_validator

from screening_forms import addresses
from screening_forms.condition_model import (
    AllOf,
    AnyOf,
    AnyPerson,
    Comparison,
    Condition,
    Not,
    Persons,
    looks,
    looks_at,
)
from screening_forms.errors import UnknownField
from screening_forms.fields import (
    NAME,
    SEVERAL,
    UNKNOWN,
    Answers,
    Computation,
    FactRule,
    Field,
    Kind,
    Option,
    OptionGroup,
    Prompt,
    Step,
    Value,
)
from screening_forms.words import Strict, Words

__all__ = [
    "MAX_INSTANCES",
    "SEVERAL",
    "UNKNOWN",
    "AllOf",
    "Answers",
    "AnyOf",
    "AnyPerson",
    "Comparison",
    "Computation",
    "Condition",
    "DerivedFact",
    "FactRule",
    "Field",
    "Form",
    "Kind",
    "Matrix",
    "Not",
    "Option",
    "OptionGroup",
    "Persons",
    "Prompt",
    "Section",
    "Step",
    "Value",
    "Warning_",
    "looks",
]

MAX_INSTANCES = 50
"""How often a section repeats at most."""

_NUMBER = re.compile(r"[1-9][0-9]{0,2}")


class Matrix(Strict):
    """A section of allegations: one entry for each victim and suspect, with the kinds of harm.

    The questions are called child, suspect (persons of these sections) and types (a multi_select).
    """

    victims: tuple[str, ...] = Given(min_length=1)
    suspects: tuple[str, ...] = Given(min_length=1)


class Section(Strict):
    """Questions that belong together; with `repeat`, once for each child, caregiver and so on.

    `people`: each entry is a person, known to others as "<section>/<n>". `show_when`, `view` and `edit` hold for
    every question in it.
    """

    id: str = Given(pattern=NAME)
    title: Words
    intro: Words | None = None
    repeat: bool = False
    one: Words | None = None
    people: bool = False
    matrix: Matrix | None = None
    show_when: Condition | None = None
    view: tuple[str, ...] = ()
    edit: tuple[str, ...] = ()
    fields: tuple[Field, ...] = Given(min_length=1)

    @model_validator(mode="before")
    @classmethod
    def _spread_addresses(cls, given: Any) -> Any:
        if not isinstance(given, Mapping) or not isinstance(given.get("fields"), list | tuple):
            return given
        if not any(addresses.is_address(field) for field in given["fields"]):
            return given
        spread: list[Any] = []
        for field in given["fields"]:
            if addresses.is_address(field):
                spread += [part for part, _ in addresses.expanded(field)]
            else:
                spread.append(field)
        return {**given, "fields": spread}

    @model_validator(mode="after")
    def _one_for_repeat(self) -> Self:
        if self.repeat != (self.one is not None):
            raise ValueError(
                "a section that repeats says what one of it is called, and no other section does"
            )
        if (self.people or self.matrix is not None) and not self.repeat:
            raise ValueError("people and allegations stand in a section that repeats")
        return self

    @model_validator(mode="after")
    def _questions_of_people_and_allegations(self) -> Self:
        kinds = {field.id: field.kind for field in self.fields}
        if self.people and kinds.get("first_name") != "text":
            raise ValueError("a section of people asks for the first_name (text)")
        if self.people and kinds.get("roles", "multi_select") != "multi_select":
            raise ValueError("the roles of people are a multi_select")
        if self.matrix is not None:
            wanted = {"child": "person", "suspect": "person", "types": "multi_select"}
            if any(kinds.get(name) != kind for name, kind in wanted.items()):
                raise ValueError("a matrix asks for child and suspect (person) and types (multi_select)")
            victims, suspects = self.field("child").people, self.field("suspect").people
            if (victims, suspects) != (self.matrix.victims, self.matrix.suspects):
                raise ValueError("child and suspect name the same people as the matrix")
        return self

    def field(self, field_id: str) -> Field:
        """The field of that id; raises UnknownField."""
        for field in self.fields:
            if field.id == field_id:
                return field
        raise UnknownField(f"{self.id}/{field_id}")

    def path(self, field_id: str, number: int | None) -> str:
        return f"{self.id}/{field_id}" if number is None else f"{self.id}/{number}/{field_id}"


class Warning_(Strict):
    """Something that looks wrong and blocks nothing: said at a question ("section/field") while `when` is met.

    In a section that repeats, each entry is looked at by itself.
    """

    at: str
    when: Condition
    text: Words


class DerivedFact(Strict):
    """A yes/no fact that follows from a condition: yes, no, not known or not asked, as the answers allow.

    A question that yields the same fact and is answered counts before it.
    """

    name: str = Given(pattern=NAME)
    when: Condition


class Form(Strict):
    """One version of a form. Once a report used it, it is never edited: a change is a new version."""

    id: str = Given(pattern=r"^[a-z][a-z0-9-]*$")
    version: int = Given(ge=1)
    jurisdiction: str
    title: Words
    sections: tuple[Section, ...] = Given(min_length=1)
    warnings: tuple[Warning_, ...] = ()
    facts: tuple[DerivedFact, ...] = ()

    def section(self, section_id: str) -> Section:
        """The section of that id; raises UnknownField."""
        for section in self.sections:
            if section.id == section_id:
                return section
        raise UnknownField(section_id)

    def locate(self, path: str) -> tuple[Section, int | None, Field]:
        """Section, instance number (None where nothing repeats) and field of a path; raises UnknownField.

        A note or a computed value has no path: nobody answers it.
        """
        parts = path.split("/")
        section = self.section(parts[0])
        number = None
        if section.repeat and len(parts) == 3 and _NUMBER.fullmatch(parts[1]):
            number = int(parts[1])
        if len(parts) != (3 if section.repeat else 2) or (number or 1) > MAX_INSTANCES:
            raise UnknownField(path)
        if section.repeat and number is None:
            raise UnknownField(path)
        field = section.field(parts[-1])
        if not field.takes_answer:
            raise UnknownField(path)
        return section, number, field

    def field_at(self, path: str) -> Field:
        """The field of a path; raises UnknownField."""
        return self.locate(path)[2]

    def instances(self, section: Section, paths: Iterable[str]) -> tuple[int, ...]:
        """The numbers of a repeating section's instances that occur in `paths`, in order."""
        return instances(section.id, paths)

    def each_field(self) -> Iterator[tuple[Section, Field]]:
        for section in self.sections:
            for field in section.fields:
                yield section, field

    def people_sections(self) -> tuple[Section, ...]:
        """The sections whose entries are people, in the order of the form."""
        return tuple(section for section in self.sections if section.people)

    def fact_names(self) -> frozenset[str]:
        """Every fact that this form can yield."""
        asked = {rule.name for _, field in self.each_field() for rule in field.fact}
        return frozenset(asked | {fact.name for fact in self.facts})

    def deciding(self) -> frozenset[str]:
        """The questions ("section/field") whose answer decides whether another question is asked."""
        found: set[str] = set()
        for section, field in self.each_field():
            for condition in (section.show_when, field.show_when):
                found |= _looked_at(condition, section.id)
        return frozenset(found)

    def watched(self) -> frozenset[str]:
        """The questions whose answer changes what else is on the page: asked, offered, said, named or warned of."""
        found = set(self.deciding())
        for section, field in self.each_field():
            for condition in (*(one.when for one in field.prompts), *(one.when for one in field.options)):
                found |= _looked_at(condition, section.id)
            found |= _sources(section, field)
        for warning in self.warnings:
            found |= _looked_at(warning.when, warning.at.split("/")[0])
        return frozenset(found)


def instances(section_id: str, paths: Iterable[str]) -> tuple[int, ...]:
    """The numbers of a repeating section's instances that occur in `paths`, in order."""
    found = set()
    for path in paths:
        parts = path.split("/")
        if parts[0] == section_id and len(parts) == 3 and _NUMBER.fullmatch(parts[1]):
            found.add(int(parts[1]))
    return tuple(sorted(found))


def _looked_at(condition: Condition | None, section_id: str) -> set[str]:
    return set() if condition is None else {path for path, _, _ in looks(condition, section_id)}


def _sources(section: Section, field: Field) -> set[str]:
    """The questions that a copied, computed or person question shows something of."""
    named = [field.copy_from] if field.copy_from else list(field.compute.sources) if field.compute else []
    found = {name if "/" in name else f"{section.id}/{name}" for name in named}
    if field.compute and field.compute.count:
        found |= {path for path, _, _ in looks_at(field.compute.count)}
        found |= {f"{one}/first_name" for one in field.compute.count.in_}
    return found | {f"{one}/{name}" for one in field.people for name in ("first_name", "last_name")}
