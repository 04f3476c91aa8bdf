"""A colleague in the call: asked in and consulted, handed the call after an introduction (warm), or without (cold).

A consult is an offer of the kind `consult` to one named colleague. Accepted, it becomes a leg of the kind `consult`
in the same room, and the caller is on hold meanwhile. Handing over makes that leg the screener's; the caller never
leaves the room. Whoever handed a call over has nothing to close: the last screener says what it was about.
"""

from __future__ import annotations

from uuid import UUID

from sqlalchemy.orm import Session

from hotline.accounts.models import User
from hotline.audit.record import Actor, record
from hotline.base import clock, outbox
from hotline.base.errors import Conflict, InvalidInput, NotFound
from hotline.base.ids import new_id
from hotline.calls import control, pool, presence, routing
from hotline.calls.connecting import close_others, take_over
from hotline.calls.ending import close_leg
from hotline.calls.models import Call, CallLeg, Offer, Presence
from hotline.lines.models import Line


def consult(session: Session, call_id: UUID, user_id: UUID, to_user_id: UUID) -> Offer:
    """Ask a colleague into the call; the caller is put on hold.

    Raises NotFound (not their call) and Conflict (nobody talks yet, a colleague is asked already, or the
    colleague is not free).
    """
    call = control.talking_call(session, call_id, user_id)
    if control.consult_is_on(session, call):
        raise Conflict("A colleague is being asked into this call already.")
    colleague = presence.locked(session, to_user_id) if session.get(User, to_user_id) else None
    if colleague is None or to_user_id == user_id or not _is_free(colleague):
        raise Conflict("This colleague is not free at the moment.")
    offer = routing.offer_to(session, call.id, to_user_id, "consult", kind="consult", from_id=user_id)
    pool.caller_leg(session, call.id).held = True
    detail = {"colleague": str(to_user_id)}
    record(session, Actor.user(user_id), "call:consulted", "call", call.id, detail)
    control.steer(session, call)
    return offer


def _is_free(colleague: Presence) -> bool:
    return colleague.state == "available" and colleague.seen_at >= clock.now() - presence.SILENT_AFTER


def accept(session: Session, offer_id: UUID, user_id: UUID) -> Call:
    """The colleague comes into the call; accepting twice is harmless. Raises Conflict when it is too late."""
    pool.enter(session)
    offer = session.get(Offer, offer_id, populate_existing=True)
    if offer is None or offer.screener_id != user_id or offer.kind != "consult":
        raise NotFound("No such offer.")
    call = pool.locked_call(session, offer.call_id)
    if offer.state == "accepted" and control.own_leg(session, call, user_id) is not None:
        return call
    if offer.state != "open" or call.state != "talking" or clock.now() >= offer.expires_at:
        raise Conflict("Your colleague does not need you on this call any more.")
    routing.close_offer(session, offer, "accepted", "accepted")
    user = session.get_one(User, user_id)
    theirs = presence.locked(session, user_id)
    presence.move(theirs, "accept")
    session.add(
        CallLeg(
            id=new_id(),
            call_id=call.id,
            kind="consult",
            user_id=user_id,
            address=routing.address_of(user, theirs),
            state="wanted",
            told={},
            added_by=offer.from_id,
            created_at=clock.now(),
        )
    )
    record(session, Actor.user(user_id), "call:joined_as_colleague", "call", call.id)
    control.steer(session, call)
    return call


def end_consult(session: Session, call_id: UUID, user_id: UUID) -> None:
    """The screener goes on without the colleague, whether they came or not; the caller is taken back from hold.

    Harmless when nobody is consulted. Raises like `consult`.
    """
    call = control.talking_call(session, call_id, user_id)
    if control.consult_is_on(session, call):
        record(session, Actor.user(user_id), "call:consult_ended", "call", call.id)
    _without_colleague(session, call, "consult_ended")
    pool.caller_leg(session, call.id).held = False
    control.steer(session, call)
    routing.route(session)


