"""Callbacks, messages and calls as the hotline, without a script: who sees what, and what each button does."""

from __future__ import annotations

import re
from uuid import UUID

import pytest
from sqlalchemy import select

from hotline.audit.models import AuditEntry
from hotline.base import clock as clocks
from hotline.callbacks import service as callbacks
from hotline.callbacks import sweeping
from hotline.callbacks.models import Callback
from hotline.callbacks.states import CLOSE_REASONS
from hotline.calls import pool
from hotline.calls.models import Call
from hotline.calls.outbound import PURPOSES
from hotline.reports.models import Report
from hotline.vault.service import Vault
from hotline.voicemails import service as voicemails
from hotline.voicemails.models import Voicemail
from hotline.voicemails.states import RESULTS, VOICEMAIL
from hotline.web.returns import words
from hotline.worklist.models import WorklistItem
from tests.support.calls import CALLER, Hotline, sid
from tests.support.pages import faults_of
from tests.support.screener import Screener

SOUND = b"\xff\xe3" + bytes(range(200))
WORDS = "the boy is alone at home"


def a_callback(screener: Screener) -> UUID:
    """A caller has asked to be called back, and the callback is in line."""
    with screener.desk.database.transaction() as session:
        call = Hotline(session).waits("mandated")
        found = callbacks.ask(session, screener.desk.vault, call.id, safe=True)
        sweeping.sweep(session)
        return found.id


def a_message(screener: Screener, *, with_sound: bool = True) -> UUID:
    """A caller has left a message in Spanish."""
    vault: Vault = screener.desk.vault
    with screener.desk.database.transaction() as session:
        call = Hotline(session).waits(language="es")
        pool.move_call(call, "to_voicemail")
        name = sid("RE")
        message = voicemails.left(session, call.id, name, 20, clocks.now())
        assert message is not None
        voicemails.note_text(session, vault, name, WORDS)
        if with_sound:
            voicemails.kept(session, message.id, vault.put_bytes(session, "voicemail", SOUND))
        return message.id


def open_kinds(screener: Screener) -> list[str]:
    with screener.desk.database.transaction() as session:
        return list(session.scalars(select(WorklistItem.kind).where(WorklistItem.closed_at.is_(None))))


def looks(screener: Screener) -> list[str]:
    with screener.desk.database.transaction() as session:
        entries = session.scalars(select(AuditEntry).where(AuditEntry.action == "vault:revealed"))
        return [str(entry.detail["reason"]) for entry in entries]


@pytest.mark.parametrize("language", ["en", "es"])
def test_the_pages_are_sound_documents_in_both_languages(screener: Screener, language: str) -> None:
    client = screener.desk.signed_in("screener", language)
    assert faults_of(client.get("/returns").text, language) == []
    a_callback(screener)
    message = a_message(screener)
    for path in ("/returns", f"/returns/messages/{message}"):
        answer = client.get(path)
        assert answer.status_code == 200
        assert faults_of(answer.text, language) == []
        assert CALLER not in answer.text


def test_the_list_says_who_waits_since_when_and_whether_it_is_safe(screener: Screener) -> None:
    a_callback(screener)
    page = screener.get("/returns")
    assert "Professional reporter, English" in page
    assert "Asked for it while waiting" in page
    assert "The caller said that it is safe to call." in page


def test_an_abandoned_call_is_shown_with_a_caution(screener: Screener) -> None:
    call = screener.rings()
    screener.hangs_up(call)
    with screener.desk.database.transaction() as session:
        sweeping.sweep(session)
    assert "Nobody asked whether it is safe." in screener.get("/returns")


def test_calling_now_brings_the_call_and_its_report(screener: Screener) -> None:
    screener.takes_calls()
    screener.post("/console/presence", state="away", reason="break")
    found = a_callback(screener)
    answer = screener.post(f"/returns/callbacks/{found}/call")
    assert answer.status_code == 303 and "/console/reports/" in str(answer.location)
    with screener.desk.database.transaction() as session:
        call = session.scalars(select(Call).where(Call.direction == "callback")).one()
        assert (call.state, call.screener_id) == ("connecting", screener.user_id)
        assert session.scalars(select(Report)).one().call_id == call.id
    assert "is calling now." in screener.get("/returns")


def test_who_is_off_duty_is_told_why_nothing_happened(screener: Screener) -> None:
    found = a_callback(screener)
    answer = screener.post(f"/returns/callbacks/{found}/call")
    assert answer.status_code == 409
    assert "come on duty first" in answer.text
    with screener.desk.database.transaction() as session:
        assert session.get_one(Callback, found).state == "in_line"


def test_a_callback_is_closed_with_a_reason_and_not_without(screener: Screener) -> None:
    found = a_callback(screener)
    assert screener.post(f"/returns/callbacks/{found}/close", resolution="").status_code == 400
    answer = screener.post(f"/returns/callbacks/{found}/close", resolution="no_longer_needed")
    assert "done=closed" in str(answer.location)
    assert "Nobody is to be called back." in screener.get(str(answer.location))


