"""Recipients and what they cover."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from hotline.base.database import Base
from hotline.calls.models import Call


class Organization(Base):
    """An area office or a community partner."""

    __tablename__ = "organizations"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    jurisdiction: Mapped[str]
    code: Mapped[str]
    name: Mapped[str]
    kind: Mapped[str]
    """`area_office` or `partner`."""
    languages: Mapped[list[str]]
    active: Mapped[bool] = mapped_column(default=True)

    __table_args__ = (UniqueConstraint("jurisdiction", "code"),)


class Coverage(Base):
    """An organization offers a service in an area between two dates."""

    __tablename__ = "coverages"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    organization_id: Mapped[UUID] = mapped_column(ForeignKey("organizations.id"), index=True)
    area_code: Mapped[str | None]
    """None: the whole jurisdiction."""
    service: Mapped[str]
    """A service code of the pack: `response`, `path_1`, `path_2`, …"""
    position: Mapped[int] = mapped_column(default=1)
    """Lower numbers are asked first."""
    from_date: Mapped[date | None]
    until_date: Mapped[date | None]
    """The first day on which it no longer holds."""


class Service(Base):
    """Help that a caller can be told of. Names of columns are close to those of Open Referral's HSDS.

    Texts of a service are kept in English and, where the agency has them, in Spanish (`*_es`).
    """

    __tablename__ = "services"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    jurisdiction: Mapped[str]
    code: Mapped[str]
    organization_id: Mapped[UUID | None] = mapped_column(ForeignKey("organizations.id"))
    """The recipient of ours that offers it, if it is one."""
    organization_name: Mapped[str]
    name: Mapped[str]
    name_es: Mapped[str | None]
    description: Mapped[str]
    description_es: Mapped[str | None]
    needs: Mapped[list[str]]
    """Codes of `partners.needs.NEEDS`."""
    areas: Mapped[list[str]]
    """Area codes of the pack; empty: the whole jurisdiction."""
    languages: Mapped[list[str]]
    schedule: Mapped[str]
    schedule_es: Mapped[str | None]
    phone: Mapped[str | None]
    url: Mapped[str | None]
    address: Mapped[str | None]
    eligibility: Mapped[str | None]
    eligibility_es: Mapped[str | None]
    status: Mapped[str] = mapped_column(default="active")
    """`active` or `inactive`."""

    __table_args__ = (UniqueConstraint("jurisdiction", "code"),)


class CallReferral(Base):
    """A caller was told of a service. Nothing says who the caller was or why."""

    __tablename__ = "call_referrals"

    call_id: Mapped[UUID] = mapped_column(ForeignKey(Call.id), primary_key=True)
    service_id: Mapped[UUID] = mapped_column(ForeignKey("services.id"), primary_key=True)
    referred_by: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    referred_at: Mapped[datetime]
