"""Calls, their legs and events, offers to screeners and the screeners' presence."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from hotline.base import live
from hotline.base.database import Base
from hotline.contacts.models import Contact


class Call(Base):
    """One ring of a caller, from the first webhook to its lawful end. `state` moves by `calls.states.CALL`."""

    __tablename__ = "calls"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    sid: Mapped[str | None] = mapped_column(unique=True)
    """The phone company's name of the caller's own leg; the call keeps it through every transfer.

    None until the phone company has taken a call that we place.
    """
    direction: Mapped[str] = mapped_column(default="inbound", server_default=text("'inbound'"))
    """`inbound`, `callback` (we call a caller back) or `outbound` (a screener calls somebody as the hotline)."""
    origin_id: Mapped[UUID | None] = mapped_column(ForeignKey("calls.id"))
    """The inbound call that a callback answers."""
    purpose: Mapped[str | None]
    """Code of the reason for an outbound call."""
    line_id: Mapped[UUID] = mapped_column(ForeignKey("lines.id"))
    jurisdiction: Mapped[str]
    state: Mapped[str]
    language: Mapped[str]
    language_chosen: Mapped[bool] = mapped_column(default=False)
    """False while the language is only the line's first: the caller did not choose."""
    lane: Mapped[str | None]
    """The caller's menu choice: `danger`, `mandated`, `youth` or `general`."""
    caller_kind: Mapped[str]
    """`number`, `foreign`, `withheld` or `malformed`."""
    caller_vault_id: Mapped[UUID | None]
    caller_hash: Mapped[str | None] = mapped_column(index=True)
    """Keyed hash of the number; None for a withheld or malformed one, so such callers are never taken for one."""
    received_at: Mapped[datetime]
    queued_at: Mapped[datetime | None]
    """When the caller first began to wait. Never moved by a second wait, so the place in line is kept."""
    waiting_since: Mapped[datetime | None]
    """When the present wait began, or the last one."""
    connected_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    ended_stage: Mapped[str | None]
    """The state in which the call was when it ended."""
    outcome: Mapped[str | None]
    """None while the call is open, then `answered`, `abandoned` or `diverted`."""
    team: Mapped[str | None]
    """The team whose screeners are offered it; None: everybody's."""
    skill: Mapped[str | None]
    """A skill that its screener must have (a cold transfer may ask for one); None: none."""
    target_id: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))
    """The one person it is offered to first (a cold transfer to a colleague)."""
    overflow_step: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    """How many steps of the line's `overflow` the caller has been led on."""
    overflow_at: Mapped[datetime | None]
    """When the last of these steps was taken."""
    sign_of_life: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    """The caller has pressed a key or spoken."""
    attestation: Mapped[str | None]
    """What the network says of the number's truth (STIR/SHAKEN), as the phone company gives it."""
    safe_to_call: Mapped[bool | None]
    """The caller's answer to "is it safe to call you back?"; None: not asked."""
    consent: Mapped[str | None]
    """Whether the caller agreed to be recorded: None (not asked), `given` or `refused`."""
    returned_to_front: Mapped[bool] = mapped_column(default=False)
    """The caller lost a screener through no fault of their own: next in line whatever the arrival."""
    conference: Mapped[str | None] = mapped_column(unique=True)
    """Random room name: it says nothing of anybody."""
    screener_id: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))
    disposition: Mapped[str | None]
    """What the call was about, as the screener closed it: `report`, `information_and_referral`, …"""
    disposed_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)

    __table_args__ = (Index("ix_calls_open", "state", postgresql_where=text("ended_at is null")),)


class CallLeg(Base):
    """One telephone connection of a call: the caller's own, or one to a screener."""

    __tablename__ = "call_legs"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    call_id: Mapped[UUID] = mapped_column(ForeignKey("calls.id"), index=True)
    kind: Mapped[str]
    """`caller`, `screener`, `consult` (a colleague asked in before a warm transfer), `interpreter`,
    `law_enforcement`, `party` (any other number), `supervisor` (monitors) or `on_call`."""
    user_id: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))
    address: Mapped[str | None]
    """Where it rings; None for a caller's own and for a `party`, whose number is in the vault."""
    vault_id: Mapped[UUID | None]
    """The number of a `party` (`{"number": …}`)."""
    contact_id: Mapped[UUID | None] = mapped_column(ForeignKey(Contact.id))
    mode: Mapped[str | None]
    """How a `supervisor` takes part: `listen`, `whisper` or `barge`."""
    muted: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    held: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    """What people asked for; `told` is what the phone company has been told."""
    told: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default=text("'{}'"))
    added_by: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))
    purpose: Mapped[str | None]
    """Code of the reason for which it was added."""
    sid: Mapped[str | None] = mapped_column(unique=True)
    state: Mapped[str]
    created_at: Mapped[datetime]
    joined_at: Mapped[datetime | None]
    left_at: Mapped[datetime | None]
    reason: Mapped[str | None]
    """Why the leg ended, in our words."""


