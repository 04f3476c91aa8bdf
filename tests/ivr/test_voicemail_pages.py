"""A caller leaves a message: in any language, in any order of news, with the database away."""

from __future__ import annotations

from itertools import permutations
from typing import Any

import pytest
from sqlalchemy import select, update

from hotline.base.database import Database
from hotline.calls import pool
from hotline.calls.models import Call
from hotline.lines.models import Line
from hotline.voicemails.models import Voicemail
from hotline.worklist.models import WorklistItem
from ivr.events import CallEvent
from ivr.pages import without_database
from ivr.prompts import load
from tests.support.calls import sid
from tests.support.voice import Caller, Voice, spoken, verbs

WORDS = load()
Document = Any


class Leaver(Caller):
    """A caller who has waited to the end of the line's patience."""

    def is_asked(self, database: Database, language_key: str = "1") -> Document:
        self.waits("2", language_key=language_key)
        with database.transaction() as session:
            call = session.scalars(select(Call).where(Call.sid == self.sid)).one()
            pool.move_call(call, "to_voicemail")
            language = call.language
        return self.ask("connect", {"language": language})

    def recording(self, name: str, seconds: int = 20) -> dict[str, str]:
        return {"RecordingSid": name, "RecordingDuration": str(seconds), "RecordingUrl": "http://x.test/r"}


def says(document: Document, name: str, language: str = "en") -> bool:
    return WORDS.text(language, name) in spoken(document)


def call_of(database: Database, caller: Caller) -> Call:
    with database.transaction() as session:
        return session.scalars(select(Call).where(Call.sid == caller.sid)).one()


def messages(database: Database) -> list[Voicemail]:
    with database.transaction() as session:
        return list(session.scalars(select(Voicemail)))


def kinds(database: Database) -> list[str]:
    with database.transaction() as session:
        return sorted(session.scalars(select(WorklistItem.kind).where(WorklistItem.closed_at.is_(None))))


@pytest.fixture
def leaver(voice: Voice) -> Leaver:
    return Leaver(voice)


def test_the_caller_is_asked_and_recorded_and_the_row_is_there_before_the_beep(
    leaver: Leaver, database: Database
) -> None:
    document = leaver.is_asked(database)
    assert says(document, "voicemail_ask")
    record = document.find("Record")
    assert record is not None
    assert (record.get("maxLength"), record.get("finishOnKey"), record.get("playBeep")) == (
        "300",
        "#",
        "true",
    )
    assert "/voice/voicemail-recording" in record.get("recordingStatusCallback", "")
    assert record.get("transcribe") is None
    assert [message.state for message in messages(database)] == ["recording"]


@pytest.mark.parametrize(("language_key", "expected"), [("1", "true"), ("2", None)])
def test_only_english_is_written_down_by_the_phone_company_and_only_where_the_line_allows(
    leaver: Leaver, database: Database, language_key: str, expected: str | None
) -> None:
    with database.transaction() as session:
        session.execute(update(Line).values(transcription="on_request"))
    record = leaver.is_asked(database, language_key).find("Record")
    assert record is not None
    assert record.get("transcribe") == expected


def test_a_message_is_kept_and_the_caller_is_thanked_in_spanish(leaver: Leaver, database: Database) -> None:
    assert says(leaver.is_asked(database, "2"), "voicemail_ask", "es")
    thanks = leaver.ask("voicemail-left", {"language": "es"}, Digits="#", **leaver.recording(sid("RE")))
    assert says(thanks, "voicemail_kept", "es")
    assert verbs(thanks)[-1] == "Hangup"
    assert call_of(database, leaver).outcome == "diverted"
    assert kinds(database) == ["voicemail"]


