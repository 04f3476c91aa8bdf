"""Areas and the place names that lie in them, as loaded from the jurisdiction's pack."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from sqlalchemy import Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from hotline.base.database import Base


class Area(Base):
    """A part of the jurisdiction that one office or partner answers for."""

    __tablename__ = "areas"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    jurisdiction: Mapped[str]
    code: Mapped[str]
    name: Mapped[str]
    confidence: Mapped[str]
    """`A`: the published text was read; `B`: verify with the agency."""

    __table_args__ = (UniqueConstraint("jurisdiction", "code"),)


class Place(Base):
    """A name that callers use for a place. The same name in two areas is an honest ambiguity."""

    __tablename__ = "places"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    jurisdiction: Mapped[str]
    key: Mapped[str]
    """The name as `geography.addresses.place_key` writes it."""
    name: Mapped[str]
    area_code: Mapped[str | None]
    """None: a known place of the jurisdiction that lies in no listed area, or a place outside."""
    county: Mapped[str | None]
    """The county's code for a place outside the jurisdiction, else None."""
    zips: Mapped[list[str]]
    """ZIP codes whose mail town this place is. A ZIP leads to a town at most."""
    possibly: Mapped[list[str]]
    """Areas that may include it by a boundary that nobody published: a hint for a person."""
    from_date: Mapped[date | None]
    until_date: Mapped[date | None]
    """The first day on which it no longer holds."""

    __table_args__ = (Index("ix_places_key", "jurisdiction", "key"),)
