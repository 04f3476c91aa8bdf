"""A decision in plain words."""

import datetime

import pytest

from hotline.policy.clocks import Clock
from hotline.policy.decide import decide
from hotline.policy.examples import load_examples
from hotline.policy.explain import explain, say_clock, say_fact, say_time
from hotline.policy.loader import load_packs
from hotline.policy.words import Language

PACK = load_packs().get("kern", "2010-10-28")
CASES = {example.id: example for example in load_examples(PACK)}


def test_a_half_filled_form_is_explained_as_provisional_with_what_is_missing() -> None:
    told = explain(
        decide(PACK, {"meets_definition": "unknown"}, CASES["nothing-answered"].received), "en", PACK
    )
    assert told.headline == "So far: Needs a person's decision"
    assert told.is_provisional
    assert ("meets_definition", True) in {(line.fact, line.asked) for line in told.missing}
    assert ("risk", False) in {(line.fact, line.asked) for line in told.missing}
    assert "Something is not known, so the safer answer is used." in told.notes
    assert told.person_due is not None and told.person_due.due_words == "Friday, March 1, 2024, 10:30 AM"


def test_a_settled_report_is_explained_with_clock_path_and_recipients() -> None:
    case = CASES["shafter-general-neglect"]
    told = explain(decide(PACK, case.facts, case.received), "en", PACK)
    assert told.headline == "Decision: Screened in for an in-person response"
    assert told.response is not None and told.response.due_words == "Monday, March 11, 2024, 10:00 AM"
    assert told.track == "Path 2 - county and partner together"
    assert [line.split(":")[0] for line in told.recipients] == ["County office", "Community partner"]
    track = next(line for line in told.reasons if line.question == "track")
    assert track.facts == (
        "How high is the risk? moderate",
        "Are targeted services likely to bring progress? Yes",
    )
    assert not track.verify


def test_a_default_is_marked_for_verification() -> None:
    case = CASES["ridgecrest-bruised-infant"]
    told = explain(decide(PACK, case.facts, case.received), "en", PACK)
    assert next(line for line in told.reasons if line.question == "track").verify


def test_a_block_and_a_review_that_is_not_needed_are_told() -> None:
    blocked, twice = CASES["domestic-violence-path-1"], CASES["second-call-same-incident"]
    notes = explain(decide(PACK, blocked.facts, blocked.received), "en", PACK).notes
    assert any("domestic-violence unit" in note for note in notes)
    notes = explain(decide(PACK, twice.facts, twice.received), "en", PACK).notes
    assert "The screening criteria need no review." in notes


@pytest.mark.parametrize("language", ["en", "es"])
def test_every_worked_case_can_be_told_in_both_languages(language: Language) -> None:
    for case in CASES.values():
        told = explain(decide(PACK, case.facts, case.received), language, PACK)
        assert told.headline and all(line.sentence for line in told.reasons)


def test_without_the_pack_facts_are_named_by_their_codes() -> None:
    case = CASES["shafter-general-neglect"]
    told = explain(decide(PACK, case.facts, case.received), "en")
    assert "risk Moderate" in next(line for line in told.reasons if line.question == "track").facts


def test_times_are_told_in_the_zone_of_the_jurisdiction() -> None:
    moment = datetime.datetime(2024, 3, 2, 6, 0, tzinfo=datetime.UTC)
    assert say_time(moment, "America/Los_Angeles", "en") == "Friday, March 1, 2024, 10:00 PM"
    assert say_time(moment, "America/Los_Angeles", "es") == "viernes 1 de marzo de 2024, 22:00"


@pytest.mark.parametrize(
    ("clock", "en", "es"),
    [
        (Clock(immediately=True), "at once", "de inmediato"),
        (Clock(minutes=1), "within 1 minute", "en 1 minuto"),
        (Clock(business_days=5), "within 5 business days", "en 5 días hábiles"),
    ],
)
def test_clocks_are_told_in_words(clock: Clock, en: str, es: str) -> None:
    assert (say_clock(clock, "en"), say_clock(clock, "es")) == (en, es)


def test_values_are_told_in_words() -> None:
    facts = PACK.rules.facts
    assert say_fact(True, "es") == "Sí"
    assert say_fact("not asked", "en") == "Not asked yet"
    assert say_fact("high", "es", facts["risk"]) == "alto"
    assert say_fact("san_bernardino", "en", facts["county_of_child"]) == "San Bernardino"
    assert say_fact(("relative", "other"), "es", facts["prior_report_sources"]) == "un pariente, otra persona"
