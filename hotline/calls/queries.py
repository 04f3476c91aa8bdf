"""Reading calls: what screens show, and the ledger that must balance."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session

from hotline.accounts.models import User
from hotline.base import clock
from hotline.calls import control, flags, presence, routing
from hotline.calls.models import Call, CallLeg, Offer
from hotline.calls.queueing import in_order

MASK = "••• ••• ••••"
"""Shown for a number that we hold. Even its last digits would tell who called."""


@dataclass(frozen=True)
class OfferView:
    """An offer as the console shows it. Times are UTC, `waited_seconds` whole seconds since the caller waits."""

    offer_id: UUID
    call_id: UUID
    language: str
    lane: str
    waited_seconds: int
    offered_at: datetime
    expires_at: datetime
    caller_kind: str
    caller_masked: str
    """Empty when no number came with the call."""
    previous_calls: int
    flags: tuple[str, ...]
    """What supervisors noted of calls from this number: kinds of `states.FLAGS`."""
    returned: bool
    """The caller was cut off from another screener."""
    reason: str | None
    kind: str = "call"
    """`call`, or `consult`: a colleague asks this person into a live call."""
    from_name: str | None = None
    """Which colleague, for a consult."""
    direction: str = "inbound"
    """As `Call.direction`: whether the caller waits on the line, or is to be called back."""


@dataclass(frozen=True)
class CallView:
    """A screener's own call as the console shows it, during the talk and until it is finished."""

    call_id: UUID
    state: str
    language: str
    lane: str
    received_at: datetime
    connected_at: datetime | None
    ended_at: datetime | None
    ended_stage: str | None
    caller_kind: str
    caller_masked: str
    previous_calls: int
    flags: tuple[str, ...]
    screener_leg: str | None
    """State of the screener's own leg, by `states.LEG`."""
    jurisdiction: str
    disposition: str | None
    version: int
    direction: str = "inbound"
    """As `Call.direction`: whether somebody called us, or we call."""


@dataclass(frozen=True)
class Ledger:
    """Calls received in a span of time, by what became of them."""

    offered: int
    answered: int
    abandoned: int
    diverted: int
    open: int

    @property
    def balances(self) -> bool:
        """Whether every call is accounted for exactly once."""
        return self.offered == self.answered + self.abandoned + self.diverted + self.open


def open_offer(session: Session, user_id: UUID) -> OfferView | None:
    """The offer that this screener may accept now, or None."""
    offer = routing.open_offer_to(session, user_id)
    if offer is None:
        return None
    call = session.get_one(Call, offer.call_id)
    waited = clock.now() - (call.queued_at or call.received_at)
    return OfferView(
        offer_id=offer.id,
        call_id=call.id,
        language=call.language,
        lane=call.lane or "general",
        waited_seconds=int(waited.total_seconds()),
        offered_at=offer.offered_at,
        expires_at=offer.expires_at,
        caller_kind=call.caller_kind,
        caller_masked=masked(call),
        previous_calls=previous_calls(session, call),
        flags=tuple(flag.kind for flag in flags.of_call(session, call)),
        returned=call.returned_to_front,
        reason=offer.reason,
        kind=offer.kind,
        from_name=session.get_one(User, offer.from_id).name if offer.from_id is not None else None,
        direction=call.direction,
    )


def current_call(session: Session, user_id: UUID) -> CallView | None:
    """The call that this person has: the live one, theirs or one that they were asked into, else the oldest that
    still needs its disposition."""
    live = session.scalar(select(Call).where(Call.screener_id == user_id, Call.ended_at.is_(None)))
    call = live or _asked_in(session, user_id) or presence.unfinished(session, user_id)
    return None if call is None else _view(session, call)


def _asked_in(session: Session, user_id: UUID) -> Call | None:
    """The live call into which a colleague asked this person."""
    return session.scalar(
        select(Call)
        .join(CallLeg, CallLeg.call_id == Call.id)
        .where(
            CallLeg.user_id == user_id,
            CallLeg.kind == "consult",
            CallLeg.state.not_in(control.OVER),
            Call.ended_at.is_(None),
        )
        .limit(1)
    )


def _view(session: Session, call: Call) -> CallView:
    leg_state = session.scalar(
        select(CallLeg.state)
        .where(CallLeg.call_id == call.id, CallLeg.kind == "screener", CallLeg.user_id == call.screener_id)
        .order_by(CallLeg.created_at.desc(), CallLeg.id)
        .limit(1)
    )
    return CallView(
        call_id=call.id,
        state=call.state,
        language=call.language,
        lane=call.lane or "general",
        received_at=call.received_at,
        connected_at=call.connected_at,
        ended_at=call.ended_at,
        ended_stage=call.ended_stage,
        caller_kind=call.caller_kind,
        caller_masked=masked(call),
        previous_calls=previous_calls(session, call),
        flags=tuple(flag.kind for flag in flags.of_call(session, call)),
        screener_leg=leg_state,
        jurisdiction=call.jurisdiction,
        disposition=call.disposition,
        version=call.version,
        direction=call.direction,
    )


def masked(call: Call) -> str:
    """What may be shown of the caller's number: that there is one."""
    return MASK if call.caller_hash is not None else ""


def previous_calls(session: Session, call: Call) -> int:
    """How many calls came from the same number before; 0 for a withheld or malformed one."""
    if call.caller_hash is None:
        return 0
    earlier = select(func.count()).where(
        Call.caller_hash == call.caller_hash, Call.received_at < call.received_at
    )
    return session.scalar(earlier) or 0


def position(session: Session, call: Call) -> int:
    """The caller's place among those who wait for the same language, from 1; 1 also for one who does not wait."""
    line = in_order(caller for caller in routing.waiting(session) if caller.language == call.language)
    return next((place for place, caller in enumerate(line, 1) if caller.call_id == call.id), 1)


def offers_of(session: Session, call_id: UUID) -> list[Offer]:
    """Every offer of a call, oldest first: who was asked, why, and what came of it."""
    return list(
        session.scalars(select(Offer).where(Offer.call_id == call_id).order_by(Offer.offered_at, Offer.id))
    )


def ledger(session: Session, since: datetime, until: datetime) -> Ledger:
    """Count the callers' calls received from `since` to before `until`; calls that we placed are not among them.

    `offered` is a count of its own, and an ended call counts only by its outcome: one that ended without an
    outcome, or has one while it is open, makes the ledger not balance.
    """

    def closed_as(outcome: str) -> ColumnElement[bool]:
        return and_(Call.ended_at.is_not(None), Call.outcome == outcome)

    still_open = and_(Call.ended_at.is_(None), Call.outcome.is_(None), Call.state != "ended")
    row = session.execute(
        select(
            func.count(),
            func.count().filter(closed_as("answered")),
            func.count().filter(closed_as("abandoned")),
            func.count().filter(closed_as("diverted")),
            func.count().filter(still_open),
        )
        .select_from(Call)
        .where(Call.direction == "inbound", Call.received_at >= since, Call.received_at < until)
    ).one()
    return Ledger(*row)


def unaccounted(session: Session, since: datetime, until: datetime) -> list[UUID]:
    """Calls that the ledger cannot place; empty when it balances."""
    wrong = or_(
        and_(Call.ended_at.is_not(None), Call.outcome.is_(None)),
        and_(Call.ended_at.is_(None), or_(Call.outcome.is_not(None), Call.state == "ended")),
    )
    return list(
        session.scalars(select(Call.id).where(Call.received_at >= since, Call.received_at < until, wrong))
    )
