"""Answers as they are taken in, and what a form still lacks."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from screening_forms.errors import ValueProblem
from screening_forms.loader import load_forms
from screening_forms.model import Field, Form, Kind, Value
from screening_forms.validation import check, parse

FORM = load_forms().current("california-report")
KINDS: dict[Kind, dict[str, object]] = {
    "text": {},
    "long_text": {},
    "number": {"minimum": 0, "maximum": 120},
    "date": {},
    "partial_date": {},
    "yes_no_unknown": {},
    "select": {"options": [{"value": word, "label": {"en": word, "es": word}} for word in ("low", "high")]},
    "multi_select": {
        "options": [{"value": word, "label": {"en": word, "es": word}} for word in ("b", "a", "c")]
    },
    "phone": {},
}


def field(kind: Kind, **more: object) -> Field:
    return Field.model_validate(
        {"id": "f", "kind": kind, "label": {"en": "F", "es": "F"}, **KINDS[kind], **more}
    )


@pytest.mark.parametrize(
    ("kind", "raw", "kept"),
    [
        ("text", "  María  ", "María"),
        ("text", "Mari\u0301a", "Mar\u00eda"),
        ("text", "王小明 🙂 Ünal", "王小明 🙂 Ünal"),
        ("text", "one\r\ntwo", "one two"),
        ("text", "   ", ""),
        ("long_text", "one\r\n\r\ntwo\rthree \n", "one\n\ntwo\nthree"),
        ("number", "007", "7"),
        ("number", "0", "0"),
        ("number", "?", "unknown"),
        ("number", "Desconocido", "unknown"),
        ("date", "2019-03-14", "2019-03-14"),
        ("date", "3/14/2019", "2019-03-14"),
        ("date", "2/29/2024", "2024-02-29"),
        ("date", "?", "unknown"),
        ("partial_date", "2019", "2019"),
        ("partial_date", "3/2019", "2019-03"),
        ("partial_date", "2019-3", "2019-03"),
        ("partial_date", "3/4/2019", "2019-03-04"),
        ("yes_no_unknown", "unknown", "unknown"),
        ("yes_no_unknown", ["", "no"], "no"),
        ("yes_no_unknown", [""], ""),
        ("select", "low", "low"),
        ("multi_select", ["", "c", "b", "c"], ["b", "c"]),
        ("multi_select", "", []),
        ("multi_select", "a", ["a"]),
        ("phone", "(661) 555-0100 ext. 12", "(661) 555-0100 ext. 12"),
        ("phone", "+52 55 5555 0100", "+52 55 5555 0100"),
        ("phone", "?", "unknown"),
    ],
)
def test_an_answer_is_kept_in_one_form(kind: Kind, raw: str | list[str], kept: Value) -> None:
    assert parse(field(kind), raw) == kept


@pytest.mark.parametrize(
    ("kind", "raw", "told"),
    [
        ("text", "a\x00b", "NUL"),
        ("long_text", "a\ud800b", "half of a character"),
        ("text", "x" * 201, "201 characters"),
        ("long_text", "x" * 20_001, "20,001 characters"),
        ("number", "seven", "whole number"),
        ("number", "-1", "whole number"),
        ("number", "1.5", "whole number"),
        ("number", "121", "from 0 to 120"),
        ("number", "9" * 5000, "characters"),
        ("date", "2/30/2019", "no such date"),
        ("date", "13/1/2019", "no such date"),
        ("date", "2019-00-10", "no such date"),
        ("date", "1/1/1066", "no such date"),
        ("date", "3/2019", "day or the month"),
        ("date", "2019", "not a date"),
        ("date", "yesterday", "not a date"),
        ("partial_date", "0000", "no such date"),
        ("partial_date", "19", "not a date"),
        ("yes_no_unknown", "maybe", "not one of the answers"),
        ("select", "medium", "not one of the answers"),
        ("multi_select", ["a", "z"], "not one of the answers"),
        ("phone", "call me", "not a telephone number"),
        ("phone", "12", "not a telephone number"),
    ],
)
def test_an_impossible_answer_is_refused_with_what_to_do(kind: Kind, raw: str | list[str], told: str) -> None:
    with pytest.raises(ValueProblem) as caught:
        parse(field(kind), raw)
    assert told in caught.value.message.en
    assert caught.value.message.es and caught.value.message.es != caught.value.message.en


@given(
    st.sampled_from(sorted(KINDS)),
    st.one_of(st.text(max_size=300), st.lists(st.text(max_size=20), max_size=4)),
)
def test_whatever_is_typed_is_kept_once_and_for_all_or_refused_in_words(
    kind: Kind, raw: str | list[str]
) -> None:
    try:
        kept = parse(field(kind), raw)
    except ValueProblem as problem:
        assert problem.message.en and problem.message.es
    else:
        assert parse(field(kind), kept) == kept
        for text in [kept] if isinstance(kept, str) else kept:
            text.encode("utf-8")
            assert unicodedata.is_normalized("NFC", text)
            assert "\x00" not in text


def problems(form: Form, answers: dict[str, Value], step: str, *, blocking: bool) -> set[str]:
    assert step in ("submit", "decide")
    found = check(form, answers, "submit" if step == "submit" else "decide")
    return {problem.path for problem in found if problem.blocking is blocking}


def test_a_report_may_be_submitted_with_unknowns_but_not_without_its_story() -> None:
    assert problems(FORM, {}, "submit", blocking=True) == {"narrative/story"}
    story: dict[str, Value] = {"narrative/story": "A child cried."}
    assert problems(FORM, story, "submit", blocking=True) == set()


def test_what_is_needed_to_decide_is_a_warning_at_submission_and_blocks_the_decision() -> None:
    assert {"decision/risk", "children/1/age", "location/home_county"} <= problems(
        FORM, {}, "submit", blocking=False
    )
    assert "decision/risk" in problems(FORM, {}, "decide", blocking=True)
    assert "decision/risk" not in problems(FORM, {"decision/risk": "unknown"}, "decide", blocking=True)
    assert "narrative/story" not in problems(FORM, {}, "decide", blocking=True)


def test_every_child_that_was_begun_is_asked_for() -> None:
    answers: dict[str, Value] = {"children/1/age": "5", "children/3/first_name": "Ana"}
    assert "children/3/age" in problems(FORM, answers, "submit", blocking=False)
    assert "children/1/age" not in problems(FORM, answers, "submit", blocking=False)


def test_a_hidden_question_is_not_asked_for() -> None:
    assert "decision/duplicate_of" not in problems(
        FORM, {"decision/duplicate": "no"}, "submit", blocking=True
    )
    assert "decision/duplicate_of" in problems(FORM, {"decision/duplicate": "yes"}, "submit", blocking=True)


def test_an_answer_that_the_form_does_not_know_or_allow_blocks() -> None:
    answers: dict[str, Value] = {"weather/sun": "yes", "decision/risk": "extreme", "narrative/story": "x"}
    assert problems(FORM, answers, "submit", blocking=True) == {"weather/sun", "decision/risk"}
