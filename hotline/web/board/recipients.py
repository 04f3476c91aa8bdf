"""Whom a coordinator may choose, and why or why not: each recipient with what it serves."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy.orm import Session

from hotline.dispatch.service import recipients_for
from hotline.partners.coverage import Choice, choices
from hotline.policy.model import Pack
from hotline.web.shared.dispatch_words import CHOICES
from hotline.web.shared.language import gettext
from hotline.web.shared.packs import area_name, service_name
from hotline.web.shared.words import word


@dataclass(frozen=True)
class Candidate:
    """A recipient on the list. `fits`: it serves the place for a wanted service, or a place that may be meant."""

    id: UUID
    name: str
    kind: str
    fits: bool
    present: bool
    """It has the report already."""
    why: tuple[str, ...]


def candidates(
    session: Session,
    pack: Pack,
    *,
    services: Iterable[str],
    areas: Sequence[str | None],
    on: date,
    present: frozenset[UUID] = frozenset(),
) -> list[Candidate]:
    """Every active recipient of the pack's jurisdiction, those that fit first.

    `services` are the codes that are wanted, `areas` those that may be meant (None: the place is not known), `on`
    the local day of receipt.
    """
    fits: dict[UUID, list[str]] = {}
    fails: dict[UUID, list[str]] = {}
    for service in dict.fromkeys(services):
        for area in dict.fromkeys(areas):
            for kind in ("area_office", "partner"):
                for choice in choices(session, pack.jurisdiction, kind, service, area, on):
                    notes = fits if choice.covers else fails
                    notes.setdefault(choice.organization_id, []).append(_why(choice, service, area, pack))
    nothing = gettext("offers none of the wanted services")
    found = [
        Candidate(
            id=row.id,
            name=row.name,
            kind=row.kind,
            fits=row.id in fits,
            present=row.id in present,
            why=tuple(dict.fromkeys(fits.get(row.id) or fails.get(row.id) or [nothing])),
        )
        for row in recipients_for(session, pack.jurisdiction)
    ]
    return sorted(found, key=lambda one: (one.present, not one.fits, one.kind, one.name))


def _why(choice: Choice, service: str, area: str | None, pack: Pack) -> str:
    named = service_name(pack, service)
    if choice.why == "covers_area":
        return gettext("serves %(area)s: %(service)s", area=area_name(pack, area), service=named)
    return f"{word(CHOICES, choice.why)}: {named}"
