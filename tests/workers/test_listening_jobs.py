"""The jobs that record, write down and let supervisors listen: each step once, whatever is repeated or fails."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from uuid import UUID

import pytest

from hotline.audit.record import Actor
from hotline.base.clock import FrozenClock
from hotline.base.config import Settings
from hotline.base.database import Database
from hotline.calls import connecting, control, monitoring
from hotline.calls.models import Call, CallLeg
from hotline.recordings import service, transcripts
from hotline.recordings.models import Recording, Transcription
from hotline.telephony.port import CallGone, Refused, TryAgain
from tests.support.calls import LINE, Hotline, add_line, add_supervisor, sid
from tests.support.listening import kern_packs, open_ears
from tests.support.telephones import PaperPhones
from workers import tools
from workers.announcing import ANNOUNCEMENT
from workers.job import Job, Retry, Work
from workers.keep_recording import PATIENT, keep_recording
from workers.steer_call import steer_call
from workers.steer_monitor import steer_monitor
from workers.steer_recording import steer_recording
from workers.steer_transcript import steer_transcript

KERN = kern_packs()
SOUND = b"the voice of the caller"


@dataclass
class Talk:
    """A talk whose caller has agreed to everything, and the phone company that knows of it."""

    database: Database
    equipment: tools.Tools
    phones: PaperPhones
    call: Call
    screener: UUID
    supervisor: UUID
    clock: FrozenClock
    subject: UUID | None = None
    """The row that the next job is about."""

    @property
    def sid(self) -> str:
        return self.call.sid or ""

    def page(self, address: str) -> str:
        """The absolute address of one of our pages."""
        return f"{self.equipment.settings.public_voice_url}/voice/{address}"

    def does(self, job: Job, attempt: int = 1) -> None:
        """Run a job about the subject."""
        job.function(Work(str(self.subject), attempt, self.equipment))

    def records(self) -> Recording:
        """The screener wants a recording."""
        with self.database.transaction() as session:
            recording = service.start(session, KERN, self.call.id, self.screener)
        self.subject = recording.id
        return recording

    def recording(self) -> Recording:
        with self.database.transaction() as session:
            return session.get_one(Recording, self.subject)

    def transcription(self) -> Transcription:
        with self.database.transaction() as session:
            return session.get_one(Transcription, self.subject)

    def leg(self) -> CallLeg:
        with self.database.transaction() as session:
            return session.get_one(CallLeg, self.subject)

    def runs(self) -> None:
        """The recording is announced and goes on; what was asked so far is forgotten."""
        self.records()
        self.announces(steer_recording)
        self.phones.asked.clear()

    def announces(self, job: Job) -> None:
        """The first run announces; the second comes when that has been said."""
        with pytest.raises(Retry):
            self.does(job)
        self.clock.advance(ANNOUNCEMENT)
        self.does(job, attempt=2)

    def hangs_up(self) -> None:
        with self.database.transaction() as session:
            connecting.caller_gone(session, self.call.id)


@pytest.fixture
def talk(settings: Settings, clock: FrozenClock) -> Iterator[Talk]:
    phones = PaperPhones()
    equipment = replace(tools.make(settings), phone=phones)
    with equipment.database.transaction() as session:
        add_line(session)
        supervisor = add_supervisor(session)
        open_ears(session)
        hotline = Hotline(session)
        screener = hotline.screener("ann")
        call = hotline.talks(screener)
        service.record_consent(session, call.id, screener, True)
    yield Talk(equipment.database, equipment, phones, call, screener, supervisor, clock)
    equipment.database.dispose()
    equipment.bell.close()


def test_everybody_hears_of_the_recording_before_it_begins(talk: Talk) -> None:
    recording = talk.records()
    with pytest.raises(Retry):
        talk.does(steer_recording)
    assert talk.phones.asked == [
        ("announce", talk.call.conference, talk.page("announcement?language=en&say=recording_on"))
    ]
    with pytest.raises(Retry):
        talk.does(steer_recording, attempt=2)
    assert talk.phones.names() == ["announce"], "nothing is recorded while the sentence is spoken"
    talk.clock.advance(ANNOUNCEMENT)
    talk.does(steer_recording, attempt=3)
    started = ("start_recording", talk.sid, talk.page(f"recording?recording={recording.id}"))
    assert talk.phones.asked[-1] == started
    talk.does(steer_recording, attempt=4)
    assert talk.phones.names().count("start_recording") == 1
    assert talk.recording().state == "on"


def test_a_worker_that_died_after_it_had_started_is_followed_without_a_second_recording(talk: Talk) -> None:
    talk.records()
    with pytest.raises(Retry):
        talk.does(steer_recording)
    talk.clock.advance(ANNOUNCEMENT)
    left_behind = sid("RE")
    talk.phones.recorded[talk.sid] = [left_behind]
    talk.does(steer_recording, attempt=2)
    assert "start_recording" not in talk.phones.names()
    assert (talk.recording().state, talk.recording().sid) == ("on", left_behind)


def test_without_an_announcement_nothing_is_recorded(talk: Talk) -> None:
    talk.records()
    talk.phones.failing["announce"] = Refused(20003)
    talk.does(steer_recording)
    assert talk.phones.names() == ["announce"]
    assert (talk.recording().state, talk.recording().failure) == ("failed", "recording_refused")


def test_pause_go_on_and_stop_reach_the_phone_company_once_each(talk: Talk) -> None:
    talk.runs()
    for act in (service.pause, lambda s, c, u: service.resume(s, KERN, c, u), service.stop):
        with talk.database.transaction() as session:
            act(session, talk.call.id, talk.screener)
        talk.does(steer_recording)
        talk.does(steer_recording, attempt=2)
    assert [request[-1] for request in talk.phones.asked] == ["paused", "in-progress", "stopped"]
    assert talk.recording().state == "stopped"


def test_hold_pauses_the_recording_and_the_end_of_the_call_pairs_everything_up(talk: Talk) -> None:
    talk.runs()
    with talk.database.transaction() as session:
        Hotline(session).leg(talk.call, "caller").held = True
    talk.does(steer_recording)
    assert talk.recording().state == "paused"
    talk.hangs_up()
    talk.phones.failing["change_recording"] = CallGone()
    talk.does(steer_recording)
    recording = talk.recording()
    assert (recording.state, recording.wanted) == ("stopped", "stopped")


def test_a_recording_that_was_stopped_before_it_began_is_called_off(talk: Talk) -> None:
    talk.records()
    with talk.database.transaction() as session:
        service.stop(session, talk.call.id, talk.screener)
    talk.does(steer_recording)
    assert talk.recording().state == "called_off"
    assert "start_recording" not in talk.phones.names()


def test_one_that_began_unknown_to_us_is_stopped_and_taken_over(talk: Talk) -> None:
    talk.records()
    began = sid("RE")
    talk.phones.recorded[talk.sid] = [began]
    with talk.database.transaction() as session:
        service.record_consent(session, talk.call.id, talk.screener, False)
    talk.does(steer_recording)
    assert ("change_recording", talk.sid, began, "stopped") in talk.phones.asked
    assert (talk.recording().state, talk.recording().sid) == ("stopped", began)


def test_a_silent_phone_company_is_asked_again_and_then_counts_as_a_failure(talk: Talk) -> None:
    talk.runs()
    talk.phones.failing["change_recording"] = TryAgain()
    with talk.database.transaction() as session:
        service.pause(session, talk.call.id, talk.screener)
    with pytest.raises(Retry):
        talk.does(steer_recording)
    with pytest.raises(TryAgain):
        talk.does(steer_recording, attempt=4)
    talk.phones.failing.clear()
    talk.does(steer_recording, attempt=5)
    assert talk.recording().state == "paused"


def _stopped(talk: Talk) -> str:
    talk.runs()
    with talk.database.transaction() as session:
        service.told(session, talk.recording().id, "ended", seconds=9)
    name = talk.recording().sid or ""
    talk.phones.recordings[name] = SOUND
    return name


def test_the_sound_is_sealed_in_the_vault_and_destroyed_at_the_phone_company(talk: Talk) -> None:
    name = _stopped(talk)
    talk.does(keep_recording)
    talk.does(keep_recording, attempt=2)
    assert talk.phones.asked == [
        ("fetch_recording", name),
        ("delete_recording", name),
        ("delete_recording", name),
    ]
    recording = talk.recording()
    assert recording.state == "kept" and recording.media_vault_id is not None
    with talk.database.transaction() as session:
        vault, actor = talk.equipment.vault, Actor.user(talk.supervisor)
        assert vault.reveal_bytes(session, recording.media_vault_id, actor, "review") == SOUND


def test_a_copy_that_could_not_be_destroyed_is_destroyed_later(talk: Talk) -> None:
    _stopped(talk)
    talk.phones.failing["delete_recording"] = TryAgain()
    with pytest.raises(Retry):
        talk.does(keep_recording)
    assert talk.recording().state == "kept"
    talk.phones.failing.clear()
    talk.phones.asked.clear()
    talk.does(keep_recording, attempt=2)
    assert talk.phones.names() == ["delete_recording"]


def test_a_sound_that_never_becomes_ready_is_given_up_and_shown(talk: Talk) -> None:
    name = _stopped(talk)
    del talk.phones.recordings[name]
    with pytest.raises(Retry):
        talk.does(keep_recording, attempt=PATIENT)
    talk.does(keep_recording, attempt=PATIENT + 1)
    assert (talk.recording().state, talk.recording().failure) == ("failed", "sound_missing")


def _writes_down(talk: Talk) -> None:
    with talk.database.transaction() as session:
        talk.subject = service.start_transcript(session, KERN, talk.call.id, talk.screener).id


def test_a_transcript_is_announced_started_and_stopped(talk: Talk) -> None:
    _writes_down(talk)
    talk.announces(steer_transcript)
    name = str(talk.subject)
    assert talk.phones.asked == [
        ("announce", talk.call.conference, talk.page("announcement?language=en&say=transcript_on")),
        ("start_transcript", talk.sid, name, talk.page(f"transcription?transcript={name}"), "en"),
    ]
    with talk.database.transaction() as session:
        service.stop_transcript(session, talk.call.id, talk.screener)
    talk.does(steer_transcript)
    talk.does(steer_transcript, attempt=2)
    assert talk.phones.names().count("stop_transcript") == 1
    assert talk.transcription().state == "stopped"


def test_a_transcript_that_a_dead_worker_left_behind_is_stopped_before_another_begins(talk: Talk) -> None:
    _writes_down(talk)
    with pytest.raises(Retry):
        talk.does(steer_transcript)
    talk.clock.advance(ANNOUNCEMENT)
    talk.does(steer_transcript, attempt=3)
    assert talk.phones.names() == ["announce", "stop_transcript", "start_transcript"]


@pytest.mark.parametrize(("error", "state"), [(CallGone(), "stopped"), (Refused(20001), "failed")])
def test_a_transcript_that_can_not_be_had_leaves_the_call_alone(
    talk: Talk, error: Exception, state: str
) -> None:
    _writes_down(talk)
    talk.phones.failing["start_transcript"] = error
    talk.announces(steer_transcript)
    assert talk.transcription().state == state
    with talk.database.transaction() as session:
        assert transcripts.running(session, talk.call.id) is None
        assert session.get_one(Call, talk.call.id).state == "talking"


def _supervises(talk: Talk, mode: str) -> None:
    act = {"listen": monitoring.listen, "whisper": monitoring.whisper, "barge": monitoring.barge}[mode]
    with talk.database.transaction() as session:
        talk.subject = act(session, KERN, talk.call.id, talk.supervisor).id


def _rings(talk: Talk) -> None:
    """The supervisor is called, as everybody is who is wanted on a call."""
    steer_call.function(Work(str(talk.call.id), 1, talk.equipment))


def _joins(talk: Talk) -> None:
    _rings(talk)
    with talk.database.transaction() as session:
        connecting.join(session, talk.call.id, talk.leg().id)


def test_the_supervisor_is_called_once_and_shown_the_number_of_the_line(talk: Talk) -> None:
    _supervises(talk, "listen")
    _rings(talk)
    _rings(talk)
    leg = str(talk.subject)
    (asked,) = talk.phones.asked
    assert asked[:3] == ("dial", f"client:{talk.supervisor.hex}", LINE)
    assert asked[3].startswith(talk.page(f"supervisor?leg={leg}"))
    assert asked[4] == talk.page(f"call-status?leg={leg}")
    assert talk.leg().sid is not None


def test_changing_the_mode_is_told_to_the_room_with_the_screeners_leg(talk: Talk) -> None:
    _supervises(talk, "listen")
    _joins(talk)
    talk.phones.asked.clear()
    room, leg = talk.call.conference, talk.leg().sid
    with talk.database.transaction() as session:
        screener = Hotline(session).leg(talk.call).sid
    for mode in ("whisper", "barge"):
        _supervises(talk, mode)
        talk.does(steer_monitor)
        talk.does(steer_monitor, attempt=2)
    assert talk.phones.asked == [
        ("take_part", room, leg, "muted=False", f"coached={screener}"),
        ("take_part", room, leg, "muted=False", "coached=None"),
    ]


def test_whispering_to_a_screener_who_is_gone_falls_back_to_listening(talk: Talk) -> None:
    _supervises(talk, "listen")
    _joins(talk)
    _supervises(talk, "whisper")
    with talk.database.transaction() as session:
        Hotline(session).loses_leg(talk.call)
    talk.phones.asked.clear()
    talk.does(steer_monitor)
    assert [request[3:] for request in talk.phones.asked] == [("muted=True", "coached=None")]
    assert talk.leg().mode == "listen"


def test_an_address_that_is_refused_ends_the_supervisors_leg_alone(talk: Talk) -> None:
    _supervises(talk, "listen")
    talk.phones.failing["dial"] = Refused(21211)
    _rings(talk)
    assert (talk.leg().state, talk.leg().reason) == ("ended", "address_refused")
    with talk.database.transaction() as session:
        assert session.get_one(Call, talk.call.id).state == "talking"


def test_a_mode_that_is_refused_for_good_is_put_back(talk: Talk) -> None:
    _supervises(talk, "listen")
    _joins(talk)
    _supervises(talk, "barge")
    talk.phones.failing["take_part"] = Refused(20001)
    talk.does(steer_monitor)
    assert (talk.leg().mode, talk.leg().state) == ("listen", "in_room")


def test_a_supervisor_is_never_unmuted_without_being_bound_to_the_screener(talk: Talk) -> None:
    """The room tells that they are muted; only the job that also says whom they coach may change that."""
    _supervises(talk, "listen")
    _joins(talk)
    with talk.database.transaction() as session:
        control.told(session, talk.call.id, talk.leg().id, muted=True)
    _supervises(talk, "whisper")
    talk.phones.asked.clear()
    _rings(talk)
    assert talk.phones.asked == []
    talk.does(steer_monitor)
    assert talk.phones.names() == ["take_part"]
