"""What the doors may do with calls. Every function works in the caller's transaction and never commits.

All of them take the lock of the routing pool before any row, so call them before locking rows of calls or
presences yourself. Changes that free a caller or a screener make the next offers in the same transaction.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from hotline.calls import connecting, pool, presence, routing
from hotline.calls.arrivals import Incoming, choose_lane, choose_language, register_incoming
from hotline.calls.ending import divert
from hotline.calls.models import Call, Offer, Presence
from hotline.calls.queries import CallView, OfferView, current_call, open_offer
from hotline.calls.routing import route
from hotline.calls.sweeping import sweep

__all__ = [
    "CallView",
    "Incoming",
    "OfferView",
    "accept_offer",
    "choose_lane",
    "choose_language",
    "current_call",
    "decline_offer",
    "divert_call",
    "finish",
    "finish_for",
    "hang_up",
    "open_offer",
    "presence_of",
    "register_incoming",
    "route",
    "seen",
    "set_auto_available",
    "set_available",
    "set_away",
    "set_offline",
    "set_telephone",
    "sweep",
]

finish = connecting.finish
finish_for = connecting.finish_for
hang_up = connecting.hang_up
seen = presence.seen
set_auto_available = presence.set_auto_available
set_telephone = presence.set_telephone


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
    """The screener takes the call; exactly one wins. Raises Conflict when it is no longer theirs, or NotFound."""
    return routing.accept(session, offer_id, user_id)


def decline_offer(session: Session, offer_id: UUID, user_id: UUID, reason: str) -> None:
    """The screener does not take the call; it is offered to the next at once. Harmless when it is closed."""
    routing.decline(session, offer_id, user_id, reason)


def divert_call(session: Session, call_id: UUID, *, at: datetime | None = None) -> None:
    """The caller was served at a backup number; the call ended at `at` (now unless given)."""
    divert(session, pool.locked_call(session, call_id), at=at)
    route(session)
