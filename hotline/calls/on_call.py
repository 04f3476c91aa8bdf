"""The people on call, telephoned one after the other until somebody presses 1.

Each attempt is a leg of kind `on_call`, so that who was called, when, and what came of it stands in the call's own
record. One person of a call's ladder rings at a time, and one person is rung for one call at a time. Whoever
presses 1 becomes the screener, and the leg the screener's.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy import Text, cast, exists, select
from sqlalchemy.orm import Session

from hotline.accounts.models import User
from hotline.audit.record import Actor, record
from hotline.base import clock, outbox
from hotline.base.errors import Conflict
from hotline.base.ids import new_id
from hotline.calls import control, pool, presence
from hotline.calls.ending import close_leg
from hotline.calls.models import Call, CallLeg
from hotline.calls.routing import JOIN_WITHIN, bring_together, withdraw_offer_of
from hotline.calls.telling import open_for_supervisors
from hotline.rosters import service as rosters
from hotline.worklist.models import WorklistItem

RING_SECONDS = 20
ANSWER_WITHIN = timedelta(seconds=50)
"""Ringing, the phone company's own delay and the time to listen and press 1. After that news must have been lost."""

UNANSWERED = "on_call_unanswered"
LOOK_WITHIN = timedelta(minutes=15)
_BUSY = ("offered", "on_call")


@dataclass(frozen=True)
class Turn:
    """What comes next on a call's ladder: a leg to dial, or a person to wait for who rings for another caller."""

    leg: CallLeg | None = None
    wait: bool = False


class Ladders:
    """The present rounds of some calls, read at once: who was telephoned, and who is still to be."""

    def __init__(self, session: Session, calls: Sequence[Call]) -> None:
        self._session = session
        self._people: dict[str, Sequence[UUID]] = {}
        self._legs: dict[UUID, list[CallLeg]] = {call.id: [] for call in calls}
        rows = select(CallLeg).where(
            CallLeg.call_id.in_(self._legs), CallLeg.kind.in_(["on_call", "screener"])
        )
        rows = rows.order_by(CallLeg.created_at, CallLeg.id).execution_options(populate_existing=True)
        for leg in session.scalars(rows):
            self._legs[leg.call_id].append(leg)

    def attempts(self, call: Call) -> list[CallLeg]:
        """The legs of the present round, oldest first; without the one of a person who took the call."""
        return [
            leg
            for leg in self._legs[call.id]
            if leg.kind == "on_call" and (call.overflow_at is None or leg.created_at >= call.overflow_at)
        ]

    def live(self, call: Call) -> CallLeg | None:
        """The attempt that goes on."""
        return next((leg for leg in self.attempts(call) if leg.state not in control.OVER), None)

    def untried(self, call: Call) -> Sequence[UUID]:
        """Who of the people on call now was not telephoned in this round, in order."""
        if call.jurisdiction not in self._people:
            team = rosters.on_call(call.jurisdiction)
            self._people[call.jurisdiction] = rosters.ladder(self._session, team)
        tried = {leg.user_id for leg in self.attempts(call)}
        return [user_id for user_id in self._people[call.jurisdiction] if user_id not in tried]

    def is_over(self, call: Call) -> bool:
        """Whether nobody is being telephoned for the call and nobody is left to be."""
        return self.live(call) is None and not self.untried(call)

    def lost_screener(self, call: Call) -> bool:
        """Whether somebody had taken the call since the round began, and was lost."""
        return any(
            leg.kind == "screener"
            and leg.left_at is not None
            and call.overflow_at is not None
            and leg.left_at > call.overflow_at
            for leg in self._legs[call.id]
        )


def begin(session: Session, call: Call) -> None:
    """Start a round of the ladder for a call that was led on to it (`overflow_at` is the round's beginning)."""
    outbox.enqueue(session, "ring_on_call", call.id, key=f"ring_on_call:{call.id}:{call.version}")


def turn(session: Session, call_id: UUID) -> Turn:
    """The next leg of the call's ladder, made when there is none. Enters the pool. Raises NotFound.

    Nothing when the caller waits no longer, or when everybody was tried.
    """
    call = pool.locked_call(session, call_id)
    if call.state != "waiting" or call.overflow_at is None:
        return Turn()
    ladders = Ladders(session, [call])
    live = ladders.live(call)
    if live is not None:
        return Turn(leg=live)
    rung_elsewhere = False
    for user_id in ladders.untried(call):
        user = session.get_one(User, user_id)
        if presence.of(session, user_id).state in _BUSY:
            _attempt(session, call, user, "busy_with_caller")
        elif user.desk_number is None and user.phone_address is None:
            _attempt(session, call, user, "no_number")
        elif _rings(session, user_id):
            rung_elsewhere = True
        else:
            return Turn(leg=_attempt(session, call, user))
    return Turn(wait=rung_elsewhere)


