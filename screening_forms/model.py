"""What a form definition consists of: sections, fields, conditions, and the facts that fields yield.

An answer is kept under its path: "section/field", or "section/<n>/field" in a section that repeats (n from 1).
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Annotated, Literal, Self

from pydantic import Discriminator, Tag, field_validator, model_validator
from pydantic import Field as Given

from screening_forms.errors import UnknownField
from screening_forms.words import Strict, Words

Value = str | list[str]
Answers = Mapping[str, str | Sequence[str]]
Kind = Literal[
    "text", "long_text", "number", "date", "partial_date", "yes_no_unknown", "select", "multi_select", "phone"
]
Step = Literal["submit", "decide"]

UNKNOWN = "unknown"
"""The answer of somebody who was asked and doesn't know: kept apart from "no" and from no answer."""

MAX_INSTANCES = 50
"""How often a section repeats at most."""

_NUMBER = re.compile(r"[1-9][0-9]{0,2}")
_NAME = r"^[a-z][a-z0-9_]*$"
_DEFAULT_LENGTH = {"text": 200, "long_text": 20_000, "phone": 40}


class Comparison(Strict):
    """One look at an answer. `field` is "section/field", or "field" for one of the same section."""

    field: str
    is_: str | None = Given(default=None, alias="is")
    contains: str | None = None
    is_set: bool | None = None

    @model_validator(mode="after")
    def _one_look(self) -> Self:
        if sum(value is not None for value in (self.is_, self.contains, self.is_set)) != 1:
            raise ValueError("a condition has exactly one of is, contains, is_set")
        return self


class AllOf(Strict):
    all: tuple["Condition", ...] = Given(min_length=1)


class AnyOf(Strict):
    any: tuple["Condition", ...] = Given(min_length=1)


class Not(Strict):
    not_: "Condition" = Given(alias="not")


def _shape(value: object) -> str:
    for shape, model in (("all", AllOf), ("any", AnyOf), ("not", Not)):
        if isinstance(value, model) or (isinstance(value, Mapping) and shape in value):
            return shape
    return "comparison"


Condition = Annotated[
    Annotated[AllOf, Tag("all")]
    | Annotated[AnyOf, Tag("any")]
    | Annotated[Not, Tag("not")]
    | Annotated[Comparison, Tag("comparison")],
    Discriminator(_shape),
]


def comparisons(condition: Condition) -> Iterator[Comparison]:
    """Every comparison inside a condition."""
    if isinstance(condition, Comparison):
        yield condition
    elif isinstance(condition, Not):
        yield from comparisons(condition.not_)
    else:
        for part in condition.all if isinstance(condition, AllOf) else condition.any:
            yield from comparisons(part)


class Option(Strict):
    """One choice of a select or multi_select. The value "unknown" stands for not knowing."""

    value: str = Given(pattern=_NAME)
    label: Words


class FactRule(Strict):
    """The fact that a field yields, and how the answers of a repeating section become one.

    take: only (a field that does not repeat), lowest and any_below (numbers), any_yes, union (multi_select).
    `when` restricts it to answers given under that condition. `age_from` names a date of birth in the same
    instance that stands in for a blank age.
    """

    name: str = Given(pattern=_NAME)
    take: Literal["only", "lowest", "any_below", "any_yes", "union"] = "only"
    limit: int | None = None
    when: Condition | None = None
    age_from: str | None = None

    @model_validator(mode="after")
    def _limit_for_any_below(self) -> Self:
        if (self.take == "any_below") != (self.limit is not None):
            raise ValueError("limit belongs to any_below, and to nothing else")
        return self