def test_silence_is_asked_once_more_and_then_the_call_is_somebodys_work(
    leaver: Leaver, database: Database
) -> None:
    leaver.is_asked(database)
    again = leaver.ask("voicemail", {"language": "en", "tries": "1"})
    assert says(again, "voicemail_again") and again.find("Record") is not None
    last = leaver.ask("voicemail", {"language": "en", "tries": "2"})
    assert says(last, "voicemail_empty")
    leaver.hangs_up()
    call = call_of(database, leaver)
    assert (call.outcome, call.ended_stage) == ("abandoned", "voicemail")
    assert kinds(database) == ["abandoned_call"]


def test_hanging_up_while_speaking_leaves_the_message(leaver: Leaver, database: Database) -> None:
    leaver.is_asked(database)
    leaver.ask(
        "voicemail-left",
        {"language": "en"},
        Digits="hangup",
        CallStatus="completed",
        **leaver.recording(sid("RE")),
    )
    leaver.hangs_up()
    assert call_of(database, leaver).outcome == "diverted"
    assert kinds(database) == ["voicemail"]


def test_hanging_up_at_the_beep_abandons_the_call(leaver: Leaver, database: Database) -> None:
    leaver.is_asked(database)
    leaver.ask(
        "voicemail-left",
        {"language": "en"},
        Digits="hangup",
        CallStatus="completed",
        **leaver.recording(sid("RE"), seconds=1),
    )
    assert call_of(database, leaver).outcome == "abandoned"
    assert kinds(database) == ["abandoned_call"]


@pytest.mark.parametrize("order", list(permutations(["left", "recorded", "over"])), ids="-".join)
def test_the_news_of_a_message_in_any_order_and_twice_is_one_message(
    leaver: Leaver, database: Database, order: tuple[str, ...]
) -> None:
    """Traps 3 and 16: an action after the hang-up, and a recording told before or after the end, twice."""
    leaver.is_asked(database)
    name = sid("RE")

    def tell(what: str) -> None:
        if what == "over":
            leaver.hangs_up()
        elif what == "left":
            leaver.ask(
                "voicemail-left",
                {"language": "en"},
                Digits="hangup",
                CallStatus="completed",
                **leaver.recording(name),
            )
        else:
            form = {"CallSid": leaver.sid, "RecordingStatus": "completed", **leaver.recording(name)}
            leaver.event("voicemail-recording", form)

    for what in order:
        for _ in range(2):
            tell(what)
    assert [message.state for message in messages(database)] == ["left"]
    call = call_of(database, leaver)
    assert (call.outcome, call.ended_stage) == ("diverted", "voicemail")
    assert kinds(database) == ["voicemail"]


def test_words_that_come_before_and_after_are_sealed(leaver: Leaver, database: Database) -> None:
    leaver.is_asked(database)
    name = sid("RE")
    leaver.ask("voicemail-left", {"language": "en"}, Digits="#", **leaver.recording(name))
    form = {
        "CallSid": leaver.sid,
        "RecordingSid": name,
        "TranscriptionSid": sid("TR"),
        "TranscriptionStatus": "completed",
        "TranscriptionText": "Canary-4471 is alone at home",
    }
    for _ in range(2):
        leaver.event("voicemail-text", form)
    (message,) = messages(database)
    assert message.text_vault_id is not None
    with database.transaction() as session:
        for table in ("voicemails", "call_events", "webhook_receipts", "vault_records", "outbox"):
            rows = session.connection().exec_driver_sql(f"select t::text from {table} t").scalars()
            assert "Canary-4471" not in "".join(rows), table


def test_a_message_left_while_the_database_is_away_is_safe_in_the_spool(
    leaver: Leaver, voice: Voice, database: Database
) -> None:
    leaver.is_asked(database)
    event = CallEvent(
        page="voicemail-left",
        key="k",
        call_sid=leaver.sid,
        form=leaver.form(Digits="#", CallStatus="in-progress", **leaver.recording(sid("RE"))),
        query={"language": "en"},
        received_at=call_of(database, leaver).received_at,
    )
    assert WORDS.text("en", "voicemail_kept") in without_database(voice.gateway.desk, event)
    voice.gateway.spool.append(event)
    assert voice.gateway.replay()
    assert [message.state for message in messages(database)] == ["left"]