def progress(session: Session, call_id: UUID, leg_id: UUID, event: str, sid: str | None, reason: str) -> None:
    """The phone company told how an on-call leg gets on: `dial`, `ring`, `answer`, or `end` with its reason.

    At the end of one the next is called. Twice or late is harmless. Raises NotFound.
    """
    call, leg = _locked(session, call_id, leg_id)
    if sid is not None and leg.sid is None:
        leg.sid = sid
    if not pool.move_leg(leg, event) or event != "end":
        session.flush()
        return
    leg.left_at, leg.reason = clock.now(), leg.reason or reason
    session.flush()
    _go_on(session, call, leg)


def refuse(session: Session, call_id: UUID, leg_id: UUID, reason: str) -> None:
    """The person answered and did not press 1, or the phone company will not dial: the next is called at once."""
    call, leg = _locked(session, call_id, leg_id)
    if leg.kind == "on_call" and leg.state not in control.OVER:
        _drop(session, call, leg, reason)
        _go_on(session, call, leg)


def accept(session: Session, call_id: UUID, leg_id: UUID) -> Call:
    """The person pressed 1: the caller is theirs. Exactly one wins; a second request of the winner is harmless.

    Raises Conflict when the caller is gone or with somebody else, NotFound.
    """
    call, leg = _locked(session, call_id, leg_id)
    if leg.kind == "screener" and call.screener_id == leg.user_id and leg.state not in control.OVER:
        return call
    person = presence.locked(session, leg.user_id) if leg.user_id is not None else None
    if call.state != "waiting" or leg.kind != "on_call" or leg.state in control.OVER or person is None:
        raise Conflict("The caller is no longer waiting.")
    if not presence.move(person, "take_by_phone"):
        raise Conflict("You have another caller.")
    withdraw_offer_of(session, call, "taken_by_phone")
    pool.move_leg(leg, "answer")
    pool.move_call(call, "accepted")
    leg.kind = "screener"
    bring_together(session, call, leg, JOIN_WITHIN)
    record(session, Actor.user(person.user_id), "call:taken_by_phone", "call", call.id, {"leg": str(leg.id)})
    return call


def look_after(session: Session, call: Call, ladders: Ladders) -> None:
    """For the sweep: end a leg whose news was lost, and begin again for a caller who lost an on-call screener."""
    live = ladders.live(call)
    if live is not None and clock.now() - live.created_at > ANSWER_WITHIN:
        _drop(session, call, live, "no_news")
        _go_on(session, call, live)
    if ladders.lost_screener(call):
        call.overflow_at = clock.now()
        pool.touch(call)
        begin(session, call)


def end_needless(session: Session) -> None:
    """Hang up on people on call who ring for a caller that is gone or with somebody else."""
    needless = (
        select(CallLeg)
        .join(Call, Call.id == CallLeg.call_id)
        .where(CallLeg.kind == "on_call", CallLeg.state.not_in(control.OVER), Call.state != "waiting")
        .execution_options(populate_existing=True)
    )
    for leg in session.scalars(needless).all():
        _drop(session, session.get_one(Call, leg.call_id), leg, "no_longer_needed")


def alarm(session: Session, call: Call, ladders: Ladders) -> None:
    """Tell the supervisors, once per call, that nobody on call took it. A caller without anybody is an alarm."""
    told = exists().where(WorklistItem.kind == UNANSWERED, WorklistItem.subject_id == cast(call.id, Text))
    if session.scalar(select(told)):
        return
    tried = len(ladders.attempts(call))
    open_for_supervisors(
        session,
        kind="on_call_unanswered",
        jurisdiction=call.jurisdiction,
        subject_kind="call",
        subject_id=call.id,
        reason=UNANSWERED if tried else "on_call_empty",
        due_in=LOOK_WITHIN,
        detail={"lane": call.lane, "language": call.language, "tried": tried},
    )


def _go_on(session: Session, call: Call, leg: CallLeg) -> None:
    if call.state == "waiting":
        outbox.enqueue(session, "ring_on_call", call.id, key=f"ring_on_call:after:{leg.id}")


def _attempt(session: Session, call: Call, user: User, reason: str | None = None) -> CallLeg:
    """A leg to be dialled, or with `reason` the record of a person who can't be."""
    now = clock.now()
    leg = CallLeg(
        id=new_id(),
        call_id=call.id,
        kind="on_call",
        user_id=user.id,
        address=user.desk_number or user.phone_address,
        state="wanted" if reason is None else "ended",
        created_at=now,
        left_at=None if reason is None else now,
        reason=reason,
    )
    session.add(leg)
    pool.touch(call)
    session.flush()
    return leg


def _drop(session: Session, call: Call, leg: CallLeg, reason: str) -> None:
    leg.reason = reason
    if close_leg(session, leg, reason):
        outbox.enqueue(session, "end_call", call.id, key=f"end_on_call:{leg.id}")
    session.flush()


def _rings(session: Session, user_id: UUID) -> bool:
    live = exists().where(
        CallLeg.kind == "on_call", CallLeg.user_id == user_id, CallLeg.state.not_in(control.OVER)
    )
    return bool(session.scalar(select(live)))


def _locked(session: Session, call_id: UUID, leg_id: UUID) -> tuple[Call, CallLeg]:
    call = pool.locked_call(session, call_id)
    return call, control.leg_of(session, call, leg_id)
