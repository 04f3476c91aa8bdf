"""The panel of earlier reports beside the form: what was searched on, what was found and why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import render_template
from sqlalchemy.orm import Session

from hotline.audit.record import record
from hotline.matching import service as matching
from hotline.matching.score import Reason
from hotline.reports import access, sealing
from hotline.reports import service as reports
from hotline.reports.models import Report
from hotline.reports.states import WRITABLE
from hotline.web.console import drafts
from hotline.web.shared import matching_words, words
from hotline.web.shared.core import core, person
from hotline.web.shared.language import gettext, language
from hotline.web.shared.words import word
from screening_forms import people

_ADDRESS = ("street", "town", "zip", "address")


@dataclass(frozen=True)
class Row:
    """One earlier report. `ask` names whom to ask when this person may not open it; then nothing else is told."""

    report: Report
    state: str
    likely: str
    reasons: str
    people: str
    decision: str
    received_at: datetime
    zone: str
    sealed: bool
    being_written: bool
    ask: str | None


def render(session: Session, report: Report) -> str:
    """The panel for the writer of a report."""
    return panel(session, report, rows(session, report))


def panel(session: Session, report: Report, found: Sequence[Row]) -> str:
    """The same for reports that were found already."""
    return render_template(
        "console/history.html",
        report=report,
        rows=[row for row in found if row.state != "rejected"],
        rejected=[row for row in found if row.state == "rejected"],
        searched_on=_searched_on(session, report),
        draft=report.state in WRITABLE,
        links=matching_words.LINKS,
        words=words,
    )


def rows(session: Session, report: Report) -> list[Row]:
    """Earlier reports of the same people, the likeliest first."""
    parts = core()
    found = matching.for_report(session, parts.vault, parts.forms, report)
    if found:
        record(session, person().actor, "priors:listed", "report", report.id, {"found": len(found)})
    return [_row(session, prior) for prior in found]


def likely(score: int) -> str:
    """A score in words."""
    return next(gettext(text) for least, text in matching_words.LIKELY if score >= least)


def because(reasons: Sequence[Reason]) -> str:
    """Reasons as one line, the strongest first."""
    return ", ".join(word(matching_words.REASONS, reason.code) % dict(reason.params) for reason in reasons)


def _row(session: Session, prior: matching.Prior) -> Row:
    other = session.get_one(Report, prior.report_id)
    open_to_me = access.may_read(session, other, person(), related=True)
    decided = drafts.decided(session, other) if open_to_me else None
    decision = decided[0] if decided else None
    said = [] if decision is None else [decision.disposition_name.in_(language())]
    if decision is not None and decision.track_name:
        said.append(decision.track_name.in_(language()))
    return Row(
        report=other,
        state=prior.state,
        likely=likely(prior.score),
        reasons=because(prior.reasons) if open_to_me else "",
        people=", ".join(dict.fromkeys(one.candidate.name for one in prior.people)) if open_to_me else "",
        decision=", ".join(said),
        received_at=other.received_at,
        zone=drafts.pack_of(other).rules.calendar.time_zone,
        sealed=other.restriction is not None,
        being_written=other.state in WRITABLE,
        ask=None if open_to_me else sealing.whom_to_ask(session, other),
    )


def _searched_on(session: Session, report: Report) -> list[str]:
    """The names that were searched for, and what else of them: said, so that a gap in the form is seen."""
    answers = reports.without_reporter(session, core().vault, report)
    form = reports.form_of(core().forms, report)
    asked = list(people.names(form, answers, language()).values())
    given = {path.rsplit("/", 1)[-1] for path, value in answers.items() if value and value != "unknown"}
    if "birth_date" in given:
        asked.append(gettext("dates of birth"))
    if any(name.endswith(_ADDRESS) for name in given):
        asked.append(gettext("addresses"))
    if "school" in given:
        asked.append(gettext("schools"))
    if report.call_id is not None:
        asked.append(gettext("the number of the call"))
    return asked
