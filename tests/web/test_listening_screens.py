"""Consent, recording and transcript on the console, and the supervisor's buttons, by buttons alone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from hotline.audit.models import AuditEntry
from hotline.calls import connecting
from hotline.calls.models import Call, CallLeg
from hotline.recordings import service, transcripts
from hotline.recordings.models import Recording, Transcription
from tests.support.calls import sid
from tests.support.listening import open_ears
from tests.support.pages import faults_of
from tests.support.screener import Screener


@dataclass
class Talk:
    """The screener talks with a caller, on a line that allows everything; a supervisor sits elsewhere."""

    screener: Screener
    supervisor: FlaskClient
    call: Call
    report: str

    def console(self) -> str:
        """The screener's page, which must be a sound one."""
        page = self.screener.get(self.report)
        assert faults_of(page, "en") == []
        return unescape(page)

    def press(self, what: str, **fields: str) -> TestResponse:
        answer = self.screener.post(f"/console/calls/{self.call.id}/{what}", at=self.report, **fields)
        assert answer.status_code in (303, 409), answer.text
        return answer

    def supervises(self, do: str) -> TestResponse:
        return self.screener.desk.post(self.supervisor, f"/supervision/calls/{self.call.id}/monitor", do=do)

    def recording(self) -> Recording:
        with self.screener.desk.database.transaction() as session:
            found = service.running(session, self.call.id)
            assert found is not None
            return found

    def told(self, event: str) -> None:
        """The phone company has done what was wanted of the recording."""
        with self.screener.desk.database.transaction() as session:
            service.told(session, self.recording().id, event, sid=sid("RE"))


@pytest.fixture
def talk(screener: Screener) -> Iterator[Talk]:
    with screener.desk.database.transaction() as session:
        open_ears(session)
    call = screener.rings()
    screener.takes_calls()
    report = screener.accepts()
    screener.meets(call)
    yield Talk(screener, screener.desk.signed_in("supervisor"), call, report)


def test_the_caller_is_asked_before_any_button_records(talk: Talk) -> None:
    page = talk.console()
    assert "Ask: “May this call be recorded or listened to?”" in page
    assert "Record this call" not in page and "Write the talk down" not in page
    assert talk.press("recording", do="start").status_code == 409
    talk.press("consent", answer="given")
    page = talk.console()
    assert "The caller agreed" in page
    assert "Record this call" in page and "Write the talk down" in page


def test_the_state_is_said_in_words_and_announced_to_screen_readers(talk: Talk) -> None:
    talk.press("consent", answer="given")
    talk.press("recording", do="start")
    assert 'data-recording="asked"' in talk.console()
    talk.told("begun")
    page = talk.console()
    assert "This call is being recorded" in page
    said = page.partition(f'id="listening-state-{talk.call.id}"')
    assert 'aria-live="polite"' in said[0].rpartition("<div")[2]
    assert "This call is being recorded" in said[2].partition("</div>")[0]
    talk.press("recording", do="pause")
    talk.told("paused")
    page = talk.console()
    assert "The recording is paused" in page and "Go on recording" in page
    talk.press("recording", do="resume")
    talk.told("resumed")
    talk.press("recording", do="stop")
    assert talk.recording().wanted == "stopped"


def test_a_refusal_takes_every_button_away(talk: Talk) -> None:
    talk.press("consent", answer="refused")
    page = talk.console()
    assert "nothing is recorded, written down or listened to" in page
    assert "Record this call" not in page and "Write the talk down" not in page
    assert talk.press("transcript", do="start").status_code == 409


def test_a_line_without_any_of_it_shows_nothing_of_it(talk: Talk) -> None:
    with talk.screener.desk.database.transaction() as session:
        open_ears(session, recording="off", transcription="off", monitoring="off")
    page = talk.console()
    assert "May this call be recorded" not in page and "Record this call" not in page


