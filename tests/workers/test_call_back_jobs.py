"""The jobs that ring the far end and fetch messages: once, in the right order, whatever fails."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import select

from hotline.base import clock
from hotline.base.config import Settings
from hotline.base.database import Database
from hotline.calls import connecting, outbound, pool, service
from hotline.calls.models import Call, CallLeg
from hotline.lines.models import Line
from hotline.telephony.port import Refused, TryAgain
from hotline.voicemails import service as voicemails
from hotline.voicemails.models import Voicemail
from hotline.worklist.models import WorklistItem
from tests.support.calls import LINE, VAULT, Hotline, add_line, add_supervisor, sid
from tests.support.telephones import PaperPhones
from workers import tools
from workers.call_out import call_out
from workers.connect_call import connect_call
from workers.fetch_voicemail import fetch_voicemail
from workers.job import Job, Retry, Work

CALLEE = "+16615550188"
SOUND = b"\xff\xe3 sound"


@dataclass
class Scene:
    """A call that a screener places, and a message that a caller has left."""

    database: Database
    equipment: tools.Tools
    phones: PaperPhones
    call_id: UUID
    screener: UUID
    message_id: UUID
    recording: str

    def does(self, job: Job, subject: UUID, attempt: int = 1) -> None:
        job.function(Work(str(subject), attempt, self.equipment))

    def call(self) -> Call:
        with self.database.transaction() as session:
            return session.get_one(Call, self.call_id)

    def legs(self, kind: str) -> list[CallLeg]:
        with self.database.transaction() as session:
            query = select(CallLeg).where(CallLeg.call_id == self.call_id, CallLeg.kind == kind)
            return list(session.scalars(query))

    def message(self) -> Voicemail:
        with self.database.transaction() as session:
            return session.get_one(Voicemail, self.message_id)

    def screener_enters(self) -> None:
        with self.database.transaction() as session:
            connecting.join(session, self.call_id, self.legs("screener")[0].id)


@pytest.fixture
def scene(settings: Settings) -> Iterator[Scene]:
    phones = PaperPhones()
    equipment = replace(tools.make(settings), phone=phones)
    with equipment.database.transaction() as session:
        add_line(session)
        add_supervisor(session)
        hotline = Hotline(session)
        leaver = hotline.waits()
        pool.move_call(leaver, "to_voicemail")
        recording = sid("RE")
        message = voicemails.left(session, leaver.id, recording, 20, clock.now())
        assert message is not None
        screener = hotline.screener("ann")
        line = session.scalars(select(Line)).one()
        call = outbound.call_out(session, VAULT, screener, line.id, CALLEE, "other")
    yield Scene(equipment.database, equipment, phones, call.id, screener, message.id, recording)
    equipment.database.dispose()
    equipment.bell.close()


def test_the_screener_is_rung_first_and_the_far_end_only_when_they_are_in_the_room(scene: Scene) -> None:
    scene.does(connect_call, scene.call_id)
    scene.does(call_out, scene.call_id)
    assert [request[1] for request in scene.phones.asked if request[0] == "dial"] == [
        f"client:{scene.screener.hex}"
    ]
    scene.screener_enters()
    for _ in range(3):
        scene.does(call_out, scene.call_id)
    dialled = [request for request in scene.phones.asked if request[0] == "dial"][1:]
    ((_, to, from_, url, status, seconds),) = dialled
    leg = scene.legs("caller")[0]
    assert (to, from_, seconds) == (CALLEE, LINE, "30")
    assert url.endswith(f"/voice/called?leg={leg.id}") and status.endswith(f"/voice/call-status?leg={leg.id}")
    assert CALLEE not in url + status
    assert scene.call().sid == leg.sid is not None


def test_the_lines_own_display_number_is_shown(scene: Scene) -> None:
    with scene.database.transaction() as session:
        session.scalars(select(Line)).one().caller_id = "+16615550199"
    scene.screener_enters()
    scene.does(call_out, scene.call_id)
    (dialled,) = [request for request in scene.phones.asked if request[0] == "dial"]
    assert dialled[2] == "+16615550199"


def test_no_row_of_a_placed_call_shows_the_number(scene: Scene) -> None:
    scene.screener_enters()
    scene.does(call_out, scene.call_id)
    with scene.database.transaction() as session:
        for table in ("calls", "call_legs", "outbox", "audit_entries"):
            rows = session.connection().exec_driver_sql(f"select t::text from {table} t").scalars()
            assert CALLEE not in "".join(rows), table


def test_nobody_is_rung_when_the_screener_has_gone_meanwhile(scene: Scene) -> None:
    scene.screener_enters()
    with scene.database.transaction() as session:
        service.hang_up(session, scene.call_id, scene.screener)
    scene.does(call_out, scene.call_id)
    assert "dial" not in scene.phones.names()


def test_a_number_that_the_phone_company_refuses_ends_the_attempt(scene: Scene) -> None:
    scene.screener_enters()
    scene.phones.failing["dial"] = Refused(21211)
    scene.does(call_out, scene.call_id)
    assert (scene.call().state, scene.call().outcome) == ("ended", "unanswered")
    assert scene.legs("caller")[0].reason == "address_refused"


def test_a_phone_company_that_is_out_of_order_is_asked_again(scene: Scene) -> None:
    scene.screener_enters()
    scene.phones.failing["dial"] = TryAgain()
    with pytest.raises(Retry):
        scene.does(call_out, scene.call_id)
    scene.phones.failing.clear()
    scene.does(call_out, scene.call_id)
    assert scene.legs("caller")[0].sid is not None


def test_a_message_is_fetched_sealed_and_deleted_over_there(scene: Scene) -> None:
    scene.phones.recordings[scene.recording] = SOUND
    for _ in range(2):
        scene.does(fetch_voicemail, scene.message_id)
    assert scene.phones.names().count("fetch_recording") == 1
    assert scene.recording not in scene.phones.recordings
    message = scene.message()
    assert message.state == "kept" and message.media_vault_id is not None


def test_a_copy_that_could_not_be_deleted_is_deleted_later(scene: Scene) -> None:
    scene.phones.recordings[scene.recording] = SOUND
    scene.phones.failing["delete_recording"] = TryAgain()
    with pytest.raises(Retry):
        scene.does(fetch_voicemail, scene.message_id)
    assert scene.message().state == "kept"
    scene.phones.failing.clear()
    scene.does(fetch_voicemail, scene.message_id, 2)
    assert scene.recording not in scene.phones.recordings


def test_a_sound_that_is_not_there_yet_is_waited_for_and_then_a_person_is_told(scene: Scene) -> None:
    with pytest.raises(Retry):
        scene.does(fetch_voicemail, scene.message_id)
    with clock.frozen(clock.now() + timedelta(minutes=11)):
        scene.does(fetch_voicemail, scene.message_id, 40)
    assert scene.message().state == "missing"
    with scene.database.transaction() as session:
        item = session.scalars(select(WorklistItem).where(WorklistItem.kind == "voicemail")).one()
        assert (item.reason, item.closed_at) == ("message_without_sound", None)
    scene.phones.recordings[scene.recording] = SOUND
    scene.does(fetch_voicemail, scene.message_id)
    assert scene.message().state == "kept"
