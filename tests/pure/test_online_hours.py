"""When reports are taken online, who gets through the gate, and what looks like danger: by the pack alone."""

from __future__ import annotations

from datetime import UTC, datetime, time

import pytest
from pydantic import ValidationError

from hotline.base.errors import ConfigurationError
from hotline.online_reports import asked
from hotline.online_reports.codes import new_code, new_number, read_code, read_number
from hotline.policy.clocks import Calendar, Holiday
from hotline.policy.danger import shows_danger
from hotline.policy.loader import Shelf as PackShelf
from hotline.policy.loader import load_packs
from hotline.policy.online import (
    Category,
    Hours,
    Online,
    Opening,
    Wording,
    is_open,
    may_finish,
    next_opening,
)
from screening_forms import rendering
from screening_forms.loader import load_forms

WORDS = {"en": "x", "es": "x"}
SAID = {"sentence": WORDS, "source": "the naugatuck FAQ on e-reports", "confidence": "B"}
CONNECTICUT = Calendar(
    time_zone="America/New_York",
    closes_at=time(17),
    holidays=(
        Holiday(name="Independence Day", month=7, day=4),
        Holiday(name="Christmas Day", month=12, day=25),
        Holiday(name="New Year's Day", month=1, day=1),
    ),
    source="test",
)
SEVEN_TO_SEVEN = Hours.model_validate(
    {
        **SAID,
        "openings": [{"days": ["mon", "tue", "wed", "thu", "fri"], "opens": "07:00", "closes": "19:00"}],
        "finish_within_minutes": 30,
    }
)
NON_EMERGENT = ("immediate_harm", "urgent_care", "abuse_within_a_day", "out_of_reach_within_a_day")
ONLINE = Online.model_validate(
    {
        "users": {**SAID, "categories": [{"id": "school", "label": WORDS}]},
        "hours": SEVEN_TO_SEVEN.model_dump(),
        "gate": [
            {"id": one, "question": WORDS, "source": "naugatuck FAQ", "confidence": "B"}
            for one in NON_EMERGENT
        ],
    }
)


def at(text: str) -> datetime:
    """A moment in New York."""
    return datetime.fromisoformat(text).replace(tzinfo=CONNECTICUT.zone)


@pytest.mark.parametrize(
    ("moment", "taken"),
    [
        ("2026-03-02T06:59:59", False),
        ("2026-03-02T07:00:00", True),
        ("2026-03-06T18:59:59", True),
        ("2026-03-06T19:00:00", False),
        ("2026-03-07T12:00:00", False),
        ("2026-03-08T12:00:00", False),
        ("2026-12-25T12:00:00", False),
        ("2026-07-03T12:00:00", False),
    ],
    ids=[
        "before", "opens", "friday evening", "closes", "saturday", "sunday", "holiday", "holiday kept on friday",
    ],
)  # fmt: skip
def test_connecticut_takes_them_on_weekdays_from_seven_to_seven(moment: str, taken: bool) -> None:
    assert is_open(SEVEN_TO_SEVEN, CONNECTICUT, at(moment)) is taken


@pytest.mark.parametrize(
    ("moment", "opens"),
    [
        ("2026-03-06T19:00:00", "2026-03-09T11:00:00+00:00"),
        ("2026-10-30T19:00:00", "2026-11-02T12:00:00+00:00"),
        ("2026-12-24T19:30:00", "2026-12-28T12:00:00+00:00"),
        ("2026-03-02T03:00:00", "2026-03-02T12:00:00+00:00"),
    ],
    ids=["into summer time", "out of summer time", "over Christmas and a weekend", "this morning"],
)
def test_it_says_when_it_opens_again(moment: str, opens: str) -> None:
    assert next_opening(SEVEN_TO_SEVEN, CONNECTICUT, at(moment)) == datetime.fromisoformat(opens)


def test_while_it_is_open_it_opens_now() -> None:
    noon = at("2026-03-02T12:00:00")
    assert next_opening(SEVEN_TO_SEVEN, CONNECTICUT, noon) == noon


def test_the_hour_that_comes_twice_is_open_twice() -> None:
    early = SEVEN_TO_SEVEN.model_copy(
        update={"openings": (Opening(days=("sun",), opens=time(1), closes=time(2)),)}
    )
    twice = [datetime(2026, 11, 1, hour, 30, tzinfo=UTC) for hour in (4, 5, 6, 7)]
    assert [is_open(early, CONNECTICUT, one) for one in twice] == [False, True, True, False]


def test_what_was_begun_may_be_finished_shortly_after_closing() -> None:
    found = [may_finish(SEVEN_TO_SEVEN, CONNECTICUT, at(f"2026-03-06T{one}")) for one in ("19:29", "19:30")]
    assert found == [True, False]
    strict = SEVEN_TO_SEVEN.model_copy(update={"finish_within_minutes": 0})
    assert not may_finish(strict, CONNECTICUT, at("2026-03-06T19:00"))


def test_without_openings_it_is_open_day_and_night() -> None:
    always = SEVEN_TO_SEVEN.model_copy(update={"openings": (), "on_holidays": "open"})
    assert is_open(always, CONNECTICUT, at("2026-12-25T03:00"))


