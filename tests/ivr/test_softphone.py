"""A browser dials in: only its own person's waiting leg lets it into a room."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID
from xml.etree.ElementTree import Element

import pytest
from sqlalchemy import select

from hotline.base.database import Database
from hotline.calls import connecting, service
from hotline.calls.models import CallLeg
from tests.support.calls import sid
from tests.support.voice import Caller, Voice, verbs

OnDuty = Callable[..., UUID]


@pytest.fixture
def ann(on_duty: OnDuty) -> UUID:
    return on_duty("ann", "en", phone_address="client:ann")


@pytest.fixture
def leg_id(voice: Voice, database: Database, ann: UUID) -> UUID:
    """The leg of a call that Ann has just accepted."""
    Caller(voice).waits()
    with database.transaction() as session:
        offer = service.open_offer(session, ann)
        assert offer is not None
        service.accept_offer(session, offer.offer_id, ann)
        return session.scalars(select(CallLeg.id).where(CallLeg.kind == "screener")).one()


def dials_in(
    voice: Voice, leg_id: UUID | str | None, identity: str = "client:ann", call_sid: str | None = None
) -> Element:
    browser = Caller(voice, number=identity, to="", sid=call_sid or sid())
    return browser.ask("softphone", leg=str(leg_id)) if leg_id else browser.ask("softphone")


def leg(database: Database, leg_id: UUID) -> CallLeg:
    with database.transaction() as session:
        found = session.get_one(CallLeg, leg_id)
        session.expunge(found)
        return found


def test_a_browser_is_put_into_the_room_of_the_call_that_its_person_accepted(
    voice: Voice, database: Database, leg_id: UUID
) -> None:
    mine = sid()
    room = dials_in(voice, leg_id, call_sid=mine).find("Dial/Conference")
    assert room is not None and room.text == f"room-{leg_id.hex}"
    assert room.get("endConferenceOnExit") == "false"
    now = leg(database, leg_id)
    assert (now.state, now.sid) == ("answered", mine)
    # Asked again, it is still there: the first answer may have been lost.
    assert verbs(dials_in(voice, leg_id, call_sid=mine)) == ["Dial"]


@pytest.mark.parametrize("who", ["client:bob", "+16615550142", "client:", "anonymous"])
def test_nobody_else_gets_into_it(voice: Voice, database: Database, leg_id: UUID, who: str) -> None:
    assert verbs(dials_in(voice, leg_id, who)) == ["Hangup"]
    assert leg(database, leg_id).state == "wanted"


def test_a_second_browser_of_the_same_person_is_hung_up(voice: Voice, leg_id: UUID) -> None:
    dials_in(voice, leg_id)
    assert verbs(dials_in(voice, leg_id)) == ["Hangup"]


def test_a_leg_that_rings_already_is_left_to_ring(voice: Voice, database: Database, leg_id: UUID) -> None:
    with database.transaction() as session:
        found = session.get_one(CallLeg, leg_id)
        assert connecting.dialing(session, found.call_id, leg_id)
    assert verbs(dials_in(voice, leg_id)) == ["Hangup"]


@pytest.mark.parametrize("named", [None, "11cf7c1c-01e5-4d17-b3b8-cc3391a432b3"])
def test_a_browser_that_names_no_call_is_hung_up(voice: Voice, ann: UUID, named: str | None) -> None:
    assert verbs(dials_in(voice, named)) == ["Hangup"]


def test_a_leg_that_is_no_id_is_refused(voice: Voice) -> None:
    browser = Caller(voice, number="client:ann", to="")
    assert voice.send("/voice/softphone", browser.form(leg="1 or 1=1")).status_code == 400


def test_a_browser_whose_leg_was_lost_comes_back_into_the_same_room(
    voice: Voice, database: Database, ann: UUID, leg_id: UUID
) -> None:
    first = sid()
    room = dials_in(voice, leg_id, call_sid=first).findtext("Dial/Conference")
    with database.transaction() as session:
        call_id = session.get_one(CallLeg, leg_id).call_id
        caller = session.scalars(select(CallLeg.id).where(CallLeg.kind == "caller")).one()
        for one in (caller, leg_id):
            connecting.join(session, call_id, one)
        connecting.leave(session, call_id, leg_id)
        again = connecting.rejoin(session, call_id, ann).id
    assert again != leg_id
    assert dials_in(voice, again).findtext("Dial/Conference") == room
