"""The worked cases as data: the form yields the facts, and the rules the decision, that each case expects."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from hotline.policy.decide import decide
from hotline.policy.loader import load_packs
from screening_forms.facts import facts
from screening_forms.loader import load_forms
from screening_forms.validation import check, parse
from tests.support.cases import NARRATIVE_CANARY, REPORTER_CANARIES, load_case

VIGNETTES = ("CA-01", "CA-02", "CA-03", "CA-05", "CA-08", "CA-09")
RECEIVED = datetime(2026, 3, 2, 18, 0, tzinfo=UTC)


@pytest.mark.parametrize("vignette", VIGNETTES)
def test_the_answers_of_a_case_lead_to_its_decision(vignette: str) -> None:
    case = load_case(vignette)
    form = load_forms().for_jurisdiction("california")[0]
    answers = {path: parse(form.field_at(path), raw) for path, raw in case.answers.items()}
    if vignette == "CA-09":
        answers["decision/duplicate_of"] = "KERN-000001"
    assert not [problem for problem in check(form, answers, "submit") if problem.blocking]
    pack = load_packs().in_force("kern", RECEIVED)
    decision = decide(pack, facts(form, answers), RECEIVED)
    assert decision.disposition == case.expected["disposition"]
    assert (decision.priority or "none") == case.expected["priority"]
    assert (decision.track or "none") == case.expected["track"]
    assert [
        {"kind": one.kind, "service": one.service, "role": one.role} for one in decision.recipients
    ] == case.expected["recipients"]


@pytest.mark.parametrize("vignette", VIGNETTES)
def test_every_case_carries_the_words_that_must_never_leave_their_place(vignette: str) -> None:
    case = load_case(vignette)
    assert NARRATIVE_CANARY in str(case.answers["narrative/story"])
    assert all(word in str(case.answers["reporter/name"]) for word in REPORTER_CANARIES)