def test_the_transcript_stands_beside_the_form_with_guesses_marked(talk: Talk) -> None:
    talk.press("consent", answer="given")
    talk.press("transcript", do="start")
    database, vault = talk.screener.desk.database, talk.screener.desk.vault
    with database.transaction() as session:
        found = transcripts.running(session, talk.call.id)
        assert found is not None
        session.get_one(Transcription, found.id)
        transcripts.told(session, found.id, "begun", sid=sid("GT"))
        for sequence, track, final, text in (
            (3, "others", True, "Where did you see her?"),
            (2, "caller", True, "My neighbor's child is alone."),
            (4, "caller", False, "She is <three"),
        ):
            transcripts.heard(
                session, vault, found.id, sequence=sequence, track=track, final=final, text=text
            )
    page = talk.console()
    assert page.index("child is alone") < page.index("Where did you see her?") < page.index("She is <three")
    assert "(not final)" in page and "The talk is being written down" in page
    part = talk.screener.get(f"/console/calls/{talk.call.id}/transcript")
    assert "She is &lt;three" in part, "what is said is text, whatever it looks like"
    assert talk.supervisor.get(f"/console/calls/{talk.call.id}/transcript").status_code == 404


def test_without_a_transcript_its_place_is_empty(talk: Talk) -> None:
    assert talk.screener.get(f"/console/calls/{talk.call.id}/transcript").strip() == ""


def test_a_supervisor_listens_whispers_joins_and_leaves_and_the_screener_sees_it(talk: Talk) -> None:
    supervision = talk.supervisor.get("/supervision")
    assert "The caller has not been asked." in supervision.text
    assert talk.supervises("listen").status_code == 409
    talk.press("consent", answer="given")
    assert talk.supervises("listen").status_code == 303
    assert "Susana Supervisor (supervisor) is about to listen" in talk.console()
    with talk.screener.desk.database.transaction() as session:
        leg = session.query(CallLeg).filter_by(kind="supervisor").one()
        leg.sid = sid()
        connecting.join(session, talk.call.id, leg.id)
    assert "Susana Supervisor (supervisor) listens to this call" in talk.console()
    talk.supervises("whisper")
    assert "the caller does not hear it" in talk.console()
    talk.supervises("barge")
    assert "everybody hears them" in talk.console()
    page = talk.supervisor.get("/supervision").text
    assert faults_of(page, "en") == []
    assert "Susana Supervisor talks along" in page
    assert talk.supervises("leave").status_code == 303
    assert "Susana Supervisor" not in talk.console().partition('id="listening-')[2]


def test_a_kept_recording_is_heard_only_with_the_permission_and_each_listening_is_audited(
    talk: Talk,
) -> None:
    talk.press("consent", answer="given")
    talk.press("recording", do="start")
    talk.told("begun")
    database, vault = talk.screener.desk.database, talk.screener.desk.vault
    recording = talk.recording().id
    talk.screener.hangs_up(talk.call)
    path = f"/supervision/recordings/{recording}"
    assert talk.supervisor.get(path).status_code == 404, "there is no sound yet"
    with database.transaction() as session:
        service.told(session, recording, "ended", seconds=7)
        service.kept(session, recording, vault.put_bytes(session, "recording", b"the voice"))
    assert f'src="{path}"' in talk.supervisor.get("/supervision").text
    heard = talk.supervisor.get(path)
    assert (heard.data, heard.mimetype, heard.headers["Cache-Control"]) == (
        b"the voice",
        "audio/mpeg",
        "no-store",
    )
    assert "media-src 'self'" in heard.headers["Content-Security-Policy"]
    for role in ("screener", "coordinator", "auditor"):
        if role in talk.screener.desk.people:
            assert talk.screener.desk.signed_in(role).get(path).status_code == 403
    with database.transaction() as session:
        looks = session.scalars(select(AuditEntry).where(AuditEntry.action == "vault:revealed")).all()
    assert [(look.actor_id, look.detail) for look in looks] == [
        (str(talk.screener.desk.people["supervisor"]), {"reason": "recording"})
    ]


@pytest.mark.parametrize("role", ["screener", "colleague"])
def test_nobody_but_a_supervisor_listens(talk: Talk, role: str) -> None:
    client = talk.screener.desk.signed_in(role)
    path = f"/supervision/calls/{talk.call.id}/monitor"
    assert talk.screener.desk.post(client, path, do="listen").status_code == 403


def test_it_is_all_said_in_spanish_too(talk: Talk) -> None:
    talk.press("consent", answer="given")
    talk.press("recording", do="start")
    talk.told("begun")
    client = talk.screener.desk.signed_in("screener", "es")
    page = client.get(talk.report).text
    assert faults_of(page, "es") == []
    assert "Esta llamada se está grabando" in unescape(page)
