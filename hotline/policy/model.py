"""What a pack consists of: facts, ordered tables of rules, outcomes with their clocks, and duties.

Every rule carries a plain sentence, the source that it rests on and a confidence: A where the text of the
rule itself was read, B where it is a default that the agency has to verify.
"""

import datetime
from collections.abc import Iterator, Mapping
from typing import Annotated, Literal, Self

from pydantic import Discriminator, Field, Tag, model_validator

from hotline.policy.areas import AreaBook, Coverage
from hotline.policy.clocks import Calendar, Clock, Strict
from hotline.policy.online import Online
from hotline.policy.telephone import Telephone
from hotline.policy.words import Confidence, Words

UNKNOWN = "unknown"
NOT_ASKED = "not asked"

FactValue = bool | int | str | tuple[str, ...]

DERIVED_FACTS = frozenset({"disposition", "priority", "track"})
"""Answers of earlier tables, which later tables may ask for."""

SYSTEM_FACTS = frozenset({"county_of_child", "county_of_child_now", "prior_reports"})
"""Facts which geography and matching may supply when they know better than the form."""

Scalar = bool | int | str


class FactDeclaration(Strict):
    """A fact that this pack may ask for.

    `ask: if_mentioned` marks a fact that is missing only when somebody asked and nobody knew.
    """

    kind: Literal["yes_no", "choice", "choices", "number", "text"]
    values: dict[str, Words] = Field(default_factory=dict)
    question: Words
    ask: Literal["always", "if_mentioned"] = "always"

    @model_validator(mode="after")
    def _values_for_choices(self) -> Self:
        if (self.kind in ("choice", "choices")) != bool(self.values):
            raise ValueError("values are listed for choice and choices, and for nothing else")
        return self


class Criterion(Strict):
    """One comparison. `unknown` says whether it counts as met (holds) or not (fails) while the fact is not known."""

    fact: str
    is_: Scalar | None = Field(default=None, alias="is")
    any_of: tuple[str, ...] | None = None
    none_of: tuple[str, ...] | None = None
    below: int | None = None
    at_least: int | None = None
    between: tuple[int, int] | None = None
    is_unknown: Literal[True] | None = None
    unknown: Literal["holds", "fails"] | None = None

    @model_validator(mode="after")
    def _one_comparison(self) -> Self:
        if sum(value is not None for value in self.comparisons().values()) != 1:
            raise ValueError(f"a criterion has exactly one of {', '.join(self.comparisons())}")
        return self

    def comparisons(self) -> dict[str, object]:
        return {
            "is": self.is_, "any_of": self.any_of, "none_of": self.none_of, "below": self.below,
            "at_least": self.at_least, "between": self.between, "is_unknown": self.is_unknown,
        }  # fmt: skip


class AllOf(Strict):
    """Met when each of its conditions is."""

    all: tuple["Condition", ...] = Field(min_length=1)


class AnyOf(Strict):
    """Met when one of its conditions is."""

    any: tuple["Condition", ...] = Field(min_length=1)


def _shape(value: object) -> str:
    if isinstance(value, AllOf) or (isinstance(value, Mapping) and "all" in value):
        return "all"
    if isinstance(value, AnyOf) or (isinstance(value, Mapping) and "any" in value):
        return "any"
    return "criterion"


Condition = Annotated[
    Annotated[AllOf, Tag("all")] | Annotated[AnyOf, Tag("any")] | Annotated[Criterion, Tag("criterion")],
    Discriminator(_shape),
]


def criteria(conditions: tuple[Condition, ...]) -> Iterator[Criterion]:
    """Every comparison inside these conditions."""
    for condition in conditions:
        if isinstance(condition, Criterion):
            yield condition
        else:
            yield from criteria(condition.all if isinstance(condition, AllOf) else condition.any)


class Sourced(Strict):
    """Something that the pack says, with where it says so."""

    id: str = Field(pattern=r"^[a-z0-9][a-z0-9_.-]*$")
    sentence: Words
    source: str = Field(min_length=1)
    confidence: Confidence


class Rule(Sourced):
    """One line of an ordered table: all conditions of `when` are met → `outcome`."""

    when: tuple[Condition, ...] = ()
    outcome: str
    needs_person: bool = False


class Table(Strict):
    """Rules in order, the first that matches wins; `order` ranks the outcomes from least to most urgent."""

    order: tuple[tuple[str, ...], ...] = Field(min_length=1)
    rules: tuple[Rule, ...] = Field(min_length=1)

    def rank(self, outcome: str) -> int:
        """Position in `order`; raises KeyError for an outcome that is not ranked."""
        for position, group in enumerate(self.order):
            if outcome in group:
                return position
        raise KeyError(outcome)


class Disposition(Strict):
    """An answer to "is the report accepted?". `closes`: the county does no more than hand over and notify."""

    name: Words
    closes: bool
    criteria_review: bool
    track_clock: Clock | None = None


class Priority(Strict):
    """A response class with its clocks. The acknowledgement and the decision by a person are our own promises."""

    name: Words
    response: Clock | None = None
    track_clock: Clock | None = None
    acknowledge: Clock
    person_decides: Clock


class Track(Strict):
    """A way of responding; `none` stands for no track at all."""

    name: Words
    description: Words | None = None


class Recipient(Strict):
    """Whom a route tells: the office of the area, or a partner that offers `service` there."""

    kind: Literal["area_office", "partner"]
    role: Literal["lead", "joins"]
    service: str


class Route(Strict):
    """Who is told together."""

    name: Words
    recipients: tuple[Recipient, ...]


