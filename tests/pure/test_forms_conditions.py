"""Questions that depend on other answers."""

import pytest

from screening_forms.conditions import holds, offered, shown_answers
from screening_forms.loader import load_forms
from screening_forms.model import Comparison, Form, Value
from tests.support.helpline import EVERY_KIND as HELPLINE

SCHOOL = Form.model_validate(
    {
        "id": "small",
        "version": 1,
        "jurisdiction": "none",
        "title": {"en": "x", "es": "x"},
        "sections": [
            {
                "id": "child",
                "title": {"en": "x", "es": "x"},
                "repeat": True,
                "one": {"en": "x", "es": "x"},
                "fields": [
                    {"id": name, "kind": "text", "label": {"en": "x", "es": "x"}, **more}
                    for name, more in (
                        ("school", {}),
                        ("class", {"show_when": {"field": "school", "is_set": True}}),
                        ("teacher", {"show_when": {"field": "class", "is_set": True}}),
                    )
                ],
            }
        ],
    }
)
SECTION = SCHOOL.section("child")


@pytest.mark.parametrize(
    ("condition", "answers", "met"),
    [
        ({"field": "school", "is": "A"}, {"child/1/school": "A"}, True),
        ({"field": "school", "is": "A"}, {"child/2/school": "A"}, False),
        ({"field": "other/place", "is": "A"}, {"other/place": "A"}, True),
        ({"field": "school", "is": "A"}, {"child/1/school": ["A"]}, True),
        ({"field": "school", "is": "A"}, {"child/1/school": ["A", "B"]}, False),
        ({"field": "school", "contains": "A"}, {"child/1/school": ["A", "B"]}, True),
        ({"field": "school", "contains": "C"}, {"child/1/school": ["A", "B"]}, False),
        ({"field": "school", "is_set": True}, {"child/1/school": ""}, False),
        ({"field": "school", "is_set": False}, {}, True),
        ({"not": {"field": "school", "is": "A"}}, {}, True),
        (
            {"all": [{"field": "school", "is": "A"}, {"field": "class", "is": "1"}]},
            {"child/1/school": "A"},
            False,
        ),
        (
            {"any": [{"field": "school", "is": "A"}, {"field": "class", "is": "1"}]},
            {"child/1/school": "A"},
            True,
        ),
    ],
)
def test_a_condition_looks_at_its_own_instance(
    condition: dict[str, object], answers: dict[str, Value], met: bool
) -> None:
    field = SECTION.fields[0].model_validate(
        {"id": "q", "kind": "text", "label": {"en": "x", "es": "x"}, "show_when": condition}
    )
    assert field.show_when is not None
    assert holds(field.show_when, SECTION, 1, answers) is met


def test_what_depends_on_a_hidden_question_is_hidden_too() -> None:
    answers: dict[str, Value] = {"child/1/class": "2", "child/1/teacher": "Ms. Ito", "child/2/school": "A"}
    assert shown_answers(SCHOOL, answers) == {"child/2/school": "A"}


def test_hiding_loses_no_answer() -> None:
    answers: dict[str, Value] = {"child/1/class": "2", "child/1/teacher": "Ms. Ito"}
    before = dict(answers)
    shown_answers(SCHOOL, answers)
    assert answers == before
    assert shown_answers(SCHOOL, {**answers, "child/1/school": "A"}) == {**answers, "child/1/school": "A"}


def test_the_form_of_california_uses_only_questions_that_stand_above() -> None:
    # the loader refuses anything else; this proves that the shipped form has conditions at all
    form = load_forms().current("california-report")
    assert sum(field.show_when is not None for _, field in form.each_field()) >= 8


@pytest.mark.parametrize(
    ("order", "limit", "answer", "met"),
    [
        ("less", 18, "17", True),
        ("less", 18, "18", False),
        ("at_most", 18, "18", True),
        ("greater", 9, "10", True),
        ("at_least", 10, "9", False),
        ("less", 18, "unknown", False),
        ("at_least", 0, "", False),
        ("less", "2010-01-01", "2009-12-31", True),
        ("less", "2010-01-01", "2009", True),
        ("less", "2010-06-01", "2010", False),
        ("at_least", "2010-06-01", "2010", False),
        ("at_most", "2010", "2010-12-31", True),
        ("greater", "2010", "2010-12", False),
        ("greater", "2010-05", "2010-06-01", True),
        ("at_least", "2010-05", "2010-05", True),
        ("less", "12:00", "11:59", True),
        ("at_least", "12:00", "unknown", False),
    ],
)
def test_an_order_is_met_only_when_it_certainly_is(
    order: str, limit: int | str, answer: str, met: bool
) -> None:
    comparison = Comparison.model_validate({"field": "a/b", order: limit})
    assert holds(comparison, SECTION, 1, {"a/b": answer}) is met


def test_any_person_with_a_role_asks_for_more() -> None:
    answers: dict[str, Value] = {"case/1/types": ["bullying"], "people/2/roles": ["suspected"]}
    assert "case/1/types" not in shown_answers(HELPLINE, answers)
    answers["people/3/roles"] = ["caller", "alleged_victim"]
    assert shown_answers(HELPLINE, answers)["case/1/types"] == ["bullying"]


def test_any_person_meets_all_that_is_asked_in_one_person() -> None:
    wanted = HELPLINE.facts[0].when
    assert not holds(wanted, SECTION, 1, {"people/1/roles": ["alleged_victim"], "people/2/age": "5"})
    assert holds(wanted, SECTION, 1, {"people/2/roles": ["alleged_victim"], "people/2/age": "5"})


def test_a_hidden_section_hides_all_its_questions() -> None:
    answers: dict[str, Value] = {"caller/about": "no_data", "place/state": "california"}
    assert shown_answers(HELPLINE, answers) == {"caller/about": "no_data"}
    assert "place/state" in shown_answers(HELPLINE, {**answers, "caller/about": "child"})


def test_a_choice_that_is_no_longer_offered_does_not_count_until_it_is_again() -> None:
    answers: dict[str, Value] = {"place/state": "california", "place/county": "kern"}
    assert shown_answers(HELPLINE, answers)["place/county"] == "kern"
    moved = {**answers, "place/state": "connecticut"}
    assert shown_answers(HELPLINE, moved)["place/county"] == ""
    section = HELPLINE.section("place")
    now = offered(section.field("county"), section, None, moved)
    assert [option.value for option in now] == ["hartford", "unknown"]


def test_the_questions_that_change_the_page_are_known() -> None:
    assert {"caller/about", "people/roles", "people/age", "place/state"} <= HELPLINE.deciding()
    assert {"people/first_name", "risk/q1", "caller/phone"} <= HELPLINE.watched() - HELPLINE.deciding()
    assert "people/roles" in HELPLINE.watched() and "risk/story" not in HELPLINE.watched()


def test_of_several_choices_only_those_that_are_offered_count() -> None:
    answers: dict[str, Value] = {
        "place/state": "california",
        "place/services": ["shelter", "careline", "calworks"],
    }
    assert shown_answers(HELPLINE, answers)["place/services"] == ["shelter", "calworks"]
