"""What a decision carries: reasons, clocks, gates, blocks, missing facts."""

import datetime
import json

import pytest

from hotline.policy.decide import GivenFact, decide
from hotline.policy.decision import Decision
from hotline.policy.errors import FactError
from hotline.policy.examples import load_examples
from hotline.policy.loader import load_packs

PACK = load_packs().get("kern", "2010-10-28")
RECEIVED = datetime.datetime(2024, 3, 1, 18, 0, tzinfo=datetime.UTC)
PATH_1: dict[str, GivenFact] = {
    "county_of_child": "kern",
    "county_of_child_now": "kern",
    "any_child_under_18": True,
    "suspect_is_caregiver": True,
    "meets_definition": False,
    "child_in_immediate_danger": False,
    "domestic_violence": False,
}
PATH_2: dict[str, GivenFact] = {
    **PATH_1,
    "meets_definition": True,
    "child_without_caregiver": False,
    "caregiver_impaired_now": False,
    "injury_unexplained": False,
    "risk": "low",
    "targeted_services_likely": True,
}


def judge(facts: dict[str, GivenFact]) -> Decision:
    return decide(PACK, facts, RECEIVED)


def test_a_decision_survives_the_trip_through_json() -> None:
    for example in load_examples(PACK):
        decision = decide(PACK, example.facts, example.received)
        assert Decision.from_json(json.loads(json.dumps(decision.to_json()))) == decision


def test_a_decision_names_pack_version_facts_and_a_reason_for_each_question() -> None:
    decision = judge(PATH_2)
    assert (decision.jurisdiction, decision.version, decision.digest) == ("kern", "2010-10-28", PACK.digest)
    assert decision.facts["risk"] == "low"
    assert decision.facts["csec"] == "not asked"
    assert [reason.question for reason in decision.reasons] == ["disposition", "priority", "track", "route"]
    reason = decision.reason("track")
    assert reason.rule == "kern.track.team"
    assert reason.facts == {
        "disposition": "screened_in",
        "risk": "low",
        "targeted_services_likely": True,
    }
    assert reason.source and reason.sentence.en and reason.sentence.es


def test_a_reason_says_when_it_holds_only_for_want_of_knowledge() -> None:
    decision = judge({**PATH_2, "risk": "unknown"})
    assert decision.track == "path_3"
    assert decision.reason("track").uncertain
    assert not judge({**PATH_2, "risk": "high"}).reason("track").uncertain


def test_unknown_and_not_asked_are_told_apart_among_the_missing() -> None:
    decision = judge({**PATH_2, "risk": "unknown", "targeted_services_likely": "not asked"})
    states = {entry.fact: entry.state for entry in decision.missing}
    assert states["risk"] == "unknown"
    assert states["csec"] == "not asked"


def test_a_fact_asked_for_only_if_mentioned_is_missing_only_when_nobody_knew() -> None:
    assert "duplicate_report" not in {entry.fact for entry in judge({}).missing}
    assert "duplicate_report" in {entry.fact for entry in judge({"duplicate_report": "unknown"}).missing}


def test_a_fact_that_can_change_nothing_is_not_missing() -> None:
    missing = {entry.fact for entry in judge(PATH_1).missing}
    assert not missing & {"risk", "injury_unexplained", "youngest_child_age", "child_without_caregiver"}


def test_the_outcomes_still_open_are_named() -> None:
    decision = judge({**PATH_2, "meets_definition": "unknown"})
    assert decision.disposition == "needs_person"
    assert set(decision.possible["disposition"]) == {"evaluated_out", "needs_person", "screened_in"}
    assert judge(PATH_2).possible["disposition"] == ("screened_in",)


def test_an_undecided_report_has_a_time_by_which_a_person_decides() -> None:
    decision = judge({})
    assert decision.needs_person and not decision.closes
    assert decision.person_due == RECEIVED + datetime.timedelta(minutes=30)
    slower = judge({**PATH_2, "meets_definition": "unknown"})
    assert slower.person_due == RECEIVED + datetime.timedelta(hours=24)
    assert judge(PATH_2).person_due is None


def test_a_partner_is_wanted_only_through_an_open_gate() -> None:
    decision = judge(PATH_2)
    assert [(gate.id, gate.met) for gate in decision.gates] == [("kern.gate.path-2", True)]
    assert [(wanted.kind, wanted.role) for wanted in decision.recipients] == [
        ("area_office", "lead"),
        ("partner", "joins"),
    ]


def test_a_shut_gate_withholds_the_partner_and_asks_for_a_person() -> None:
    rules = PACK.rules
    strict = rules.gates[0].model_copy(update={"requires": rules.gates[1].requires})
    pack = PACK.model_copy(update={"rules": rules.model_copy(update={"gates": (strict,)})})
    decision = decide(pack, PATH_1, RECEIVED)
    assert [(gate.id, gate.met) for gate in decision.gates] == [("kern.gate.path-1", None)]
    assert decision.recipients == ()
    assert decision.needs_person and decision.person_due


def test_domestic_violence_keeps_a_path_1_from_the_partner_but_leaves_path_2_alone() -> None:
    blocked = judge({**PATH_1, "domestic_violence": True})
    assert [wanted.service for wanted in blocked.recipients] == ["er_domestic_violence"]
    assert [entry.instead for entry in blocked.blocked] == ["er_domestic_violence"]
    assert judge({**PATH_2, "domestic_violence": True}).recipient_kinds == ["area_office", "partner"]


def test_a_refusal_alone_never_changes_a_path_1() -> None:
    willing, refusing = judge({**PATH_1, "family_willing": True}), judge({**PATH_1, "family_willing": False})
    assert (willing.disposition, willing.track, willing.recipients) == (
        refusing.disposition,
        refusing.track,
        refusing.recipients,
    )
    assert "kern.weigh.refusal" in {note.id for note in refusing.considerations}


def test_a_duty_never_moves_the_response() -> None:
    with_tribe = judge({**PATH_2, "indian_child_possible": True, "csec": True})
    without = judge({**PATH_2, "indian_child_possible": False, "csec": False})
    assert with_tribe.response_due == without.response_due
    assert with_tribe.track_due == without.track_due
    assert {duty.id for duty in with_tribe.obligations} > {duty.id for duty in without.obligations}


def test_the_path_number_is_none_without_a_path() -> None:
    assert judge(PATH_1).path == 1
    assert judge(PATH_2).path == 2
    assert judge({"duplicate_report": True}).path is None
    assert judge({"duplicate_report": True}).path_due is None


def test_facts_that_the_pack_does_not_know_are_ignored() -> None:
    assert judge({**PATH_2, "family_language": "es"}) == judge(PATH_2)


@pytest.mark.parametrize(
    ("fact", "value"),
    [
        ("risk", "enormous"),
        ("risk", True),
        ("child_in_immediate_danger", "yes"),
        ("child_in_immediate_danger", 1),
        ("youngest_child_age", -1),
        ("youngest_child_age", True),
        ("youngest_child_age", "seven"),
        ("prior_report_sources", ["nobody"]),
        ("prior_report_sources", "relative"),
        ("county_of_child", 3),
    ],
)
def test_a_value_of_the_wrong_kind_is_an_error_that_names_the_fact(fact: str, value: GivenFact) -> None:
    with pytest.raises(FactError, match=fact):
        judge({fact: value})


def test_a_time_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        decide(PACK, {}, datetime.datetime(2024, 3, 1))  # noqa: DTZ001


def test_a_reason_for_no_question_is_a_key_error() -> None:
    with pytest.raises(KeyError):
        judge({}).reason("weather")
