"""What is known of a caller's number before a word is said: which line, who called before, what was reported."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from hotline.calls import revealing
from hotline.calls.earlier import EarlierCall, earlier_calls
from hotline.calls.models import Call
from hotline.lines.models import Line
from hotline.matching import service as matching
from hotline.matching.service import Known
from hotline.reports import access, queries
from hotline.reports.models import Report
from hotline.web.shared.core import core, person

_MOST = 6
"""How many earlier reports of a number are listed: the bar is drawn anew every second."""


@dataclass(frozen=True)
class NumberReport:
    """An earlier report of the number: no story, no name."""

    known: Known
    attached: bool
    """The present call is noted with it already."""
    may_read: bool
    """Whether this person may open it; else it is sealed, or somebody writes it now."""


@dataclass(frozen=True)
class ScreenPop:
    """The line that was dialled, and the past of the number; both lists are empty for a withheld number."""

    line: str
    calls: Sequence[EarlierCall]
    reports: Sequence[NumberReport]
    zone: str
    may_reveal: bool
    """Whether this person may see the whole number after giving a reason."""
    last_called: datetime | None

    @property
    def is_empty(self) -> bool:
        """Whether nothing came from this number before."""
        return not self.calls and not self.reports


def screen_pop(session: Session, call: Call) -> ScreenPop:
    """The past of the number of `call`, as references, codes and times."""
    calls = earlier_calls(session, call)
    attached = {report.id for report in queries.about_call(session, call.id)}
    present = {report.id for report in queries.of_call(session, call.id)}
    pack = core().packs.in_force(call.jurisdiction, call.received_at)
    return ScreenPop(
        line=session.get_one(Line, call.line_id).name,
        calls=calls,
        reports=[
            NumberReport(known, known.report_id in attached, _may_read(session, known))
            for known in matching.of_number(session, call.caller_hash, _MOST)
            if known.report_id not in present
        ],
        zone=pack.rules.calendar.time_zone,
        may_reveal=revealing.may_reveal(core().packs, call, person()),
        last_called=calls[0].received_at if calls else None,
    )


def _may_read(session: Session, known: Known) -> bool:
    report = session.get_one(Report, known.report_id)
    return access.may_read(session, report, person(), related=True)
