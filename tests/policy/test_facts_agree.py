"""The form and the pack speak of the same facts."""

import datetime
import json

import pytest

from hotline.policy.decide import decide
from hotline.policy.loader import load_packs
from hotline.policy.model import NOT_ASKED, SYSTEM_FACTS, UNKNOWN, Pack
from screening_forms.facts import Absent, facts, yielded
from screening_forms.loader import load_forms

SHELF = load_packs()
FORMS = load_forms()
RECEIVED = datetime.datetime(2024, 3, 1, 18, 0, tzinfo=datetime.UTC)

packs = pytest.mark.parametrize("pack", SHELF.packs, ids=lambda pack: f"{pack.jurisdiction}-{pack.version}")


@packs
def test_every_fact_that_a_pack_asks_for_is_yielded_by_its_form_or_supplied_by_the_system(pack: Pack) -> None:
    form = FORMS.current(pack.head.form)
    assert set(pack.rules.facts) <= form.fact_names() | SYSTEM_FACTS


@packs
def test_form_and_pack_agree_on_kinds_and_values(pack: Pack) -> None:
    given = yielded(FORMS.current(pack.head.form))
    for name, declared in pack.rules.facts.items():
        if name not in given:
            continue
        # a choice of the form may serve a rule that takes any text, such as a county
        kinds = {declared.kind, "choice"} if declared.kind == "text" else {declared.kind}
        assert given[name].kind in kinds, name
        if declared.values:
            assert given[name].values <= set(declared.values), name


@packs
def test_what_the_system_supplies_is_declared_by_the_pack(pack: Pack) -> None:
    assert set(pack.rules.facts) >= SYSTEM_FACTS


def test_both_sides_use_the_same_two_words_for_want_of_an_answer() -> None:
    assert (str(Absent.UNKNOWN), str(Absent.NOT_ASKED)) == (UNKNOWN, NOT_ASKED)


@packs
def test_the_facts_of_an_empty_form_can_be_judged_and_written_as_json(pack: Pack) -> None:
    given = facts(FORMS.current(pack.head.form), {})
    assert set(given.values()) == {Absent.NOT_ASKED}
    assert decide(pack, json.loads(json.dumps(given)), RECEIVED) == decide(pack, given, RECEIVED)
    assert decide(pack, given, RECEIVED).disposition == "needs_person"


def test_a_form_filled_in_for_a_shafter_family_comes_to_path_2() -> None:
    pack, form = SHELF.get("kern", "2010-10-28"), FORMS.current("california-report")
    answers = {
        "children/1/age": "7",
        "location/child_now": "home",
        "location/home_county": "kern",
        **{
            f"decision/{name}": "no"
            for name in ("immediate_danger", "without_caregiver", "caregiver_impaired", "injury_unexplained")
        },
        "decision/suspect_is_caregiver": "yes",
        "decision/meets_definition": "yes",
        "decision/risk": "moderate",
        "decision/services_likely": "yes",
    }
    decision = decide(pack, facts(form, answers), RECEIVED)
    assert (decision.disposition, decision.priority, decision.track) == ("screened_in", "10_days", "path_2")
    unsure = decide(pack, facts(form, {**answers, "decision/risk": "unknown"}), RECEIVED)
    assert unsure.track == "path_3"
