"""Properties of what would change the answer, whatever the facts."""

import datetime
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from hotline.policy.decide import decide
from hotline.policy.loader import load_packs
from hotline.policy.model import NOT_ASKED, UNKNOWN, FactDeclaration, Pack
from hotline.policy.what_if import Change, outcomes, what_if

PACKS = load_packs().packs
RECEIVED = datetime.datetime(2024, 3, 1, 18, 0, tzinfo=datetime.UTC)
QUIET = {"meets_definition", "targeted_services_likely", "any_child_under_18", "suspect_is_caregiver"}


def values(declared: FactDeclaration) -> st.SearchStrategy[Any]:
    known: dict[str, st.SearchStrategy[Any]] = {
        "yes_no": st.booleans(),
        "choice": st.sampled_from(sorted(declared.values) or [""]),
        "choices": st.lists(st.sampled_from(sorted(declared.values) or [""]), unique=True),
        "number": st.integers(min_value=0, max_value=120),
        "text": st.sampled_from(["kern", "tulare"]),
    }
    return st.one_of(st.sampled_from([UNKNOWN, NOT_ASKED]), known[declared.kind])


@st.composite
def asked(draw: st.DrawFn) -> tuple[Pack, dict[str, Any]]:
    """A pack with facts; half of them so quiet that the later rules are reached."""
    pack = draw(st.sampled_from(PACKS))
    quiet = draw(st.booleans())
    facts: dict[str, Any] = {}
    for name, declared in pack.rules.facts.items():
        if quiet and declared.kind == "yes_no" and draw(st.integers(0, 3)):
            facts[name] = name in QUIET
        else:
            facts[name] = draw(values(declared))
    return pack, facts


def applied(facts: dict[str, Any], change: Change) -> dict[str, Any]:
    return {**facts, **{step.fact: step.value for step in change.steps}}


@settings(max_examples=60)
@given(asked())
def test_the_short_way_gives_the_same_answers_as_deciding(case: tuple[Pack, dict[str, Any]]) -> None:
    pack, facts = case
    decision, short = decide(pack, facts, RECEIVED), outcomes(pack, facts)
    assert {reason.question: reason.outcome for reason in decision.reasons} == {
        question: answer for question, answer in short.items() if question != "recipients"
    }
    assert "+".join(one.service for one in decision.recipients) == short["recipients"]


@settings(max_examples=60)
@given(asked())
def test_every_change_that_is_said_does_what_it_says(case: tuple[Pack, dict[str, Any]]) -> None:
    pack, facts = case
    before = outcomes(pack, facts)
    for change in what_if(pack, facts, limit=1000):
        after = outcomes(pack, applied(facts, change))
        assert change.effects
        assert {(one.question, one.before, one.after) for one in change.effects} == {
            (question, before[question], after[question])
            for question in before
            if after[question] != before[question]
        }
        for step in change.steps:
            alone = {**facts, step.fact: step.value}
            assert len(change.steps) == 1 or outcomes(pack, alone) == before, "one of the two would do"


@settings(max_examples=30)
@given(asked(), st.data())
def test_no_answer_that_changes_something_is_left_out(
    case: tuple[Pack, dict[str, Any]], data: st.DataObject
) -> None:
    pack, facts = case
    name = data.draw(
        st.sampled_from([name for name, one in pack.rules.facts.items() if one.kind == "yes_no"])
    )
    value = data.draw(st.booleans())
    said = {(step.fact, step.value) for change in what_if(pack, facts, limit=1000) for step in change.steps}
    if outcomes(pack, {**facts, name: value}) != outcomes(pack, facts):
        assert (name, value) in said
    else:
        singles = all(len(change.steps) == 1 for change in what_if(pack, facts, limit=1000))
        assert not singles or (name, value) not in said


@settings(max_examples=30)
@given(asked(), st.randoms(use_true_random=False))
def test_the_order_is_fixed_and_the_urgent_come_first(case: tuple[Pack, dict[str, Any]], random: Any) -> None:
    pack, facts = case
    shuffled = list(facts.items())
    random.shuffle(shuffled)
    changes = what_if(pack, facts, limit=1000)
    assert what_if(pack, dict(shuffled), limit=1000) == changes
    assert what_if(pack, facts, limit=3) == changes[:3]
    by_priority = [
        {one.question: one.urgency for one in change.effects}.get("priority", 0) for change in changes
    ]
    assert by_priority == sorted(by_priority, reverse=True)
