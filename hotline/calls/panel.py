"""The panel of a call: who is in it or on the way, and who could be asked in."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from hotline.accounts.models import User
from hotline.base.errors import NotFound
from hotline.calls import control, pool
from hotline.calls.models import Call, CallLeg, Offer, Presence
from hotline.contacts.models import Contact

_COMING = frozenset({"wanted", "dialing", "ringing", "answered", "moving"})
_NEVER_CAME = frozenset({"busy", "no_answer", "failed", "address_refused", "leg_ended", "not_reached"})


@dataclass(frozen=True)
class LegView:
    """A leg as the panel shows it. `name` is a colleague's or a contact's; empty for the caller and a `party`."""

    leg_id: UUID
    kind: str
    name: str
    state: str
    """By `states.LEG`; `ended` only for somebody from outside who did not come."""
    muted: bool
    held: bool
    mode: str | None
    purpose: str | None
    reason: str | None
    """Why somebody did not come: `busy`, `no_answer`, `failed`, `address_refused`."""
    settled: bool
    """Whether the phone company does what is wanted."""
    refused: bool
    """The phone company refused what was wanted of it last."""


@dataclass(frozen=True)
class ControlView:
    """What the console shows of a call's legs, and of a colleague who was asked in by this person.

    `role` is `screener` or `consult`. `consult_state`: `asked`, `coming`, `here`, `declined`, `no_answer`,
    `failed` or `left`; None when nobody was asked since the last transfer.
    """

    call_id: UUID
    role: str
    legs: tuple[LegView, ...]
    caller_held: bool
    self_muted: bool
    consulting: str | None
    consult_state: str | None
    stage: str


@dataclass(frozen=True)
class Colleague:
    """Somebody who takes calls and could be asked; `state` is their presence."""

    user_id: UUID
    name: str
    state: str
    languages: tuple[str, ...]


def control_view(session: Session, call_id: UUID, user_id: UUID) -> ControlView:
    """The panel for the call's screener or a consulted colleague; raises NotFound for anybody else."""
    call = session.get(Call, call_id)
    if call is None or call.ended_at is not None:
        raise NotFound("No such call.")
    own = control.own_leg(session, call, user_id)
    if call.screener_id != user_id and own is None:
        raise NotFound("No such call.")
    caller = pool.find_caller_leg(session, call.id)
    legs = [leg for leg in (caller, *pool.other_legs(session, call.id)) if leg is not None]
    name, state = _consult(session, call)
    return ControlView(
        call_id=call.id,
        role="screener" if call.screener_id == user_id else "consult",
        legs=tuple(_leg_view(session, leg) for leg in _shown(legs)),
        caller_held=caller is not None and caller.held,
        self_muted=own is not None and own.muted,
        consulting=name,
        consult_state=state,
        stage=control.stage_of(session, call),
    )


def colleagues(session: Session, user_id: UUID, jurisdiction: str) -> tuple[Colleague, ...]:
    """Everybody else who takes calls, those who are free first, then by name.

    Screeners belong to no jurisdiction: a call of `jurisdiction` may go to any of them.
    """
    rows = session.execute(
        select(User, Presence.state)
        .join(Presence, Presence.user_id == User.id)
        .where(User.active, User.id != user_id, Presence.state != "offline")
    )
    found = [Colleague(user.id, user.name, state, tuple(user.languages)) for user, state in rows]
    return tuple(sorted(found, key=lambda one: (one.state != "available", one.name, one.user_id)))


def _shown(legs: list[CallLeg]) -> list[CallLeg]:
    """Legs that live, and of those from outside who never came the last attempt."""
    shown: list[CallLeg] = []
    for place, leg in enumerate(legs):
        if leg.state not in control.OVER:
            shown.append(leg)
        elif leg.kind in control.EXTERNAL and leg.joined_at is None and leg.reason in _NEVER_CAME:
            again = any(_same_person(leg, later) for later in legs[place + 1 :])
            shown += [] if again else [leg]
    return shown


def _same_person(one: CallLeg, other: CallLeg) -> bool:
    return (one.contact_id, one.vault_id) == (other.contact_id, other.vault_id)


def _leg_view(session: Session, leg: CallLeg) -> LegView:
    return LegView(
        leg_id=leg.id,
        kind=leg.kind,
        name=_name(session, leg),
        state=leg.state,
        muted=leg.muted,
        held=leg.held,
        mode=leg.mode,
        purpose=leg.purpose,
        reason=leg.reason if leg.state == "ended" else None,
        settled=not control.unsettled(leg),
        refused=bool(leg.told.get("refused")),
    )


def _name(session: Session, leg: CallLeg) -> str:
    if leg.contact_id is not None:
        return session.get_one(Contact, leg.contact_id).name
    return session.get_one(User, leg.user_id).name if leg.user_id is not None else ""


def _consult(session: Session, call: Call) -> tuple[str | None, str | None]:
    """The last colleague whom the present screener asked in, and how far that has come."""
    offer = session.scalar(
        select(Offer)
        .where(Offer.call_id == call.id, Offer.kind == "consult", Offer.from_id == call.screener_id)
        .order_by(Offer.offered_at.desc(), Offer.id)
        .limit(1)
    )
    if offer is None or offer.state == "withdrawn":
        return None, None
    name = session.get_one(User, offer.screener_id).name
    if offer.state != "accepted":
        return name, {"open": "asked", "declined": "declined"}.get(offer.state, "no_answer")
    legs = [leg for leg in pool.legs_of(session, call.id, "consult") if leg.user_id == offer.screener_id]
    if not legs or legs[-1].reason == "consult_ended":
        return None, None
    leg = legs[-1]
    if leg.state in _COMING:
        return name, "coming"
    if leg.state == "in_room":
        return name, "here"
    return name, "left" if leg.joined_at is not None else "failed"
