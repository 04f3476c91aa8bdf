"""Whatever is answered in whatever order: no answer of a form is lost or invented."""

from __future__ import annotations

from collections import Counter
from contextlib import suppress
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from screening_forms.conditions import shown_answers
from screening_forms.derived import derived
from screening_forms.errors import ValueProblem
from screening_forms.export import json_schema
from screening_forms.facts import Absent, FactValue, facts
from screening_forms.fields import Answers, Field
from screening_forms.loader import load_forms
from screening_forms.model import Form, Section, Value
from screening_forms.parsing import parse
from screening_forms.rendering import view
from screening_forms.upgrade import upgrade
from screening_forms.validation import check
from tests.support.helpline import EVERY_KIND, PAPER

SHELF = load_forms()
FORMS = (*SHELF.forms, EVERY_KIND)
SCHEMAS = {(form.id, form.version): Draft202012Validator(json_schema(form)) for form in FORMS}
MOSTLY_KNOWN = ("yes", "yes", "no", "unknown")
WORDS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=30)
WHOLE = {"text", "long_text", "copied"}

Place = tuple[Section, Field]


def asked_of(form: Form) -> tuple[st.SearchStrategy[Place], st.SearchStrategy[Place]]:
    """Any question that somebody answers, and any that others hang on."""
    asked = [(section, field) for section, field in form.each_field() if field.takes_answer]
    watched = form.watched() | {"place/county", "place/services"}
    first = [(section, field) for section, field in asked if f"{section.id}/{field.id}" in watched]
    return st.sampled_from(asked), st.sampled_from(first)


ASKED = {(form.id, form.version): asked_of(form) for form in FORMS}
WATCHED = {(form.id, form.version): form.watched() for form in FORMS}


def raw(field: Field) -> st.SearchStrategy[Any]:
    """What somebody may answer to a question."""
    if field.options:
        values = st.sampled_from([option.value for option in field.options])
        several = st.lists(values, unique=True, max_size=field.most or 4)
        return several if field.kind == "multi_select" else values
    known: dict[str, st.SearchStrategy[Any]] = {
        "yes_no_unknown": st.sampled_from(MOSTLY_KNOWN),
        "number": st.sampled_from(["0", "1", "2", "3", "?"]),
        "date": st.sampled_from(["2019-03-14", "3/15/2019", "?"]),
        "partial_date": st.sampled_from(["2019", "3/2019", "3/14/2019", "?"]),
        "time": st.sampled_from(["15:30", "3pm", "?"]),
        "phone": st.sampled_from(["661 555 0100", "?"]),
        "person": st.sampled_from([f"{one}/{n}" for one in field.people for n in (1, 2, 7)] + ["unknown"]),
        "file": st.lists(st.sampled_from([PAPER, PAPER[:-1] + "0"]), unique=True),
    }
    return known.get(field.kind, WORDS)


@st.composite
def answered(draw: st.DrawFn, *forms: Form) -> tuple[Form, dict[str, Value]]:
    """A form with some answers, as they are kept. The questions that others hang on are among them more often."""
    form = draw(st.sampled_from(forms or (*FORMS, EVERY_KIND, EVERY_KIND)))
    asked, watched = ASKED[form.id, form.version]
    chosen = draw(st.lists(watched, max_size=7)) + draw(st.lists(asked, max_size=7))
    answers: dict[str, Value] = {}
    for section, field in chosen:
        number = draw(st.integers(1, 3)) if section.repeat else None
        with suppress(ValueProblem):  # too long for this one: nothing is kept
            answers[section.path(field.id, number)] = parse(field, draw(raw(field)))
    return form, answers


@given(answered(), st.data())
@settings(max_examples=40, deadline=None)
def test_a_save_changes_its_own_field_and_no_other(
    found: tuple[Form, dict[str, Value]], data: st.DataObject
) -> None:
    form, answers = found
    section, field = data.draw(ASKED[form.id, form.version][0])
    path = section.path(field.id, 1 if section.repeat else None)
    typed = data.draw(raw(field) | WORDS)
    try:
        kept = parse(field, typed)
    except ValueProblem:
        return
    if field.kind in WHOLE and isinstance(typed, str):
        # text keeps every letter that was typed, but for the white space around it and line ends
        assert "".join(kept) == "" or set("".join(kept).split()) <= set(_composed(typed).split())
        assert bool(kept) == bool(_composed(typed).strip())
    assert parse(field, kept) == kept
    after = {**answers, path: kept}
    assert {one: value for one, value in after.items() if one != path} == {
        one: value for one, value in answers.items() if one != path
    }
    assert SCHEMAS[form.id, form.version].is_valid(after)


