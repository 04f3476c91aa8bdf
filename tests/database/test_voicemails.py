"""Messages: a row before the beep, one per recording, a named person at once, whatever order the news has."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from hotline.audit.models import AuditEntry
from hotline.audit.record import Actor
from hotline.base import clock as clocks
from hotline.base.clock import FrozenClock
from hotline.base.errors import Conflict, InvalidInput
from hotline.base.outbox import OutboxRow
from hotline.calls import pool, queries
from hotline.calls.models import Call
from hotline.rosters.models import RosterEntry
from hotline.voicemails import queries as voicemail_queries
from hotline.voicemails import service as voicemails
from hotline.voicemails.models import Voicemail
from hotline.worklist.models import WorklistItem
from tests.support.calls import VAULT, Hotline, add_line, add_person, add_supervisor, sid

SOUND = b"\xff\xe3 a message"


@pytest.fixture
def hotline(session: Session, clock: FrozenClock) -> Hotline:
    add_line(session)
    add_supervisor(session)
    return Hotline(session)


def at_the_beep(hotline: Hotline, lane: str | None = None, language: str = "es") -> Call:
    """A caller who waited to the end of the line's patience and is asked for a message."""
    call = hotline.waits(lane, language)
    pool.move_call(call, "to_voicemail")
    voicemails.begin(hotline.session, call.id)
    return call


def leaves(hotline: Hotline, call: Call, seconds: int = 20, name: str = "") -> Voicemail | None:
    return voicemails.left(hotline.session, call.id, name or sid("RE"), seconds, clocks.now())


def open_items(hotline: Hotline, kind: str) -> list[WorklistItem]:
    found = hotline.session.scalars(select(WorklistItem).where(WorklistItem.kind == kind))
    return [item for item in found if item.closed_at is None]


def test_a_row_exists_before_the_beep_and_asking_again_makes_no_second(hotline: Hotline) -> None:
    call = at_the_beep(hotline)
    voicemails.begin(hotline.session, call.id)
    (row,) = hotline.session.scalars(select(Voicemail)).all()
    assert (row.call_id, row.state, row.language) == (call.id, "recording", "es")


def test_a_message_is_the_work_of_a_named_person_at_once(hotline: Hotline) -> None:
    call = at_the_beep(hotline)
    message = leaves(hotline, call)
    assert message is not None and message.state == "left"
    assert (call.state, call.outcome, call.ended_stage) == ("ended", "diverted", "voicemail")
    (item,) = open_items(hotline, "voicemail")
    assert (item.subject_id, item.reason) == (str(message.id), "message_left")
    assert item.due_at - item.opened_at == timedelta(minutes=30)
    jobs = hotline.session.scalars(select(OutboxRow.job).where(OutboxRow.subject_id == str(message.id))).all()
    assert jobs == ["fetch_voicemail"]
    assert queries.ledger(hotline.session, call.received_at, clocks.now() + timedelta(1)).balances


def test_the_message_of_a_caller_in_danger_is_heard_sooner(hotline: Hotline) -> None:
    leaves(hotline, at_the_beep(hotline, "danger"))
    (item,) = open_items(hotline, "voicemail")
    assert item.due_at - item.opened_at == timedelta(minutes=10)


def test_the_same_recording_told_ten_times_is_one_message(hotline: Hotline) -> None:
    call, name = at_the_beep(hotline), sid("RE")
    for _ in range(10):
        leaves(hotline, call, name=name)
    assert len(hotline.session.scalars(select(Voicemail)).all()) == 1
    assert len(open_items(hotline, "voicemail")) == 1


def test_a_caller_who_hangs_up_before_the_beep_has_abandoned_the_call(
    hotline: Hotline, clock: FrozenClock
) -> None:
    call = at_the_beep(hotline)
    hotline.hangs_up(call)
    assert (call.outcome, call.ended_stage) == ("abandoned", "voicemail")
    (item,) = open_items(hotline, "abandoned_call")
    assert item.reason == "hung_up_in_voicemail"
    clock.advance(voicemails.SETTLE_AFTER)
    voicemails.sweep(hotline.session)
    assert hotline.session.scalars(select(Voicemail)).one().state == "empty"


