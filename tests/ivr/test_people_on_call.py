"""The people on call, as the phone company asks for them: the question, the key, and whoever does not answer."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import select

from hotline.accounts.models import User
from hotline.base import clock
from hotline.base.database import Database
from hotline.calls import on_call, service
from hotline.calls.models import Call, CallLeg
from hotline.lines.models import Line
from hotline.rosters import service as rosters
from tests.support.calls import add_person
from tests.support.voice import Caller, Voice, spoken, verbs

OLGAS_DESK = "+16615550171"


def the_call(database: Database) -> Call:
    with database.transaction() as session:
        return session.scalars(select(Call)).one()


@pytest.fixture
def olga(database: Database, voice: Voice) -> UUID:
    """Somebody on call, with an ordinary telephone; the office is closed for ever."""
    with database.transaction() as session:
        line = session.scalars(select(Line)).one()
        line.hours, line.overflow = {"mon": []}, ["on_call", "voicemail"]
        user_id = add_person(session, "olga", languages=("en", "es"))
        session.get_one(User, user_id).desk_number = OLGAS_DESK
        rosters.add(session, rosters.on_call("kern"), user_id, 1, clock.now() - timedelta(hours=1))
        return user_id


def rung(database: Database) -> CallLeg:
    """The sweep leads the caller on and the worker dials the next person."""
    with database.transaction() as session:
        service.sweep(session)
        call = session.scalars(select(Call)).one()
        leg = on_call.turn(session, call.id).leg
        assert leg is not None, "nobody is to be called"
        return leg


def test_after_hours_the_caller_hears_that_somebody_is_called(voice: Voice, olga: UUID) -> None:
    caller = Caller(voice)
    caller.waits("0")
    assert "calling the person on duty" in spoken(caller.ask("waiting", QueueTime="0"))


def test_a_person_on_call_presses_one_and_meets_the_caller(
    voice: Voice, database: Database, olga: UUID
) -> None:
    caller = Caller(voice)
    caller.waits("0")
    leg = rung(database)
    desk, query = Caller(voice, to=OLGAS_DESK), {"leg": str(leg.id)}
    desk.ask("on-call-status", query, CallStatus="ringing", Direction="outbound-api")
    asked = desk.ask("on-call", query)
    gather = asked.find("Gather")
    assert gather is not None
    assert "Press 1 to take it" in spoken(asked)
    # Nobody is connected before the key: a voicemail greeting gets no caller.
    assert asked.find("Dial") is None
    assert the_call(database).state == "waiting"
    room = desk.go(gather.get("action") or "", Digits="1").findtext("Dial/Conference")
    call = the_call(database)
    assert (call.state, call.screener_id, call.conference) == ("connecting", olga, room)
    moved = caller.ask("connect", {"language": "en", "leg": str(leg.id)})
    assert moved.findtext("Dial/Conference") == room
    # Their telephone's end is the screener's end: the caller comes back to the front of the line.
    desk.ask("on-call-status", query, CallStatus="completed", Direction="outbound-api")
    call = the_call(database)
    assert (call.state, call.returned_to_front) == ("waiting", True)


@pytest.mark.parametrize(("keys", "reason"), [({}, "no_key_pressed"), ({"Digits": "2"}, "declined")])
def test_without_the_key_the_next_person_is_called(
    voice: Voice, database: Database, olga: UUID, keys: dict[str, str], reason: str
) -> None:
    Caller(voice).waits("0")
    leg = rung(database)
    with database.transaction() as session:
        noah = add_person(session, "noah", phone_address="+16615550172")
        rosters.add(session, rosters.on_call("kern"), noah, 2, clock.now() - timedelta(hours=1))
    desk = Caller(voice, to=OLGAS_DESK)
    asked = desk.ask("on-call", {"leg": str(leg.id)})
    assert verbs(desk.go(asked.findtext("Redirect") or "", **keys)) == ["Hangup"]
    following = rung(database)
    assert (following.user_id, following.address) == (noah, "+16615550172")
    with database.transaction() as session:
        assert session.get_one(CallLeg, leg.id).reason == reason


@pytest.mark.parametrize(
    ("status", "reason"), [("no-answer", "no_answer"), ("busy", "busy"), ("failed", "failed")]
)
def test_a_telephone_that_nobody_answers_is_written_down(
    voice: Voice, database: Database, olga: UUID, status: str, reason: str
) -> None:
    Caller(voice).waits("0")
    leg = rung(database)
    desk = Caller(voice, to=OLGAS_DESK)
    for _ in range(2):
        desk.ask("on-call-status", {"leg": str(leg.id)}, CallStatus=status, Direction="outbound-api")
    with database.transaction() as session:
        row = session.get_one(CallLeg, leg.id)
        assert (row.state, row.reason) == ("ended", reason)
        service.sweep(session)
    assert the_call(database).state == "voicemail"


def test_a_caller_who_hangs_up_while_the_whisper_plays_gets_nobody_connected(
    voice: Voice, database: Database, olga: UUID
) -> None:
    # Trap 2: the key comes after the caller is gone.
    caller = Caller(voice)
    caller.waits("0")
    leg = rung(database)
    desk = Caller(voice, to=OLGAS_DESK)
    gather = desk.ask("on-call", {"leg": str(leg.id)}).find("Gather")
    caller.hangs_up()
    assert gather is not None
    late = desk.go(gather.get("action") or "", Digits="1")
    assert verbs(late) == ["Say", "Hangup"]
    assert "no longer waiting" in spoken(late)
    call = the_call(database)
    assert (call.state, call.outcome, call.screener_id) == ("ended", "abandoned", None)


def test_an_on_call_leg_that_nobody_knows_is_hung_up(voice: Voice) -> None:
    nobody = {"leg": "00000000-0000-4000-8000-000000000000"}
    assert verbs(Caller(voice).ask("on-call", nobody)) == ["Hangup"]
    assert verbs(Caller(voice).ask("on-call")) == ["Hangup"]
    assert verbs(Caller(voice).ask("on-call-status", nobody)) == []