def test_a_calendar_of_holidays_without_end_opens_never() -> None:
    never = SEVEN_TO_SEVEN.model_copy(
        update={"openings": (Opening(days=("mon",), opens=time(1), closes=time(2)),)}
    )
    mondays_off = CONNECTICUT.model_copy(
        update={
            "holidays": tuple(
                Holiday(name="off", month=month, weekday=0, nth=nth)
                for month in range(1, 13)
                for nth in (1, 2, 3, 4, -1)
            )
        }
    )
    assert next_opening(never, mondays_off, at("2026-03-02T03:00")) is None


def test_a_time_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        is_open(SEVEN_TO_SEVEN, CONNECTICUT, at("2026-03-02T12:00").replace(tzinfo=None))


@pytest.mark.parametrize("question", NON_EMERGENT)
@pytest.mark.parametrize("answer", ["yes", "unknown", "", "NO"])
def test_only_no_to_every_question_leads_to_the_form(question: str, answer: str) -> None:
    calm = dict.fromkeys(NON_EMERGENT, "no")
    assert not ONLINE.must_call(calm)
    assert ONLINE.must_call({**calm, question: answer})


def test_a_question_that_was_not_answered_is_no_no() -> None:
    assert ONLINE.must_call({})


@pytest.mark.parametrize(
    "change",
    [
        {"gate": []},
        {"telephone": "555-0100"},
        {"users": {**SAID, "categories": []}},
        {"gate": [ONLINE.gate[0].model_dump()] * 2},
        {"hours": {**SAID, "openings": [{"days": ["mon"], "opens": "19:00", "closes": "07:00"}]}},
        {"hours": {**SAID, "openings": [{"days": ["monday"], "opens": "07:00", "closes": "19:00"}]}},
    ],
    ids=["no question", "no real number", "for nobody", "a question twice", "backwards", "no such day"],
)
def test_a_section_that_would_let_somebody_through_is_refused(change: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        Online.model_validate({**ONLINE.model_dump(), **change})


KERN = load_packs().versions("kern")[-1]


@pytest.mark.parametrize(
    ("facts", "danger"),
    [
        ({}, False),
        ({"child_in_immediate_danger": False, "youngest_child_age": 3}, False),
        ({"child_in_immediate_danger": True}, True),
        ({"child_in_immediate_danger": "unknown"}, True),
        ({"child_in_immediate_danger": "not asked"}, False),
        ({"injury_unexplained": True, "youngest_child_age": 3}, True),
        ({"injury_unexplained": True, "youngest_child_age": 4}, False),
        ({"injury_unexplained": True}, True),
        ({"youngest_child_age": 1}, False),
    ],
    ids=[
        "nothing", "calm", "danger", "asked and not known", "not asked", "infant hurt", "older",
        "age not asked", "only young",
    ],
)  # fmt: skip
def test_only_what_was_answered_points_to_danger(facts: dict[str, bool | int | str], danger: bool) -> None:
    assert shows_danger(KERN, facts) is danger


def test_a_code_is_read_however_it_is_typed() -> None:
    code = new_code()
    assert len({new_code() for _ in range(50)}) == 50
    assert read_code(code) == code
    assert read_code(f"  {code.lower().replace('-', ' ')} ") == code
    assert read_code("7f3k 2q9m vxlo 8htb") == "7F3K-2Q9M-VX10-8HTB"
    number = new_number()
    assert read_number(number.lower()) == read_number(number.removeprefix("W-")) == number


@pytest.mark.parametrize("typed", ["", "7F3K", "x" * 10_000, "7F3K-2Q9M-VX10-8HT!", "ñ" * 16, "\0" * 16])
def test_what_is_no_code_is_none(typed: str) -> None:
    assert read_code(typed) is None
    assert read_number(typed) is None


FORMS = load_forms()


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"leaves_out": ("decision/riks",)}, "leaves_out names 'decision/riks'"),
        ({"wording": {"narative": {}}}, "wording names 'narative'"),
        ({"needs": ("decision/risk",)}, "the reporter is not asked"),
        (
            {"users": {"answers": {"reporter/mandated": "perhaps"}}},
            "answers 'reporter/mandated' with 'perhaps'",
        ),
    ],
    ids=["leaves out", "wording", "needs", "category"],
)
def test_a_section_that_names_what_the_form_has_not_stops_the_start(
    change: dict[str, object], said: str
) -> None:
    section = KERN.rules.online
    assert section is not None
    asked.check(PackShelf((KERN,)), FORMS)
    if "users" in change:
        wrong = Category(id="x", label=section.gate[0].question, answers={"reporter/mandated": "perhaps"})
        change = {"users": section.users.model_copy(update={"categories": (wrong,)})}
    if "wording" in change:
        change = {"wording": {"narative": Wording()}}
    changed = section.model_copy(update=change)
    pack = KERN.model_copy(update={"rules": KERN.rules.model_copy(update={"online": changed})})
    with pytest.raises(ConfigurationError) as caught:
        asked.check(PackShelf((pack,)), FORMS)
    assert said in caught.value.message


def test_a_question_may_depend_on_one_that_only_the_screener_sees() -> None:
    section = KERN.rules.online
    assert section is not None
    form = FORMS.current(KERN.head.form)
    view = rendering.view(asked.for_reporter(form, section), {"reporter/mandated": "yes"}, "en")
    shown = asked.only_asked(view, form, section)
    assert shown.field("reporter/agency") is not None and shown.field("reporter/mandated") is None
    assert shown.field("decision/risk") is None and shown.field("decision/immediate_danger") is not None
    name = shown.field("reporter/name")
    assert name is not None and name.required and name.prompt is None and name.label == "Your name"
