"""What would change the answer: the smallest changes, each with its effect, in words."""

from __future__ import annotations

from typing import Any

import pytest

from hotline.policy import what_if as module
from hotline.policy.errors import FactError
from hotline.policy.loader import load_packs
from hotline.policy.model import Criterion, Pack, Rule, Table
from hotline.policy.say_what_if import say_changes
from hotline.policy.what_if import SOMETHING_ELSE, Change, what_if
from hotline.policy.words import Words

PACK = load_packs().get("kern", "2010-10-28")
PATH_2: dict[str, Any] = {
    "county_of_child": "kern",
    "county_of_child_now": "kern",
    "any_child_under_18": True,
    "suspect_is_caregiver": True,
    "meets_definition": True,
    "child_in_immediate_danger": False,
    "child_without_caregiver": False,
    "caregiver_impaired_now": False,
    "injury_unexplained": False,
    "youngest_child_age": 7,
    "risk": "low",
    "domestic_violence": False,
    "targeted_services_likely": True,
}
PATH_1 = {**PATH_2, "meets_definition": False}


def steps_of(change: Change) -> dict[str, Any]:
    return {step.fact: step.value for step in change.steps}


def found(
    facts: dict[str, Any], pack: Pack = PACK, limit: int = 100
) -> dict[tuple[str, Any], dict[str, str]]:
    """What each change of one fact leads to."""
    return {
        (change.steps[0].fact, change.steps[0].value): {one.question: one.after for one in change.effects}
        for change in what_if(pack, facts, limit)
    }


def test_danger_right_now_would_make_it_immediate() -> None:
    changes = found(PATH_2)
    assert changes["child_in_immediate_danger", True] == {
        "priority": "24_hours",
        "track": "path_3",
        "route": "office",
        "recipients": "emergency_response",
    }


def test_the_more_urgent_come_first_and_the_order_is_fixed() -> None:
    changes = what_if(PACK, PATH_2)
    firsts = [{one.question: one.urgency for one in change.effects}.get("priority", 0) for change in changes]
    assert firsts == sorted(firsts, reverse=True)
    assert firsts[0] > 0 > firsts[-1]
    assert what_if(PACK, dict(reversed(PATH_2.items()))) == changes


def test_what_changes_nothing_is_not_said() -> None:
    names = {fact for fact, _ in found(PATH_2)}
    assert "mandated_reporter" not in names
    assert "prior_reports" not in names


def test_violence_between_adults_takes_the_partner_away() -> None:
    assert found(PATH_1)["domestic_violence", True] == {"recipients": "er_domestic_violence"}


def test_another_county_stands_for_every_county_that_is_not_named() -> None:
    assert found(PATH_2)["county_of_child", SOMETHING_ELSE]["disposition"] == "refer_other_county"


def test_an_answer_that_is_there_is_told_from_one_that_is_missing() -> None:
    asked = {
        step.fact: step.asked
        for change in what_if(PACK, {**PATH_2, "risk": "unknown"})
        for step in change.steps
    }
    assert asked["child_in_immediate_danger"] is True
    assert asked["safely_surrendered_baby"] is False


def test_no_more_than_the_limit_are_said() -> None:
    assert len(what_if(PACK, PATH_2, limit=2)) == 2


def test_a_value_of_the_wrong_kind_is_refused() -> None:
    with pytest.raises(FactError):
        what_if(PACK, {"risk": 7})


def test_an_age_on_the_other_side_of_the_border_is_tried() -> None:
    pack = _with_rule(Criterion(fact="youngest_child_age", below=5, unknown="fails"))
    assert {value for fact, value in found(PATH_2, pack) if fact == "youngest_child_age"} == {3, 4}


def test_two_facts_that_must_come_together_are_found_only_when_one_alone_does_nothing() -> None:
    both = (
        _is("family_willing", False),
        _is("csec", True),
    )
    pack = _only_rule(*both)
    facts = {"family_willing": True, "csec": False}
    (change,) = what_if(pack, facts)
    assert steps_of(change) == {"family_willing": False, "csec": True}
    (alone,) = what_if(pack, {**facts, "csec": True})
    assert steps_of(alone) == {"family_willing": False}


