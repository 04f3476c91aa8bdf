"""Adding a line, with everything that it needs to work."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from hotline.audit.record import Actor, record
from hotline.base.errors import Conflict, InvalidInput
from hotline.base.ids import new_id
from hotline.lines import hours
from hotline.lines.models import Line
from hotline.telephony.numbers import classify, why_not_dialled

_LANGUAGE = re.compile(r"[a-z]{2,3}")
_WHY_NOT = {
    "malformed": "is no complete telephone number: write it as +16615550190.",
    "foreign": "is a number abroad.",
    "premium": "is a premium number, which bills whoever calls it.",
}


@dataclass(frozen=True)
class NewLine:
    """A line as somebody describes it; the rest keeps what `models.Line` says."""

    number: str
    name: str
    jurisdiction: str
    languages: Sequence[str]
    backup_numbers: Sequence[str] = ()
    time_zone: str = "UTC"
    hours: Mapping[str, Any] = field(default_factory=dict)
    holidays: Sequence[str] = ()
    team: str | None = None


def add(session: Session, actor: Actor, new: NewLine) -> Line:
    """Add a line. Raises InvalidInput that names what is wrong, and Conflict for a number that is a line already."""
    number = _number(new.number)
    if session.scalar(select(Line.id).where(Line.number == number)) is not None:
        raise Conflict(f"{number} is a line already.")
    if not new.name.strip():
        raise InvalidInput("name", "Give the line a name by which people know it.")
    if not new.languages or not all(_LANGUAGE.fullmatch(code) for code in new.languages):
        raise InvalidInput("languages", "Give at least one language by its code, for example en.")
    hours.check(new.time_zone, new.hours, new.holidays)
    own = {number, *session.scalars(select(Line.number))}
    line = Line(
        id=new_id(),
        number=number,
        name=new.name.strip(),
        jurisdiction=new.jurisdiction,
        languages=list(dict.fromkeys(new.languages)),
        backup_numbers=[_backup(text, own) for text in dict.fromkeys(new.backup_numbers)],
        time_zone=new.time_zone,
        hours=dict(new.hours),
        holidays=list(new.holidays),
        team=new.team,
    )
    session.add(line)
    session.flush()
    record(session, actor, "line:added", "line", line.id)
    return line


def backup_fault(text: str, own: set[str]) -> str | None:
    """Why a number is no backup for a line, in words; None when it is one. `own`: the numbers of our lines."""
    if text in own:
        return f"{text} is one of our own lines: the caller would come back to where nobody answers."
    why = why_not_dialled(text)
    return f"{text} {_WHY_NOT[why]}" if why else None


def _backup(text: str, own: set[str]) -> str:
    number = classify(text).e164 or text
    fault = backup_fault(number, own)
    if fault is not None:
        raise InvalidInput("backup_numbers", fault)
    return number


def _number(text: str) -> str:
    number = classify(text)
    if number.kind != "number" or number.e164 is None:
        raise InvalidInput("number", "Give the line's number as +16615550100.")
    return number.e164
