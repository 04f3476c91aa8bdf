"""A person's browser calls our application: it is put through to the call that waits for that person."""

from __future__ import annotations

from sqlalchemy.orm import Session

from hotline.accounts.models import User
from hotline.base.ids import parse_id
from hotline.base.logging import get_logger
from hotline.calls import connecting, control, pool
from hotline.calls.models import CallLeg
from hotline.telephony.addresses import identity_of
from hotline.telephony.softphone import identity
from ivr.desk import Desk
from ivr.events import CallEvent
from ivr.twiml.connect import hang_up, screener_room

_log = get_logger("softphone")


def softphone(desk: Desk, session: Session, event: CallEvent) -> str:
    """Into the room for the leg that the browser names, if that leg is this person's and waits for them.

    The phone company vouches for the identity, and for nothing else that a browser says. A leg that is already
    dialled is left alone: the browser rings. Whoever has no call is hung up.
    """
    leg = _leg_of(session, event)
    call = pool.locked_call(session, leg.call_id) if leg is not None else None
    if leg is None or call is None:
        _log.info("softphone_without_call")
        return hang_up()
    session.refresh(leg)
    awaited = leg.state == "wanted" or (leg.sid == event.call_sid and leg.state not in control.OVER)
    if not awaited or call.ended_at is not None or call.conference is None:
        _log.info("softphone_not_awaited", leg=str(leg.id), state=leg.state)
        return hang_up()
    connecting.leg_progress(session, call.id, leg.id, "answer", event.call_sid)
    return screener_room(desk.links, call.language, leg.id, call.conference)


def _leg_of(session: Session, event: CallEvent) -> CallLeg | None:
    """The leg that the browser names; None unless it belongs to the person whose browser it is."""
    caller = identity_of(event.form.get("From", ""))
    leg = session.get(CallLeg, parse_id(event.form["leg"])) if caller and "leg" in event.form else None
    if leg is None or leg.user_id is None or leg.kind not in control.COLLEAGUES:
        return None
    user = session.get_one(User, leg.user_id)
    return leg if identity(user.id, user.phone_address) == caller else None
