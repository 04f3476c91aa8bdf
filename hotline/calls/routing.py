"""Offering waiting callers to screeners, one offer per caller and per screener at a time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import and_, exists, func, or_, select
from sqlalchemy.orm import Session

from hotline.accounts.models import User
from hotline.audit.record import Actor, record
from hotline.base import clock, outbox
from hotline.base.errors import Conflict, NotFound
from hotline.base.ids import new_id
from hotline.calls import pool, presence
from hotline.calls.models import Call, CallLeg, Offer, Presence
from hotline.calls.queueing import OnDuty, Waiting, pair
from hotline.calls.states import room_of
from hotline.deadlines import service as deadlines
from hotline.lines import teams
from hotline.lines.models import Line, TeamMove
from hotline.telephony import addresses
from hotline.worklist import service as worklist

OFFER_TIME = timedelta(seconds=20)
"""How long a screener may look at an offer before it goes to the next."""

JOIN_WITHIN = timedelta(seconds=15)
"""How long caller and screener may take to meet in the room before the caller goes back to the line."""

JOIN_AT_DESK_WITHIN = timedelta(seconds=35)
"""The same for an ordinary telephone, which has to ring and be answered with a key."""

_NO_LONGER = {
    "withdrawn": "The caller has hung up, or the call went to somebody else.",
    "timed_out": "The time to answer ran out: the call went to the next screener.",
    "declined": "You declined this call.",
    "accepted": "This call has moved on.",
}


def waiting(session: Session) -> list[Waiting]:
    """Every caller in line, with an offer or without."""
    moved = teams.moves(session)
    rows = session.execute(
        select(
            Call.id,
            Call.language,
            Call.lane,
            Call.queued_at,
            Call.received_at,
            Call.waiting_since,
            Call.returned_to_front,
            Call.team,
            Call.overflow_step,
            Call.skill,
            Call.target_id,
            Call.sign_of_life,
            Line.flood_guard_until,
        )
        .join(Line, Line.id == Call.line_id)
        .where(Call.state == "waiting")
    )
    return [
        Waiting(
            call_id=row.id,
            language=row.language,
            lane=row.lane or "general",
            queued_at=row.queued_at or row.received_at,
            returned_to_front=row.returned_to_front,
            waiting_since=row.waiting_since or row.received_at,
            team=team_of(row.team, row.overflow_step, moved),
            skill=row.skill,
            target_id=row.target_id,
            behind=_is_behind(row.sign_of_life, row.returned_to_front, row.flood_guard_until),
        )
        for row in rows
    ]


def team_of(team: str | None, overflow_step: int, moved: Mapping[str, TeamMove]) -> str | None:
    """Whose screeners are asked for a caller of `team` who was led on `overflow_step` times (None: everybody's)."""
    # Who was led on to everybody is no longer in the queue that may have been moved.
    return None if team is None and overflow_step else teams.serving(team, moved)


def is_behind(call: Call, line: Line) -> bool:
    """Whether the caller waits behind the others: no sign of life, on a line that is guarded against a flood."""
    return _is_behind(call.sign_of_life, call.returned_to_front, line.flood_guard_until)


def _is_behind(sign_of_life: bool, returned_to_front: bool, guard_until: datetime | None) -> bool:
    # Who has spoken with a screener is known to be somebody.
    known = sign_of_life or returned_to_front
    return not known and guard_until is not None and guard_until > clock.now()


def route(session: Session) -> list[Offer]:
    """Offer the next callers to free screeners; the offers made. Enters the pool."""
    pool.enter(session)
    session.flush()
    staff = on_duty(session)
    if not any(person.free for person in staff):
        # When most callers wait nobody is free: the whole line is not read for each of them.
        return []
    taken = set(session.scalars(select(Offer.call_id).where(Offer.state == "open")))
    callers = [caller for caller in waiting(session) if caller.call_id not in taken]
    if not callers:
        return []
    refused = _refused(session, [caller.call_id for caller in callers])
    callers = [_asked_first(session, caller, staff, refused) for caller in callers]
    pairings = pair(callers, staff, refused.keys(), now=clock.now())
    return [offer_to(session, pairing.call_id, pairing.user_id, pairing.reason) for pairing in pairings]


def on_duty(session: Session) -> list[OnDuty]:
    """Everybody who takes calls now or is busy with one."""
    heard = Presence.seen_at >= clock.now() - presence.SILENT_AFTER
    rows = session.execute(
        select(
            Presence.user_id,
            Presence.state,
            Presence.idle_since,
            User.languages,
            User.skills,
            User.teams,
            User.roles,
            exists().where(Offer.screener_id == Presence.user_id, Offer.state == "open").label("asked"),
        )
        .join(User, User.id == Presence.user_id)
        .where(
            or_(
                Presence.state.in_(["offered", "on_call", "wrap_up"]),
                and_(Presence.state == "available", heard),
            ),
            User.active,
        )
    )
    return [
        OnDuty(
            user_id=row.user_id,
            languages=frozenset(row.languages),
            idle_since=row.idle_since,
            skills=row.skills,
            teams=frozenset(row.teams),
            last_resort="screener" not in row.roles,
            free=row.state == "available" and not row.asked,
        )
        for row in rows
    ]


def _refused(session: Session, call_ids: Sequence[UUID]) -> dict[tuple[UUID, UUID], datetime]:
    """When which screener was last offered a call that they declined or did not answer, or handed it on."""
    offers = session.execute(
        select(Offer.call_id, Offer.screener_id, func.max(Offer.offered_at))
        .where(Offer.call_id.in_(call_ids), Offer.state.in_(["declined", "timed_out"]), Offer.kind == "call")
        .group_by(Offer.call_id, Offer.screener_id)
    )
    legs = session.execute(
        select(CallLeg.call_id, CallLeg.user_id, CallLeg.created_at).where(
            CallLeg.call_id.in_(call_ids), CallLeg.kind == "screener", CallLeg.reason == "handed_on"
        )
    )
    return {(call_id, user_id): at for call_id, user_id, at in (*offers, *legs)}


def _asked_first(
    session: Session,
    caller: Waiting,
    staff: Sequence[OnDuty],
    refused: Mapping[tuple[UUID, UUID], datetime],
) -> Waiting:
    """The caller, without the wish for one person when that person is not free or has refused meanwhile."""
    if caller.target_id is None:
        return caller
    asked = refused.get((caller.call_id, caller.target_id))
    since = caller.waiting_since or caller.queued_at
    free = any(person.free and person.user_id == caller.target_id for person in staff)
    if free and (asked is None or asked < since):
        return caller
    pool.locked_call(session, caller.call_id).target_id = None
    return replace(caller, target_id=None)


def offer_to(
    session: Session,
    call_id: UUID,
    user_id: UUID,
    reason: str,
    *,
    kind: str = "call",
    from_id: UUID | None = None,
) -> Offer:
    """Show a call to a person who is available; `reason` tells in codes why to them. See `models.Offer`."""
    now = clock.now()
    offer = Offer(
        id=new_id(),
        call_id=call_id,
        screener_id=user_id,
        state="open",
        kind=kind,
        from_id=from_id,
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
    seat(session, call, user_id, "accept")
    record(session, Actor.user(user_id), "call:accepted", "call", call.id, {"offer": str(offer.id)})
    return call


def seat(session: Session, call: Call, user_id: UUID, event: str) -> CallLeg:
    """Give a call that was moved to `connecting` to a screener: their leg is wanted, and the room has a name.

    `event` of `states.PRESENCE` says how they come to it; raises Conflict when they can't now.
    """
    theirs = presence.locked(session, user_id)
    if not presence.move(theirs, event):
        raise Conflict("You can't take a call now. Finish your last call, or come on duty first.")
    leg = CallLeg(
        id=new_id(),
        call_id=call.id,
        kind="screener",
        user_id=user_id,
        address=address_of(session.get_one(User, user_id), theirs),
        state="wanted",
        created_at=clock.now(),
    )
    session.add(leg)
    bring_together(session, call, leg, JOIN_AT_DESK_WITHIN if theirs.telephone == "desk" else JOIN_WITHIN)
    return leg


def bring_together(session: Session, call: Call, leg: CallLeg, within: timedelta) -> None:
    """The call is the leg's person's, who has so long to meet the caller; nobody else need be found for it."""
    session.flush()
    call.screener_id, call.conference, call.target_id = leg.user_id, room_of(leg.id), None
    deadlines.start(session, "screener_joins", "call_leg", leg.id, clock.now() + within, "calls")
    outbox.enqueue(session, "connect_call", call.id, key=f"connect_call:{leg.id}")
    by = Actor.user(leg.user_id) if leg.user_id is not None else Actor.system("calls")
    worklist.close_for(session, "caller_waits", call.id, by, "accepted")


def address_of(user: User, theirs: Presence) -> str:
    """Where the person's next leg rings: their ordinary telephone in `desk` mode, else their usual address."""
    if theirs.telephone == "desk" and user.desk_number is not None:
        return user.desk_number
    return usual_address(user)


def usual_address(user: User) -> str:
    """Where a person is reached who chose nothing else: the address of their account, else their browser."""
    return user.phone_address or addresses.browser(user.id.hex)


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
