"""What a condition may say: one look at an answer, looks joined by all, any and not, and any person of a report."""

from collections.abc import Iterator, Mapping
from typing import Annotated, Literal, Self

from pydantic import Discriminator, Tag, model_validator
from pydantic import Field as Given

from screening_forms.words import Strict

ORDERS = ("less", "greater", "at_least", "at_most")


class Comparison(Strict):
    """One look at an answer. `field` is "section/field", or "field" for one of the same section.

    less, greater, at_least and at_most compare with a number, or with a date ("2019-03-14", also a partial one)
    or time ("15:30") as text. Such a comparison is met only when it certainly is: never by "unknown" or by no
    answer, and by "2019" only if it holds for every day of that year.
    """

    field: str
    is_: str | None = Given(default=None, alias="is")
    contains: str | None = None
    is_set: bool | None = None
    less: int | str | None = None
    greater: int | str | None = None
    at_least: int | str | None = None
    at_most: int | str | None = None

    @model_validator(mode="after")
    def _one_look(self) -> Self:
        looks = (self.is_, self.contains, self.is_set, *(getattr(self, order) for order in ORDERS))
        if sum(value is not None for value in looks) != 1:
            raise ValueError(f"a condition has exactly one of is, contains, is_set, {', '.join(ORDERS)}")
        return self

    @property
    def limit(self) -> tuple[str, int | str] | None:
        """The order that is asked for and the value that it is compared with; None for another look."""
        for order in ORDERS:
            value = getattr(self, order)
            if value is not None:
                return order, value
        return None


class Persons(Strict):
    """People of a report: the entries of some sections, those with a role, those who meet a condition.

    In `where`, a name without a section is a question about the same person.
    """

    in_: tuple[str, ...] = Given(min_length=1, alias="in")
    role: str | None = None
    where: "Condition | None" = None

    @property
    def wanted(self) -> "Condition | None":
        """Role and condition as one; None where every person is meant."""
        parts = [] if self.role is None else [Comparison(field="roles", contains=self.role)]
        both: list[Condition] = [*parts, *([self.where] if self.where is not None else [])]
        if not both:
            return None
        return both[0] if len(both) == 1 else AllOf(all=tuple(both))


class AnyPerson(Strict):
    """Is there such a person in the report?"""

    any_person: Persons


class AllOf(Strict):
    all: tuple["Condition", ...] = Given(min_length=1)


class AnyOf(Strict):
    any: tuple["Condition", ...] = Given(min_length=1)


class Not(Strict):
    not_: "Condition" = Given(alias="not")


def _shape(value: object) -> Literal["all", "any", "not", "any_person", "comparison"]:
    if isinstance(value, AllOf) or (isinstance(value, Mapping) and "all" in value):
        return "all"
    if isinstance(value, AnyOf) or (isinstance(value, Mapping) and "any" in value):
        return "any"
    if isinstance(value, Not) or (isinstance(value, Mapping) and "not" in value):
        return "not"
    if isinstance(value, AnyPerson) or (isinstance(value, Mapping) and "any_person" in value):
        return "any_person"
    return "comparison"


Condition = Annotated[
    Annotated[AllOf, Tag("all")]
    | Annotated[AnyOf, Tag("any")]
    | Annotated[Not, Tag("not")]
    | Annotated[AnyPerson, Tag("any_person")]
    | Annotated[Comparison, Tag("comparison")],
    Discriminator(_shape),
]


def looks(condition: Condition, section_id: str) -> Iterator[tuple[str, Comparison, bool]]:
    """Every look of a condition of that section: the "section/field" looked at, the look, and whether any person
    is looked at (else the one answer, or the one of the same entry)."""
    if isinstance(condition, Comparison):
        path = condition.field if "/" in condition.field else f"{section_id}/{condition.field}"
        yield path, condition, False
    elif isinstance(condition, Not):
        yield from looks(condition.not_, section_id)
    elif isinstance(condition, AnyPerson):
        yield from looks_at(condition.any_person)
    else:
        for part in condition.all if isinstance(condition, AllOf) else condition.any:
            yield from looks(part, section_id)


def looks_at(persons: Persons) -> Iterator[tuple[str, Comparison, bool]]:
    """Every look at people, as `looks` gives them."""
    if persons.wanted is None:
        return
    for section_id in persons.in_:
        for path, look, _ in looks(persons.wanted, section_id):
            yield path, look, True


Persons.model_rebuild()
