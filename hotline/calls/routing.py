"""Offering waiting callers to screeners, one offer per caller and per screener at a time."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from hotline.accounts.models import User
from hotline.audit.record import Actor, record
from hotline.base import clock, outbox
from hotline.base.errors import Conflict, NotFound
from hotline.base.ids import new_id
from hotline.calls import pool, presence
from hotline.calls.models import Call, CallLeg, Offer, Presence
from hotline.calls.queueing import Free, Waiting, pair
from hotline.calls.states import room_of
from hotline.deadlines import service as deadlines
from hotline.worklist import service as worklist

OFFER_TIME = timedelta(seconds=20)
"""How long a screener may look at an offer before it goes to the next."""

JOIN_WITHIN = timedelta(seconds=15)
"""How long caller and screener may take to meet in the room before the caller goes back to the line."""

_NO_LONGER = {
    "withdrawn": "The caller has hung up, or the call went to somebody else.",
    "timed_out": "The time to answer ran out: the call went to the next screener.",
    "declined": "You declined this call.",
    "accepted": "This call has moved on.",
}


def waiting(session: Session) -> list[Waiting]:
    """Every caller in line, with an offer or without."""
    calls = session.scalars(select(Call).where(Call.state == "waiting"))
    return [
        Waiting(
            call_id=call.id,
            language=call.language,
            lane=call.lane or "general",
            queued_at=call.queued_at or call.received_at,
            returned_to_front=call.returned_to_front,
        )
        for call in calls
    ]


def route(session: Session) -> list[Offer]:
    """Offer the next callers to free screeners; the offers made. Enters the pool."""
    pool.enter(session)
    session.flush()
    taken = set(session.scalars(select(Offer.call_id).where(Offer.state == "open")))
    callers = [caller for caller in waiting(session) if caller.call_id not in taken]
    if not callers:
        return []
    refused = session.execute(
        select(Offer.call_id, Offer.screener_id).where(
            Offer.call_id.in_([caller.call_id for caller in callers]),
            Offer.state.in_(["declined", "timed_out"]),
        )
    )
    pairings = pair(callers, _free(session), {(row[0], row[1]) for row in refused})
    return [_offer(session, pairing.call_id, pairing.user_id, pairing.reason) for pairing in pairings]


def _free(session: Session) -> list[Free]:
    rows = session.execute(
        select(Presence.user_id, User.languages, Presence.idle_since)
        .join(User, User.id == Presence.user_id)
        .where(
            Presence.state == "available",
            Presence.seen_at >= clock.now() - presence.SILENT_AFTER,
            User.active,
            ~exists().where(Offer.screener_id == Presence.user_id, Offer.state == "open"),
        )
    )
    return [Free(user_id, frozenset(languages), idle) for user_id, languages, idle in rows]


def _offer(session: Session, call_id: UUID, user_id: UUID, reason: str) -> Offer:
    now = clock.now()
    offer = Offer(
        id=new_id(),
        call_id=call_id,
        screener_id=user_id,
        state="open",
        offered_at=now,
        expires_at=now + OFFER_TIME,
        reason=reason,
    )
    session.add(offer)
    presence.move(presence.locked(session, user_id), "offer")
    pool.touch(pool.locked_call(session, call_id))
    session.flush()
    return offer


def close_offer(session: Session, offer: Offer, state: str, reason: str) -> None:
    """Close an open offer as `state`; `reason` is a code. The presence is the caller's business."""
    offer.state, offer.closed_at, offer.reason = state, clock.now(), reason
    session.flush()


def open_offer_to(session: Session, user_id: UUID) -> Offer | None:
    """The offer that this person is looking at."""
    return session.scalar(select(Offer).where(Offer.screener_id == user_id, Offer.state == "open"))


def withdraw_offer_of(session: Session, call: Call, reason: str) -> None:
    """Take back the open offer of a call; its screener is available again."""
    offer = session.scalar(select(Offer).where(Offer.call_id == call.id, Offer.state == "open"))
    if offer is not None:
        close_offer(session, offer, "withdrawn", reason)
        presence.move(presence.locked(session, offer.screener_id), "withdraw")


def accept(session: Session, offer_id: UUID, user_id: UUID) -> Call:
    """The screener takes the call; accepting twice is harmless. Raises Conflict when it is no longer theirs."""
    pool.enter(session)
    offer = _offer_of(session, offer_id, user_id)
    call = pool.locked_call(session, offer.call_id)
    if offer.state == "accepted" and call.screener_id == user_id and call.ended_at is None:
        return call
    if offer.state != "open":
        raise Conflict(_NO_LONGER[offer.state])
    now = clock.now()
    if now >= offer.expires_at:
        raise Conflict(_NO_LONGER["timed_out"])
    if not pool.move_call(call, "accepted"):
        raise Conflict(_NO_LONGER["withdrawn"])
    close_offer(session, offer, "accepted", "accepted")
    user = session.get_one(User, user_id)
    leg = CallLeg(
        id=new_id(),
        call_id=call.id,
        kind="screener",
        user_id=user_id,
        address=user.phone_address or f"client:{user_id.hex}",
        state="wanted",
        created_at=now,
    )
    session.add(leg)
    session.flush()
    call.screener_id, call.conference = user_id, room_of(leg.id)
    presence.move(presence.locked(session, user_id), "accept")
    deadlines.start(session, "screener_joins", "call_leg", leg.id, now + JOIN_WITHIN, "calls")
    outbox.enqueue(session, "connect_call", call.id, key=f"connect_call:{leg.id}")
    worklist.close_for(session, "caller_waits", call.id, Actor.user(user_id), "accepted")
    record(session, Actor.user(user_id), "call:accepted", "call", call.id, {"offer": str(offer.id)})
    return call


def decline(session: Session, offer_id: UUID, user_id: UUID, reason: str) -> None:
    """The screener does not take the call: it goes to the next. Declining an offer that is closed is harmless."""
    pool.enter(session)
    offer = _offer_of(session, offer_id, user_id)
    if offer.state == "open":
        close_offer(session, offer, "declined", reason)
        presence.move(presence.locked(session, user_id), "decline")
        _count(session, offer)
        record(session, Actor.user(user_id), "offer:declined", "call", offer.call_id, {"reason": reason})
    route(session)


def expire(session: Session) -> int:
    """Close the offers whose time ran out and set their screeners away; how many. Does not route."""
    pool.enter(session)
    late: Sequence[Offer] = session.scalars(
        select(Offer).where(Offer.state == "open", Offer.expires_at <= clock.now()).with_for_update()
    ).all()
    for offer in late:
        close_offer(session, offer, "timed_out", "no_answer")
        presence.move(presence.locked(session, offer.screener_id), "miss", "missed_offer")
        _count(session, offer)
        record(session, Actor.system("sweep"), "offer:timed_out", "call", offer.call_id)
    return len(late)


def _count(session: Session, offer: Offer) -> None:
    pool.touch(pool.locked_call(session, offer.call_id))


def _offer_of(session: Session, offer_id: UUID, user_id: UUID) -> Offer:
    offer = session.scalar(
        select(Offer)
        .where(Offer.id == offer_id, Offer.screener_id == user_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if offer is None:
        raise NotFound("No such offer.")
    return offer
