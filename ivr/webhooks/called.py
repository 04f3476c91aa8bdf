"""The far end of a call that we place: it was answered, by whomever."""

from __future__ import annotations

from sqlalchemy.orm import Session

from hotline.calls import connecting, pool
from hotline.calls.control import OVER
from hotline.calls.models import Call
from ivr.desk import Desk
from ivr.events import CallEvent
from ivr.twiml.connect import callee_room, hang_up
from ivr.webhooks.screener import leg_of


def called(desk: Desk, session: Session, event: CallEvent) -> str:
    """Into the room of the screener who waits there. Without one the leg ends before anybody has said a word."""
    leg = leg_of(session, event, frozenset({"caller"}))
    if leg is None:
        return hang_up()
    connecting.leg_progress(session, leg.call_id, leg.id, "answer", event.call_sid)
    call = session.get_one(Call, leg.call_id)
    mine = pool.screener_leg(session, call)
    if leg.state in OVER or call.ended_at is not None or call.conference is None:
        return hang_up()
    if mine is None or mine.state in OVER:
        return hang_up()
    connecting.caller_moving(session, call.id)
    return callee_room(desk.links, call.language, call.conference)


def without_database(desk: Desk, event: CallEvent) -> str:
    """Which room the screener waits in stands in the database alone: the leg ends, and is called again later."""
    return hang_up()