def test_a_second_of_silence_is_no_message(hotline: Hotline) -> None:
    call = at_the_beep(hotline)
    assert leaves(hotline, call, seconds=1) is None
    assert call.state == "voicemail"
    hotline.hangs_up(call)
    assert call.outcome == "abandoned"
    assert open_items(hotline, "voicemail") == []


def test_a_message_told_after_the_end_of_the_call_corrects_its_outcome(
    hotline: Hotline, clock: FrozenClock
) -> None:
    call = at_the_beep(hotline)
    hotline.hangs_up(call)
    ended = call.ended_at
    clock.advance(timedelta(hours=48))
    voicemails.sweep(hotline.session)
    message = leaves(hotline, call)
    assert message is not None and message.state == "left"
    assert (call.state, call.outcome, call.ended_at) == ("ended", "diverted", ended)
    assert open_items(hotline, "abandoned_call") == []
    assert len(open_items(hotline, "voicemail")) == 1


def test_a_sound_that_never_comes_is_told_to_its_person(hotline: Hotline) -> None:
    message = leaves(hotline, at_the_beep(hotline))
    assert message is not None
    voicemails.missing(hotline.session, message.id)
    (item,) = open_items(hotline, "voicemail")
    assert (message.state, item.reason) == ("missing", "message_without_sound")
    assert voicemails.kept(hotline.session, message.id, VAULT.put_bytes(hotline.session, "voicemail", SOUND))
    assert message.state == "kept"


def test_the_sound_is_sealed_and_every_listening_is_audited(hotline: Hotline) -> None:
    message = leaves(hotline, at_the_beep(hotline))
    assert message is not None
    voicemails.kept(hotline.session, message.id, VAULT.put_bytes(hotline.session, "voicemail", SOUND))
    rows = hotline.session.connection().exec_driver_sql("select v::text from vault_records v").scalars()
    assert SOUND.hex() not in "".join(rows)
    assert voicemails.sound(hotline.session, VAULT, message.id, Actor.system("test")) == SOUND
    looks = hotline.session.scalars(select(AuditEntry).where(AuditEntry.action == "vault:revealed")).all()
    assert [look.detail for look in looks] == [{"reason": "voicemail"}]


def test_a_message_is_settled_after_it_could_be_heard(hotline: Hotline) -> None:
    message = leaves(hotline, at_the_beep(hotline))
    assert message is not None
    person = add_person(hotline.session, "ann", languages=("es",))
    with pytest.raises(Conflict):
        voicemails.settle(hotline.session, message.id, person, "no_report_needed")
    voicemails.kept(hotline.session, message.id, VAULT.put_bytes(hotline.session, "voicemail", SOUND))
    with pytest.raises(InvalidInput):
        voicemails.settle(hotline.session, message.id, person, "whatever")
    for _ in range(2):
        voicemails.settle(hotline.session, message.id, person, "no_report_needed")
    assert (message.state, message.heard_by) == ("heard", person)
    assert open_items(hotline, "voicemail") == []
    assert voicemail_queries.waiting(hotline.session, "kern") == ()


def test_a_message_for_which_nobody_could_be_told_is_told_as_soon_as_somebody_is_there(
    hotline: Hotline,
) -> None:
    hotline.session.query(RosterEntry).delete()
    hotline.session.connection().exec_driver_sql("update users set active = false")
    message = leaves(hotline, at_the_beep(hotline))
    assert message is not None and open_items(hotline, "voicemail") == []
    add_person(hotline.session, "sam", "supervisor")
    voicemails.sweep(hotline.session)
    assert len(open_items(hotline, "voicemail")) == 1


def test_what_the_phone_company_understood_is_sealed_once(hotline: Hotline) -> None:
    name = sid("RE")
    message = leaves(hotline, at_the_beep(hotline, language="en"), name=name)
    assert message is not None
    for text in ("the boy is alone", "something else"):
        voicemails.note_text(hotline.session, VAULT, name, text)
    assert message.text_vault_id is not None
    opened = VAULT.reveal(hotline.session, message.text_vault_id, Actor.system("test"), "test")
    assert opened == {"text": "the boy is alone"}
