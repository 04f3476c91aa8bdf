"""One question of a form: its kind, its choices, when it is asked, who may see it, which facts it yields."""

from collections.abc import Mapping, Sequence
from typing import Literal, Self

from pydantic import Field as Given
from pydantic import field_validator, model_validator

from screening_forms.condition_model import Condition, Persons
from screening_forms.words import Strict, Words

Value = str | list[str]
Answers = Mapping[str, str | Sequence[str]]
Kind = Literal[
    "text",
    "long_text",
    "number",
    "date",
    "partial_date",
    "time",
    "yes_no_unknown",
    "select",
    "multi_select",
    "phone",
    "person",
    "file",
    "copied",
    "computed",
    "note",
]
"""The kinds of a loaded form. `kind: address` in a definition becomes one text or select for each of its parts."""

Step = Literal["save", "submit", "decide"]

UNKNOWN = "unknown"
"""The answer of somebody who was asked and doesn't know: kept apart from "no" and from no answer."""

NAME = r"^[a-z][a-z0-9_]*$"
CHOICES = ("select", "multi_select")
SEVERAL = ("multi_select", "file")
"""The kinds whose answer is a list."""

SILENT = ("computed", "note")
"""The kinds that take no answer."""

ORDERED = ("number", "date", "partial_date", "time")
_DEFAULT_LENGTH = {"text": 200, "long_text": 20_000, "phone": 40, "copied": 1000}


class Option(Strict):
    """One choice of a select or multi_select. The value "unknown" stands for not knowing.

    `when` offers it only under a condition (a dependent select); `group` puts it under a heading.
    """

    value: str = Given(pattern=NAME)
    label: Words
    group: str | None = None
    when: Condition | None = None


class OptionGroup(Strict):
    """A heading over choices."""

    id: str = Given(pattern=NAME)
    label: Words


class Prompt(Strict):
    """What the screener says when the condition is met."""

    when: Condition
    say: Words


class Computation(Strict):
    """How a computed answer comes about: exactly one of these.

    age_of: the whole years since a date of the same section; count: how many such people there are; sum: of
    numbers ("unknown" when one is); first_of: the first of these that is answered.
    """

    age_of: str | None = None
    count: Persons | None = None
    sum: tuple[str, ...] | None = Given(default=None, min_length=2)
    first_of: tuple[str, ...] | None = Given(default=None, min_length=2)

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if sum(way is not None for way in (self.age_of, self.count, self.sum, self.first_of)) != 1:
            raise ValueError("compute has exactly one of age_of, count, sum, first_of")
        return self

    @property
    def sources(self) -> tuple[str, ...]:
        """The questions that it uses, as they are named; none for a count."""
        return (self.age_of,) if self.age_of is not None else (self.sum or self.first_of or ())


class FactRule(Strict):
    """The fact that a field yields, and how the answers of a repeating section become one.

    take: only (a field that does not repeat), lowest and any_below (numbers), any_yes, union (multi_select).
    `when` restricts it to answers given under that condition. `age_from` names a date of birth in the same
    instance that stands in for a blank age, and counts before it where the question `verified` says yes.
    """

    name: str = Given(pattern=NAME)
    take: Literal["only", "lowest", "any_below", "any_yes", "union"] = "only"
    limit: int | None = None
    when: Condition | None = None
    age_from: str | None = None
    verified: str | None = None

    @model_validator(mode="after")
    def _belongs_together(self) -> Self:
        if (self.take == "any_below") != (self.limit is not None):
            raise ValueError("limit belongs to any_below, and to nothing else")
        if self.verified is not None and self.age_from is None:
            raise ValueError("verified belongs to age_from")
        return self


class Field(Strict):
    """One question. `personal`: about a person; `identity`: of the reporter, to be kept in the vault only.

    `view` and `edit` name the roles that may see and answer it; empty means everybody who may open the report.
    `group` binds the parts of an address, whose own name is `short`. `was` names the questions of earlier
    versions that meant the same ("section/field"). `most` is how many choices or files it takes.
    """

    id: str = Given(pattern=NAME)
    kind: Kind
    label: Words
    short: Words | None = None
    group: str | None = None
    group_label: Words | None = None
    help: Words | None = None
    example: Words | None = None
    prompt: Words | None = None
    prompts: tuple[Prompt, ...] = ()
    options: tuple[Option, ...] = ()
    groups: tuple[OptionGroup, ...] = ()
    people: tuple[str, ...] = ()
    copy_from: str | None = None
    compute: Computation | None = None
    show_when: Condition | None = None
    required_for: tuple[Step, ...] = ()
    personal: bool = False
    identity: bool = False
    view: tuple[str, ...] = ()
    edit: tuple[str, ...] = ()
    max_length: int | None = Given(default=None, ge=1, le=100_000)
    minimum: int | None = None
    maximum: int | None = None
    most: int | None = Given(default=None, ge=1)
    fact: tuple[FactRule, ...] = ()
    was: tuple[str, ...] = ()

    @field_validator("fact", mode="before")
    @classmethod
    def _fact_in_short(cls, given: object) -> object:
        """`fact: name` and `fact: {name: …}` are short for a list of one."""
        if isinstance(given, str):
            return ({"name": given},)
        return (given,) if isinstance(given, Mapping) else given

    @model_validator(mode="after")
    def _fits_kind(self) -> Self:
        if (self.kind in CHOICES) != bool(self.options):
            raise ValueError("options are listed for select and multi_select, and for nothing else")
        if len({option.value for option in self.options}) != len(self.options):
            raise ValueError("two options have the same value")
        headings = {group.id for group in self.groups}
        if {option.group for option in self.options} - headings - {None}:
            raise ValueError("an option names a group that is not among the groups")
        if self.kind != "number" and (self.minimum is not None or self.maximum is not None):
            raise ValueError("minimum and maximum belong to number")
        if self.kind not in SEVERAL and self.most is not None:
            raise ValueError("most belongs to multi_select and file")
        if self.kind not in _DEFAULT_LENGTH and self.max_length is not None:
            raise ValueError("max_length belongs to text, long_text, phone and copied")
        if (self.group is None) != (self.group_label is None) or (self.group is None) != (self.short is None):
            raise ValueError("group, group_label and short belong together")
        return self

    @model_validator(mode="after")
    def _has_what_its_kind_needs(self) -> Self:
        for kind, name in (("person", "people"), ("copied", "copy_from"), ("computed", "compute")):
            if (self.kind == kind) != bool(getattr(self, name)):
                raise ValueError(f"{name} is given for {kind}, and for nothing else")
        if self.kind in SILENT and self.required_for:
            raise ValueError(f"nobody answers a {self.kind}, so it is required for nothing")
        if self.kind in ("note", "file", "person", "copied") and self.fact:
            raise ValueError(f"a {self.kind} yields no fact")
        return self

    @property
    def longest(self) -> int:
        """The most characters that an answer may have."""
        return self.max_length or _DEFAULT_LENGTH.get(self.kind, 100)

    @property
    def takes_answer(self) -> bool:
        """Whether somebody answers it: a note is only read, a computed value comes by itself."""
        return self.kind not in SILENT