@given(answered())
@settings(max_examples=40, deadline=None)
def test_hiding_and_showing_lose_and_invent_nothing(found: tuple[Form, dict[str, Value]]) -> None:
    form, answers = found
    before = {path: list(value) if isinstance(value, list) else value for path, value in answers.items()}
    shown = shown_answers(form, answers)
    assert answers == before
    for path, value in shown.items():
        whole = answers[path]
        assert value == whole or value == "" or set(value) < set(whole)
    assert shown_answers(form, shown) == shown
    assert not set(derived(form, shown)) & {
        path for path, value in answers.items() if value and path in shown
    }


@given(answered(), st.data())
@settings(max_examples=30, deadline=None)
def test_an_answer_comes_back_with_its_question(
    found: tuple[Form, dict[str, Value]], data: st.DataObject
) -> None:
    form, answers = found
    if not answers:
        return
    path = data.draw(st.sampled_from(sorted(answers)))
    without = {one: value for one, value in answers.items() if one != path}
    shown_answers(form, without)
    assert shown_answers(form, {**without, path: answers[path]}) == shown_answers(form, answers)


@given(answered())
@settings(max_examples=20, deadline=None)
def test_a_page_posts_back_every_answer_that_it_shows(found: tuple[Form, dict[str, Value]]) -> None:
    form, answers = found
    for section in view(form, answers, "en").sections:
        for field in (field for instance in section.instances for field in instance.fields):
            stored = answers.get(field.path, "")
            if field.read_only:
                assert field.path not in answers
            elif field.options:
                posted = [option.value for option in field.options if option.chosen]
                assert sorted(posted) == sorted([stored] if isinstance(stored, str) and stored else stored)
            else:
                assert field.value == (stored if isinstance(stored, str) else "")


@given(answered(*(form for form in SHELF.forms if form.id == "california-report")))
@settings(max_examples=40, deadline=None)
def test_an_upgrade_keeps_each_answer_once_or_hands_it_back(found: tuple[Form, dict[str, Value]]) -> None:
    form, answers = found
    for target in FORMS:
        kept, left_over = upgrade(form, target, answers)
        assert set(left_over) <= set(answers)
        assert not [one for one in check(target, kept, "save") if one.blocking]
        values = sorted(_each(kept) + _each(left_over))
        assert values == sorted(_each(answers))
    same = {path: value for path, value in answers.items() if value}
    assert upgrade(form, form, same) == (same, {})


@given(answered(), st.data())
@settings(max_examples=60, deadline=None)
def test_taking_answers_away_never_makes_a_no(
    found: tuple[Form, dict[str, Value]], data: st.DataObject
) -> None:
    form, answers = found
    asked = {path for path in answers if not _decides(form, path)}
    if not asked:
        return
    path = data.draw(st.sampled_from(sorted(asked)))
    before = facts(form, answers)
    # Where several answers tell one fact, the next one speaks when the first is taken away.
    told = Counter([rule.name for _, field in form.each_field() for rule in field.fact])
    told.update(rule.name for rule in form.facts)
    for after in (_without(answers, path), _unknown(form, answers, path)):
        for name, value in facts(form, after).items():
            assert value is not False or before[name] is False or told[name] > 1, name


@given(answered())
@settings(max_examples=40, deadline=None)
def test_what_nobody_answered_is_not_asked_and_what_nobody_knows_is_no_no(
    found: tuple[Form, dict[str, Value]],
) -> None:
    form, answers = found
    nobody = {path: _unknown_value(form.field_at(path)) for path in answers}
    given_up: dict[str, FactValue] = facts(form, {path: value for path, value in nobody.items() if value})
    assert {name for name, value in given_up.items() if value is False} == set()
    assert set(facts(form, {}).values()) <= {Absent.NOT_ASKED}


def _decides(form: Form, path: str) -> bool:
    """Does the answer decide about other questions? Then taking it away may bring another answer to light."""
    parts = path.split("/")
    return f"{parts[0]}/{parts[-1]}" in WATCHED[form.id, form.version]


def _without(answers: Answers, path: str) -> dict[str, Any]:
    # the entry stays: somebody is there, of whom this was not asked
    return {**answers, path: "" if isinstance(answers[path], str) else []}


def _unknown(form: Form, answers: Answers, path: str) -> dict[str, Any]:
    return {**answers, path: _unknown_value(form.field_at(path))}


def _unknown_value(field: Field) -> Value:
    """The answer of somebody who does not know, where the question takes one."""
    if field.options and "unknown" not in {option.value for option in field.options}:
        return [] if field.kind == "multi_select" else ""
    if field.kind == "multi_select":
        return ["unknown"]
    return [] if field.kind == "file" else "" if field.kind in WHOLE else "unknown"


def _each(answers: Answers) -> list[str]:
    return [
        one for value in answers.values() for one in ([value] if isinstance(value, str) else value) if one
    ]


def _composed(text: str) -> str:
    kept = parse(Field.model_validate(_TEXT), text)
    return kept if isinstance(kept, str) else ""


_TEXT: dict[str, Any] = {"id": "t", "kind": "long_text", "label": {"en": "x", "es": "x"}}
