"""Answers become facts: not known, no and not asked stay three things."""

import datetime
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from screening_forms.facts import Absent, FactValue, facts, yielded
from screening_forms.judging import judge
from screening_forms.loader import load_forms
from screening_forms.model import DerivedFact, Value
from tests.support.helpline import EVERY_KIND

FORM = load_forms().current("california-report")
CALLED = datetime.date(2024, 3, 1)
UNKNOWN, NOT_ASKED = Absent.UNKNOWN, Absent.NOT_ASKED


def fact(name: str, answers: dict[str, Value], on: datetime.date | None = CALLED) -> FactValue:
    return facts(FORM, answers, on)[name]


@pytest.mark.parametrize(
    ("answer", "value"),
    [("yes", True), ("no", False), ("unknown", UNKNOWN), ("", NOT_ASKED), (None, NOT_ASKED)],
)
def test_no_unknown_and_not_asked_are_three_things(answer: str | None, value: FactValue) -> None:
    answers: dict[str, Value] = {} if answer is None else {"decision/immediate_danger": answer}
    found = fact("child_in_immediate_danger", answers)
    assert found == value and type(found) is type(value)


def test_every_fact_is_there_and_can_be_written_as_json() -> None:
    found = facts(
        FORM, {"decision/prior_reports": "2", "decision/prior_report_sources": ["relative", "unknown"]}
    )
    assert set(found) == FORM.fact_names() == set(yielded(FORM))
    plain = json.loads(json.dumps(found))
    assert plain["prior_reports"] == 2
    assert plain["prior_report_sources"] == ["relative"]
    assert plain["risk"] == "not asked"


@pytest.mark.parametrize(
    ("ages", "youngest", "any_under_18"),
    [
        ([], NOT_ASKED, NOT_ASKED),
        (["5", "12"], 5, True),
        (["17", "unknown"], UNKNOWN, True),
        (["0", "unknown"], 0, True),
        (["19", "30"], 19, False),
        (["19", "unknown"], UNKNOWN, UNKNOWN),
        (["unknown"], UNKNOWN, UNKNOWN),
    ],
)
def test_the_ages_of_all_children_become_two_facts(
    ages: list[str], youngest: FactValue, any_under_18: FactValue
) -> None:
    answers: dict[str, Value] = {f"children/{number}/age": age for number, age in enumerate(ages, start=1)}
    assert fact("youngest_child_age", answers) == youngest
    assert fact("any_child_under_18", answers) == any_under_18


def test_a_child_without_any_age_keeps_the_youngest_age_open() -> None:
    assert fact("youngest_child_age", {"children/1/age": "5", "children/2/first_name": "Ana"}) is UNKNOWN


@pytest.mark.parametrize(
    ("birth", "age"),
    [
        ("2019-03-01", 5),
        ("2019-03-02", 4),
        ("2019-03", 4),
        ("2019", 4),
        ("2024-02", 0),
        ("2025", 0),
        ("unknown", UNKNOWN),
    ],
)
def test_a_date_of_birth_stands_in_for_a_blank_age_as_the_younger_one(birth: str, age: FactValue) -> None:
    assert fact("youngest_child_age", {"children/1/birth_date": birth}) == age
    assert fact("youngest_child_age", {"children/1/birth_date": birth, "children/1/age": "9"}) == 9


def test_without_the_date_of_the_call_a_date_of_birth_says_nothing_certain() -> None:
    assert fact("youngest_child_age", {"children/1/birth_date": "2019-03-01"}, on=None) is UNKNOWN


@pytest.mark.parametrize(
    ("now", "home_county", "now_county", "expected"),
    [
        ("home", "tulare", "", "tulare"),
        ("home", "", "", NOT_ASKED),
        ("school", "tulare", "kern", "kern"),
        ("school", "tulare", "", NOT_ASKED),
        ("unknown", "tulare", "unknown", UNKNOWN),
        ("", "tulare", "", NOT_ASKED),
        # given while the child was elsewhere, and hidden since it is at home
        ("home", "tulare", "kern", "tulare"),
    ],
)
def test_the_county_where_the_child_is_follows_the_answers(
    now: str, home_county: str, now_county: str, expected: FactValue
) -> None:
    answers: dict[str, Value] = {
        "location/child_now": now,
        "location/home_county": home_county,
        "location/now_county": now_county,
    }
    assert fact("county_of_child_now", answers) == expected


def test_kinds_of_harm_of_all_allegations_are_joined() -> None:
    answers: dict[str, Value] = {
        "allegations/1/types": ["physical_abuse"],
        "allegations/2/types": ["general_neglect", "physical_abuse"],
    }
    assert fact("allegation_types", answers) == ["general_neglect", "physical_abuse"]
    assert fact("allegation_types", {"allegations/1/types": ["unknown"]}) is UNKNOWN


