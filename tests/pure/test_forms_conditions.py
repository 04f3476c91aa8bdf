"""Questions that depend on other answers."""

import pytest

from screening_forms.conditions import holds, shown_answers
from screening_forms.loader import load_forms
from screening_forms.model import Form, Value

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
