"""The telephone contacts of an agency: interpreter services, and who is called when a child is in danger.

Both lists come sorted with the best first and the reason, so that one key press calls the right one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from hotline.audit.record import Actor, record
from hotline.base.errors import Conflict, InvalidInput, NotFound
from hotline.base.ids import new_id
from hotline.contacts.models import Contact
from hotline.telephony.numbers import EMERGENCY, classify
from hotline.vault.service import Vault

KINDS = ("interpreter", "law_enforcement")


@dataclass(frozen=True)
class Choice:
    """A contact and why it stands where it does: a code of the list that it is in."""

    contact_id: UUID
    name: str
    number: str
    language: str | None
    area: str | None
    reason: str


def add(
    session: Session,
    vault: Vault,
    actor: Actor,
    *,
    jurisdiction: str,
    kind: str,
    name: str,
    number: str,
    language: str | None = None,
    area: str | None = None,
    pin: str | None = None,
    position: int = 1,
) -> UUID:
    """A new contact; adding the same kind, name, language and area again changes its number, PIN and position.

    `number` in any usual spelling. Raises InvalidInput that says what is wrong; 911 is always refused.
    """
    if kind not in KINDS:
        raise InvalidInput("kind", f"Unknown kind of contact. Known: {', '.join(KINDS)}.")
    if not name.strip():
        raise InvalidInput("name", "Give the contact a name.")
    if pin is not None and not (pin.isascii() and pin.isdigit() and len(pin) <= 20):
        raise InvalidInput("pin", "A customer code has digits only, at most 20.")
    contact = session.scalar(
        select(Contact).where(
            Contact.jurisdiction == jurisdiction,
            Contact.kind == kind,
            Contact.name == name.strip(),
            Contact.language.is_not_distinct_from(language),
            Contact.area.is_not_distinct_from(area),
        )
    )
    if contact is None:
        contact = Contact(
            id=new_id(), jurisdiction=jurisdiction, kind=kind, name=name.strip(), language=language, area=area
        )
        session.add(contact)
    contact.number, contact.position, contact.active = checked_number(number), position, True
    if pin is not None and contact.pin_vault_id is None:
        contact.pin_vault_id = vault.put(session, "contact_pin", {"pin": pin})
    elif pin is not None and contact.pin_vault_id is not None:
        vault.replace(session, contact.pin_vault_id, {"pin": pin})
    session.flush()
    record(session, actor, "contact:set", "contact", contact.id, {"kind": kind})
    return contact.id


def checked_number(text: str) -> str:
    """A number that may be called into a caller's room, as E.164; raises InvalidInput that explains a refusal."""
    digits = "".join(sign for sign in text if sign.isdigit())
    if digits in EMERGENCY:
        raise InvalidInput(
            "number",
            "A call of ours to 911 reaches the emergency center of our own registered address, not the child's. "
            "Use the ten-digit number of the agency that serves the place.",
        )
    found = classify(text)
    if found.kind != "number" or found.e164 is None:
        raise InvalidInput("number", "Enter a telephone number of the United States with ten digits.")
    return found.e164


def find(session: Session, contact_id: UUID, kind: str, jurisdiction: str) -> Contact:
    """An active contact of that kind; raises NotFound."""
    contact = session.get(Contact, contact_id)
    if contact is None or not contact.active or (contact.kind, contact.jurisdiction) != (kind, jurisdiction):
        raise NotFound("No such contact.")
    return contact


def interpreters(session: Session, jurisdiction: str, language: str) -> list[Choice]:
    """Interpreter services for a language: those for it alone (`speaks`) first, then those for any (`any_language`)."""
    able = [one for one in _all(session, jurisdiction, "interpreter") if one.language in (language, None)]
    able.sort(key=lambda one: one.language is None)
    return [_choice(one, "any_language" if one.language is None else "speaks") for one in able]


def law_enforcement(session: Session, jurisdiction: str, area: str | None) -> list[Choice]:
    """Agencies for a place: those that serve the area (`serves_area`), those for the whole jurisdiction
    (`whole_jurisdiction`), then all others (`other_area`), for a place that is not known yet."""
    ranks = {"serves_area": 0, "whole_jurisdiction": 1, "other_area": 2}
    choices = []
    for one in _all(session, jurisdiction, "law_enforcement"):
        if one.area is None:
            choices.append(_choice(one, "whole_jurisdiction"))
        else:
            choices.append(_choice(one, "serves_area" if one.area == area else "other_area"))
    return sorted(choices, key=lambda choice: ranks[choice.reason])


def everything(session: Session, jurisdiction: str) -> list[Choice]:
    """Every contact of a jurisdiction, in the order in which each list is called; `reason` is its kind."""
    return [_choice(one, kind) for kind in KINDS for one in _all(session, jurisdiction, kind)]


def best_interpreter(session: Session, jurisdiction: str, language: str) -> Contact:
    """The interpreter service to call for a language; raises Conflict when there is none."""
    for choice in interpreters(session, jurisdiction, language):
        return session.get_one(Contact, choice.contact_id)
    raise Conflict("No interpreter service is known for this language. A supervisor can add one.")


def _all(session: Session, jurisdiction: str, kind: str) -> Sequence[Contact]:
    return session.scalars(
        select(Contact)
        .where(Contact.jurisdiction == jurisdiction, Contact.kind == kind, Contact.active)
        .order_by(Contact.position, Contact.name, Contact.id)
    ).all()


def _choice(contact: Contact, reason: str) -> Choice:
    return Choice(contact.id, contact.name, contact.number, contact.language, contact.area, reason)
