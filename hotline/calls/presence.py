"""Whether screeners can be offered calls: they come, go away, and fall silent."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from hotline.accounts.models import User
from hotline.audit.record import Actor, record
from hotline.base import clock
from hotline.base.errors import Conflict, InvalidInput
from hotline.calls import pool
from hotline.calls.models import Call, Presence
from hotline.calls.states import BREAKS, PRESENCE, TELEPHONES

SILENT_AFTER = timedelta(seconds=45)
"""A console that says nothing for so long is not offered calls. A live leg is never touched for it."""


def locked(session: Session, user_id: UUID) -> Presence:
    """The person's presence, kept from others; made as `offline` when there is none yet."""
    now = clock.now()
    session.execute(
        insert(Presence)
        .values(user_id=user_id, state="offline", since=now, idle_since=now, seen_at=now)
        .on_conflict_do_nothing(index_elements=["user_id"])
    )
    return session.scalars(
        select(Presence)
        .where(Presence.user_id == user_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one()


def move(presence: Presence, event: str, reason: str | None = None) -> bool:
    """Move a presence on; False when the event leads nowhere from its state."""
    if not PRESENCE.allows(presence.state, event):
        return False
    before = presence.state
    presence.state = PRESENCE.next(before, event)
    presence.reason = reason
    if presence.state != before:
        presence.since = clock.now()
    if event == "finish" or (event == "come" and before != "available"):
        presence.idle_since = clock.now()
    return True


def come(session: Session, user_id: UUID) -> None:
    """The person takes calls from now on. Raises Conflict during a call or with an unfinished one."""
    pool.enter(session)
    presence = locked(session, user_id)
    if presence.state == "on_call":
        raise Conflict("You are on a call.")
    if presence.state == "wrap_up" or unfinished(session, user_id) is not None:
        raise Conflict("Finish your last call first.")
    if move(presence, "come"):
        record(session, Actor.user(user_id), "presence:available", "user", user_id)
    presence.seen_at = clock.now()


def go(session: Session, user_id: UUID, event: str, reason: str, by: UUID | None = None) -> None:
    """The person takes no calls (`go_away`, `reason` of `states.BREAKS`) or signs off (`leave`).

    `by`: somebody in charge does it for them. Raises Conflict during a call, InvalidInput for an unknown reason.
    """
    if event == "go_away" and reason not in BREAKS:
        raise InvalidInput("reason", "Choose why no calls are taken.")
    presence = locked(session, user_id)
    if presence.state == "on_call":
        raise Conflict("You are on a call. Hang up first, or let the caller finish.")
    if move(presence, event, reason):
        actor = Actor.user(by or user_id)
        record(session, actor, f"presence:{presence.state}", "user", user_id, {"reason": reason})


def finish(session: Session, user_id: UUID) -> None:
    """The person's wrap-up is over: available, or away (`after_call`) for who does not want the next at once."""
    presence = locked(session, user_id)
    if presence.state != "wrap_up":
        return
    if presence.auto_available:
        move(presence, "finish")
    else:
        move(presence, "finish_away", "after_call")


def set_auto_available(session: Session, user_id: UUID, on: bool) -> None:
    """Whether the end of a wrap-up makes the person available."""
    pool.enter(session)
    locked(session, user_id).auto_available = on
    session.flush()


def set_telephone(session: Session, user_id: UUID, mode: str) -> None:
    """How the person's next leg comes about, by `states.TELEPHONES`.

    Raises InvalidInput for another word, and for `desk` while the account has no ordinary telephone.
    """
    if mode not in TELEPHONES:
        raise InvalidInput("telephone", "Choose the telephone on which you take calls.")
    if mode == "desk" and session.get_one(User, user_id).desk_number is None:
        raise InvalidInput(
            "telephone", "Your account has no desk telephone. A supervisor can add its number."
        )
    pool.enter(session)
    locked(session, user_id).telephone = mode
    session.flush()


def softphone_is(session: Session, user_id: UUID, *, up: bool) -> None:
    """The browser tells whether it can dial in. It never overrules somebody who chose the ordinary telephone."""
    pool.enter(session)
    presence = locked(session, user_id)
    if presence.telephone != "desk":
        presence.telephone = "softphone" if up else "ring"
    session.flush()


def seen(session: Session, user_id: UUID) -> None:
    """The person's console has just spoken to us. Takes no lock of the pool: it comes every few seconds."""
    session.execute(update(Presence).where(Presence.user_id == user_id).values(seen_at=clock.now()))


def of(session: Session, user_id: UUID) -> Presence:
    """The person's presence; one that is `offline` and not stored when there is none."""
    now = clock.now()
    return session.get(Presence, user_id) or Presence(
        user_id=user_id, state="offline", reason=None, since=now, idle_since=now, seen_at=now
    )


def unfinished(session: Session, user_id: UUID) -> Call | None:
    """The person's ended call that still needs its disposition, the oldest first."""
    return session.scalar(
        select(Call)
        .where(Call.screener_id == user_id, Call.ended_at.is_not(None), Call.disposition.is_(None))
        .order_by(Call.ended_at)
        .limit(1)
    )


def silent(session: Session) -> list[UUID]:
    """Who is available by the table but has not been heard of for 45 s."""
    return list(
        session.scalars(
            select(Presence.user_id)
            .where(Presence.state == "available", Presence.seen_at < clock.now() - SILENT_AFTER)
            .order_by(Presence.user_id)
        )
    )