class Field(Strict):
    """One question. `personal`: about a person; `identity`: of the reporter, to be kept in the vault only."""

    id: str = Given(pattern=_NAME)
    kind: Kind
    label: Words
    help: Words | None = None
    prompt: Words | None = None
    options: tuple[Option, ...] = ()
    show_when: Condition | None = None
    required_for: tuple[Step, ...] = ()
    personal: bool = False
    identity: bool = False
    max_length: int | None = Given(default=None, ge=1, le=100_000)
    minimum: int | None = None
    maximum: int | None = None
    fact: tuple[FactRule, ...] = ()

    @field_validator("fact", mode="before")
    @classmethod
    def _fact_in_short(cls, given: object) -> object:
        """`fact: name` and `fact: {name: …}` are short for a list of one."""
        if isinstance(given, str):
            return ({"name": given},)
        return (given,) if isinstance(given, Mapping) else given

    @model_validator(mode="after")
    def _fits_kind(self) -> Self:
        if (self.kind in ("select", "multi_select")) != bool(self.options):
            raise ValueError("options are listed for select and multi_select, and for nothing else")
        if len({option.value for option in self.options}) != len(self.options):
            raise ValueError("two options have the same value")
        if self.kind != "number" and (self.minimum is not None or self.maximum is not None):
            raise ValueError("minimum and maximum belong to number")
        if self.kind not in _DEFAULT_LENGTH and self.max_length is not None:
            raise ValueError("max_length belongs to text, long_text and phone")
        return self

    @property
    def longest(self) -> int:
        """The most characters that an answer may have."""
        return self.max_length or _DEFAULT_LENGTH.get(self.kind, 100)


class Section(Strict):
    """Questions that belong together; with `repeat`, once for each child, caregiver and so on."""

    id: str = Given(pattern=_NAME)
    title: Words
    intro: Words | None = None
    repeat: bool = False
    one: Words | None = None
    fields: tuple[Field, ...] = Given(min_length=1)

    @model_validator(mode="after")
    def _one_for_repeat(self) -> Self:
        if self.repeat != (self.one is not None):
            raise ValueError(
                "a section that repeats says what one of it is called, and no other section does"
            )
        return self

    def field(self, field_id: str) -> Field:
        """The field of that id; raises UnknownField."""
        for field in self.fields:
            if field.id == field_id:
                return field
        raise UnknownField(f"{self.id}/{field_id}")

    def path(self, field_id: str, number: int | None) -> str:
        return f"{self.id}/{field_id}" if number is None else f"{self.id}/{number}/{field_id}"


class Form(Strict):
    """One version of a form. Once a report used it, it is never edited: a change is a new version."""

    id: str = Given(pattern=r"^[a-z][a-z0-9-]*$")
    version: int = Given(ge=1)
    jurisdiction: str
    title: Words
    sections: tuple[Section, ...] = Given(min_length=1)

    def section(self, section_id: str) -> Section:
        """The section of that id; raises UnknownField."""
        for section in self.sections:
            if section.id == section_id:
                return section
        raise UnknownField(section_id)

    def locate(self, path: str) -> tuple[Section, int | None, Field]:
        """Section, instance number (None where nothing repeats) and field of a path; raises UnknownField."""
        parts = path.split("/")
        section = self.section(parts[0])
        if not section.repeat and len(parts) == 2:
            return section, None, section.field(parts[1])
        if (
            section.repeat
            and len(parts) == 3
            and _NUMBER.fullmatch(parts[1])
            and int(parts[1]) <= MAX_INSTANCES
        ):
            return section, int(parts[1]), section.field(parts[2])
        raise UnknownField(path)

    def field_at(self, path: str) -> Field:
        """The field of a path; raises UnknownField."""
        return self.locate(path)[2]

    def instances(self, section: Section, paths: Iterable[str]) -> tuple[int, ...]:
        """The numbers of a repeating section's instances that occur in `paths`, in order."""
        found = set()
        for path in paths:
            parts = path.split("/")
            if parts[0] == section.id and len(parts) == 3 and _NUMBER.fullmatch(parts[1]):
                found.add(int(parts[1]))
        return tuple(sorted(found))

    def each_field(self) -> Iterator[tuple[Section, Field]]:
        for section in self.sections:
            for field in section.fields:
                yield section, field

    def fact_names(self) -> frozenset[str]:
        """Every fact that this form can yield."""
        return frozenset(rule.name for _, field in self.each_field() for rule in field.fact)
