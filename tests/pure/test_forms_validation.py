"""Answers as they are taken in, and what a form still lacks."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from screening_forms.errors import ValueProblem
from screening_forms.loader import load_forms
from screening_forms.model import Field, Form, Kind, Step, Value
from screening_forms.validation import check, parse
from tests.support.helpline import EVERY_KIND, FULL, PAPER

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
    "time": {},
    "person": {"people": ["children", "caregivers"]},
    "file": {"most": 2},
    "copied": {"copy_from": "a/b"},
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
        ("time", "3:30 pm", "15:30"),
        ("time", "3:30 P.M.", "15:30"),
        ("time", "3pm", "15:00"),
        ("time", "12 am", "00:00"),
        ("time", "12:05pm", "12:05"),
        ("time", "0730", "07:30"),
        ("time", "7:30", "07:30"),
        ("time", "?", "unknown"),
        ("person", "children/1", "children/1"),
        ("person", "unknown", "unknown"),
        ("person", ["", "caregivers/50"], "caregivers/50"),
        ("file", ["", PAPER.upper(), PAPER], [PAPER]),
        ("file", "", []),
        ("copied", " as above ", "as above"),
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
        ("time", "noon", "not a time"),
        ("time", "7", "not a time"),
        ("time", "24:00", "no such time"),
        ("time", "13 pm", "no such time"),
        ("time", "7:60", "no such time"),
        ("person", "household/1", "not one of the people"),
        ("person", "children", "not one of the people"),
        ("person", "children/0", "not one of the people"),
        ("person", "children/51", "not one of the people"),
        ("person", "children/1/age", "not one of the people"),
        ("file", "paper.pdf", "not a file of the report"),
        ("file", [PAPER, PAPER[:-1] + "0", PAPER[:-1] + "1"], "3 were chosen; at most 2"),
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


def problems(form: Form, answers: dict[str, Value], step: Step, *, blocking: bool) -> set[str]:
    found = check(form, answers, step)
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


def test_nobody_can_answer_what_comes_by_itself() -> None:
    note = Field.model_validate({"id": "n", "kind": "note", "label": {"en": "x", "es": "x"}})
    with pytest.raises(ValueProblem, match="Nobody answers this"):
        parse(note, "x")


def test_what_saving_needs_is_asked_for_in_what_was_begun_and_refuses_nothing() -> None:
    assert problems(EVERY_KIND, {}, "save", blocking=False) == set()
    begun: dict[str, Value] = {"caller/email": "ana@example.org"}
    assert problems(EVERY_KIND, begun, "save", blocking=False) == {"caller/about"}
    assert problems(EVERY_KIND, begun, "save", blocking=True) == set()
    assert {"caller/about", "incident/day"} <= problems(EVERY_KIND, begun, "submit", blocking=True)


def test_a_warning_is_said_for_each_person_that_it_fits_and_blocks_nothing() -> None:
    answers: dict[str, Value] = {
        "people/1/roles": ["suspected"],
        "people/1/age": "40",
        "people/2/roles": ["suspected"],
        "people/2/age": "17",
        "people/3/age": "5",
    }
    steps: tuple[Step, ...] = ("save", "submit", "decide")
    for step in steps:
        warned = [
            one for one in check(EVERY_KIND, answers, step) if one.message.en == "A minor is suspected."
        ]
        assert [(one.path, one.blocking) for one in warned] == [("people/2/age", False)]


def test_a_person_who_is_gone_and_a_choice_that_no_longer_fits_are_warned_of() -> None:
    answers: dict[str, Value] = {**FULL, "case/1/child": "people/7", "place/state": "connecticut"}
    found = {one.path: one for one in check(EVERY_KIND, answers, "save")}
    assert "Nobody is entered there" in found["case/1/child"].message.en
    assert "no longer fits" in found["place/county"].message.en
    assert not found["case/1/child"].blocking and not found["place/county"].blocking
    assert check(EVERY_KIND, FULL, "save") == [
        one for one in check(EVERY_KIND, FULL, "save") if one.message.en == "A minor is suspected."
    ]
