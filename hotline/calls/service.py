"""What the doors may do with calls. Every function works in the caller's transaction and never commits.

All of them take the lock of the routing pool before any row, so call them before locking rows of calls or
presences yourself. Changes that free a caller or a screener make the next offers in the same transaction.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from hotline.calls import connecting, control, panel, parties, pool, presence, routing, transfers
from hotline.calls.arrivals import Incoming, choose_lane, choose_language, register_incoming
from hotline.calls.ending import divert
from hotline.calls.models import Call, Offer, Presence
from hotline.calls.panel import Colleague, ControlView, LegView
from hotline.calls.queries import CallView, OfferView, current_call, open_offer
from hotline.calls.routing import route
from hotline.calls.sweeping import sweep, turns

__all__ = [
    "CallView",
    "Colleague",
    "ControlView",
    "Incoming",
    "LegView",
    "OfferView",
    "accept_offer",
    "add_interpreter",
    "add_law_enforcement",
    "add_party",
    "choose_lane",
    "choose_language",
    "colleagues",
    "consult",
    "control_view",
    "current_call",
    "decline_offer",
    "divert_call",
    "end_consult",
    "finish",
    "finish_for",
    "hand_on",
    "hand_over",
    "hang_up",
    "hold",
    "leave_consult",
    "mute",
    "open_offer",
    "presence_of",
    "register_incoming",
    "rejoin",
    "remove_party",
    "retry_party",
    "route",
    "seen",
    "set_auto_available",
    "set_available",
    "set_away",
    "set_offline",
    "set_telephone",
    "softphone_is",
    "sweep",
    "turns",
    "unhold",
    "unmute",
]

finish = connecting.finish
finish_for = connecting.finish_for
rejoin = connecting.rejoin
hold = control.hold
unhold = control.unhold
mute = control.mute
unmute = control.unmute
control_view = panel.control_view
colleagues = panel.colleagues
add_interpreter = parties.add_interpreter
add_law_enforcement = parties.add_law_enforcement
add_party = parties.add_party
remove_party = parties.remove_party
retry_party = parties.retry
consult = transfers.consult
end_consult = transfers.end_consult
leave_consult = transfers.leave
hand_over = transfers.hand_over
hand_on = transfers.hand_on
seen = presence.seen
set_auto_available = presence.set_auto_available
set_telephone = presence.set_telephone
softphone_is = presence.softphone_is


def set_available(session: Session, user_id: UUID) -> list[Offer]:
    """The person takes calls from now on; the offers made at once. Raises Conflict with an unfinished call."""
    presence.come(session, user_id)
    session.flush()
    return route(session)


def set_away(session: Session, user_id: UUID, reason: str, *, by: UUID | None = None) -> None:
    """The person takes a break with a reason of `states.BREAKS`; an open offer goes to the next.

    `by`: who does it on their behalf. Raises Conflict during a call, InvalidInput for an unknown reason.
    """
    _stop(session, user_id, "go_away", reason, by)


def set_offline(session: Session, user_id: UUID) -> None:
    """The person signs off; an open offer goes to the next. Raises Conflict during a call."""
    _stop(session, user_id, "leave", "signed_off")


def _stop(session: Session, user_id: UUID, event: str, reason: str, by: UUID | None = None) -> None:
    pool.enter(session)
    offer = routing.open_offer_to(session, user_id)
    presence.go(session, user_id, event, reason, by)
    if offer is not None:
        routing.close_offer(session, offer, "declined", reason)
    session.flush()
    route(session)


def presence_of(session: Session, user_id: UUID) -> Presence:
    """The person's presence; `offline` when they never took calls."""
    return presence.of(session, user_id)


def accept_offer(session: Session, offer_id: UUID, user_id: UUID) -> Call:
    """The screener takes the call, or comes into a colleague's (a consult); exactly one wins.

    Raises Conflict when it is no longer theirs, or NotFound.
    """
    pool.enter(session)
    offer = session.get(Offer, offer_id, populate_existing=True)
    if offer is not None and offer.kind == "consult":
        return transfers.accept(session, offer_id, user_id)
    return routing.accept(session, offer_id, user_id)


def decline_offer(session: Session, offer_id: UUID, user_id: UUID, reason: str) -> None:
    """The screener does not take the call; it is offered to the next at once. Harmless when it is closed."""
    routing.decline(session, offer_id, user_id, reason)


def hang_up(session: Session, call_id: UUID, user_id: UUID) -> None:
    """The screener ends the talk (before it began: gives the caller back to the line); a colleague who was asked
    in leaves it.

    Twice is harmless. Raises NotFound when it is not their call.
    """
    if not transfers.leave(session, call_id, user_id):
        connecting.hang_up(session, call_id, user_id)


def divert_call(session: Session, call_id: UUID, *, at: datetime | None = None) -> None:
    """The caller was served at a backup number; the call ended at `at` (now unless given)."""
    divert(session, pool.locked_call(session, call_id), at=at)
    route(session)