def test_a_message_is_played_from_our_server_and_each_listening_is_audited(screener: Screener) -> None:
    message = a_message(screener)
    page = screener.get(f"/returns/messages/{message}")
    assert WORDS in page
    player = re.search(r'<audio[^>]+src="([^"]+)"', page)
    assert player
    answer = screener.client.get(player[1])
    assert (answer.status_code, answer.mimetype, answer.data) == (200, "audio/mpeg", SOUND)
    assert answer.headers["Cache-Control"] == "no-store"
    part = screener.client.get(player[1], headers={"Range": "bytes=10-19"})
    assert (part.status_code, part.data) == (206, SOUND[10:20])
    assert looks(screener).count("voicemail") == 3


def test_nobody_else_hears_a_message(screener: Screener) -> None:
    message = a_message(screener)
    for role in ("coordinator", "auditor", "partner", "administrator"):
        screener.desk.person(role)
        client = screener.desk.signed_in(role)
        for path in ("/returns", f"/returns/messages/{message}", f"/returns/messages/{message}/sound"):
            assert client.get(path).status_code == 403, (role, path)
    assert screener.desk.app.test_client().get(f"/returns/messages/{message}/sound").status_code in (303, 401)


def test_a_message_is_heard_and_its_matter_settled(screener: Screener) -> None:
    message = a_message(screener)
    assert open_kinds(screener) == ["voicemail"]
    assert screener.post(f"/returns/messages/{message}/settle", result="").status_code == 400
    answer = screener.post(f"/returns/messages/{message}/settle", result="no_report_needed")
    assert "No message waits for anybody." in screener.get(str(answer.location))
    assert open_kinds(screener) == []
    with screener.desk.database.transaction() as session:
        assert session.get_one(Voicemail, message).heard_by == screener.user_id


def test_a_report_begun_from_a_message_has_the_clocks_of_its_call(screener: Screener) -> None:
    message = a_message(screener)
    answer = screener.post(f"/returns/messages/{message}/report")
    assert "/console/reports/" in str(answer.location)
    with screener.desk.database.transaction() as session:
        report = session.scalars(select(Report)).one()
        call = session.get_one(Call, session.get_one(Voicemail, message).call_id)
        assert (report.call_id, report.received_at) == (call.id, call.received_at)
    assert open_kinds(screener) == []


def test_whoever_left_a_message_is_called_back(screener: Screener) -> None:
    screener.takes_calls()
    message = a_message(screener)
    answer = screener.post(f"/returns/messages/{message}/call")
    assert answer.status_code == 303
    with screener.desk.database.transaction() as session:
        call = session.scalars(select(Call).where(Call.direction == "callback")).one()
        assert call.origin_id == session.get_one(Voicemail, message).call_id
    assert open_kinds(screener) == []


def test_a_message_whose_sound_has_not_come_stays_open(screener: Screener) -> None:
    message = a_message(screener, with_sound=False)
    assert "The sound is on its way." in screener.get(f"/returns/messages/{message}")
    answer = screener.post(f"/returns/messages/{message}/settle", result="no_report_needed")
    assert answer.status_code == 409
    assert open_kinds(screener) == ["voicemail"]


def line_of(page: str) -> str:
    found = re.search(r'name="line" value="([^"]+)"', page)
    assert found
    return found[1]


def test_somebody_is_called_as_the_hotline_with_a_reason(screener: Screener) -> None:
    screener.takes_calls()
    line = line_of(screener.get("/returns"))
    fields = {"line": line, "number": "661 555 0188", "purpose": "report_follow_up"}
    answer = screener.post("/returns/calls", **fields)
    assert str(answer.location).endswith("/console")
    with screener.desk.database.transaction() as session:
        call = session.scalars(select(Call)).one()
        assert (call.direction, call.purpose) == ("outbound", "report_follow_up")


@pytest.mark.parametrize(("number", "purpose"), [("911", "other"), ("661 555 0188", ""), ("12", "other")])
def test_a_call_that_must_not_be_is_refused_and_the_number_not_repeated(
    screener: Screener, number: str, purpose: str
) -> None:
    screener.takes_calls()
    line = line_of(screener.get("/returns"))
    answer = screener.post("/returns/calls", line=line, number=number, purpose=purpose)
    assert answer.status_code == 400
    assert f'value="{number}"' not in answer.text
    with screener.desk.database.transaction() as session:
        assert session.scalars(select(Call)).all() == []


def test_the_matter_of_a_message_and_of_an_abandoned_call_leads_here(screener: Screener) -> None:
    message = a_message(screener)
    call = screener.rings()
    screener.hangs_up(call)
    client = screener.desk.signed_in("supervisor")
    with screener.desk.database.transaction() as session:
        items = {item.kind: item.id for item in session.scalars(select(WorklistItem))}
    page = client.get(f"/board/items/{items['voicemail']}").text
    assert f'href="/returns/messages/{message}"' in page
    assert "Nobody has listened to it yet." in page
    page = client.get(f"/board/items/{items['abandoned_call']}").text
    assert 'href="/returns?jurisdiction=kern"' in page
    assert faults_of(page, "en") == []
    coordinator = screener.desk.signed_in("coordinator")
    assert "/returns" not in coordinator.get(f"/board/items/{items['voicemail']}").text


def test_every_code_that_the_core_knows_has_words() -> None:
    assert set(words.CLOSE_REASONS) == set(CLOSE_REASONS)
    assert set(words.RESULTS) == set(RESULTS)
    assert set(words.PURPOSES) == set(PURPOSES)
    assert set(words.MESSAGE_STATES) == VOICEMAIL.states - {"recording", "empty"}
