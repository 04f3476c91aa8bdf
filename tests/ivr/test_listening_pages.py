"""News of recordings and words at the voice application's door, and a supervisor's way into a room."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID
from xml.etree.ElementTree import Element

import pytest
from sqlalchemy import select

from hotline.base.database import Database
from hotline.calls import connecting, monitoring
from hotline.calls.models import Call, CallEvent, CallLeg
from hotline.recordings import queries, service
from hotline.recordings.models import Recording, Transcription, TranscriptPiece
from ivr import pages
from ivr.events import read
from tests.support.calls import VAULT, Hotline, add_person, sid
from tests.support.listening import kern_packs, open_ears
from tests.support.voice import Caller, Voice, spoken, verbs

KERN = kern_packs()
SECRET = "Rosalind Canarywing saw it"


@dataclass
class Talk:
    """A talk whose caller has agreed."""

    voice: Voice
    database: Database
    caller: Caller
    call_id: UUID
    screener: UUID

    def call(self) -> Call:
        with self.database.transaction() as session:
            return session.get_one(Call, self.call_id)

    def tells(self, page: str, query: str, **fields: str) -> Element:
        """News with the caller's leg in it."""
        return self.caller.event(page, {"CallSid": self.caller.sid} | fields, query)


@pytest.fixture
def talk(voice: Voice, database: Database, on_duty: Callable[..., UUID]) -> Talk:
    ann = on_duty("ann")
    caller = Caller(voice)
    caller.waits()
    with database.transaction() as session:
        open_ears(session)
        hotline = Hotline(session)
        call = hotline.accepts(ann)
        hotline.meet(call)
        service.record_consent(session, call.id, ann, True)
    return Talk(voice, database, caller, call.id, ann)


@pytest.fixture
def recording(talk: Talk) -> Recording:
    with talk.database.transaction() as session:
        return service.start(session, KERN, talk.call_id, talk.screener)


@pytest.fixture
def transcription(talk: Talk) -> Transcription:
    with talk.database.transaction() as session:
        return service.start_transcript(session, KERN, talk.call_id, talk.screener)


def state(talk: Talk, recording: Recording) -> str:
    with talk.database.transaction() as session:
        return session.get_one(Recording, recording.id).state


def test_t16_news_of_a_recording_comes_before_and_after_the_end_of_the_call_and_twice(
    talk: Talk, recording: Recording
) -> None:
    name, query = sid("RE"), f"?recording={recording.id}"
    completed = {"RecordingSid": name, "RecordingStatus": "completed", "RecordingDuration": "42"}
    talk.tells("recording", query, RecordingSid=name, RecordingStatus="in-progress")
    assert state(talk, recording) == "on"
    talk.caller.hangs_up()
    for _ in range(2):
        assert verbs(talk.tells("recording", query, **completed)) == []
        talk.tells("recording", query, RecordingSid=name, RecordingStatus="in-progress")
    with talk.database.transaction() as session:
        found = session.get_one(Recording, recording.id)
        assert (found.state, found.sid, found.seconds) == ("stopped", name, 42)


def test_the_end_of_a_recording_may_be_told_before_its_begin_and_before_the_end_of_the_call(
    talk: Talk, recording: Recording
) -> None:
    name, query = sid("RE"), f"?recording={recording.id}"
    talk.tells("recording", query, RecordingSid=name, RecordingStatus="completed", RecordingDuration="3")
    talk.tells("recording", query, RecordingSid=name, RecordingStatus="in-progress")
    assert state(talk, recording) == "stopped"
    assert talk.call().state == "talking"


@pytest.mark.parametrize(("status", "failure"), [("absent", "sound_absent"), ("failed", "sound_lost")])
def test_a_recording_without_a_sound_has_failed(
    talk: Talk, recording: Recording, status: str, failure: str
) -> None:
    talk.tells("recording", f"?recording={recording.id}", RecordingSid=sid("RE"), RecordingStatus=status)
    with talk.database.transaction() as session:
        assert session.get_one(Recording, recording.id).failure == failure


