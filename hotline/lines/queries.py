"""Reading lines."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from hotline.base.errors import NotFound
from hotline.lines.models import Line
from hotline.telephony.numbers import classify


def every(session: Session, jurisdiction: str | None = None) -> Sequence[Line]:
    """The lines by number; those of one jurisdiction only, if one is given. Inactive ones are among them."""
    query = select(Line).order_by(Line.number)
    if jurisdiction is not None:
        query = query.where(Line.jurisdiction == jurisdiction)
    return session.scalars(query).all()


def find(session: Session, line_id: UUID) -> Line:
    """The line; raises NotFound."""
    line = session.get(Line, line_id)
    if line is None:
        raise NotFound("No such line.")
    return line


def by_number(session: Session, number: str) -> Line:
    """The line with that number in any spelling; raises NotFound."""
    line = session.scalar(select(Line).where(Line.number == (classify(number).e164 or number)))
    if line is None:
        raise NotFound("No such line.")
    return line
