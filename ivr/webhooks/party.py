"""People from outside in a caller's room: interpreter, law enforcement, any other number."""

from __future__ import annotations

from sqlalchemy.orm import Session

from hotline.calls import connecting
from hotline.calls.control import EXTERNAL
from hotline.calls.models import Call
from ivr.desk import Desk
from ivr.events import CallEvent
from ivr.twiml.connect import hang_up
from ivr.twiml.party import party_room
from ivr.webhooks.screener import leg_of, unwanted


def party(desk: Desk, session: Session, event: CallEvent) -> str:
    """The telephone was answered: into the room at once. A leg that nobody wants any more is hung up."""
    leg = leg_of(session, event, EXTERNAL)
    if leg is None:
        return hang_up()
    connecting.leg_progress(session, leg.call_id, leg.id, "answer", event.call_sid)
    call = session.get_one(Call, leg.call_id)
    if unwanted(leg, call) or call.conference is None:
        return hang_up()
    return party_room(desk.prompts, desk.links, leg.id, call.conference)


def party_over(desk: Desk, session: Session, event: CallEvent) -> str:
    """They are out of the room and have no other place to be."""
    leg = leg_of(session, event, EXTERNAL)
    if leg is not None:
        connecting.leave(session, leg.call_id, leg.id)
    return hang_up()