class CallEvent(Base):
    """One thing that the phone company told us. `key` makes its second arrival harmless."""

    __tablename__ = "call_events"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    call_id: Mapped[UUID | None] = mapped_column(ForeignKey("calls.id"), index=True)
    key: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[str]
    sequence: Mapped[int | None]
    """The phone company's own count for this leg or room, where it gives one."""
    occurred_at: Mapped[datetime | None]
    received_at: Mapped[datetime]
    detail: Mapped[dict[str, Any]]
    """Codes and states only; no number, no speech."""


class WebhookReceipt(Base):
    """The answer that we gave to a request, so that the same request gets the same answer again."""

    __tablename__ = "webhook_receipts"

    key: Mapped[str] = mapped_column(primary_key=True)
    twiml: Mapped[str]
    received_at: Mapped[datetime]


class Offer(Base):
    """A call offered to one screener for a limited time."""

    __tablename__ = "offers"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    call_id: Mapped[UUID] = mapped_column(ForeignKey("calls.id"), index=True)
    screener_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"), index=True)
    state: Mapped[str]
    """`open`, `accepted`, `declined`, `timed_out` or `withdrawn`."""
    kind: Mapped[str] = mapped_column(default="call", server_default=text("'call'"))
    """`call`, or `consult`: a colleague asks the screener into a live call."""
    from_id: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))
    """Who asks, for a `consult`."""
    offered_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    reason: Mapped[str | None]
    """Why this screener was chosen (at first), then why the offer closed."""

    __table_args__ = (
        Index("uq_offers_open_call", "call_id", unique=True, postgresql_where=text("state = 'open'")),
        Index("uq_offers_open_screener", "screener_id", unique=True, postgresql_where=text("state = 'open'")),
    )


class Presence(Base):
    """Whether a screener can be offered a call. `state` moves by `calls.states.PRESENCE`."""

    __tablename__ = "presences"

    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"), primary_key=True)
    state: Mapped[str]
    """`offline`, `available`, `offered`, `on_call`, `wrap_up` or `away`."""
    reason: Mapped[str | None]
    since: Mapped[datetime]
    idle_since: Mapped[datetime]
    """When the last call ended, or the person came on duty: the longest idle is offered first."""
    seen_at: Mapped[datetime]
    """When the console last spoke to us."""
    telephone: Mapped[str] = mapped_column(default="ring", server_default=text("'ring'"))
    """How the person's leg comes about: `softphone` (the console dials in), `ring` (their address is called) or
    `desk` (their ordinary telephone is called, and they press 1)."""
    auto_available: Mapped[bool] = mapped_column(default=True, server_default=text("true"))
    """Whether the end of a wrap-up makes the person available; False: they stay away until they come back."""


class NumberFlag(Base):
    """A supervisor's note on calls from one number, for a limited time. It never blocks anybody by itself."""

    __tablename__ = "number_flags"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    caller_hash: Mapped[str] = mapped_column(index=True)
    kind: Mapped[str]
    """`silent`, `hostile` or `prank`."""
    call_id: Mapped[UUID | None] = mapped_column(ForeignKey("calls.id"))
    """The call that gave the reason."""
    set_by: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    set_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    lifted_at: Mapped[datetime | None]
    lifted_by: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))


@live.told_when_changed(Call)
def _call_topics(call: Call) -> list[str]:
    """A call shows on the wallboard, and in the window of its screener."""
    return [f"calls:{call.jurisdiction}", *_window(call.screener_id)]


@live.told_when_changed(CallLeg)
def _leg_topics(leg: CallLeg) -> list[str]:
    """A leg shows in the window of whoever is on it; the call's own change tells the others."""
    return _window(leg.user_id)


@live.told_when_changed(Offer)
def _offer_topics(offer: Offer) -> list[str]:
    return [*_window(offer.screener_id), *_window(offer.from_id)]


@live.told_when_changed(Presence)
def _presence_topics(presence: Presence) -> list[str]:
    return _window(presence.user_id)


def _window(user_id: UUID | None) -> list[str]:
    return [f"user:{user_id}"] if user_id is not None else []
