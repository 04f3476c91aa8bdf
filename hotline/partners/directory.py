"""The directory of help: searched by need, words, place and language, and what a caller was told of."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TypedDict
from uuid import UUID

from rapidfuzz import fuzz
from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from hotline.accounts.service import SignedIn, require
from hotline.audit.record import Actor, record
from hotline.base import clock
from hotline.base.errors import InvalidInput, NotFound
from hotline.base.ids import new_id
from hotline.calls.models import Call
from hotline.partners.models import CallReferral, Service
from hotline.partners.needs import NEEDS
from hotline.policy.areas import plain

SIMILAR = 82.0
"""How alike (0 to 100) a word must be to one of a service to count as meant, slips of the hand allowed."""

_SHORTEST = 4
"""Shorter words are never corrected."""

_MOST = 2000
"""Services of one jurisdiction that are looked through."""


class Described(TypedDict, total=False):
    """What a service may have beside its name: see `models.Service`."""

    organization_id: UUID | None
    name_es: str | None
    description_es: str | None
    areas: Sequence[str]
    languages: Sequence[str]
    schedule_es: str | None
    phone: str | None
    url: str | None
    address: str | None
    eligibility: str | None
    eligibility_es: str | None


@dataclass(frozen=True)
class Wanted:
    """What is searched for; empty parts ask for nothing. `areas`: those in one of which the caller may be."""

    need: str = ""
    words: str = ""
    areas: frozenset[str] = frozenset()
    language: str = ""


def put(
    session: Session,
    actor: Actor,
    *,
    jurisdiction: str,
    code: str,
    organization_name: str,
    name: str,
    description: str,
    needs: Iterable[str],
    schedule: str,
    **more: object,
) -> UUID:
    """Add a service, or renew the one of that code. `more`: see Described. Raises InvalidInput for an unknown need."""
    codes = list(needs)
    if not codes or set(codes) - NEEDS.keys():
        raise InvalidInput("needs", f"A service has at least one of these needs: {', '.join(NEEDS)}.")
    row = session.scalar(select(Service).where(Service.jurisdiction == jurisdiction, Service.code == code))
    if row is None:
        row = Service(id=new_id(), jurisdiction=jurisdiction, code=code, areas=[], languages=["en"])
        session.add(row)
    row.organization_name, row.name, row.description = organization_name, name, description
    row.needs, row.schedule, row.status = codes, schedule, "active"
    for column, value in more.items():
        if column not in Described.__annotations__:
            raise TypeError(f"A service has no {column}.")
        setattr(row, column, list(value) if isinstance(value, list | tuple) else value)
    if row in session.new or session.is_modified(row):
        session.flush()
        record(session, actor, "service:put", "service", row.id, {"code": code})
    return row.id


def search(session: Session, jurisdiction: str, wanted: Wanted) -> list[Service]:
    """The active services that fit, the best first: those for the caller's very area before those for everywhere.

    Every word that was typed must be found, in either language, accents and small slips aside.
    """
    rows = session.scalars(
        select(Service)
        .where(Service.jurisdiction == jurisdiction, Service.status == "active")
        .order_by(Service.name, Service.id)
        .limit(_MOST)
    )
    scored = [(score, row) for row in rows if (score := _score(row, wanted)) is not None]
    return [row for _, row in sorted(scored, key=lambda one: (-one[0], one[1].name))]


def service(session: Session, service_id: UUID) -> Service:
    """The service; raises NotFound."""
    found = session.get(Service, service_id)
    if found is None:
        raise NotFound("There is no such service in the directory.")
    return found


def refer(session: Session, call_id: UUID, service_id: UUID, person: SignedIn) -> None:
    """Note that the caller was told of a service. Twice is once. Raises NotFound for a call that is not theirs."""
    _own_call(session, call_id, person)
    found = service(session, service_id)
    made = session.execute(
        insert(CallReferral)
        .values(call_id=call_id, service_id=found.id, referred_by=person.user_id, referred_at=clock.now())
        .on_conflict_do_nothing()
        .returning(CallReferral.call_id)
    )
    if made.first() is not None:
        record(session, person.actor, "call:referred", "call", call_id, {"service": found.code})


def take_back(session: Session, call_id: UUID, service_id: UUID, person: SignedIn) -> None:
    """The note was a mistake. Harmless when it is gone. Raises NotFound for a call that is not theirs."""
    _own_call(session, call_id, person)
    gone = session.execute(
        delete(CallReferral)
        .where(CallReferral.call_id == call_id, CallReferral.service_id == service_id)
        .returning(CallReferral.call_id)
    )
    if gone.first() is not None:
        detail = {"service": service(session, service_id).code}
        record(session, person.actor, "call:referral_taken_back", "call", call_id, detail)


def referred(session: Session, call_id: UUID) -> Sequence[Service]:
    """What the caller was told of, in that order."""
    return session.scalars(
        select(Service)
        .join(CallReferral, CallReferral.service_id == Service.id)
        .where(CallReferral.call_id == call_id)
        .order_by(CallReferral.referred_at, Service.name)
    ).all()


def _own_call(session: Session, call_id: UUID, person: SignedIn) -> None:
    require(person, "directory:use")
    call = session.get(Call, call_id)
    if call is None or call.screener_id != person.user_id:
        raise NotFound("No such call.")


def _score(row: Service, wanted: Wanted) -> float | None:
    """How well a service fits; None when it does not."""
    if wanted.need and wanted.need not in row.needs:
        return None
    if wanted.language and wanted.language not in row.languages:
        return None
    if wanted.areas and row.areas and not wanted.areas & set(row.areas):
        return None
    score = 10.0 if wanted.areas and row.areas else 0.0
    names = _words(f"{row.name} {row.name_es or ''} {row.organization_name}")
    others = _words_about(row)
    for word in _words(wanted.words):
        likeness = max(_likeness(word, names), 0.9 * _likeness(word, others))
        if likeness < 0.9 * SIMILAR:
            return None
        score += likeness
    return score


def _words_about(row: Service) -> list[str]:
    said = [row.description, row.description_es, row.eligibility, row.eligibility_es, row.address]
    said += [code.replace("_", " ") for code in row.needs]
    said += [word for code in row.needs for word in NEEDS.get(code, ())]
    return _words(" ".join(part for part in said if part))


def _words(text: str) -> list[str]:
    """The words of a text, whatever the capitals and accents."""
    return re.findall(r"\w+", plain(text))


def _likeness(word: str, others: Iterable[str]) -> float:
    best = 0.0
    for other in others:
        if other.startswith(word):
            return 100.0
        if len(word) >= _SHORTEST:
            best = max(best, fuzz.ratio(word, other))
    return best if best >= SIMILAR else 0.0
