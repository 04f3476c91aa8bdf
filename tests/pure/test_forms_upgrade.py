"""Answers that come along to another version of their form, and those that have no home there."""

from __future__ import annotations

from screening_forms.loader import load_forms
from screening_forms.model import Form, Value
from screening_forms.upgrade import upgrade

SHELF = load_forms()
OLD, NEW = (SHELF.get("california-report", version) for version in (1, 2))


def form(*fields: dict[str, object], repeat: bool = False) -> Form:
    words = {"en": "x", "es": "x"}
    section = {
        "id": "s",
        "title": words,
        "repeat": repeat,
        **({"one": words} if repeat else {}),
        "fields": [{"label": words, **field} for field in fields],
    }
    return Form.model_validate(
        {"id": "f", "version": 1, "jurisdiction": "j", "title": words, "sections": [section]}
    )


def choices(*values: str) -> list[dict[str, object]]:
    return [{"value": value, "label": {"en": value, "es": value}} for value in values]


def test_the_answers_of_the_first_form_of_california_come_along() -> None:
    answers: dict[str, Value] = {
        "children/2/first_name": "Ana",
        "children/2/age": "5",
        "caregivers/1/role": "mother",
        "location/home_town": "Shafter",
        "allegations/1/types": ["physical_abuse", "unknown"],
        "decision/risk": "unknown",
        "narrative/story": "One.\n\nTwo.",
    }
    assert upgrade(OLD, NEW, answers) == (answers, {})


def test_a_name_typed_as_text_is_no_person_and_is_left_over() -> None:
    kept, left_over = upgrade(OLD, NEW, {"allegations/1/child": "Ana", "allegations/1/where": "at home"})
    assert kept == {"allegations/1/where": "at home"}
    assert left_over == {"allegations/1/child": "Ana"}


def test_choices_that_are_gone_are_left_over_and_the_others_kept() -> None:
    old = form({"id": "q", "kind": "multi_select", "options": choices("a", "b", "c")})
    new = form({"id": "q", "kind": "multi_select", "options": choices("c", "a")})
    assert upgrade(old, new, {"s/q": ["a", "b"]}) == ({"s/q": ["a"]}, {"s/q": ["b"]})
    assert upgrade(old, new, {"s/q": ["b"]}) == ({}, {"s/q": ["b"]})


def test_one_choice_becomes_the_first_of_several() -> None:
    old = form({"id": "q", "kind": "select", "options": choices("a", "b")})
    new = form({"id": "q", "kind": "multi_select", "options": choices("a")})
    assert upgrade(old, new, {"s/q": "a"}) == ({"s/q": ["a"]}, {})
    assert upgrade(old, new, {"s/q": "b"}) == ({}, {"s/q": "b"})


def test_a_question_that_was_renamed_keeps_its_answers_entry_by_entry() -> None:
    old = form({"id": "town", "kind": "text"}, {"id": "city", "kind": "text"}, repeat=True)
    new = form({"id": "place", "kind": "text", "was": ["s/town", "s/city"]}, repeat=True)
    kept, left_over = upgrade(old, new, {"s/1/town": "Taft", "s/2/city": "Lamont", "s/2/town": "Arvin"})
    assert kept == {"s/1/place": "Taft", "s/2/place": "Lamont"}
    assert left_over == {"s/2/town": "Arvin"}


def test_what_stands_in_its_place_goes_before_what_comes_from_elsewhere() -> None:
    old = form({"id": "town", "kind": "text"}, {"id": "place", "kind": "text"})
    new = form({"id": "place", "kind": "text", "was": ["s/town"]})
    assert upgrade(old, new, {"s/place": "Taft", "s/town": "Arvin"}) == (
        {"s/place": "Taft"},
        {"s/town": "Arvin"},
    )


def test_an_answer_of_another_kind_has_no_home() -> None:
    old = form({"id": "q", "kind": "number"})
    assert upgrade(old, form({"id": "q", "kind": "text"}), {"s/q": "unknown"}) == ({}, {"s/q": "unknown"})
    assert upgrade(old, form({"id": "q", "kind": "number", "maximum": 5}), {"s/q": "7"}) == ({}, {"s/q": "7"})
    assert upgrade(old, form({"id": "q", "kind": "number"}, repeat=True), {"s/q": "7"}) == ({}, {"s/q": "7"})
