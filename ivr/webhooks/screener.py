"""The leg of a screener, or of a colleague who was asked in: into the room, and out of it."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy.orm import Session

from hotline.base.ids import parse_id
from hotline.calls import connecting
from hotline.calls.control import COLLEAGUES, OVER
from hotline.calls.models import Call, CallLeg
from hotline.telephony.addresses import identity_of
from ivr.desk import Desk
from ivr.events import CallEvent
from ivr.twiml.connect import ask_screener, hang_up, screener_room


def screener(desk: Desk, session: Session, event: CallEvent) -> str:
    """A screener's or colleague's telephone was answered. A leg that nobody wants any more is hung up."""
    leg = leg_of(session, event)
    if leg is None:
        return hang_up()
    connecting.leg_progress(session, leg.call_id, leg.id, "answer", event.call_sid)
    call = session.get_one(Call, leg.call_id)
    if unwanted(leg, call) or call.conference is None:
        return hang_up()
    if may_join(leg.address or "", event):
        return screener_room(desk.links, call.language, leg.id, call.conference)
    if "asked" in event.query:
        return hang_up()
    return ask_screener(desk.prompts, desk.links, "en", leg.id, event.query.get("room"))


def screener_over(desk: Desk, session: Session, event: CallEvent) -> str:
    """The screener's leg is out of the room and has no other place to be."""
    leg = leg_of(session, event)
    if leg is not None:
        connecting.leave(session, leg.call_id, leg.id)
    return hang_up()


def may_join(address: str, event: CallEvent) -> bool:
    """A browser was answered by its owner; on any other telephone somebody must have pressed 1."""
    return identity_of(address) is not None or event.digits == "1"


def leg_of(session: Session, event: CallEvent, kinds: Collection[str] = COLLEAGUES) -> CallLeg | None:
    """The leg that the request names, as it stands now; None for one of another kind."""
    if "leg" not in event.query:
        return None
    leg = session.get(CallLeg, parse_id(event.query["leg"]), populate_existing=True)
    return leg if leg is not None and leg.kind in kinds else None


def unwanted(leg: CallLeg, call: Call) -> bool:
    """Whether nobody waits for a leg (any more) that was answered."""
    return leg.state in OVER or call.conference is None or call.ended_at is not None
