"""What would change the answer: the smallest changes of the facts that lead the tables elsewhere. Pure and bounded.

A fact that nobody asked for counts as its rules say; so every change here is an answer that somebody might still
give, or one that might turn out otherwise.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations, product
from typing import Literal

from hotline.policy.conditions import is_missing, met, settled
from hotline.policy.decide import GivenFact, checked
from hotline.policy.model import DERIVED_FACTS, Condition, Criterion, FactValue, Pack, Rules, criteria

Question = Literal["disposition", "priority", "track", "route", "recipients"]

SOMETHING_ELSE = "something_else"
"""Stands in a changed text fact for any value that no rule names."""

MOST_PAIRS = 300
"""So many pairs of changes are tried at most; those whose facts stand in one rule come first."""


@dataclass(frozen=True)
class Step:
    """One fact with another value than it has. `asked`: it is known now and would turn out otherwise."""

    fact: str
    value: FactValue
    asked: bool


@dataclass(frozen=True)
class Effect:
    """An answer that becomes another: codes of the pack. For `recipients` the services, joined by "+".

    `urgency`: how many places further up the table's order the new answer stands; negative is less urgent.
    """

    question: Question
    before: str
    after: str
    urgency: int


@dataclass(frozen=True)
class Change:
    """What somebody might answer (one fact, or two that must come together), and all that it does."""

    steps: tuple[Step, ...]
    effects: tuple[Effect, ...]


def outcomes(pack: Pack, facts: Mapping[str, GivenFact]) -> dict[Question, str]:
    """The answers of the four tables, and the services that are told, as `decide` gives them. Raises FactError."""
    return _outcomes(pack.rules, checked(pack.rules.facts, facts))


def what_if(pack: Pack, facts: Mapping[str, GivenFact], limit: int = 12) -> tuple[Change, ...]:
    """The smallest changes of fact that change an answer, the more urgent outcomes first; at most `limit`.

    Changes of one fact; of two only when no single one changes anything. The order follows from pack and facts
    alone. Raises FactError for a value of the wrong kind.
    """
    rules = pack.rules
    present = checked(rules.facts, facts)
    before = _outcomes(rules, present)
    steps = _steps(rules, present)
    found = _changes(
        rules, present, before, (pair for one in steps.values() for pair in ((step,) for step in one))
    )
    if not found:
        found = _changes(rules, present, before, _pairs(rules, steps))
    return tuple(sorted(found, key=lambda change: _order(rules, change))[:limit])


def _outcomes(rules: Rules, facts: Mapping[str, FactValue]) -> dict[Question, str]:
    known = dict(facts)
    for question, (table, _) in rules.tables().items():
        known[question] = next(rule.outcome for rule in table.rules if met(rule.when, known))
    return {
        "disposition": str(known["disposition"]),
        "priority": str(known["priority"]),
        "track": str(known["track"]),
        "route": str(known["route"]),
        "recipients": "+".join(_services(rules, known)),
    }


def _services(rules: Rules, known: Mapping[str, FactValue]) -> Iterator[str]:
    """What is asked of whom: a blocked service becomes the office's, one with a shut gate is asked of nobody."""
    for recipient in rules.routes[str(known["route"])].recipients:
        blocks = (block for block in rules.blocks if block.service == recipient.service)
        service = next((block.instead for block in blocks if met(block.when, known)), recipient.service)
        gates = (gate for gate in rules.gates if gate.service == service)
        if all(settled(gate.requires, known) for gate in gates):
            yield service


def _changes(
    rules: Rules,
    present: Mapping[str, FactValue],
    before: Mapping[Question, str],
    tried: Iterator[tuple[Step, ...]],
) -> list[Change]:
    found = []
    for steps in tried:
        after = _outcomes(rules, {**present, **{step.fact: step.value for step in steps}})
        if after != before:
            found.append(Change(steps, tuple(_effects(rules, before, after))))
    return found