def test_news_of_another_recording_than_ours_changes_nothing(talk: Talk, recording: Recording) -> None:
    query = f"?recording={recording.id}"
    talk.tells("recording", query, RecordingSid=sid("RE"), RecordingStatus="in-progress")
    talk.tells("recording", query, RecordingSid=sid("RE"), RecordingStatus="completed")
    talk.tells("recording", f"?recording={talk.call_id}", RecordingSid=sid("RE"), RecordingStatus="completed")
    assert state(talk, recording) == "on"


def says(talk: Talk, transcription: Transcription, sequence: int, text: str, *, final: bool = True) -> None:
    talk.tells(
        "transcription",
        f"?transcript={transcription.id}",
        TranscriptionSid="GT" + "7" * 32,
        TranscriptionEvent="transcription-content",
        SequenceId=str(sequence),
        Track="inbound_track",
        Final="true" if final else "false",
        TranscriptionData=json.dumps({"transcript": text, "confidence": 0.9}),
    )


def shown(talk: Talk) -> list[str]:
    with talk.database.transaction() as session:
        return [line.text for line in queries.transcript(session, VAULT, talk.call_id, talk.screener)]


def test_t17_words_out_of_order_and_twice_are_shown_once_in_order(
    talk: Talk, transcription: Transcription
) -> None:
    for sequence, text, final in (
        (5, "second sentence", True),
        (4, "second", False),
        (3, "first sentence", True),
        (2, "first", False),
        (3, "first sentence", True),
    ):
        says(talk, transcription, sequence, text, final=final)
    assert shown(talk) == ["first sentence", "second sentence"]


def test_words_go_into_the_vault_and_neither_into_events_nor_logs(
    talk: Talk, transcription: Transcription, capsys: pytest.CaptureFixture[str]
) -> None:
    says(talk, transcription, 2, SECRET)
    talk.tells(
        "transcription",
        f"?transcript={transcription.id}",
        TranscriptionSid="GT" + "7" * 32,
        TranscriptionEvent="transcription-content",
        SequenceId="3",
        TranscriptionData=f"broken {SECRET}",
    )
    assert shown(talk) == [SECRET]
    with talk.database.transaction() as session:
        events = session.scalars(select(CallEvent)).all()
        assert "Canarywing" not in str([(row.key, row.detail) for row in events])
    printed = capsys.readouterr()
    assert "Canarywing" not in printed.out + printed.err


def test_words_that_wait_in_the_spool_are_encrypted_there_and_replayed(
    talk: Talk, transcription: Transcription
) -> None:
    gateway = talk.voice.gateway
    event = read(
        "transcription",
        [
            ("AccountSid", talk.voice.settings.twilio_account_sid),
            ("CallSid", talk.caller.sid),
            ("TranscriptionSid", "GT" + "7" * 32),
            ("TranscriptionEvent", "transcription-content"),
            ("SequenceId", "2"),
            ("Track", "inbound_track"),
            ("Final", "true"),
            ("TranscriptionData", json.dumps({"transcript": SECRET})),
        ],
        [("transcript", str(transcription.id))],
        None,
        talk.voice.settings.twilio_account_sid,
        talk.call().received_at,
    )
    assert "Canarywing" not in repr(event)
    gateway.spool.append(event)
    kept = b"".join(path.read_bytes() for path in talk.voice.settings.spool_dir.rglob("*") if path.is_file())
    assert b"Canarywing" not in kept
    assert gateway.replay()
    assert shown(talk) == [SECRET]


def test_a_transcript_that_ends_or_breaks_off_is_noted(talk: Talk, transcription: Transcription) -> None:
    query = f"?transcript={transcription.id}"
    for sequence, event in ((1, "transcription-started"), (9, "transcription-error")):
        talk.tells(
            "transcription",
            query,
            TranscriptionSid="GT" + "7" * 32,
            TranscriptionEvent=event,
            SequenceId=str(sequence),
        )
    with talk.database.transaction() as session:
        found = session.get_one(Transcription, transcription.id)
        assert (found.state, found.failure, found.sid) == ("failed", "transcript_error", "GT" + "7" * 32)


