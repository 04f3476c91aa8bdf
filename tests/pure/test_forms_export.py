"""Answers as JSON Schema: what the form keeps is valid, what it refuses is not."""

from __future__ import annotations

import pytest
from jsonschema import Draft202012Validator

from screening_forms.export import json_schema
from screening_forms.loader import load_forms
from screening_forms.model import Form
from tests.support.helpline import EVERY_KIND, FULL

FORMS = (*load_forms().forms, EVERY_KIND)
VALIDATOR = Draft202012Validator(json_schema(EVERY_KIND))

every_form = pytest.mark.parametrize("form", FORMS, ids=lambda form: f"{form.id}-{form.version}")


@every_form
def test_the_schema_is_one_of_draft_2020_12(form: Form) -> None:
    schema = json_schema(form)
    Draft202012Validator.check_schema(schema)
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    answered = sum(field.takes_answer for _, field in form.each_field())
    assert len(schema["properties"]) + len(schema["patternProperties"]) == answered


def test_the_answers_of_a_form_are_valid() -> None:
    assert [error.message for error in VALIDATOR.iter_errors(FULL)] == []
    assert VALIDATOR.is_valid({"people/50/age": "unknown", "people/1/roles": [], "caller/about": ""})


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("caller/about", "nobody"),
        ("caller/welcome", "x"),
        ("caller/email", "x" * 121),
        ("people/age", "5"),
        ("people/0/age", "5"),
        ("people/51/age", "5"),
        ("people/1/age", "05"),
        ("people/1/age", 5),
        ("people/1/roles", "caller"),
        ("people/1/roles", ["caller", "caller"]),
        ("people/1/born", "2019-13"),
        ("incident/day", "2019"),
        ("incident/at", "24:00"),
        ("case/1/child", "place/1"),
        ("risk/papers", ["scan.pdf"]),
        ("risk/consent", "maybe"),
        ("risk/q1", ["1"]),
    ],
)
def test_what_no_form_keeps_is_invalid(path: str, value: object) -> None:
    assert not VALIDATOR.is_valid({path: value})


def test_what_is_about_a_person_or_the_reporter_says_so() -> None:
    schema = json_schema(EVERY_KIND)
    assert schema["properties"]["caller/phone"]["x-identity"] is True
    named = [shape for path, shape in schema["patternProperties"].items() if path.endswith("/first_name$")]
    assert [shape["x-personal"] for shape in named] == [True]
