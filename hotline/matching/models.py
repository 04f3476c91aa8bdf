"""Who occurs in which report, as it is searched, and which reports belong together.

Names stand here in clear, because an index of sealed names can't be searched for what only sounds alike: that the
disk of the database is encrypted is the installation's duty. The reporter is never among these people.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, Integer, Text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from hotline.base.database import Base


class ReportPerson(Base):
    """One person of one report under one of their names: as written, and as `normalise.Person` for the search."""

    __tablename__ = "report_people"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    report_id: Mapped[UUID] = mapped_column(ForeignKey("reports.id"), index=True)
    entry: Mapped[str]
    """Where the form holds the person: `children/1`."""
    role: Mapped[str]
    """The section of the entry: `children`, `caregivers`, `household`."""
    name: Mapped[str]
    """As the screener wrote it."""
    searched: Mapped[str]
    """All parts of the name, normalised, with spaces between: for likeness by trigrams."""
    first: Mapped[list[str]] = mapped_column(ARRAY(Text))
    last: Mapped[list[str]] = mapped_column(ARRAY(Text))
    """The parts, each hyphenated or double surname split. How frequent a name is, the server's statistics of these
    columns know."""
    birth: Mapped[str | None]
    """`YYYY`, `YYYY-MM` or `YYYY-MM-DD`."""
    year_from: Mapped[int | None]
    year_to: Mapped[int | None]
    """The years of birth that an age leaves open."""
    sex: Mapped[str | None]
    house: Mapped[str | None]
    street: Mapped[str | None]
    town: Mapped[str | None]
    zip: Mapped[str | None]
    school: Mapped[str | None]
    phone: Mapped[str | None]
    """Keyed hash of the person's telephone number."""
    keys: Mapped[list[int]] = mapped_column(ARRAY(Integer))
    """`normalise.keys`: people who share one are compared."""

    __table_args__ = (
        # Found at once, not after the next vacuum: people search for what was typed a moment ago.
        Index("ix_report_people_keys", "keys", postgresql_using="gin", postgresql_with={"fastupdate": "off"}),
        Index(
            "ix_report_people_searched",
            "searched",
            postgresql_using="gin",
            postgresql_ops={"searched": "gin_trgm_ops"},
            postgresql_with={"fastupdate": "off"},
        ),
    )


class ReportLink(Base):
    """What is known of two reports: `other_id` may be, or is, about the same people as `report_id`."""

    __tablename__ = "report_links"

    report_id: Mapped[UUID] = mapped_column(ForeignKey("reports.id"), primary_key=True)
    other_id: Mapped[UUID] = mapped_column(ForeignKey("reports.id"), primary_key=True, index=True)
    state: Mapped[str]
    """`suggested` (by the search), `confirmed` or `rejected` (by a person), `same_incident` (both tell of one)."""
    score: Mapped[int]
    """0 to 100, as of the best pair of people when it was last found."""
    reasons: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    """`score.Reason` as JSON; codes only."""
    found_at: Mapped[datetime]
    decided_by: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))
    decided_at: Mapped[datetime | None]
