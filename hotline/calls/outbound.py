"""Calls that the hotline places: a screener calls somebody, or a caller is called back.

The screener's own leg comes first; when it is in the room the other end is rung (see `calls.callee`). The number
is the hotline's on every display, by the line's policy.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import phonenumbers
from sqlalchemy import select
from sqlalchemy.orm import Session

from hotline.audit.record import Actor, record
from hotline.base import clock
from hotline.base.errors import Conflict, InvalidInput, NotFound
from hotline.base.ids import new_id
from hotline.calls import pool, routing
from hotline.calls.ending import end
from hotline.calls.models import Call
from hotline.contacts.service import checked_number
from hotline.lines.models import Line
from hotline.telephony.numbers import same_number
from hotline.vault.service import Vault

PURPOSES = (
    "report_follow_up",
    "mandated_reporter",
    "law_enforcement",
    "partner_agency",
    "family",
    "test_call",
    "other",
)
"""Why a screener may call somebody as the hotline."""

_PRICED = frozenset({phonenumbers.PhoneNumberType.PREMIUM_RATE, phonenumbers.PhoneNumberType.SHARED_COST})


@dataclass(frozen=True)
class Return:
    """Whom to call back: what the caller's own call said of them. `vault_id` holds `{"number": …}`."""

    origin: Call
    vault_id: UUID
    number_hash: str | None
    language: str
    lane: str
    queued_at: datetime


def call_out(session: Session, vault: Vault, user_id: UUID, line_id: UUID, number: str, purpose: str) -> Call:
    """Call a number as the hotline, with a reason of PURPOSES; the call, with the screener's own leg on its way.

    Raises InvalidInput (no such reason; not a number that may be called: 911, short codes, priced ones, other
    countries, our own lines), NotFound (no such line) and Conflict (the person can't take a call now).
    """
    if purpose not in PURPOSES:
        raise InvalidInput("purpose", "Choose why you call.")
    e164 = callable_number(session, number)
    pool.enter(session)
    line = session.get(Line, line_id)
    if line is None or not line.active:
        raise NotFound("No such line.")
    now = clock.now()
    call = Call(
        id=new_id(),
        direction="outbound",
        purpose=purpose,
        line_id=line.id,
        jurisdiction=line.jurisdiction,
        state="connecting",
        language=line.languages[0],
        lane="general",
        caller_kind="number",
        caller_vault_id=vault.put(session, "caller_number", {"number": e164}),
        caller_hash=vault.fingerprint(e164),
        received_at=now,
        queued_at=now,
        team=line.team,
    )
    session.add(call)
    session.flush()
    routing.seat(session, call, user_id, "call_out")
    record(session, Actor.user(user_id), "call:placed", "call", call.id, {"purpose": purpose})
    return call


def callable_number(session: Session, text: str) -> str:
    """A number that may be called as the hotline, as E.164; raises InvalidInput that explains a refusal."""
    e164 = checked_number(text)
    if phonenumbers.number_type(phonenumbers.parse(e164)) in _PRICED:
        raise InvalidInput("number", "Calls to this number cost extra. It can't be called from here.")
    if any(same_number(line, e164) for line in session.scalars(select(Line.number))):
        raise InvalidInput("number", "This is a line of the hotline itself.")
    return e164


def put_in_line(session: Session, wanted: Return) -> Call:
    """A callback is due: it waits in line at the caller's old place and is offered like any caller."""
    pool.enter(session)
    origin = wanted.origin
    call = Call(
        id=new_id(),
        direction="callback",
        origin_id=origin.id,
        purpose="callback",
        line_id=origin.line_id,
        jurisdiction=origin.jurisdiction,
        state="waiting",
        language=wanted.language,
        language_chosen=origin.language_chosen,
        lane=wanted.lane,
        caller_kind="number",
        caller_vault_id=wanted.vault_id,
        caller_hash=wanted.number_hash,
        received_at=clock.now(),
        queued_at=wanted.queued_at,
        waiting_since=clock.now(),
        team=origin.team,
        skill=origin.skill,
        overflow_step=origin.overflow_step,
        overflow_at=origin.overflow_at,
        # Whoever asked for a callback has pressed keys: under a flood of silent calls they are known to be somebody.
        sign_of_life=True,
    )
    session.add(call)
    session.flush()
    return call


def take(session: Session, call_id: UUID, user_id: UUID) -> Call:
    """A person takes a callback out of the line without an offer. Raises Conflict when somebody else was faster."""
    call = pool.locked_call(session, call_id)
    if call.screener_id == user_id and call.state == "connecting":
        return call
    if call.direction != "callback" or call.state != "waiting":
        raise Conflict("Somebody is calling back already.")
    routing.withdraw_offer_of(session, call, "taken_by_hand")
    pool.move_call(call, "accepted")
    routing.seat(session, call, user_id, "call_out")
    record(session, Actor.user(user_id), "call:placed", "call", call.id, {"purpose": "callback"})
    return call


def take_back(session: Session, call_id: UUID) -> bool:
    """A callback is no longer wanted: it leaves the line. False when a screener has it already."""
    call = pool.locked_call(session, call_id)
    if call.state != "waiting" or call.direction != "callback" or call.sid is not None:
        return call.state == "ended"
    end(session, call, "closed")
    return True
