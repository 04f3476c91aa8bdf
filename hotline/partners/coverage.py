"""Who covers an area for a service on a day, in the order of asking, and why the others do not."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from hotline.partners.models import Coverage, Organization

Why = Literal[
    "covers_area",
    "covers_everything",
    "asked_later",
    "other_area",
    "not_yet",
    "no_longer",
    "inactive",
]


@dataclass(frozen=True)
class Choice:
    """An organization that offers the service somewhere. `chosen`: the one that is told first."""

    organization_id: UUID
    code: str
    name: str
    kind: str
    covers: bool
    chosen: bool
    why: Why

    def to_json(self) -> dict[str, Any]:
        """Plain data for a JSON column."""
        return asdict(self) | {"organization_id": str(self.organization_id)}


def choices(
    session: Session, jurisdiction: str, kind: str, service: str, area_code: str | None, on: date
) -> tuple[Choice, ...]:
    """Every organization of that kind with that service: first the ones that cover the area, in order of asking.

    An organization that names the area goes before one that covers the whole jurisdiction. With `area_code`
    None only the latter cover: the area is not known.
    """
    rows = session.execute(
        select(Organization, Coverage)
        .join(Coverage, Coverage.organization_id == Organization.id)
        .where(
            Organization.jurisdiction == jurisdiction, Organization.kind == kind, Coverage.service == service
        )
    )
    best: dict[UUID, tuple[tuple[int, int, str], Organization, Why]] = {}
    for organization, coverage in rows:
        why = _why(organization, coverage, area_code, on)
        rank = (_ORDER.index(why), coverage.position, organization.code)
        if organization.id not in best or rank < best[organization.id][0]:
            best[organization.id] = (rank, organization, why)
    found: list[Choice] = []
    for _, organization, why in sorted(best.values(), key=lambda entry: entry[0]):
        covers = why in _COVERING
        first = covers and not found
        reason: Why = "asked_later" if covers and not first else why
        found.append(
            Choice(organization.id, organization.code, organization.name, kind, covers, first, reason)
        )
    return tuple(found)


_COVERING: tuple[Why, ...] = ("covers_area", "covers_everything")
_ORDER: tuple[Why, ...] = (*_COVERING, "not_yet", "no_longer", "other_area", "inactive")


def _why(organization: Organization, coverage: Coverage, area_code: str | None, on: date) -> Why:
    if not organization.active:
        return "inactive"
    if coverage.area_code is not None and coverage.area_code != area_code:
        return "other_area"
    if coverage.from_date is not None and on < coverage.from_date:
        return "not_yet"
    if coverage.until_date is not None and coverage.until_date <= on:
        return "no_longer"
    return "covers_area" if coverage.area_code else "covers_everything"
