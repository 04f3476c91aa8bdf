"""Signs of life of processes that nobody calls: another process reads them and raises the alarm."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, Session, mapped_column

from hotline.base import clock
from hotline.base.database import Base


class Heartbeat(Base):
    """When a part of the system last did its round."""

    __tablename__ = "heartbeats"

    part: Mapped[str] = mapped_column(primary_key=True)
    """For example `sweep:ring`."""
    beat_at: Mapped[datetime]


def beat(session: Session, part: str) -> None:
    """The part has done its round just now."""
    now = clock.now()
    session.execute(
        insert(Heartbeat)
        .values(part=part, beat_at=now)
        .on_conflict_do_update(index_elements=["part"], set_={"beat_at": now})
    )


def silent_for(session: Session, part: str) -> timedelta | None:
    """How long the part has said nothing; None when it never ran here."""
    row = session.get(Heartbeat, part, populate_existing=True)
    return None if row is None else clock.now() - row.beat_at
