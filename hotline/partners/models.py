"""Recipients and what they cover."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from hotline.base.database import Base


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
