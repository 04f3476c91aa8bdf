"""What the sweep looks after: calls, offers and screeners whose time has run out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta
from functools import partial

from sqlalchemy import Text, cast, exists, select
from sqlalchemy.orm import Session

from hotline.audit.record import Actor, record
from hotline.base import clock, outbox
from hotline.base.ids import parse_id
from hotline.base.logging import get_logger
from hotline.calls import callee, pool, presence, routing
from hotline.calls.connecting import screener_lost
from hotline.calls.ending import note_abandoned, note_unfinished
from hotline.calls.models import Call, CallLeg, Offer
from hotline.calls.overflow import lead_on
from hotline.calls.telling import open_for_supervisors
from hotline.deadlines import service as deadlines
from hotline.deadlines.models import Deadline
from hotline.worklist.models import WorklistItem

TELL_OF_WAIT_AFTER = timedelta(seconds=60)
"""A caller whom nobody was offered to for so long is told to a supervisor by name."""

CHECK_EVERY = timedelta(minutes=2)
"""How often the phone company is asked whether an open call is still there."""

TOLD_AT_ONCE = 10
"""So many matters are opened in one sweep: callers' own requests wait for it."""

_CHECK_WINDOW = timedelta(seconds=10)
_ASK_AGAIN = timedelta(seconds=5)
_LOOK_BACK = timedelta(days=7)
_log = get_logger("calls")
_SWEEP = Actor.system("sweep")


def sweep(session: Session) -> None:
    """Do whatever is due for calls, then offer what can be offered. Harmless at any moment, any number of times.

    Each part stands in a savepoint of its own: one that fails is logged and stops no other.
    """
    for turn in turns():
        turn(session)


def turns() -> Sequence[Callable[[Session], None]]:
    """The sweep in pieces, each fit for a transaction of its own, so that callers come to the pool in between."""
    return [*(partial(_turn, part) for part in _PARTS), _offer]


def _turn(part: Callable[[Session], None], session: Session) -> None:
    pool.enter(session)
    try:
        with session.begin_nested():
            part(session)
    except Exception as error:
        # Whatever it is, the callers behind it must not wait for it.
        _log.error("sweep_part_failed", part=part.__name__, error=type(error).__name__)


def _offer(session: Session) -> None:
    routing.route(session)


def _expire_offers(session: Session) -> None:
    routing.expire(session)


def _set_silent_away(session: Session) -> None:
    for user_id in presence.silent(session):
        if presence.move(presence.locked(session, user_id), "go_away", "silent"):
            record(session, _SWEEP, "presence:away", "user", user_id, {"reason": "silent"})


def _return_callers(session: Session) -> None:
    for kind in ("screener_joins", "screener_returns"):
        for deadline in deadlines.take_late(session, kind):
            leg = session.get(CallLeg, parse_id(deadline.subject_id), populate_existing=True)
            call = pool.locked_call(session, leg.call_id) if leg is not None else None
            if leg is None or call is None or not _still_theirs(session, call, leg):
                deadlines.call_off(session, kind, "call_leg", deadline.subject_id)
            elif leg.state in ("answered", "in_room") and deadline.level == 0:
                # The leg is up: the news of the meeting may be lost. The phone company knows.
                _ask_first(session, deadline, call)
            else:
                screener_lost(session, call, "not_joined" if kind == "screener_joins" else "left_room")


def _still_theirs(session: Session, call: Call, leg: CallLeg) -> bool:
    current = pool.screener_leg(session, call)
    return call.state in ("connecting", "talking") and current is not None and current.id == leg.id


def _ask_first(session: Session, deadline: Deadline, call: Call) -> None:
    deadline.level, deadline.next_check_at = 1, clock.now() + _ASK_AGAIN
    outbox.enqueue(session, "check_call", call.id, key=f"check_call:{call.id}:{deadline.subject_id}")


def _note_unfinished(session: Session) -> None:
    for deadline in deadlines.take_late(session, "finish_call"):
        call = pool.locked_call(session, parse_id(deadline.subject_id))
        note_unfinished(session, call)
        # From here the worklist item is the clock.
        deadlines.call_off(session, "finish_call", "call", call.id)


def _note_abandoned(session: Session) -> None:
    """Abandoned calls whose item could not be opened, for example while the roster was empty."""
    missing = select(Call).where(
        Call.outcome == "abandoned",
        Call.ended_at > clock.now() - _LOOK_BACK,
        ~exists().where(
            WorklistItem.kind == "abandoned_call", WorklistItem.subject_id == cast(Call.id, Text)
        ),
    )
    for call in session.scalars(missing.order_by(Call.ended_at).limit(TOLD_AT_ONCE)):
        note_abandoned(session, call)


def _tell_of_waits(session: Session) -> None:
    """Callers whom nobody could be offered to: a supervisor is told, once per call."""
    since = clock.now() - TELL_OF_WAIT_AFTER
    lonely = select(Call).where(
        Call.state == "waiting",
        # One who is to be called back does not hang on the line; see `callbacks.service.sweep`.
        Call.direction == "inbound",
        Call.queued_at <= since,
        ~exists().where(Offer.call_id == Call.id, Offer.offered_at > since),
        ~exists().where(WorklistItem.kind == "caller_waits", WorklistItem.subject_id == cast(Call.id, Text)),
    )
    for call in session.scalars(lonely.order_by(Call.queued_at).limit(TOLD_AT_ONCE)):
        open_for_supervisors(
            session,
            kind="caller_waits",
            jurisdiction=call.jurisdiction,
            subject_kind="call",
            subject_id=call.id,
            reason="nobody_free_with_language",
            due_in=timedelta(minutes=5),
            detail={"lane": call.lane, "language": call.language},
        )


def _check_old_calls(session: Session) -> None:
    """News of the end of a call may never come: ask the phone company every two minutes."""
    now = clock.now()
    old = select(Call.id, Call.received_at).where(
        Call.ended_at.is_(None), Call.received_at <= now - CHECK_EVERY
    )
    for call_id, received_at in session.execute(old):
        rounds, beyond = divmod(now - received_at, CHECK_EVERY)
        if beyond < _CHECK_WINDOW:
            outbox.enqueue(session, "check_call", call_id, key=f"check_call:{call_id}:{rounds}")


_PARTS: tuple[Callable[[Session], None], ...] = (
    _expire_offers,
    _set_silent_away,
    _return_callers,
    callee.give_up_late,
    _note_unfinished,
    _note_abandoned,
    lead_on,
    _tell_of_waits,
    _check_old_calls,
)
