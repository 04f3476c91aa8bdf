"""Properties of every decision, whatever the facts."""

import datetime
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from hotline.policy.decide import decide
from hotline.policy.decision import Decision
from hotline.policy.explain import explain
from hotline.policy.loader import load_packs
from hotline.policy.model import NOT_ASKED, UNKNOWN, FactDeclaration

PACKS = load_packs().packs
START = datetime.datetime(2007, 2, 2, tzinfo=datetime.UTC)
MOMENTS = st.integers(0, 33 * 365 * 24 * 60).map(lambda minutes: START + datetime.timedelta(minutes=minutes))


def values(declared: FactDeclaration) -> st.SearchStrategy[Any]:
    """Any answer to one fact, an answer that is missing among them."""
    absent = st.sampled_from([UNKNOWN, NOT_ASKED])
    known: dict[str, st.SearchStrategy[Any]] = {
        "yes_no": st.booleans(),
        "choice": st.sampled_from(sorted(declared.values) or [""]),
        "choices": st.lists(st.sampled_from(sorted(declared.values) or [""]), unique=True),
        "number": st.integers(min_value=0, max_value=120),
        "text": st.sampled_from(["kern", "tulare", "out_of_state"]),
    }
    return st.one_of(absent, known[declared.kind])


@st.composite
def reports(draw: st.DrawFn) -> tuple[Any, dict[str, Any], datetime.datetime]:
    pack = draw(st.sampled_from(PACKS))
    # rules mostly ask for one answer of two: a base that is innocent on the whole reaches the later rules
    innocent = draw(st.booleans())
    facts: dict[str, Any] = {}
    for name, declared in pack.rules.facts.items():
        if innocent and declared.kind == "yes_no" and draw(st.integers(0, 3)):
            facts[name] = name in {"meets_definition", "targeted_services_likely", "any_child_under_18"}
        else:
            facts[name] = draw(values(declared))
    return pack, facts, draw(MOMENTS)


def urgency(pack: Any, decision: Decision) -> tuple[bool, int]:
    """Open before closed, then the response class."""
    return not decision.closes, pack.rules.priority.rank(decision.priority or "none")


@settings(max_examples=100, deadline=None)
@given(reports())
def test_every_report_gets_a_whole_answer(report: tuple[Any, dict[str, Any], datetime.datetime]) -> None:
    pack, facts, received = report
    decision = decide(pack, facts, received)
    rules = pack.rules
    assert decision.disposition in rules.dispositions
    assert len(decision.reasons) == 4
    assert (decision.priority is None) == decision.closes
    assert (decision.response_due is None) == (decision.priority is None)
    assert (decision.track_due is None) == (decision.track is None)
    assert (decision.person_due is None) == (not decision.needs_person)
    for moment in (decision.response_due, decision.track_due, decision.person_due):
        assert moment is None or moment >= received
    # a report is closed for a lawful reason, or sent to somebody, or waits for a named person
    assert decision.closes or decision.recipients or decision.needs_person
    assert Decision.from_json(decision.to_json()) == decision
    assert explain(decision, "en", pack).headline and explain(decision, "es", pack).headline


@settings(max_examples=100, deadline=None)
@given(reports())
def test_the_same_facts_give_the_same_answer(report: tuple[Any, dict[str, Any], datetime.datetime]) -> None:
    pack, facts, received = report
    reordered = dict(sorted(facts.items(), reverse=True))
    assert decide(pack, facts, received) == decide(pack, reordered, received)


@settings(max_examples=250, deadline=None)
@given(reports(), st.data())
def test_not_knowing_never_lowers_urgency_and_never_closes(
    report: tuple[Any, dict[str, Any], datetime.datetime], data: st.DataObject
) -> None:
    pack, facts, received = report
    forgotten = data.draw(st.sets(st.sampled_from(sorted(facts)), min_size=1, max_size=4))
    absent = data.draw(st.sampled_from([UNKNOWN, NOT_ASKED]))
    before = decide(pack, facts, received)
    after = decide(pack, {**facts, **dict.fromkeys(forgotten, absent)}, received)
    assert urgency(pack, after) >= urgency(pack, before)
    if before.disposition == after.disposition == "screened_in":
        ranks = [pack.rules.track.rank(decision.track or "none") for decision in (before, after)]
        assert ranks[1] >= ranks[0]


@settings(max_examples=100, deadline=None)
@given(reports(), st.data())
def test_a_missing_fact_that_is_not_named_changes_nothing(
    report: tuple[Any, dict[str, Any], datetime.datetime], data: st.DataObject
) -> None:
    pack, facts, received = report
    before = decide(pack, facts, received)
    named = {entry.fact for entry in before.missing}
    silent = [
        name
        for name, declared in pack.rules.facts.items()
        if facts[name] in (UNKNOWN, NOT_ASKED) and name not in named and declared.ask == "always"
    ]
    learned = {name: data.draw(values(pack.rules.facts[name]), label=name) for name in silent}
    after = decide(pack, {**facts, **learned}, received)
    told = (
        "disposition",
        "priority",
        "track",
        "recipients",
        "obligations",
        "blocked",
        "response_due",
        "track_due",
    )
    assert [getattr(after, name) for name in told] == [getattr(before, name) for name in told]
    for question, outcomes in before.possible.items():
        assert after.reason(question).outcome in outcomes


@settings(max_examples=100, deadline=None)
@given(reports())
def test_a_partner_is_sent_only_where_gates_are_open_and_nothing_blocks(
    report: tuple[Any, dict[str, Any], datetime.datetime],
) -> None:
    pack, facts, received = report
    decision = decide(pack, facts, received)
    services = {wanted.service for wanted in decision.recipients if wanted.kind == "partner"}
    assert all(gate.met for gate in decision.gates if gate.service in services)
    assert not services & {block.service for block in decision.blocked}
    if services:
        assert facts["child_in_immediate_danger"] is False
    if "path_1" in services:
        assert facts["domestic_violence"] is False


@settings(max_examples=100, deadline=None)
@given(reports(), st.data())
def test_a_refusal_or_earlier_reports_alone_change_nothing(
    report: tuple[Any, dict[str, Any], datetime.datetime], data: st.DataObject
) -> None:
    pack, facts, received = report
    weighed = ("family_willing", "prior_reports", "prior_report_sources")
    changed = {name: data.draw(values(pack.rules.facts[name]), label=name) for name in weighed}
    before, after = decide(pack, facts, received), decide(pack, {**facts, **changed}, received)
    assert urgency(pack, before) == urgency(pack, after)
    assert (before.disposition, before.track, before.recipients) == (
        after.disposition,
        after.track,
        after.recipients,
    )
