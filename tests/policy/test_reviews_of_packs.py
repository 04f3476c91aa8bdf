"""What a pack may say of reviews and overrides, and what it may never."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from hotline.policy import checks
from hotline.policy.clocks import Clock, extended
from hotline.policy.decide import GivenFact, decide
from hotline.policy.model import Criterion, Override, Pack, Review
from hotline.policy.overrides import allowed
from hotline.policy.words import Words
from tests.support.kern import PACKS

RECEIVED = datetime(2026, 3, 2, 18, 0, tzinfo=UTC)
KERN = PACKS.versions("kern")[-1]
SAID: dict[str, Any] = {
    "sentence": Words(en="It is so.", es="Es así."),
    "source": "a test",
    "confidence": "B",
}
CALM: dict[str, GivenFact] = {
    "meets_definition": True,
    "risk": "low",
    "targeted_services_likely": False,
    "child_in_immediate_danger": False,
    "child_without_caregiver": False,
    "caregiver_impaired_now": False,
    "injury_unexplained": False,
}


def kern(**changed: Any) -> Pack:
    return KERN.model_copy(update={"rules": KERN.rules.model_copy(update=changed)})


def override(**given: Any) -> Override:
    return Override(**({"id": "test.override", "of": "path_3", "to": "path_2"} | SAID | given))


def faults_of(*overrides: Override) -> list[str]:
    rules = KERN.rules.model_copy(update={"overrides": overrides})
    return [fault.problem for fault in checks.faults(rules)]


def test_the_packs_of_kern_have_no_fault_and_verify_every_review_with_the_agency() -> None:
    assert faults_of(*KERN.rules.overrides) == []
    assert {one.confidence for one in (*KERN.rules.reviews, *KERN.rules.overrides)} == {"B"}


def test_a_review_holds_no_response_in_person() -> None:
    everything = Review(
        id="test.review",
        when=(Criterion(fact="track", any_of=("path_1", "path_2", "path_3")),),
        clock=Clock(hours=1),
        holds=True,
        **SAID,
    )
    pack = kern(reviews=(everything,))
    assert not decide(pack, CALM, RECEIVED).held
    assert not decide(pack, CALM | {"child_in_immediate_danger": True}, RECEIVED).held
    evaluated_out = decide(pack, CALM | {"meets_definition": False, "domestic_violence": False}, RECEIVED)
    assert (evaluated_out.track, evaluated_out.held) == ("path_1", True)
    to_the_unit = decide(pack, CALM | {"meets_definition": False, "domestic_violence": True}, RECEIVED)
    assert to_the_unit.recipient_kinds == ["area_office"]
    assert not to_the_unit.held


def test_a_review_is_due_from_receipt() -> None:
    found = decide(KERN, CALM | {"meets_definition": False}, RECEIVED)
    (review,) = found.reviews
    assert (review.id, found.review_due) == ("kern.review.evaluated-out", review.due)
    assert review.due == datetime(2026, 3, 10, 0, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("wrong", "problem"),
    [
        pytest.param({"second_person": False}, "takes a second person", id="one person lowers"),
        pytest.param(
            {"second_person": True, "disposition": "evaluated_out"},
            "no other disposition",
            id="closes as well",
        ),
        pytest.param(
            {"second_person": True, "when": (Criterion(fact="risk", any_of=("low",), unknown="holds"),)},
            "because a fact is not known",
            id="the unknown lowers",
        ),
        pytest.param({"to": "path_9"}, "from one declared track to another", id="no such track"),
        pytest.param({"to": "path_3"}, "from one declared track to another", id="to itself"),
        pytest.param(
            {"of": "path_1", "to": "path_3", "disposition": "lost"},
            "is not declared",
            id="no such disposition",
        ),
        pytest.param(
            {
                "second_person": True,
                "when": (Criterion.model_validate({"fact": "weather", "is": "rain", "unknown": "fails"}),),
            },
            "is not declared",
            id="no such fact",
        ),
    ],
)
def test_a_faulty_override_stops_the_start(wrong: dict[str, Any], problem: str) -> None:
    assert any(problem in said for said in faults_of(override(**wrong)))


def test_an_override_is_judged_by_the_rest_of_the_rules() -> None:
    (up,) = [one for one in KERN.rules.overrides if one.id == "kern.override.path-1-up"]
    facts = CALM | {"meets_definition": False}
    before, after = decide(KERN, facts, RECEIVED), decide(KERN, facts, RECEIVED, up)
    assert (before.track, before.response_due) == ("path_1", None)
    assert (after.track, after.disposition, after.recipient_kinds) == (
        "path_3",
        "screened_in",
        ["area_office"],
    )
    assert after.response_due == datetime(2026, 3, 12, 17, 0, tzinfo=UTC)
    assert after.reason("track").rule == after.reason("disposition").rule == up.id
    assert not after.needs_person


def test_a_danger_that_nobody_knows_of_makes_a_raised_report_immediate() -> None:
    (up,) = [one for one in KERN.rules.overrides if one.id == "kern.override.accepted"]
    found = decide(KERN, {"meets_definition": "unknown"}, RECEIVED, up)
    assert found.priority == "24_hours"


@pytest.mark.parametrize(
    ("facts", "ids"),
    [
        pytest.param({}, ["kern.override.path-3-down"], id="calm"),
        pytest.param({"child_in_immediate_danger": True}, [], id="danger"),
        pytest.param({"targeted_services_likely": "unknown"}, [], id="services unknown"),
        pytest.param({"risk": "unknown"}, [], id="risk unknown"),
        pytest.param({"meets_definition": False}, ["kern.override.path-1-up"], id="evaluated out"),
        pytest.param({"meets_definition": "unknown"}, ["kern.override.accepted"], id="undecided"),
        pytest.param({"duplicate_report": True}, [], id="duplicate"),
    ],
)
def test_what_may_be_overridden(facts: dict[str, GivenFact], ids: list[str]) -> None:
    assert [one.id for one in allowed(KERN, decide(KERN, CALM | facts, RECEIVED))] == ids


def test_a_business_day_more_ends_at_the_close_of_the_next_one() -> None:
    friday_evening = datetime(2026, 3, 7, 1, 0, tzinfo=UTC)
    monday_evening = datetime(2026, 3, 10, 0, 0, tzinfo=UTC)
    assert extended(friday_evening, Clock(business_days=1), KERN.rules.calendar) == monday_evening
