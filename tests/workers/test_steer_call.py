"""The job that lets the phone company do what is wanted of a call's legs."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from hotline.audit.record import Actor
from hotline.base.clock import FrozenClock
from hotline.base.config import Settings
from hotline.base.outbox import OutboxRow
from hotline.calls import connecting, service
from hotline.calls.models import CallLeg
from hotline.contacts import service as contacts
from hotline.telephony.port import CallGone, Refused, TryAgain
from tests.support.calls import LINE, VAULT, Hotline, sid
from tests.support.talks import Scene, a_talk, consulted
from workers.check_call import ON_THE_WAY_FOR, check_call
from workers.connect_call import connect_call
from workers.job import Retry

SYSTEM = Actor.system("test")


@pytest.fixture
def scene(settings: Settings, clock: FrozenClock) -> Iterator[Scene]:
    with a_talk(settings) as scene:
        yield scene


def add_contact(session: Session, kind: str, number: str, pin: str | None = None) -> UUID:
    return contacts.add(
        session, VAULT, SYSTEM, jurisdiction="kern", kind=kind, name=number, number=number, pin=pin
    )


def test_a_hold_is_told_once_with_the_document_that_is_heard(scene: Scene) -> None:
    with scene.database.transaction() as session:
        service.hold(session, scene.call_id, scene.ann)
    scene.does()
    scene.does(attempt=2)
    room, caller = scene.call().conference, scene.leg("caller")
    assert scene.phones.asked == [
        (
            "change_participant",
            room,
            caller.sid,
            "muted=None",
            "held=True",
            f"{scene.base}/voice/hold-music?language=en",
        )
    ]
    assert caller.told == {"held": True, "muted": False}
    with scene.database.transaction() as session:
        service.unhold(session, scene.call_id, scene.ann)
        service.mute(session, scene.call_id, scene.ann, caller.id)
    scene.does()
    assert scene.phones.asked[1:] == [
        ("change_participant", room, caller.sid, "muted=True", "held=False", "")
    ]


@pytest.mark.parametrize("request_name", ["change_participant", "dial"])
def test_a_silent_phone_company_is_asked_again_until_it_does_what_is_wanted(
    scene: Scene, request_name: str
) -> None:
    with scene.database.transaction() as session:
        service.hold(session, scene.call_id, scene.ann)
        service.add_party(session, VAULT, scene.call_id, scene.ann, "661-555-0155", "other")
    scene.phones.failing[request_name] = TryAgain()
    for attempt in (1, 2, 3):
        with pytest.raises(Retry):
            scene.does(attempt=attempt)
    with pytest.raises(TryAgain):
        scene.does(attempt=4)
    scene.phones.failing.clear()
    scene.does(attempt=5)
    assert scene.leg("caller").told["held"] is True
    assert scene.leg("party").sid is not None


def test_what_is_refused_for_good_is_put_back_and_shown(scene: Scene) -> None:
    with scene.database.transaction() as session:
        service.hold(session, scene.call_id, scene.ann)
    scene.phones.failing["change_participant"] = Refused(20003)
    scene.does()
    scene.does(attempt=2)
    assert len(scene.phones.asked) == 1
    with scene.database.transaction() as session:
        view = service.control_view(session, scene.call_id, scene.ann)
    (caller,) = [leg for leg in view.legs if leg.kind == "caller"]
    assert (caller.held, caller.refused) == (False, True)


def test_somebody_who_is_not_in_the_room_any_more_is_looked_for(scene: Scene) -> None:
    with scene.database.transaction() as session:
        service.hold(session, scene.call_id, scene.ann)
    scene.phones.failing["change_participant"] = CallGone()
    scene.does()
    assert len(scene.jobs("check_call")) == 1


def test_an_interpreter_is_called_from_the_line_and_the_code_is_keyed_in(scene: Scene) -> None:
    with scene.database.transaction() as session:
        add_contact(session, "interpreter", "+16615550160", pin="4711")
        service.add_interpreter(session, scene.call_id, scene.ann, "es")
    scene.does()
    scene.does(attempt=2)
    leg = scene.leg("interpreter")
    assert scene.phones.asked == [
        (
            "dial",
            "+16615550160",
            LINE,
            f"{scene.base}/voice/party?leg={leg.id}&room={scene.call().conference}",
            f"{scene.base}/voice/call-status?leg={leg.id}",
            "30",
            "wwww4711#",
        )
    ]
    assert leg.state == "dialing"
    with scene.database.transaction() as session:
        rows = session.scalars(select(OutboxRow)).all()
        assert not any("4711" in f"{row.key} {row.subject_id}" for row in rows)


def test_the_number_of_a_private_person_is_written_nowhere(scene: Scene) -> None:
    with scene.database.transaction() as session:
        service.add_party(session, VAULT, scene.call_id, scene.ann, "661-555-0155", "other")
    scene.does()
    assert scene.asked("dial")[0][1] == "+16615550155"
    leg = scene.leg("party")
    assert leg.sid is not None
    assert leg.address is None


def test_a_refused_address_is_shown_and_leaves_the_call_alone(scene: Scene) -> None:
    with scene.database.transaction() as session:
        service.add_party(session, VAULT, scene.call_id, scene.ann, "661-555-0155", "other")
    scene.phones.failing["dial"] = Refused(21211)
    scene.does()
    assert (scene.leg("party").state, scene.leg("party").reason) == ("ended", "address_refused")
    assert scene.call().state == "talking"


def test_somebody_taken_out_is_put_out_of_the_room_before_their_call_ends(scene: Scene) -> None:
    with scene.database.transaction() as session:
        service.add_party(session, VAULT, scene.call_id, scene.ann, "661-555-0155", "other")
    scene.does()
    scene.joins("party")
    leg = scene.leg("party")
    with scene.database.transaction() as session:
        service.remove_party(session, scene.call_id, scene.ann, leg.id)
    scene.phones.asked.clear()
    scene.does()
    scene.does(attempt=2)
    assert scene.phones.asked == [
        ("remove_participant", scene.call().conference, leg.sid),
        ("end_call", leg.sid),
    ]
    assert scene.leg("party").state == "ended"


def test_somebody_taken_out_before_they_answered_stops_ringing(scene: Scene) -> None:
    with scene.database.transaction() as session:
        service.add_party(session, VAULT, scene.call_id, scene.ann, "661-555-0155", "other")
    scene.does()
    with scene.database.transaction() as session:
        service.remove_party(session, scene.call_id, scene.ann, scene.leg("party").id)
    scene.phones.asked.clear()
    scene.does()
    assert scene.phones.names() == ["end_call"]


def test_a_worker_that_died_after_dialling_rings_nobody_twice(scene: Scene) -> None:
    with scene.database.transaction() as session:
        add_contact(session, "law_enforcement", "+16615550170")
        (choice,) = contacts.law_enforcement(session, "kern", None)
        leg = service.add_law_enforcement(session, scene.call_id, scene.ann, choice.contact_id)
        connecting.dialing(session, scene.call_id, leg.id)
    ringing = sid()
    scene.phones.live["+16615550170"] = [ringing]
    scene.does()
    assert scene.asked("dial") == []
    assert scene.leg("law_enforcement").sid == ringing


def test_nobody_is_called_into_a_call_that_has_ended(scene: Scene) -> None:
    with scene.database.transaction() as session:
        service.add_party(session, VAULT, scene.call_id, scene.ann, "661-555-0155", "other")
        connecting.caller_gone(session, scene.call_id)
    scene.does()
    assert scene.asked("dial") == []


def test_a_handed_over_call_goes_on_while_the_first_leg_is_ended(scene: Scene) -> None:
    ben = consulted(scene)
    scene.does()
    assert scene.asked("dial")[0][1] == f"client:{ben.hex}"
    scene.joins("consult")
    first = scene.leg("screener")
    with scene.database.transaction() as session:
        service.hand_over(session, scene.call_id, scene.ann)
    scene.phones.asked.clear()
    scene.does()
    room, caller = scene.call().conference, scene.leg("caller")
    assert ("remove_participant", room, first.sid) in scene.phones.asked
    assert ("end_call", first.sid) in scene.phones.asked
    assert scene.asked("change_participant")[-1][2:5] == (caller.sid, "muted=None", "held=False")
    assert scene.call().state == "talking"


def test_a_caller_handed_on_is_moved_into_the_line(scene: Scene) -> None:
    with scene.database.transaction() as session:
        service.hand_on(session, scene.call_id, scene.ann, language="es")
    scene.does(connect_call)
    assert (
        "redirect_call",
        scene.call().sid,
        f"{scene.base}/voice/connect?language=es",
    ) in scene.phones.asked
    assert "remove_participant" not in scene.phones.names()


def test_a_caller_who_is_taken_before_they_left_the_old_room_is_moved_into_the_new_one(
    scene: Scene, clock: FrozenClock
) -> None:
    clock.advance(timedelta(seconds=1))
    with scene.database.transaction() as session:
        hotline = Hotline(session)
        ben = hotline.screener("ben")
        service.hand_on(session, scene.call_id, scene.ann, to_user_id=ben)
        hotline.accepts(ben)
    scene.does(connect_call)
    leg = scene.leg("screener")
    moved, dialled = scene.phones.asked[-2:]
    assert moved == (
        "redirect_call",
        scene.call().sid,
        f"{scene.base}/voice/connect?language=en&leg={leg.id}",
    )
    assert dialled[:2] == ("dial", f"client:{ben.hex}")


def test_two_workers_never_speak_of_the_same_call_at_once(scene: Scene) -> None:
    with scene.database.transaction() as session:
        service.hold(session, scene.call_id, scene.ann)
    entered, go_on = threading.Event(), threading.Event()
    told = scene.phones.change_participant

    def slow(*arguments: object, **named: object) -> None:
        entered.set()
        assert go_on.wait(10)
        told(*arguments, **named)  # type: ignore[arg-type]

    scene.phones.change_participant = slow  # type: ignore[method-assign]
    workers = [threading.Thread(target=scene.does, kwargs={"attempt": number}) for number in (1, 2)]
    workers[0].start()
    assert entered.wait(10)
    with scene.database.transaction() as session:
        service.unhold(session, scene.call_id, scene.ann)
    workers[1].start()
    go_on.set()
    for worker in workers:
        worker.join(10)
    assert [request[4] for request in scene.asked("change_participant")] == ["held=True", "held=False"]
    assert scene.leg("caller").told["held"] is False


def test_the_phone_company_knows_who_of_all_is_in_the_room(scene: Scene, clock: FrozenClock) -> None:
    with scene.database.transaction() as session:
        for last in ("55", "56"):
            service.add_party(session, VAULT, scene.call_id, scene.ann, f"661-555-01{last}", "other")
    scene.does()
    with scene.database.transaction() as session:
        legs = session.scalars(select(CallLeg).where(CallLeg.kind == "party")).all()
    here, gone = legs
    everybody = [scene.leg("caller"), scene.leg("screener"), here]
    scene.phones.rooms[scene.call().conference or ""] = [leg.sid or "" for leg in everybody]
    scene.phones.statuses[gone.sid or ""] = "no-answer"
    scene.does(check_call)
    with scene.database.transaction() as session:
        assert session.get_one(CallLeg, here.id).state == "in_room"
        assert session.get_one(CallLeg, gone.id).state == "dialing"
    clock.advance(ON_THE_WAY_FOR)
    scene.does(check_call)
    with scene.database.transaction() as session:
        ended = session.get_one(CallLeg, gone.id)
        assert (ended.state, ended.reason) == ("ended", "not_reached")
    assert scene.call().state == "talking"
