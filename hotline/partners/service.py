"""Adding recipients and what they cover."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from sqlalchemy.orm import Session

from hotline.audit.record import Actor, record
from hotline.base.errors import InvalidInput, NotFound
from hotline.base.ids import new_id
from hotline.partners.models import Coverage, Organization

KINDS = ("area_office", "partner")


def add_organization(
    session: Session,
    actor: Actor,
    *,
    jurisdiction: str,
    code: str,
    name: str,
    kind: str,
    languages: Iterable[str] = ("en",),
) -> UUID:
    """A new recipient; raises InvalidInput for a kind that does not exist."""
    if kind not in KINDS:
        raise InvalidInput("kind", f"Unknown kind of recipient. Known: {', '.join(KINDS)}.")
    organization = Organization(
        id=new_id(),
        jurisdiction=jurisdiction,
        code=code,
        name=name,
        kind=kind,
        languages=list(languages),
        active=True,
    )
    session.add(organization)
    session.flush()
    record(session, actor, "organization:added", "organization", organization.id, {"kind": kind})
    return organization.id


def add_coverage(
    session: Session,
    actor: Actor,
    organization_id: UUID,
    *,
    service: str,
    area_code: str | None,
    position: int = 1,
    from_date: date | None = None,
    until_date: date | None = None,
) -> UUID:
    """The recipient offers `service` in an area (None: everywhere) from a day until before another."""
    coverage = Coverage(
        id=new_id(),
        organization_id=organization_id,
        area_code=area_code,
        service=service,
        position=position,
        from_date=from_date,
        until_date=until_date,
    )
    session.add(coverage)
    session.flush()
    detail = {"service": service, "area": area_code or ""}
    record(session, actor, "coverage:added", "organization", organization_id, detail)
    return coverage.id


def deactivate(session: Session, actor: Actor, organization_id: UUID) -> None:
    """The recipient gets nothing new from now on; what it has stays with it. Raises NotFound."""
    organization = session.get(Organization, organization_id, with_for_update=True)
    if organization is None:
        raise NotFound("There is no such recipient.")
    organization.active = False
    record(session, actor, "organization:deactivated", "organization", organization_id)
