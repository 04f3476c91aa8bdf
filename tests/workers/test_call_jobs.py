"""The jobs that move and end telephone calls: each step once, whatever is repeated or fails."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from uuid import UUID

import pytest
from sqlalchemy import select

from hotline.base.config import Settings
from hotline.base.database import Database
from hotline.calls import connecting, service
from hotline.calls.models import Call, CallLeg
from hotline.telephony.port import CallGone, Refused, TryAgain
from tests.support.calls import LINE, Hotline, add_line, add_supervisor, sid
from tests.support.telephones import PaperPhones
from workers import tools
from workers.check_call import check_call
from workers.connect_call import connect_call
from workers.end_call import end_call
from workers.job import Job, Retry, Work


@dataclass
class Scene:
    """A call that a screener has just accepted, and the phone company that knows of it."""

    database: Database
    equipment: tools.Tools
    phones: PaperPhones
    call_id: UUID
    leg_id: UUID
    screener: UUID

    def does(self, job: Job, attempt: int = 1) -> None:
        """Run a job about the call."""
        job.function(Work(str(self.call_id), attempt, self.equipment))

    def call(self) -> Call:
        with self.database.transaction() as session:
            return session.get_one(Call, self.call_id)

    def leg(self, kind: str = "screener") -> CallLeg:
        with self.database.transaction() as session:
            query = select(CallLeg).where(CallLeg.call_id == self.call_id, CallLeg.kind == kind)
            return session.scalars(query).one()

    def meets(self) -> None:
        """Caller and screener are in the room."""
        with self.database.transaction() as session:
            for kind in ("caller", "screener"):
                connecting.join(session, self.call_id, self.leg(kind).id)


@pytest.fixture
def scene(settings: Settings) -> Iterator[Scene]:
    phones = PaperPhones()
    equipment = replace(tools.make(settings), phone=phones)
    with equipment.database.transaction() as session:
        add_line(session)
        add_supervisor(session)
        hotline = Hotline(session)
        screener = hotline.screener("ann")
        call = hotline.waits()
        hotline.accepts(screener)
        leg = hotline.leg(call)
    yield Scene(equipment.database, equipment, phones, call.id, leg.id, screener)
    equipment.database.dispose()
    equipment.bell.close()


def test_the_caller_is_moved_and_then_the_screener_is_called(scene: Scene) -> None:
    scene.does(connect_call)
    base = scene.equipment.settings.public_voice_url
    moved, dialled = scene.phones.asked
    assert moved == (
        "redirect_call",
        scene.call().sid,
        f"{base}/voice/connect?language=en&leg={scene.leg_id}",
    )
    assert dialled == (
        "dial",
        f"client:{scene.screener.hex}",
        LINE,
        f"{base}/voice/screener?leg={scene.leg_id}",
        f"{base}/voice/call-status?leg={scene.leg_id}",
        "15",
    )
    leg = scene.leg()
    assert leg.state == "dialing"
    assert leg.sid is not None


def test_a_second_run_dials_nobody_again(scene: Scene) -> None:
    scene.does(connect_call)
    scene.does(connect_call, attempt=2)
    assert scene.phones.names().count("dial") == 1


def test_a_run_after_the_caller_is_in_the_room_does_not_pull_the_caller_out(scene: Scene) -> None:
    scene.does(connect_call)
    with scene.database.transaction() as session:
        connecting.caller_moving(session, scene.call_id)
    scene.does(connect_call, attempt=2)
    scene.meets()
    scene.does(connect_call, attempt=3)
    assert scene.phones.names().count("redirect_call") == 1


def test_a_worker_that_died_after_dialling_is_followed_without_a_second_ring(scene: Scene) -> None:
    ringing = sid()
    scene.phones.live[f"client:{scene.screener.hex}"] = [ringing]
    with scene.database.transaction() as session:
        connecting.dialing(session, scene.call_id, scene.leg_id)
    scene.does(connect_call, attempt=2)
    assert "dial" not in scene.phones.names()
    assert scene.leg().sid == ringing


def test_a_worker_that_died_before_dialling_is_made_up_for(scene: Scene) -> None:
    with scene.database.transaction() as session:
        connecting.dialing(session, scene.call_id, scene.leg_id)
    scene.does(connect_call, attempt=2)
    assert scene.phones.names().count("dial") == 1


def test_a_caller_who_is_gone_rings_nobody(scene: Scene) -> None:
    scene.phones.failing["redirect_call"] = CallGone()
    scene.does(connect_call)
    assert scene.phones.names() == ["redirect_call"]
    call = scene.call()
    assert (call.state, call.outcome, call.ended_stage) == ("ended", "abandoned", "ring")


@pytest.mark.parametrize("request_name", ["redirect_call", "dial"])
def test_a_silent_phone_company_is_asked_again_and_then_counts_as_a_failure(
    scene: Scene, request_name: str
) -> None:
    scene.phones.failing[request_name] = TryAgain()
    for attempt in (1, 2, 3):
        with pytest.raises(Retry):
            scene.does(connect_call, attempt)
    with pytest.raises(TryAgain):
        scene.does(connect_call, 4)
    scene.phones.failing.clear()
    scene.does(connect_call, 5)
    assert scene.leg().sid is not None


def test_an_address_that_is_refused_gives_the_caller_back(scene: Scene) -> None:
    scene.phones.failing["dial"] = Refused(21211)
    scene.does(connect_call)
    assert (scene.call().state, scene.leg().state) == ("waiting", "ended")


def test_nothing_is_done_for_a_call_that_has_ended(scene: Scene) -> None:
    with scene.database.transaction() as session:
        connecting.caller_gone(session, scene.call_id)
    scene.does(connect_call)
    assert scene.phones.asked == []


def test_a_returned_caller_is_moved_into_the_line_and_the_lost_leg_is_ended(scene: Scene) -> None:
    scene.does(connect_call)
    with scene.database.transaction() as session:
        connecting.caller_moving(session, scene.call_id)
        service.hang_up(session, scene.call_id, scene.screener)
    scene.phones.asked.clear()
    scene.does(connect_call)
    base = scene.equipment.settings.public_voice_url
    ended, moved = scene.phones.asked
    assert ended == ("end_call", scene.leg().sid)
    assert moved == ("redirect_call", scene.call().sid, f"{base}/voice/connect?language=en")
    assert scene.leg().state == "ended"


@pytest.mark.parametrize("failure", [None, CallGone(), Refused(20003)])
def test_hanging_up_ends_both_legs(scene: Scene, failure: Exception | None) -> None:
    scene.does(connect_call)
    scene.meets()
    with scene.database.transaction() as session:
        service.hang_up(session, scene.call_id, scene.screener)
    scene.phones.asked.clear()
    if failure is not None:
        scene.phones.failing["end_call"] = failure
    scene.does(end_call)
    scene.does(end_call, attempt=2)
    assert {request[1] for request in scene.phones.asked} == {scene.call().sid, scene.leg().sid}
    assert {scene.leg("caller").state, scene.leg().state} == {"ended"}
    assert len(scene.phones.asked) == 2


def test_hanging_up_is_tried_again_while_the_phone_company_is_silent(scene: Scene) -> None:
    scene.does(connect_call)
    scene.meets()
    with scene.database.transaction() as session:
        service.hang_up(session, scene.call_id, scene.screener)
    scene.phones.failing["end_call"] = TryAgain()
    with pytest.raises(Retry):
        scene.does(end_call)
    assert scene.leg("caller").state == "closing"


@pytest.mark.parametrize("status", ["completed", "no-answer", None])
def test_a_call_whose_end_was_never_told_is_ended(scene: Scene, status: str | None) -> None:
    scene.phones.statuses[scene.call().sid or ""] = status
    scene.does(check_call)
    assert (scene.call().state, scene.call().outcome) == ("ended", "abandoned")


def test_a_call_that_goes_on_is_left_alone(scene: Scene) -> None:
    scene.does(check_call)
    assert scene.call().state == "connecting"


def test_a_meeting_that_was_never_told_is_seen(scene: Scene) -> None:
    scene.does(connect_call)
    scene.phones.rooms[scene.call().conference or ""] = [scene.call().sid or "", scene.leg().sid or ""]
    scene.does(check_call)
    assert scene.call().state == "talking"


def test_a_screener_who_left_the_room_unheard_is_missed(scene: Scene) -> None:
    scene.does(connect_call)
    scene.meets()
    scene.phones.rooms[scene.call().conference or ""] = [scene.call().sid or ""]
    scene.does(check_call)
    assert (scene.call().state, scene.leg().state) == ("talking", "ended")


def test_a_silent_phone_company_ends_no_call(scene: Scene) -> None:
    scene.phones.failing["call_status"] = TryAgain()
    with pytest.raises(Retry):
        scene.does(check_call)
    assert scene.call().state == "connecting"