class Duty(Sourced):
    """A notice or act that is owed whatever the track, to `to`, with a clock of its own."""

    when: tuple[Condition, ...] = Field(min_length=1)
    by: Literal["agency", "reporter"] = "agency"
    to: str = Field(min_length=1)
    clock: Clock
    delays_response: Literal[False] = False


class Gate(Sourced):
    """What must be true before a partner is told of a report for `service`."""

    service: str
    requires: tuple[Condition, ...] = Field(min_length=1)


class Block(Sourced):
    """Reports that are not given to partners for `service`; the office's unit `instead` takes them."""

    service: str
    when: tuple[Condition, ...] = Field(min_length=1)
    instead: str


class Consideration(Sourced):
    """A factor for the screener to weigh. It changes nothing by itself."""

    when: tuple[Condition, ...] = Field(min_length=1)


class Review(Sourced):
    """A supervisor looks at the decisions that meet `when`, by the end of `clock`.

    `second_person`: two people have to agree. `holds`: nothing is closed and no partner is told before; it never
    keeps a response in person waiting.
    """

    when: tuple[Condition, ...] = Field(min_length=1)
    clock: Clock
    second_person: bool = False
    holds: bool = False


class Override(Sourced):
    """A supervisor may put the track `to` in the place of the track `of` while `when` is met.

    `disposition`: what the report counts as from then on, where another track asks for another one. A track that no
    override leads away from is mandatory. One that lowers the response always takes a second person.
    """

    of: str
    to: str
    disposition: str | None = None
    when: tuple[Condition, ...] = ()
    second_person: bool = False


class CollateralTime(Sourced):
    """How much longer the decision may take while a named person is awaited. Without this rule: no longer."""

    adds: Clock


class Rules(Strict):
    """The content of pack.yaml that judges a report."""

    calendar: Calendar
    clocks_source: Words
    facts: dict[str, FactDeclaration]
    dispositions: dict[str, Disposition]
    priorities: dict[str, Priority]
    tracks: dict[str, Track]
    routes: dict[str, Route]
    disposition: Table
    priority: Table
    track: Table
    route: Table
    gates: tuple[Gate, ...] = ()
    blocks: tuple[Block, ...] = ()
    obligations: tuple[Duty, ...] = ()
    considerations: tuple[Consideration, ...] = ()
    reviews: tuple[Review, ...] = ()
    overrides: tuple[Override, ...] = ()
    collateral: CollateralTime | None = None
    telephone: Telephone = Telephone()
    online: Online | None = None

    def tables(self) -> dict[str, tuple[Table, frozenset[str]]]:
        """The tables in the order of judging, each with the outcomes that it may name."""
        return {
            "disposition": (self.disposition, frozenset(self.dispositions)),
            "priority": (self.priority, frozenset(self.priorities)),
            "track": (self.track, frozenset(self.tracks)),
            "route": (self.route, frozenset(self.routes)),
        }

    def conditions(self) -> Iterator[tuple[tuple[str | int, ...], tuple[Condition, ...]]]:
        """Every list of conditions with its place in the file."""
        for name, (table, _) in self.tables().items():
            for position, rule in enumerate(table.rules):
                yield (name, "rules", position, "when"), rule.when
        for position, gate in enumerate(self.gates):
            yield ("gates", position, "requires"), gate.requires
        for position, block in enumerate(self.blocks):
            yield ("blocks", position, "when"), block.when
        for position, duty in enumerate(self.obligations):
            yield ("obligations", position, "when"), duty.when
        for position, consideration in enumerate(self.considerations):
            yield ("considerations", position, "when"), consideration.when
        for position, review in enumerate(self.reviews):
            yield ("reviews", position, "when"), review.when
        for position, override in enumerate(self.overrides):
            yield ("overrides", position, "when"), override.when

    def all_sourced(self) -> Iterator[tuple[tuple[str | int, ...], Sourced]]:
        """Every rule, gate, block, duty, consideration, review and override with its place in the file."""
        for name, (table, _) in self.tables().items():
            for position, rule in enumerate(table.rules):
                yield (name, "rules", position), rule
        for name in ("gates", "blocks", "obligations", "considerations", "reviews", "overrides"):
            entries: tuple[Sourced, ...] = getattr(self, name)
            for position, entry in enumerate(entries):
                yield (name, position), entry
        if self.collateral is not None:
            yield ("collateral",), self.collateral


class Head(Strict):
    """Who the pack is for and since when. `form` is the id of the form whose facts it judges."""

    jurisdiction: str = Field(pattern=r"^[a-z][a-z0-9-]*$")
    name: Words
    state: str
    counties: tuple[str, ...] = ()
    """Codes of the counties that it answers for; none: the one that it is called after."""
    effective: datetime.date
    form: str
    title: Words
    source: str = Field(min_length=1)
    note: Words | None = None
    same_rules_as: str | None = None
    rules: Rules | None = None

    @model_validator(mode="after")
    def _rules_once(self) -> Self:
        if (self.rules is None) == (self.same_rules_as is None):
            raise ValueError(
                "a pack has either rules, or same_rules_as with the version whose rules it shares"
            )
        return self


class Pack(Strict):
    """One version of one jurisdiction's rules, places and coverage, checked and ready to judge."""

    head: Head
    rules: Rules
    areas: AreaBook
    coverage: Coverage
    digest: str

    @property
    def jurisdiction(self) -> str:
        return self.head.jurisdiction

    @property
    def counties(self) -> frozenset[str]:
        """The codes of the counties that the jurisdiction answers for, as addresses and facts write them."""
        return frozenset(self.head.counties or (self.head.jurisdiction.replace("-", "_"),))

    @property
    def version(self) -> str:
        return self.head.effective.isoformat()