def _effects(rules: Rules, before: Mapping[Question, str], after: Mapping[Question, str]) -> Iterator[Effect]:
    tables = rules.tables()
    for question, was in before.items():
        now = after[question]
        if now != was:
            table = tables[question][0] if question in tables else None
            yield Effect(question, was, now, table.rank(now) - table.rank(was) if table else 0)


def _steps(rules: Rules, present: Mapping[str, FactValue]) -> dict[str, tuple[Step, ...]]:
    """Every value worth trying, by fact, in the order in which the pack declares them."""
    asked_by: dict[str, list[Criterion]] = {}
    for conditions in _deciding(rules):
        for criterion in criteria(conditions):
            asked_by.setdefault(criterion.fact, []).append(criterion)
    steps = {}
    for name in rules.facts:
        if name in asked_by and name not in DERIVED_FACTS:
            now = present[name]
            values = dict.fromkeys(_values(rules, name, now, asked_by[name]))
            steps[name] = tuple(Step(name, value, not is_missing(now)) for value in values if value != now)
    return steps


def _deciding(rules: Rules) -> Iterator[tuple[Condition, ...]]:
    for table, _ in rules.tables().values():
        for rule in table.rules:
            yield rule.when
    for block in rules.blocks:
        yield block.when
    for gate in rules.gates:
        yield gate.requires


def _values(rules: Rules, name: str, now: FactValue, asked_by: list[Criterion]) -> Iterator[FactValue]:
    declared = rules.facts[name]
    if declared.kind == "yes_no":
        yield from (True, False)
    elif declared.kind == "choice":
        yield from declared.values
    elif declared.kind == "choices":
        held = now if isinstance(now, tuple) else ()
        for value in declared.values:
            without = tuple(one for one in held if one != value)
            yield tuple(sorted({*held, value}))
            if without:
                yield without
    elif declared.kind == "number":
        yield from sorted(number for one in asked_by for number in _borders(one) if number >= 0)
    else:
        yield from _named(asked_by)
        yield SOMETHING_ELSE


def _borders(criterion: Criterion) -> Iterator[int]:
    """The numbers on both sides of each border that the comparison draws."""
    if isinstance(criterion.is_, int) and not isinstance(criterion.is_, bool):
        yield from (criterion.is_, criterion.is_ + 1)
    for border in (criterion.below, criterion.at_least):
        if border is not None:
            yield from (border - 1, border)
    if criterion.between is not None:
        low, high = criterion.between
        yield from (low - 1, low, high, high + 1)


def _named(asked_by: list[Criterion]) -> list[str]:
    named = {value for one in asked_by for value in (*(one.any_of or ()), *(one.none_of or ()))}
    return sorted(named | {one.is_ for one in asked_by if isinstance(one.is_, str)})


def _pairs(rules: Rules, steps: Mapping[str, tuple[Step, ...]]) -> Iterator[tuple[Step, ...]]:
    """Pairs of steps, at most MOST_PAIRS: facts that one rule asks for together can do most together."""
    together: dict[tuple[str, str], None] = {}
    for conditions in _deciding(rules):
        names = sorted({one.fact for one in criteria(conditions)} & steps.keys(), key=list(steps).index)
        together.update(dict.fromkeys(combinations(names, 2)))
    together.update(dict.fromkeys(combinations(steps, 2)))
    tried = 0
    for first, second in together:
        for pair in product(steps[first], steps[second]):
            if tried == MOST_PAIRS:
                return
            tried += 1
            yield pair


def _order(rules: Rules, change: Change) -> tuple[object, ...]:
    """The more urgent first; then what is still to be asked, before what would have to turn out otherwise."""
    urgency = {effect.question: effect.urgency for effect in change.effects}
    by_urgency = [-urgency.get(question, 0) for question in ("priority", "disposition", "track", "route")]
    names = list(rules.facts)
    return (
        *by_urgency,
        any(step.asked for step in change.steps),
        any(rules.facts[step.fact].ask == "if_mentioned" for step in change.steps),
        [names.index(step.fact) for step in change.steps],
    )
