"""The job that telephones the people on call, with a phone company on paper."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import select

from hotline.accounts.models import User
from hotline.base import clock
from hotline.base.config import Settings
from hotline.base.outbox import OutboxRow
from hotline.calls import connecting, on_call, service
from hotline.calls.models import Call, CallLeg
from hotline.rosters import service as rosters
from hotline.telephony.port import Refused, TryAgain
from tests.support.calls import LINE, Hotline, add_line, add_person, add_supervisor, sid
from tests.support.telephones import PaperPhones
from workers import tools
from workers.connect_call import connect_call
from workers.end_call import end_call
from workers.job import Job, Retry, Work
from workers.ring_on_call import ring_on_call

DESKS = ("+16615550171", "+16615550172")


@dataclass
class Night:
    """A caller after hours, two people on call, and the phone company."""

    equipment: tools.Tools
    phones: PaperPhones
    call_id: UUID
    people: list[UUID]

    def does(self, job: Job, attempt: int = 1) -> None:
        job.function(Work(str(self.call_id), attempt, self.equipment))

    def dialled(self) -> list[str]:
        return [request[1] for request in self.phones.asked if request[0] == "dial"]

    def legs(self) -> list[CallLeg]:
        with self.equipment.database.transaction() as session:
            legs = select(CallLeg).where(CallLeg.kind == "on_call").order_by(CallLeg.created_at, CallLeg.id)
            return list(session.scalars(legs))

    def hangs_up(self) -> None:
        with self.equipment.database.transaction() as session:
            connecting.caller_gone(session, self.call_id)
            service.sweep(session)


@pytest.fixture
def night(settings: Settings) -> Iterator[Night]:
    phones = PaperPhones()
    equipment = replace(tools.make(settings), phone=phones)
    with equipment.database.transaction() as session:
        line = add_line(session)
        line.hours, line.overflow = {"mon": []}, ["on_call", "voicemail"]
        add_supervisor(session)
        people = []
        for place, number in enumerate(DESKS, 1):
            people.append(add_person(session, f"p{place}"))
            session.get_one(User, people[-1]).desk_number = number
            rosters.add(session, rosters.on_call("kern"), people[-1], place, clock.now() - timedelta(hours=1))
        call = Hotline(session).waits()
        service.sweep(session)
    yield Night(equipment, phones, call.id, people)
    equipment.database.dispose()
    equipment.bell.close()


def test_the_first_person_is_dialled_with_the_question_first(night: Night) -> None:
    night.does(ring_on_call)
    (leg,) = night.legs()
    base = night.equipment.settings.public_voice_url
    assert night.phones.asked == [
        (
            "dial",
            DESKS[0],
            LINE,
            f"{base}/voice/on-call?leg={leg.id}",
            f"{base}/voice/on-call-status?leg={leg.id}",
            "20",
        )
    ]
    assert (leg.state, leg.sid is not None) == ("dialing", True)


def test_twice_is_harmless(night: Night) -> None:
    night.does(ring_on_call)
    night.does(ring_on_call)
    assert night.dialled() == [DESKS[0]]


def test_a_run_that_died_after_dialling_finds_its_call_again(night: Night) -> None:
    night.does(ring_on_call)
    with night.equipment.database.transaction() as session:
        session.get_one(CallLeg, night.legs()[0].id).sid = None
    night.does(ring_on_call)
    assert night.dialled() == [DESKS[0]]
    assert night.legs()[0].sid is not None


def test_a_number_that_is_refused_leads_to_the_next_person(night: Night) -> None:
    night.phones.failing["dial"] = Refused(21211)
    night.does(ring_on_call)
    assert [leg.reason for leg in night.legs()] == ["address_refused"]
    del night.phones.failing["dial"]
    with night.equipment.database.transaction() as session:
        wanted = select(OutboxRow).where(OutboxRow.job == "ring_on_call")
        assert len(session.scalars(wanted).all()) == 2
    night.does(ring_on_call)
    assert night.dialled() == list(DESKS)


def test_a_busy_phone_company_is_asked_again_soon(night: Night) -> None:
    night.phones.failing["dial"] = TryAgain()
    with pytest.raises(Retry):
        night.does(ring_on_call)
    del night.phones.failing["dial"]
    night.does(ring_on_call, attempt=2)
    assert [leg.state for leg in night.legs()] == ["dialing"]


def test_nobody_is_dialled_for_a_caller_who_is_gone_and_who_rings_is_hung_up(night: Night) -> None:
    night.does(ring_on_call)
    night.hangs_up()
    night.does(end_call)
    assert night.phones.names()[-1] == "end_call"
    assert [leg.state for leg in night.legs()] == ["ended"]
    night.does(ring_on_call)
    assert night.dialled() == [DESKS[0]]


def test_a_person_who_rings_for_another_caller_is_waited_for(night: Night) -> None:
    night.does(ring_on_call)
    with night.equipment.database.transaction() as session:
        other = Hotline(session).waits(number="+16615550143")
        service.sweep(session)
    second = replace(night, call_id=other.id)
    second.does(ring_on_call)
    assert night.dialled() == list(DESKS)
    with night.equipment.database.transaction() as session:
        third = Hotline(session).waits(number="+16615550144")
        service.sweep(session)
    with pytest.raises(Retry):
        replace(night, call_id=third.id).does(ring_on_call)


def test_the_caller_is_moved_to_whoever_pressed_one_who_is_not_dialled_again(night: Night) -> None:
    night.does(ring_on_call)
    (leg,) = night.legs()
    with night.equipment.database.transaction() as session:
        on_call.progress(session, night.call_id, leg.id, "answer", sid(), "")
        on_call.accept(session, night.call_id, leg.id)
    night.does(connect_call)
    assert night.phones.names() == ["dial", "redirect_call"]
    with night.equipment.database.transaction() as session:
        call = session.get_one(Call, night.call_id)
        assert (call.state, call.screener_id) == ("connecting", night.people[0])