def test_the_work_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    tried: list[int] = []
    real = module._outcomes

    def counted(*given: Any) -> Any:
        tried.append(1)
        return real(*given)

    monkeypatch.setattr(module, "_outcomes", counted)
    pack = _only_rule(*(_is(name, True) for name in _YES_NO[:8]))
    assert what_if(pack, {}) == ()
    assert len(tried) <= 1 + 2 * len(PACK.rules.facts) + module.MOST_PAIRS


@pytest.mark.parametrize(
    ("language", "then", "answer"),
    [
        ("en", "Immediate (within 24 hours)", ("Is a child in danger right now?", "Yes")),
        ("es", "Inmediata (en 24 horas)", ("¿Hay un niño en peligro ahora mismo?", "Sí")),
    ],
)
def test_it_is_said_in_plain_words_with_one_line_for_one_effect(
    language: Any, then: str, answer: tuple[str, str]
) -> None:
    lines = say_changes(PACK, what_if(PACK, PATH_2), language)
    assert lines[0].urgency == "more"
    assert lines[0].then[0] == then
    assert answer in [(step.question, step.answer) for way in lines[0].ways for step in way]
    assert len({line.then for line in lines}) == len(lines)


def test_a_change_of_recipients_is_said_with_their_names() -> None:
    lines = say_changes(PACK, what_if(PACK, PATH_1, limit=100), "en")
    said = {line.ways[0][0].fact: line for line in lines}
    assert said["domestic_violence"].then == ("Emergency Response domestic-violence unit",)
    assert said["domestic_violence"].urgency == "other"


def test_several_values_of_one_fact_with_one_effect_are_one_way() -> None:
    pack = _with_rule(Criterion(fact="youngest_child_age", below=5, unknown="fails"))
    lines = say_changes(pack, what_if(pack, PATH_2, limit=100), "en")
    ages = [
        step.answer
        for line in lines
        for way in line.ways
        for step in way
        if step.fact == "youngest_child_age"
    ]
    assert ages == ["3 / 4"]


def test_another_value_is_called_another_one() -> None:
    lines = say_changes(PACK, what_if(PACK, PATH_2, limit=100), "es")
    answers = {step.fact: step.answer for line in lines for way in line.ways for step in way}
    assert answers["county_of_child"] == "Otro"


def _is(fact: str, value: bool) -> Criterion:
    return Criterion.model_validate({"fact": fact, "is": value, "unknown": "fails"})


_YES_NO = [name for name, one in PACK.rules.facts.items() if one.kind == "yes_no"]


def _rule(outcome: str, *criteria: Criterion) -> Rule:
    words = Words(en="x", es="x")
    return Rule(id="test", sentence=words, source="test", confidence="B", when=criteria, outcome=outcome)


def _with(pack: Pack, **tables: Table) -> Pack:
    return pack.model_copy(update={"rules": pack.rules.model_copy(update=tables)})


def _with_rule(criterion: Criterion) -> Pack:
    """The pack with one more rule on top of the priorities."""
    table = PACK.rules.priority
    rules = (_rule("24_hours", criterion), *table.rules)
    return _with(PACK, priority=table.model_copy(update={"rules": rules}))


def _only_rule(*criteria: Criterion) -> Pack:
    """A pack whose answer hangs on one rule alone."""

    def certain(table: Table, outcome: str) -> Table:
        return table.model_copy(update={"rules": (_rule(outcome),)})

    rules = PACK.rules
    return _with(
        PACK,
        disposition=certain(rules.disposition, "screened_in"),
        priority=rules.priority.model_copy(
            update={"rules": (_rule("24_hours", *criteria), _rule("10_days"))}
        ),
        track=certain(rules.track, "path_3"),
        route=certain(rules.route, "office"),
    )
