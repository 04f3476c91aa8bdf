"""People outside the hotline who are called into a caller's room: interpreter, law enforcement, any number.

Each is a leg of its own. A number that somebody typed is a private person's until known otherwise: it lives in the
vault. Whoever does not answer stays visible with the reason until somebody tries again or the call ends.
"""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from hotline.audit.record import Actor, record
from hotline.base import clock
from hotline.base.errors import Conflict, InvalidInput
from hotline.base.ids import new_id
from hotline.calls import control, pool
from hotline.calls.ending import close_leg
from hotline.calls.models import Call, CallLeg
from hotline.contacts import service as contacts
from hotline.lines.models import Line
from hotline.telephony.numbers import same_number
from hotline.vault.service import Vault

PURPOSES = (
    "medical_help",
    "crisis_service",
    "fire_or_rescue",
    "school_or_child_care",
    "other_agency",
    "person_with_knowledge",
    "other",
)
"""Why a screener calls any other number into a call."""

MOST = 8
"""People outside the hotline in one call, those who are being called counted in."""


def add_interpreter(session: Session, call_id: UUID, user_id: UUID, language: str | None = None) -> CallLeg:
    """Call the best interpreter service for a language (the call's own unless given) into the room.

    While one for the same service is being called or is there, that leg is the answer. Raises NotFound (not their
    call) and Conflict (nobody talks yet, too many people, or no service is known for the language).
    """
    call = control.talking_call(session, call_id, user_id)
    contact = contacts.best_interpreter(session, call.jurisdiction, language or call.language)
    return _add(session, call, user_id, "interpreter", contact_id=contact.id, address=contact.number)


def add_law_enforcement(session: Session, call_id: UUID, user_id: UUID, contact_id: UUID) -> CallLeg:
    """Call an agency into the room; the same agency is never called twice at a time. Raises like `add_interpreter`."""
    call = control.talking_call(session, call_id, user_id)
    contact = contacts.find(session, contact_id, "law_enforcement", call.jurisdiction)
    return _add(session, call, user_id, "law_enforcement", contact_id=contact.id, address=contact.number)


def add_party(
    session: Session, vault: Vault, call_id: UUID, user_id: UUID, number: str, purpose: str
) -> CallLeg:
    """Call any other number into the room, with a reason of PURPOSES.

    Raises like `add_interpreter`, and InvalidInput (no such reason; not a number that may be called: 911, another
    country's, one of our own lines).
    """
    call = control.talking_call(session, call_id, user_id)
    if purpose not in PURPOSES:
        raise InvalidInput("purpose", "Choose why this number is called.")
    e164 = contacts.checked_number(number)
    if any(same_number(line, e164) for line in session.scalars(select(Line.number))):
        raise InvalidInput("number", "This is a line of the hotline itself. Use a transfer instead.")
    vault_id = vault.put(session, "party", {"number": e164})
    return _add(session, call, user_id, "party", vault_id=vault_id, purpose=purpose)


def retry(session: Session, call_id: UUID, user_id: UUID, leg_id: UUID) -> CallLeg:
    """Call somebody again who did not come, as a new leg. Raises Conflict while the old one lives."""
    call = control.talking_call(session, call_id, user_id)
    old = control.leg_of(session, call, leg_id)
    if old.kind not in control.EXTERNAL or old.state not in control.OVER:
        raise Conflict("This person is being called already.")
    return _add(
        session,
        call,
        user_id,
        old.kind,
        contact_id=old.contact_id,
        address=old.address,
        vault_id=old.vault_id,
        purpose=old.purpose,
    )


def remove_party(session: Session, call_id: UUID, user_id: UUID, leg_id: UUID) -> None:
    """Take somebody from outside out of the call, answered or not. Twice is harmless. Raises like `hold`."""
    call = control.talking_call(session, call_id, user_id)
    leg = control.leg_of(session, call, leg_id)
    if leg.kind not in control.EXTERNAL:
        raise Conflict("Only people from outside can be taken out like this.")
    if leg.state in control.OVER:
        return
    close_leg(session, leg, "removed")
    detail = {"leg": str(leg.id), "kind": leg.kind}
    record(session, Actor.user(user_id), "leg:removed", "call", call.id, detail)
    control.steer(session, call)


def _add(
    session: Session,
    call: Call,
    user_id: UUID,
    kind: str,
    *,
    contact_id: UUID | None = None,
    address: str | None = None,
    vault_id: UUID | None = None,
    purpose: str | None = None,
) -> CallLeg:
    outside = [
        leg
        for leg in pool.other_legs(session, call.id)
        if leg.kind in control.EXTERNAL and leg.state not in control.OVER
    ]
    same = [leg for leg in outside if contact_id is not None and leg.contact_id == contact_id]
    if same:
        return same[0]
    if len(outside) >= MOST:
        raise Conflict("There are too many people in this call. Take somebody out first.")
    leg = CallLeg(
        id=new_id(),
        call_id=call.id,
        kind=kind,
        contact_id=contact_id,
        address=address,
        vault_id=vault_id,
        purpose=purpose,
        state="wanted",
        told={},
        added_by=user_id,
        created_at=clock.now(),
    )
    session.add(leg)
    detail = {"leg": str(leg.id), "kind": kind, "purpose": purpose, "contact": str(contact_id or "")}
    record(session, Actor.user(user_id), "leg:added", "call", call.id, detail)
    control.steer(session, call)
    return leg
