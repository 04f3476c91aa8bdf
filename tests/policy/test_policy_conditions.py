"""Three-valued conditions."""

import pytest

from hotline.policy.conditions import Possible, combine, compare, met, open_facts, settled
from hotline.policy.model import AllOf, AnyOf, Condition, Criterion, FactValue


def criterion(**parts: object) -> Criterion:
    return Criterion.model_validate({"fact": "f", "unknown": "fails", **parts})


@pytest.mark.parametrize(
    ("parts", "value", "answer"),
    [
        ({"is": True}, True, True),
        ({"is": True}, False, False),
        ({"is": False}, False, True),
        ({"any_of": ("a", "b")}, "b", True),
        ({"any_of": ("a", "b")}, "c", False),
        ({"any_of": ("a",)}, ("c", "a"), True),
        ({"none_of": ("a",)}, ("c", "a"), False),
        ({"none_of": ("a",)}, "c", True),
        ({"below": 6}, 5, True),
        ({"below": 6}, 6, False),
        ({"at_least": 1}, 1, True),
        ({"at_least": 1}, 0, False),
        ({"between": (2, 4)}, 4, True),
        ({"between": (2, 4)}, 5, False),
        ({"is_unknown": True}, "c", False),
        ({"is": True}, "unknown", None),
        ({"below": 6}, "not asked", None),
    ],
)
def test_a_comparison_is_true_false_or_open(
    parts: dict[str, object], value: FactValue, answer: bool | None
) -> None:
    assert compare(criterion(**parts), value) is answer


def test_possible_outcomes_settle_a_comparison_only_when_they_agree() -> None:
    either = criterion(any_of=("a", "b"))
    assert compare(either, Possible({"a", "b"})) is True
    assert compare(either, Possible({"c"})) is False
    assert compare(either, Possible({"a", "c"})) is None


A, B = criterion(fact="a", **{"is": True}), criterion(fact="b", unknown="holds", **{"is": True})


@pytest.mark.parametrize(
    ("conditions", "facts", "answer", "counted"),
    [
        ((A, B), {"a": True}, None, True),
        ((A, B), {"b": True}, None, False),
        ((A, B), {"a": False}, False, False),
        ((AnyOf(any=(A, B)),), {"a": True}, True, True),
        ((AnyOf(any=(A, B)),), {"a": False}, None, True),
        ((AnyOf(any=(A, B)),), {"a": False, "b": False}, False, False),
        ((AllOf(all=(A, B)),), {"a": True, "b": True}, True, True),
        ((), {}, True, True),
    ],
)
def test_conditions_combine_by_three_valued_logic(
    conditions: tuple[Condition, ...], facts: dict[str, FactValue], answer: bool | None, counted: bool
) -> None:
    assert settled(conditions, facts) is answer
    assert met(conditions, facts) is counted


def test_only_facts_that_decide_are_open() -> None:
    assert open_facts((A, B), {}) == ["a", "b"]
    assert open_facts((A, B), {"a": False}) == []
    assert open_facts((AnyOf(any=(A, B)),), {"b": True}) == []
    assert open_facts((AnyOf(any=(A, B)), A), {"b": True}) == ["a"]


def test_a_question_for_the_unknown_is_met_by_it_and_settled_by_nothing_else() -> None:
    asks = criterion(is_unknown=True, unknown=None)
    assert met((asks,), {}) and met((asks,), {"f": "unknown"})
    assert not met((asks,), {"f": True})
    assert settled((asks,), {}) is None


def test_combine_takes_any_judge_of_single_comparisons() -> None:
    assert combine((A, AnyOf(any=(A, B))), lambda one: one.fact == "a") is True
