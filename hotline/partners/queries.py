"""Looking recipients up."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from hotline.base.errors import NotFound
from hotline.partners.models import Coverage, Organization


def organization(session: Session, organization_id: UUID) -> Organization:
    """The recipient; raises NotFound."""
    found = session.get(Organization, organization_id)
    if found is None:
        raise NotFound("There is no such recipient.")
    return found


def by_code(session: Session, jurisdiction: str, code: str) -> Organization | None:
    """The recipient of that code."""
    return session.scalar(
        select(Organization).where(Organization.jurisdiction == jurisdiction, Organization.code == code)
    )


def active(session: Session, jurisdiction: str) -> Sequence[Organization]:
    """Every recipient that can be given a report: offices first, then by name."""
    return session.scalars(
        select(Organization)
        .where(Organization.jurisdiction == jurisdiction, Organization.active)
        .order_by(Organization.kind, Organization.name)
    ).all()


def coverage_of(session: Session, organization_id: UUID) -> Sequence[Coverage]:
    """What a recipient covers, in the order of asking."""
    return session.scalars(
        select(Coverage)
        .where(Coverage.organization_id == organization_id)
        .order_by(Coverage.position, Coverage.service, Coverage.area_code)
    ).all()


def jurisdictions(session: Session) -> Sequence[str]:
    """The jurisdictions that have recipients."""
    return session.scalars(
        select(Organization.jurisdiction).distinct().order_by(Organization.jurisdiction)
    ).all()
