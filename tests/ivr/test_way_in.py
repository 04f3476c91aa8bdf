"""Greeting, menu and line by key, by word and by silence: as the phone company asks."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from hotline.base import clock
from hotline.base.database import Database
from hotline.calls import service
from hotline.calls.models import Call
from hotline.lines.models import Line
from tests.support.calls import add_line, add_person, sid
from tests.support.voice import Caller, Voice, spoken, verbs

OnDuty = Callable[..., UUID]


def the_call(database: Database) -> Call:
    with database.transaction() as session:
        return session.scalars(select(Call)).one()


def change_line(database: Database, **values: Any) -> None:
    with database.transaction() as session:
        line = session.scalars(select(Line)).one()
        for name, value in values.items():
            setattr(line, name, value)


def test_a_caller_comes_into_the_line_by_speaking_spanish(voice: Voice, database: Database) -> None:
    caller = Caller(voice)
    gather = caller.ask("incoming").find("Gather")
    assert gather is not None
    assert (gather.get("input"), gather.get("language"), gather.get("speechModel")) == (
        "dtmf speech",
        "en-US",
        "phone_call",
    )
    # With a model the end of speech is a number of seconds; "auto" would be refused.
    assert (gather.get("speechTimeout") or "").isdigit()
    assert gather.get("profanityFilter") == "false"
    hints = (gather.get("hints") or "").split(", ")
    assert {"english", "español"} <= set(hints)
    assert len(hints) <= 500 and max(map(len, hints)) <= 100
    menu = caller.ask("language", SpeechResult="Español, por favor.", Confidence="0.91")
    gather = menu.find("Gather")
    assert gather is not None
    assert (gather.get("language"), gather.get("profanityFilter")) == ("es-US", None)
    assert "diga peligro" in spoken(menu)
    assert verbs(caller.ask("menu", {"language": "es"}, SpeechResult="un PELIGRO muy grande")) == ["Enqueue"]
    call = the_call(database)
    assert (call.language, call.language_chosen, call.lane, call.sign_of_life) == ("es", True, "danger", True)


def test_silence_all_the_way_leads_into_the_line_and_is_no_sign_of_life(
    voice: Voice, database: Database
) -> None:
    caller = Caller(voice)
    document = caller.ask("incoming")
    for _ in range(2):
        # Trap 11: without keys the Gather falls through, and the next verb leads on, never back.
        onward = document.findtext("Redirect") or ""
        assert "/voice/incoming" not in onward
        document = caller.go(onward)
    assert verbs(document) == ["Enqueue"]
    call = the_call(database)
    assert (call.state, call.lane, call.language_chosen, call.sign_of_life) == (
        "waiting",
        "general",
        False,
        False,
    )


@pytest.mark.parametrize("said", ["ribbit", "I have a question about my taxes", "¿?"])
def test_unrecognised_speech_leads_on_and_is_a_sign_of_life(
    voice: Voice, database: Database, said: str
) -> None:
    caller = Caller(voice)
    caller.ask("incoming")
    assert verbs(caller.ask("language", SpeechResult=said)) == ["Gather", "Redirect"]
    assert verbs(caller.ask("menu", SpeechResult=said)) == ["Enqueue"]
    assert the_call(database).sign_of_life


@pytest.mark.parametrize(
    ("heard", "lane", "language"),
    [
        ({"Digits": "0"}, "general", "en"),
        ({"SpeechResult": "I want to talk to a person"}, "general", "en"),
        ({"SpeechResult": "He is hurting her right now"}, "danger", "en"),
        ({"SpeechResult": "¡Es una emergencia!"}, "danger", "es"),
    ],
)
def test_a_screener_is_reached_at_once_from_the_greeting(
    voice: Voice, database: Database, heard: dict[str, Any], lane: str, language: str
) -> None:
    caller = Caller(voice)
    caller.ask("incoming")
    assert verbs(caller.ask("language", **heard)) == ["Enqueue"]
    call = the_call(database)
    assert (call.state, call.lane, call.language) == ("waiting", lane, language)


@pytest.mark.parametrize(
    ("said", "lane"),
    [
        ("danger", "danger"),
        ("I'm a teacher and the kid is in danger", "danger"),
        ("I am a kid", "youth"),
        ("a young person", "youth"),
        ("I want to report that a child is neglected", "general"),
        ("I'm a mandated reporter", "mandated"),
        ("stranger", "general"),
    ],
)
def test_the_menu_understands_words_the_most_urgent_first(
    voice: Voice, database: Database, said: str, lane: str
) -> None:
    caller = Caller(voice)
    caller.ask("incoming")
    caller.ask("language", Digits="1")
    caller.ask("menu", SpeechResult=said)
    assert the_call(database).lane == lane


def test_a_line_has_a_menu_and_sentences_of_its_own(voice: Voice, database: Database) -> None:
    change_line(
        database,
        menu={"5": "danger", "0": "general"},
        prompts={
            "en": {
                "menu_danger": {"text": "Danger: {key}."},
                "menu_general": {"text": "Else: {key}."},
                "first_wait": {"recording": "https://media.test/wait.mp3"},
            }
        },
    )
    caller = Caller(voice)
    caller.ask("incoming")
    menu = caller.ask("language", Digits="1")
    assert spoken(menu) == "Danger: 5. Else: 0."
    caller.ask("menu", Digits="5")
    assert the_call(database).lane == "danger"
    other = Caller(voice)
    other.waits("0")
    played = [play.text for play in other.ask("waiting", QueueTime="0").iter("Play")]
    assert played == ["https://media.test/wait.mp3"]


def test_the_caller_hears_that_the_call_may_be_recorded_where_no_key_cuts_it_short(
    voice: Voice, database: Database
) -> None:
    change_line(database, recording="on_request")
    caller = Caller(voice)
    caller.ask("incoming")
    menu = caller.ask("language", Digits="1")
    assert verbs(menu) == ["Say", "Gather", "Redirect"]
    assert menu.findtext("Say") == "This call may be recorded."
    hasty = Caller(voice)
    hasty.ask("incoming")
    assert "may be recorded" in spoken(hasty.ask("language", Digits="0"))
    assert "recorded" not in spoken(hasty.ask("queue-left", QueueResult="leave"))


@pytest.mark.parametrize("said", ["TN-Validation-Passed-A", "TN-Validation-Failed-C", None])
def test_what_the_network_says_of_the_number_is_kept(
    voice: Voice, database: Database, said: str | None
) -> None:
    fields: dict[str, Any] = {} if said is None else {"StirVerstat": said}
    Caller(voice).ask("incoming", **fields)
    assert the_call(database).attestation == said


def answered_in_the_last_hour(database: Database, seconds: int) -> None:
    """A caller of the recent past who waited so long."""
    caller_sid, now = sid(), clock.now()
    with database.transaction() as session:
        line = session.scalars(select(Line)).one()
        person = add_person(session, f"p{caller_sid[-6:]}")
        call = Call(
            id=UUID(caller_sid[2:]),
            sid=caller_sid,
            line_id=line.id,
            jurisdiction="kern",
            state="ended",
            language="en",
            caller_kind="withheld",
            received_at=now - timedelta(seconds=seconds + 60),
            queued_at=now - timedelta(seconds=seconds + 60),
            connected_at=now - timedelta(seconds=60),
            ended_at=now,
            ended_stage="talking",
            outcome="answered",
            screener_id=person,
            disposition="report",
        )
        session.add(call)


def test_the_expected_wait_is_spoken_only_when_it_was_measured(voice: Voice, database: Database) -> None:
    caller = Caller(voice)
    caller.waits("0")
    assert "minute" not in spoken(caller.ask("waiting", QueueTime="0"))
    answered_in_the_last_hour(database, 170)
    assert "The wait is about 3 minutes." in spoken(caller.ask("waiting", QueueTime="0"))


def test_a_waiting_caller_hears_the_place_again_in_every_second_round(voice: Voice) -> None:
    caller = Caller(voice)
    caller.waits("0")
    document = caller.ask("waiting", {"language": "en"}, QueueTime="0")
    assert "next in line" in spoken(document)
    heard = []
    for _ in range(4):
        document = caller.go(document.findtext("Redirect") or "", QueueTime="20")
        heard.append("next in line" in spoken(document))
        assert "have not forgotten" in spoken(document)
    assert heard == [False, True, False, True]


@pytest.mark.parametrize(("key", "offered"), [("0", True), ("1", False), ("2", True), ("3", True)])
def test_a_callback_is_offered_unless_somebody_is_in_danger(voice: Voice, key: str, offered: bool) -> None:
    caller = Caller(voice)
    caller.waits(key)
    document = caller.ask("waiting", QueueTime="0")
    gather = document.find("Gather")
    assert (gather is not None) is offered
    if gather is not None:
        assert "/voice/callback?" in (gather.get("action") or "")
        assert "press 1" in spoken(document)


def test_a_line_may_offer_no_callback(voice: Voice, database: Database) -> None:
    change_line(database, callback_offered=False)
    caller = Caller(voice)
    caller.waits("0")
    assert verbs(caller.ask("waiting", QueueTime="0")) == ["Say", "Say", "Pause", "Redirect"]


@pytest.mark.parametrize(
    ("key", "words"), [("1", "You are first"), ("3", "You are not alone"), ("0", "forgotten")]
)
def test_who_waits_hears_words_for_their_lane(voice: Voice, key: str, words: str) -> None:
    caller = Caller(voice)
    caller.waits(key)
    assert words in spoken(caller.ask("waiting", {"round": "1"}, QueueTime="30"))


def test_a_caller_is_told_when_nobody_on_duty_speaks_the_language(voice: Voice, on_duty: OnDuty) -> None:
    caller = Caller(voice)
    caller.waits("0", language_key="2")
    assert "intérprete" not in spoken(caller.ask("waiting", QueueTime="0"))
    on_duty("ann", "en")
    assert "intérprete" in spoken(caller.ask("waiting", QueueTime="0"))
    on_duty("luz", "es")
    assert "intérprete" not in spoken(Caller(voice, sid=caller.sid).ask("waiting", QueueTime="0"))


@pytest.mark.parametrize("languages", [("en", "es"), ("es", "en"), ("en",), ("es",)])
def test_every_line_greets_with_a_first_choice_within_ten_seconds(
    voice: Voice, database: Database, languages: tuple[str, ...]
) -> None:
    with database.transaction() as session:
        add_line(session, "+16615550105", languages)
    caller = Caller(voice, to="+16615550105")
    said = [say.text or "" for say in caller.ask("incoming").iter("Say")]
    menu = [say.text or "" for say in caller.ask("language", Digits="1").iter("Say")]
    slow_reading = 13.0
    for words in (said[:2], menu[:1]):
        assert len(" ".join(words)) / slow_reading <= 10


def test_after_the_lines_cap_a_waiting_caller_is_led_to_a_message(
    voice: Voice, database: Database, on_duty: OnDuty
) -> None:
    change_line(database, max_wait=30, overflow=["voicemail"])
    caller = Caller(voice)
    caller.waits("0")
    with clock.frozen(clock.now() + timedelta(seconds=31)), database.transaction() as session:
        service.sweep(session)
    assert the_call(database).state == "voicemail"
    # Whichever comes first, our request or the next document of the line: both lead to the message.
    assert verbs(caller.ask("waiting", QueueTime="31")) == ["Leave"]
    assert "Record" in verbs(caller.ask("queue-left", QueueResult="leave"))
    assert "Enqueue" not in verbs(caller.ask("connect"))


def test_a_call_for_an_unknown_line_hears_the_greeting_of_the_first(voice: Voice, database: Database) -> None:
    assert verbs(Caller(voice, to="+16615550199").ask("incoming")) == ["Gather", "Redirect"]
    assert the_call(database).language == "en"


def test_a_silent_caller_who_presses_a_key_in_the_line_has_given_a_sign_of_life(
    voice: Voice, database: Database
) -> None:
    caller = Caller(voice)
    caller.ask("incoming")
    caller.ask("language")
    caller.ask("menu")
    assert not the_call(database).sign_of_life
    gather = caller.ask("waiting", QueueTime="0").find("Gather")
    assert gather is not None
    caller.go(gather.get("action") or "", Digits="7")
    call = the_call(database)
    assert (call.sign_of_life, call.state) == (True, "waiting")