def test_an_answer_to_a_hidden_question_is_no_fact_but_comes_back_with_its_question() -> None:
    answers: dict[str, Value] = {"decision/prior_reports": "0", "decision/prior_report_sources": ["relative"]}
    assert fact("prior_report_sources", answers) is NOT_ASKED
    assert fact("prior_report_sources", {**answers, "decision/prior_reports": "1"}) == ["relative"]


@given(st.lists(st.sampled_from(["unknown", "0", "3", "17", "18", "40"]), min_size=1, max_size=4), st.data())
def test_not_knowing_an_age_never_makes_the_youngest_child_older(
    ages: list[str], data: st.DataObject
) -> None:
    before = fact("youngest_child_age", {f"children/{at}/age": age for at, age in enumerate(ages, start=1)})
    ages[data.draw(st.integers(0, len(ages) - 1))] = "unknown"
    after = fact("youngest_child_age", {f"children/{at}/age": age for at, age in enumerate(ages, start=1)})
    assert after is UNKNOWN or after == before


@pytest.mark.parametrize(
    ("verified", "birth", "age"),
    [("yes", "2019-03-01", 5), ("no", "2019-03-01", 9), ("", "2019-03-01", 9), ("yes", "unknown", 9)],
)
def test_a_verified_date_of_birth_counts_before_any_typed_age(verified: str, birth: str, age: int) -> None:
    answers: dict[str, Value] = {
        "children/1/age": "9",
        "children/1/birth_date": birth,
        "children/1/age_verified": verified,
    }
    assert fact("youngest_child_age", answers) == age


@pytest.mark.parametrize(
    ("people", "judged"),
    [
        ([], NOT_ASKED),
        ([(["caller"], "40")], False),
        ([(["alleged_victim"], "5")], True),
        ([(["alleged_victim"], "unknown")], UNKNOWN),
        ([(["alleged_victim"], "")], UNKNOWN),
        ([([], "5")], UNKNOWN),
        ([(["caller"], "40"), ([], "")], UNKNOWN),
        ([(["caller"], "40"), (["alleged_victim"], "5")], True),
    ],
)
def test_any_person_becomes_a_fact_only_as_far_as_it_was_asked(
    people: list[tuple[list[str], str]], judged: FactValue
) -> None:
    answers: dict[str, Value] = {"caller/about": "child"}
    for number, (roles, age) in enumerate(people, start=1):
        answers |= {f"people/{number}/roles": roles, f"people/{number}/age": age}
        answers |= {f"people/{number}/first_name": "Ana"}
    assert facts(EVERY_KIND, answers)["minor_victim"] == judged


def test_an_answered_question_counts_before_what_the_form_derives() -> None:
    assert facts(EVERY_KIND, {})["consent"] is NOT_ASKED
    assert facts(EVERY_KIND, {"caller/about": "self"})["consent"] is True
    assert facts(EVERY_KIND, {"caller/about": "self", "risk/consent": "unknown"})["consent"] is UNKNOWN


@pytest.mark.parametrize(
    ("answers", "level"),
    [
        ({"risk/q1": "2", "risk/q2": "3"}, 5),
        ({"risk/q1": "2", "risk/q2": "unknown"}, UNKNOWN),
        ({"risk/q1": "2"}, NOT_ASKED),
    ],
)
def test_numbers_add_up_only_when_all_are_known(answers: dict[str, Value], level: FactValue) -> None:
    assert facts(EVERY_KIND, answers)["risk_level"] == level


def test_people_are_counted_only_when_it_is_known_who_counts() -> None:
    two: dict[str, Value] = {"people/1/roles": ["alleged_victim"], "people/2/roles": ["caller"]}
    assert facts(EVERY_KIND, {})["victims"] is NOT_ASKED
    assert facts(EVERY_KIND, two)["victims"] == 1
    assert facts(EVERY_KIND, {**two, "people/3/first_name": "Eva"})["victims"] is UNKNOWN


@pytest.mark.parametrize(
    ("condition", "answer", "judged"),
    [
        ({"field": "people/born", "less": "2010"}, "2009", True),
        ({"field": "people/born", "less": "2010-06-01"}, "2010", UNKNOWN),
        ({"field": "people/born", "less": "2010"}, "2010-05", False),
        ({"field": "people/born", "is_set": True}, "", NOT_ASKED),
        ({"field": "people/born", "is_set": True}, "unknown", UNKNOWN),
        ({"not": {"field": "people/born", "is": "2010"}}, "", NOT_ASKED),
        ({"not": {"field": "people/born", "is": "2010"}}, "2011", True),
        ({"all": [{"field": "people/born", "is": "2010"}, {"field": "x/y", "is": "z"}]}, "2011", False),
        ({"all": [{"field": "people/born", "is": "2010"}, {"field": "x/y", "is": "z"}]}, "2010", UNKNOWN),
    ],
)
def test_a_condition_is_judged_in_four_values(
    condition: dict[str, object], answer: str, judged: FactValue
) -> None:
    when = DerivedFact.model_validate({"name": "f", "when": condition}).when
    assert judge(when, {"people/born": answer}) == judged
