"""Finding people of earlier reports for the form, and what may be told of them."""

from __future__ import annotations

from dataclasses import dataclass
from dataclasses import fields as fields_of
from datetime import datetime

from flask import request
from sqlalchemy import select
from sqlalchemy.orm import Session

from hotline.calls.models import Call
from hotline.geography.addresses import Address
from hotline.matching import normalise
from hotline.matching import service as matching
from hotline.matching.models import ReportPerson
from hotline.matching.score import Reason
from hotline.matching.service import Candidate, Query
from hotline.reports import access, sealing
from hotline.reports.models import Report
from hotline.reports.states import WRITABLE
from hotline.web.console import drafts, history_panel
from hotline.web.shared.core import person
from screening_forms.errors import ValueProblem
from screening_forms.model import Field
from screening_forms.parsing import parse
from screening_forms.words import Words

_LONGEST = 200
_MOST = 12
_BIRTH = Field(
    id="birth_date", kind="partial_date", label=Words(en="Date of birth", es="Fecha de nacimiento")
)


@dataclass(frozen=True)
class Asked:
    """What was typed into the search. `number`: people of reports from this call's number as well."""

    first: str = ""
    last: str = ""
    birth: str = ""
    street: str = ""
    town: str = ""
    school: str = ""
    number: str = ""

    @property
    def is_blank(self) -> bool:
        """Whether there is nothing to search for."""
        return not any(getattr(self, one.name).strip() for one in fields_of(self))


@dataclass(frozen=True)
class Found:
    """Somebody who was found. `ask` names whom to ask when this person may not see more than the reference."""

    candidate: Candidate
    reference: str
    received_at: datetime
    zone: str
    likely: str
    reasons: str
    being_written: bool
    ask: str | None


def asked() -> Asked:
    """What the request carries in its body."""
    return Asked(**{one.name: request.form.get(one.name, "")[:_LONGEST].strip() for one in fields_of(Asked)})


def search(session: Session, report: Report, asked: Asked) -> list[Found]:
    """Whoever is found for a report of this person; nobody for a blank search."""
    if asked.is_blank:
        return []
    return [_shown(session, one) for one in candidates(session, report, asked)]


def candidates(session: Session, report: Report, asked: Asked) -> list[Candidate]:
    """Who is like the one who was asked for, the likeliest first, then everybody of reports from this call's number."""
    call = session.get(Call, report.call_id) if asked.number and report.call_id else None
    number = call.caller_hash if call is not None else None
    query = Query(
        first=asked.first,
        last=asked.last,
        birth=birth_of(asked.birth),
        address=Address(street=asked.street, city=asked.town) if asked.street or asked.town else None,
        school=asked.school,
        call=number or "",
    )
    alike = matching.candidates(session, query, _MOST, report.id)
    known = {one.person_id for one in alike}
    others = [one for one in _of_number(session, number) if one.report_id != report.id]
    return [*alike, *(one for one in others if one.person_id not in known)][:_MOST]


def _of_number(session: Session, number: str | None) -> list[Candidate]:
    reports_ = {one.report_id: one for one in matching.of_number(session, number)}
    rows = session.scalars(
        select(ReportPerson).where(ReportPerson.report_id.in_(reports_)).order_by(ReportPerson.entry)
    )
    return [
        Candidate(
            person_id=row.id,
            report_id=row.report_id,
            entry=row.entry,
            role=row.role,
            name="" if reports_[row.report_id].sealed else row.name,
            birth="" if reports_[row.report_id].sealed else row.birth or "",
            score=0,
            bits=0.0,
            reasons=(Reason("same_caller"),),
            sealed=reports_[row.report_id].sealed,
        )
        for row in rows
    ]


def _shown(session: Session, one: Candidate) -> Found:
    """A candidate with what this person may be told."""
    other = session.get_one(Report, one.report_id)
    open_to_me = access.may_read(session, other, person(), related=True)
    return Found(
        candidate=one,
        reference=other.reference,
        received_at=other.received_at,
        zone=drafts.pack_of(other).rules.calendar.time_zone,
        likely=history_panel.likely(one.score),
        reasons=history_panel.because(one.reasons) if open_to_me else "",
        being_written=other.state in WRITABLE,
        ask=None if open_to_me else sealing.whom_to_ask(session, other),
    )


def birth_of(text: str) -> str:
    """A date as people write it, as the search takes it; empty when it is none."""
    try:
        value = parse(_BIRTH, text)
    except ValueProblem:
        return ""
    return normalise.birth_of(value) if isinstance(value, str) else ""
