"""Three-valued conditions: true, false, or None while a fact that matters isn't known."""

from collections.abc import Callable, Mapping
from enum import Enum

from hotline.policy.model import NOT_ASKED, UNKNOWN, AllOf, Condition, Criterion, FactValue


class Possible(frozenset[str]):
    """The outcomes that an earlier table may still come to, in the place of its answer."""


class Silence(Enum):
    """A fact that is asked for only if mentioned, and nobody mentioned it: nothing waits for it."""

    NOT_MENTIONED = "not mentioned"


Known = FactValue | Possible | Silence
Facts = Mapping[str, Known]
Leaf = Callable[[Criterion], bool | None]


def is_missing(value: Known) -> bool:
    return value in (UNKNOWN, NOT_ASKED)


def fact(facts: Facts, name: str) -> Known:
    return facts.get(name, NOT_ASKED)


def combine(conditions: tuple[Condition, ...], leaf: Leaf) -> bool | None:
    """All of `conditions`, each comparison judged by `leaf`, by three-valued logic (Kleene's)."""
    answers = [_one(condition, leaf) for condition in conditions]
    return _all(answers)


def met(conditions: tuple[Condition, ...], facts: Facts) -> bool:
    """Are all met, with every missing fact counted as its criterion says?"""
    return combine(conditions, lambda criterion: counted(criterion, fact(facts, criterion.fact))) is True


def settled(conditions: tuple[Condition, ...], facts: Facts) -> bool | None:
    """Are all met whatever the missing facts turn out to be? None: they decide it."""
    return combine(conditions, lambda criterion: compare(criterion, fact(facts, criterion.fact)))


def open_facts(conditions: tuple[Condition, ...], facts: Facts) -> list[str]:
    """The missing facts that decide these conditions; empty when they are settled."""
    found: list[str] = []
    if settled(conditions, facts) is not None:
        return found
    for condition in conditions:
        if isinstance(condition, Criterion):
            if is_missing(fact(facts, condition.fact)):
                found.append(condition.fact)
            continue
        inner = condition.all if isinstance(condition, AllOf) else condition.any
        if settled((condition,), facts) is None:
            for part in inner:
                found += open_facts((part,), facts)
    return list(dict.fromkeys(found))


def counted(criterion: Criterion, value: Known) -> bool:
    """The comparison, a missing value counted as the criterion says."""
    if criterion.is_unknown:
        return is_missing(value)
    answer = compare(criterion, value)
    return criterion.unknown == "holds" if answer is None else answer


def compare(criterion: Criterion, value: Known) -> bool | None:
    """The comparison itself; None while the value is missing, or some possible outcomes meet it and some don't."""
    if isinstance(value, Silence):
        return criterion.unknown == "holds" or bool(criterion.is_unknown)
    if isinstance(value, Possible):
        answers = {compare(criterion, outcome) for outcome in value}
        return answers.pop() if len(answers) == 1 else None
    if is_missing(value):
        return None
    if criterion.is_unknown:
        return False
    if criterion.is_ is not None:
        return value == criterion.is_
    given = set(value) if isinstance(value, tuple) else {value}
    if criterion.any_of is not None:
        return bool(given & set(criterion.any_of))
    if criterion.none_of is not None:
        return not given & set(criterion.none_of)
    return _in_range(criterion, value)


def _in_range(criterion: Criterion, value: FactValue) -> bool:
    assert isinstance(value, int)  # the loader admits ranges for numbers only, decide() checks the kind
    if criterion.below is not None:
        return value < criterion.below
    if criterion.at_least is not None:
        return value >= criterion.at_least
    assert criterion.between is not None
    return criterion.between[0] <= value <= criterion.between[1]


def _one(condition: Condition, leaf: Leaf) -> bool | None:
    if isinstance(condition, Criterion):
        return leaf(condition)
    if isinstance(condition, AllOf):
        return _all([_one(part, leaf) for part in condition.all])
    answers = [_one(part, leaf) for part in condition.any]
    if True in answers:
        return True
    return None if None in answers else False


def _all(answers: list[bool | None]) -> bool | None:
    if False in answers:
        return False
    return None if None in answers else True
