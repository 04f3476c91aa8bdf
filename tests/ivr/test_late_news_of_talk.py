"""News of the room that comes after the news of the call's end: the row still tells what happened."""

from __future__ import annotations

from collections.abc import Callable
from itertools import permutations
from uuid import UUID

import pytest
from sqlalchemy import select

from hotline.base.database import Database
from hotline.calls import service
from hotline.calls.models import Call, CallLeg
from hotline.calls.states import room_of
from hotline.worklist.models import WorklistItem
from tests.support.calls import sid
from tests.support.voice import Caller, Voice

OnDuty = Callable[..., UUID]


def accepted(voice: Voice, database: Database, screener: UUID) -> tuple[Caller, CallLeg, str]:
    """A caller and a screener's leg on their way into a room, and the name of the leg at the phone company."""
    caller, leg_sid = Caller(voice), sid()
    caller.waits()
    with database.transaction() as session:
        offer = service.open_offer(session, screener)
        assert offer is not None
        call = service.accept_offer(session, offer.offer_id, screener)
        leg = session.scalars(
            select(CallLeg).where(CallLeg.call_id == call.id, CallLeg.kind == "screener")
        ).one()
    caller.ask("connect", {"language": "en", "leg": str(leg.id)})
    Caller(voice, to=leg.address or "", sid=leg_sid).ask(
        "screener", {"leg": str(leg.id)}, Direction="outbound-api"
    )
    return caller, leg, leg_sid


def joins(caller: Caller, leg: CallLeg, call_sid: str, number: int, conference: str) -> None:
    """The phone company tells that somebody went into the room of `leg`."""
    fields = {"ConferenceSid": conference, "FriendlyName": room_of(leg.id), "CallSid": call_sid}
    fields |= {"StatusCallbackEvent": "participant-join", "SequenceNumber": str(number)}
    caller.event("conference", fields)


@pytest.mark.parametrize("order", list(permutations(("caller", "screener", "end"))))
def test_whoever_met_in_a_room_has_talked_in_whatever_order_it_is_told(
    voice: Voice, database: Database, on_duty: OnDuty, order: tuple[str, ...]
) -> None:
    screener = on_duty("ann", "en")
    caller, leg, leg_sid = accepted(voice, database, screener)
    conference = sid("CF")
    for news in order:
        if news == "end":
            caller.hangs_up()
        elif news == "caller":
            joins(caller, leg, caller.sid, 1, conference)
        else:
            joins(caller, leg, leg_sid, 2, conference)
    with database.transaction() as session:
        call = session.scalars(select(Call)).one()
        assert (call.outcome, call.ended_stage) == ("answered", "talk")
        assert call.connected_at and call.ended_at and call.connected_at <= call.ended_at
        assert session.scalar(select(WorklistItem).where(WorklistItem.closed_at.is_(None))) is None
        assert service.presence_of(session, screener).state == "wrap_up"


def test_two_who_were_in_rooms_of_the_same_name_one_after_the_other_have_not_met(
    voice: Voice, database: Database, on_duty: OnDuty
) -> None:
    caller, leg, leg_sid = accepted(voice, database, on_duty("ann", "en"))
    joins(caller, leg, caller.sid, 1, sid("CF"))
    caller.hangs_up()
    joins(caller, leg, leg_sid, 1, sid("CF"))
    with database.transaction() as session:
        call = session.scalars(select(Call)).one()
        assert (call.outcome, call.ended_stage) == ("abandoned", "ring")
        assert session.scalars(select(WorklistItem)).one().kind == "abandoned_call"
