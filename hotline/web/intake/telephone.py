"""Which number a reporter calls, and how long callers wait there now."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

import phonenumbers
from sqlalchemy import select
from sqlalchemy.orm import Session

from hotline.calls import strip, waits
from hotline.lines.models import Line
from hotline.policy.model import Pack
from hotline.web.shared.language import language


@dataclass(frozen=True)
class Telephone:
    """A number to call. `wait` is by the calls of the last hour; None when nothing can be said."""

    number: str
    """E.164."""
    wait: timedelta | None = None

    @property
    def shown(self) -> str:
        """As people of the country write it."""
        parsed = phonenumbers.parse(self.number)
        return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.NATIONAL)


def of(session: Session, pack: Pack, *, with_wait: bool = False) -> Telephone | None:
    """The number of a jurisdiction: the pack's, else its line's; None where there is neither."""
    line = session.scalar(
        select(Line).where(Line.jurisdiction == pack.jurisdiction, Line.active).order_by(Line.number).limit(1)
    )
    said = pack.rules.online.telephone if pack.rules.online is not None else None
    number = said or (line.number if line is not None else None)
    if number is None:
        return None
    seconds = None
    if line is not None and with_wait:
        place = strip.look(session, pack.jurisdiction).waiting + 1
        seconds = waits.expected_seconds(session, line.id, language(), place)
    return Telephone(number, None if seconds is None else timedelta(seconds=seconds))
