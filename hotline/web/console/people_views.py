"""Search before add: people of earlier reports, and how one of them, or somebody new, comes into the form.

What is searched for stands in the body of the request, never in an address.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from flask import redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from hotline.audit.record import record
from hotline.base.errors import Conflict, InvalidInput, NotFound
from hotline.base.ids import parse_id
from hotline.calls.models import Call
from hotline.matching import service as matching
from hotline.matching.people import is_of_people
from hotline.matching.service import Candidate
from hotline.reports import access, persons
from hotline.reports import service as reports
from hotline.reports.models import Report, ReportAnswer
from hotline.reports.states import WRITABLE
from hotline.web.console import people_search
from hotline.web.console.blueprint import blueprint
from hotline.web.console.call_bar import bar, notice
from hotline.web.console.people_search import Asked
from hotline.web.shared import matching_words, words
from hotline.web.shared.core import core, person, transaction
from hotline.web.shared.language import gettext, language
from screening_forms import people as named
from screening_forms.model import MAX_INSTANCES, UNKNOWN, Form, Section, Value
from screening_forms.rendering import html_id

_YEAR = 365.2425
"""Days."""


@blueprint.get("/reports/<uuid:report_id>/people")
def people(report_id: UUID) -> str:
    """The search, empty."""
    return _page(report_id, Asked(), searched=False)


@blueprint.post("/reports/<uuid:report_id>/people")
def search_people(report_id: UUID) -> str:
    """Who was found for what was typed."""
    return _page(report_id, people_search.asked(), searched=True)


@blueprint.post("/reports/<uuid:report_id>/people/add")
def add_person(report_id: UUID) -> Response:
    """Put somebody into the form: one who was found, or somebody new with what was searched for."""
    asked, wanted = people_search.asked(), request.form.get("person", "")
    with transaction() as session:
        report = access.own_draft(session, report_id, person())
        if report.state not in WRITABLE:
            raise Conflict("This report was submitted already; it can no longer be changed here.")
        form = reports.form_of(core().forms, report)
        answers = reports.without_reporter(session, core().vault, report)
        section, number = _place(form, answers, request.form.get("entry", ""))
        entry = f"{section.id}/{number}"
        present = _entry_of(answers, entry)
        if wanted:
            given = _taken(
                session, report, section, _found_again(session, report, asked, parse_id(wanted)), present
            )
        else:
            given = _typed(section, asked, present)
        _write(session, report, entry, given)
    least = f"{section.id}.{number}"
    at = url_for("console.report", report_id=report_id, least=least, _anchor=html_id(f"{entry}/first_name"))
    return redirect(at, 303)


def _page(report_id: UUID, asked: Asked, *, searched: bool) -> str:
    me, at = person(), url_for("console.people", report_id=report_id)
    with transaction() as session:
        report = access.own_draft(session, report_id, me)
        if report.state not in WRITABLE:
            raise Conflict("This report was submitted already; it can no longer be changed here.")
        form = reports.form_of(core().forms, report)
        answers = reports.without_reporter(session, core().vault, report)
        found = people_search.search(session, report, asked)
        if found:
            record(session, me.actor, "people:searched", "report", report.id, {"found": len(found)})
        call = session.get(Call, report.call_id) if report.call_id else None
    return render_template(
        "console/people.html",
        at=at,
        bar=bar(at, standing=True),
        report=report,
        asked=asked,
        searched=searched,
        found=found,
        places=_places(form, answers),
        sections=matching_words.SECTIONS,
        has_number=call is not None and call.caller_hash is not None,
        notice=notice(),
        words=words,
    )


def _found_again(session: Session, report: Report, asked: Asked, person_id: UUID) -> Candidate:
    """The person among those whom this very search finds: nobody is read who was only guessed."""
    for one in people_search.candidates(session, report, asked):
        if one.person_id == person_id:
            return one
    raise NotFound("This person is no longer found. Search again.")


def _taken(
    session: Session, report: Report, section: Section, one: Candidate, present: Mapping[str, Value]
) -> dict[str, Value]:
    other = access.open_report(session, one.report_id, person(), reason="person", related=True)
    answers = reports.without_reporter(session, core().vault, other)
    found = _entry_of(answers, one.entry)
    years = int((report.received_at - other.received_at).days / _YEAR)
    detail = {"from": str(other.id), "entry": one.entry}
    record(session, person().actor, "person:taken_over", "report", report.id, detail)
    return persons.taken_over(section, found, present, years)


def _typed(section: Section, asked: Asked, present: Mapping[str, Value]) -> dict[str, Value]:
    """Somebody new: as searched for, or known to be there and nothing more."""
    given: dict[str, Value] = {"first_name": asked.first, "last_name": asked.last, "school": asked.school}
    given["birth_date"] = people_search.birth_of(asked.birth)
    taken = persons.taken_over(section, {name: value for name, value in given.items() if value}, present)
    return taken if taken or present else {"first_name": UNKNOWN}


def _write(session: Session, report: Report, entry: str, given: Mapping[str, Value]) -> None:
    parts = core()
    for name, value in given.items():
        path = f"{entry}/{name}"
        answered = session.get(ReportAnswer, (report.id, path))
        version = answered.version if answered is not None else 0
        reports.save(session, parts.vault, parts.forms, report.id, path, value, person(), version)
        matching.touch(session, report.id, path)


def _places(form: Form, answers: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Where somebody can be put: as another child, caregiver …, or with somebody who is entered already."""
    new = [
        (
            section.id,
            gettext("New: %(kind)s", kind=section.one.in_(language()) if section.one else section.id),
        )
        for section in _sections(form)
        if _next(section, form, answers) <= MAX_INSTANCES
    ]
    there = [
        (f"{section.id}/{number}", named.name(form, f"{section.id}/{number}", answers, language()))
        for section in _sections(form)
        for number in form.instances(section, answers)
    ]
    return new + there


def _place(form: Form, answers: Mapping[str, Any], wanted: str) -> tuple[Section, int]:
    """Section and number of what was chosen of `_places`; raises InvalidInput."""
    section_id, _, number = wanted.partition("/")
    section = next((one for one in _sections(form) if one.id == section_id), None)
    if section is None:
        raise InvalidInput("entry", "Choose as what this person comes into the report.")
    if not number:
        return section, _next(section, form, answers)
    if number.isdecimal() and int(number) in form.instances(section, answers):
        return section, int(number)
    raise InvalidInput("entry", "Choose as what this person comes into the report.")


def _next(section: Section, form: Form, answers: Mapping[str, Any]) -> int:
    return max(form.instances(section, answers), default=0) + 1


def _sections(form: Form) -> list[Section]:
    return [one for one in form.sections if is_of_people(one)]


def _entry_of(answers: Mapping[str, Any], entry: str) -> dict[str, Value]:
    return {
        path.removeprefix(f"{entry}/"): value
        for path, value in answers.items()
        if path.startswith(f"{entry}/")
    }