def leave(session: Session, call_id: UUID, user_id: UUID) -> bool:
    """The consulted colleague goes out of the call; the screener is told. False when they were not in it."""
    call = pool.locked_call(session, call_id)
    leg = control.live(session, call.id, "consult")
    if leg is None or leg.user_id != user_id or call.ended_at is not None:
        return False
    _let_go(session, leg, "colleague_left")
    record(session, Actor.user(user_id), "call:left_as_colleague", "call", call.id)
    control.steer(session, call)
    routing.route(session)
    return True


def hand_over(session: Session, call_id: UUID, user_id: UUID) -> None:
    """The consulted colleague becomes the screener of the call, and the first one is out of it (warm transfer).

    The caller is taken back from hold. Raises NotFound (not their call) and Conflict (the colleague is not there).
    """
    call = control.talking_call(session, call_id, user_id)
    heir = control.live(session, call.id, "consult")
    if heir is None or heir.state != "in_room":
        raise Conflict("Your colleague is not in the call yet.")
    mine = pool.screener_leg(session, call)
    take_over(session, call, heir)
    if mine is not None:
        close_leg(session, mine, "handed_over")
    control.free_colleague(session, user_id)
    detail = {"to": str(heir.user_id), "leg": str(heir.id)}
    record(session, Actor.user(user_id), "call:handed_over", "call", call.id, detail)
    control.steer(session, call)
    routing.route(session)


def hand_on(
    session: Session,
    call_id: UUID,
    user_id: UUID,
    *,
    to_user_id: UUID | None = None,
    team: str | None = None,
    language: str | None = None,
    skill: str | None = None,
) -> None:
    """Put the caller at the front of the line for somebody else (cold transfer): a person, team, language or skill.

    Raises NotFound (not their call), Conflict (nobody talks yet) and InvalidInput (to nobody in particular, to
    oneself, or in a language that the line does not speak).
    """
    call = control.talking_call(session, call_id, user_id)
    _check_aim(session, call, user_id, to_user_id, team, language, skill)
    mine = pool.screener_leg(session, call)
    _without_colleague(session, call, "handed_on")
    pool.move_call(call, "handed_on")
    close_others(session, call, "handed_on")
    call.target_id, call.team, call.skill = to_user_id, team or call.team, skill
    if language is not None:
        call.language, call.language_chosen = language, True
    call.screener_id, call.conference, call.returned_to_front = None, None, True
    control.free_colleague(session, user_id)
    aim = {"person": to_user_id, "team": team, "language": language, "skill": skill}
    detail = {name: str(value) for name, value in aim.items() if value is not None}
    record(session, Actor.user(user_id), "call:handed_on", "call", call.id, detail)
    key = mine.id if mine is not None else call.version
    outbox.enqueue(session, "connect_call", call.id, key=f"hand_on:{call.id}:{key}")
    session.flush()
    routing.route(session)


def _check_aim(
    session: Session,
    call: Call,
    user_id: UUID,
    to_user_id: UUID | None,
    team: str | None,
    language: str | None,
    skill: str | None,
) -> None:
    if not (to_user_id or team or language or skill):
        raise InvalidInput("to", "Choose to whom the call goes.")
    if to_user_id is not None:
        colleague = session.get(User, to_user_id)
        if colleague is None or not colleague.active or to_user_id == user_id:
            raise InvalidInput("to", "Choose a colleague.")
    if language is not None and language not in session.get_one(Line, call.line_id).languages:
        raise InvalidInput("language", "This line does not speak that language.")


def _without_colleague(session: Session, call: Call, reason: str) -> None:
    offer = control.open_consult(session, call.id)
    if offer is not None:
        routing.withdraw_offer_of(session, call, reason)
    leg = control.live(session, call.id, "consult")
    if leg is not None:
        _let_go(session, leg, reason)


def _let_go(session: Session, leg: CallLeg, reason: str) -> None:
    close_leg(session, leg, reason)
    if leg.user_id is not None:
        control.free_colleague(session, leg.user_id)
