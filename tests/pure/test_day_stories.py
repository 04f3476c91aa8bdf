"""The stories of a rehearsed day lead where the plan says."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from hotline.demo.day.plan import STORIES
from hotline.demo.day.stories import stories
from hotline.policy.decide import decide
from hotline.policy.loader import load_packs
from screening_forms.facts import facts
from screening_forms.loader import load_forms
from screening_forms.validation import check, parse

RECEIVED = datetime(2026, 3, 2, 18, 0, tzinfo=UTC)
TRACKS = {"path_1": "path_1", "path_2": "path_2", "path_3": "path_3", "not_served": "path_1"}
ENDS = {"duplicate": "duplicate", "other_county": "refer_other_county"}


def test_every_story_of_the_plan_is_written() -> None:
    assert set(stories()) == set(STORIES)


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("name", STORIES)
def test_a_story_fills_the_form_and_is_decided_as_its_name_says(name: str, language: str) -> None:
    form = load_forms().for_jurisdiction("california")[0]
    told = stories()[name].told_in(language, "Somebody")
    answers = {path: parse(form.field_at(path), raw) for path, raw in told.items()}
    if name == "duplicate":
        answers["decision/duplicate_of"] = "KERN-000001"
    assert not [problem for problem in check(form, answers, "submit") if problem.blocking]
    decision = decide(load_packs().in_force("kern", RECEIVED), facts(form, answers), RECEIVED)
    assert decision.track == TRACKS.get(name)
    if name in ENDS:
        assert decision.disposition == ENDS[name]