@pytest.mark.parametrize(("language", "words"), [("en", "being recorded"), ("es", "se graba esta llamada")])
def test_the_announcement_is_spoken_in_the_language_of_the_call_even_without_a_database(
    talk: Talk, language: str, words: str
) -> None:
    query = f"?language={language}&say=recording_on"
    assert words in spoken(talk.caller.event("announcement", {}, query))
    account = talk.voice.settings.twilio_account_sid
    asked = [("language", language), ("say", "recording_on")]
    event = read("announcement", [("AccountSid", account)], asked, None, account, talk.call().received_at)
    assert words in pages.without_database(talk.voice.gateway.desk, event)
    assert spoken(talk.caller.event("announcement", {}, "?say=emergency")) == ""


def supervises(talk: Talk, mode: str, address: str | None = None) -> CallLeg:
    act = {"listen": monitoring.listen, "whisper": monitoring.whisper, "barge": monitoring.barge}[mode]
    with talk.database.transaction() as session:
        sue = add_person(session, "sue", "supervisor", phone_address=address)
        return act(session, KERN, talk.call_id, sue)


def enters(talk: Talk, leg: CallLeg, query: str = "", **fields: str) -> Element:
    """The supervisor's telephone asks for its document."""
    form = {"CallSid": "CA" + "5" * 32, "CallStatus": "in-progress", "Direction": "outbound-api"} | fields
    return talk.caller.event("supervisor", form, f"?leg={leg.id}{query}")


def conference(document: Element) -> dict[str, str]:
    found = document.find("Dial/Conference")
    assert found is not None and found.text
    return dict(found.attrib)


@pytest.mark.parametrize(
    ("mode", "muted", "coached"),
    [("listen", "true", False), ("whisper", "false", True), ("barge", "false", False)],
)
def test_the_supervisor_enters_in_the_wanted_way_and_neither_starts_nor_ends_the_room(
    talk: Talk, mode: str, muted: str, coached: bool
) -> None:
    found = conference(enters(talk, supervises(talk, mode)))
    with talk.database.transaction() as session:
        screener = Hotline(session).leg(talk.call()).sid
    assert (found["muted"], found.get("coach")) == (muted, screener if coached else None)
    assert (found["startConferenceOnEnter"], found["endConferenceOnExit"]) == ("false", "false")
    assert found["beep"] == "false"


def test_whispering_to_a_leg_that_is_gone_is_listening(talk: Talk) -> None:
    leg = supervises(talk, "whisper")
    document = enters(talk, leg)
    assert verbs(document) == ["Dial", "Redirect"], "after error 13240 the document goes on"
    again = conference(enters(talk, leg, "&plain=yes"))
    assert (again["muted"], "coach" in again) == ("true", False)
    with talk.database.transaction() as session:
        assert session.get_one(CallLeg, leg.id).mode == "listen"


def test_an_ordinary_telephone_must_press_1_before_it_hears_a_caller(talk: Talk) -> None:
    leg = supervises(talk, "listen", "+16615550177")
    assert verbs(enters(talk, leg)) == ["Gather", "Hangup"]
    assert verbs(enters(talk, leg, "&asked=yes")) == ["Hangup"]
    assert verbs(enters(talk, leg, "&asked=yes", Digits="1")) == ["Dial"]


def test_a_supervisor_who_comes_too_late_hears_nothing(talk: Talk) -> None:
    leg = supervises(talk, "listen")
    talk.caller.hangs_up()
    assert verbs(enters(talk, leg)) == ["Hangup"]


def test_the_leg_of_a_supervisor_who_hangs_up_is_over_and_the_talk_goes_on(talk: Talk) -> None:
    leg = supervises(talk, "listen")
    enters(talk, leg)
    with talk.database.transaction() as session:
        connecting.join(session, talk.call_id, leg.id)
    form = {"CallSid": "CA" + "5" * 32, "CallStatus": "completed", "Direction": "outbound-api"}
    talk.caller.event("call-status", form, f"?leg={leg.id}")
    with talk.database.transaction() as session:
        assert session.get_one(CallLeg, leg.id).state == "ended"
        assert session.get_one(Call, talk.call_id).state == "talking"
        assert session.scalars(select(TranscriptPiece)).all() == []
