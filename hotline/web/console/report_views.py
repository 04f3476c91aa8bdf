"""The form: opened, saved as typed, judged so far, submitted once."""

from __future__ import annotations

from uuid import UUID

from flask import jsonify, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from hotline.base import clock
from hotline.base.errors import InvalidInput
from hotline.calls.models import Call
from hotline.policy.explain import explain
from hotline.reports import access, queries
from hotline.reports import service as reports
from hotline.reports.models import Report
from hotline.reports.states import WRITABLE
from hotline.web.console import drafts, fields, listening_views
from hotline.web.console.blueprint import blueprint
from hotline.web.console.call_bar import bar, notice
from hotline.web.shared import words
from hotline.web.shared.core import core, person, transaction
from hotline.web.shared.dispatch_words import DISPATCH_STATES
from hotline.web.shared.language import Language, language
from hotline.web.shared.partials import part
from screening_forms.rendering import FormView

_STATUS = {"saved": 200, "refused": 422, "conflict": 409}


@blueprint.get("")
def window() -> str:
    """The console without a report: what the screener works on and what became of it."""
    with transaction() as session:
        own = queries.of_screener(session, person().user_id)
        decisions = {report.id: drafts.decided(session, report) for report in own if report.state != "draft"}
    return render_template(
        "console/window.html",
        at=url_for("console.window"),
        bar=bar(url_for("console.window"), standing=True),
        drafts=[report for report in own if report.state == "draft"],
        submitted=[report for report in own if report.state != "draft"],
        decisions=decisions,
        counties=_counties(),
        notice=notice(),
        words=words,
        zone=_zone,
    )


@blueprint.post("/reports")
def begin() -> Response:
    """Begin a report without a call: a visitor, a letter."""
    jurisdiction = request.form.get("jurisdiction", "")
    if jurisdiction not in core().packs.jurisdictions():
        raise InvalidInput("jurisdiction", "Choose the county of the report.")
    with transaction() as session:
        report_id = drafts.begin(session, jurisdiction, clock.now(), None).id
    return redirect(url_for("console.report", report_id=report_id), 303)


@blueprint.get("/reports/<uuid:report_id>")
def report(report_id: UUID) -> str:
    """The form of a draft, or what became of a submitted report."""
    return _page(report_id, fields.Typed())


@blueprint.get("/reports/<uuid:report_id>/form")
def form(report_id: UUID) -> Response:
    """The questions that are asked now, for the open page of a draft: an answer may ask for others."""
    with transaction() as session:
        found = access.own_draft(session, report_id, person())
        shown = _form(session, found, fields.Typed())
    return part(render_template("console/form.html", report=found, form=shown))


@blueprint.get("/reports/<uuid:report_id>/panel")
def panel(report_id: UUID) -> Response:
    """What the rules say so far, asked for after every saved field; once submitted, what they decided."""
    with transaction() as session:
        return part(_panel(session, access.own_draft(session, report_id, person())))


@blueprint.post("/reports/<uuid:report_id>/fields")
def save_field(report_id: UUID) -> tuple[Response, int]:
    """Save one field as typed (script). 409 carries the value that somebody else saved, 422 what to correct."""
    path, raw = request.form.get("path", ""), request.form.getlist("value")
    with transaction() as session:
        outcome = fields.save(session, report_id, path, raw, request.form.get("base_version", ""))
        asked = None
        if outcome.status == "saved":
            found = access.own_draft(session, report_id, person())
            if fields.others_hang_on(found, path):
                asked = fields.paths(_form(session, found, fields.Typed()))
    answer = {
        "path": path,
        "version": outcome.version,
        "value": outcome.value,
        "message": outcome.message,
        "asked": asked,
    }
    return jsonify(answer), _STATUS[outcome.status]


@blueprint.post("/reports/<uuid:report_id>/sections")
def save_section(report_id: UUID) -> Response | tuple[str, int]:
    """Save the fields of a section by button. What can't be saved stays in its field with the reason."""
    with transaction() as session:
        typed = fields.save_posted(session, report_id, request.form)
    if typed.stops:
        return _page(report_id, typed), 422
    entries = fields.entries_posted(request.form)
    more = request.form.get("add")
    least = f"{more}.{entries + 1}" if more else None
    anchor = f"section-{more or request.form.get('section', '')}"
    return redirect(url_for("console.report", report_id=report_id, least=least, _anchor=anchor), 303)


@blueprint.post("/reports/<uuid:report_id>/submit")
def submit(report_id: UUID) -> Response | tuple[str, int]:
    """Hand the draft to the rules. Twice is once."""
    with transaction() as session:
        problems = reports.submit(session, core().vault, core().forms, report_id, person())
    typed = fields.Typed(problems=problems)
    if typed.stops:
        return _page(report_id, typed), 422
    return redirect(url_for("console.report", report_id=report_id), 303)


def _page(report_id: UUID, typed: fields.Typed) -> str:
    """The report's page with what was typed but could not be saved."""
    me = person()
    with transaction() as session:
        found = access.open_report(session, report_id, me, reason="form")
        mine = access.writer(session, found) == me.user_id
        draft = found.state in WRITABLE and mine
        shown = _form(session, found, typed)
        panel_html = _panel(session, found)
    return render_template(
        "console/report.html",
        at=url_for("console.report", report_id=report_id),
        bar=bar(url_for("console.report", report_id=report_id), standing=True),
        report=found,
        mine=mine,
        draft=draft,
        form=shown,
        wrong=[one for one in typed.problems if one.blocking],
        panel=panel_html,
        transcript=listening_views.beside(found) if draft else None,
        notice=notice(),
        words=words,
        zone=_zone(found),
    )


def _form(session: Session, found: Report, typed: fields.Typed) -> FormView:
    answers = reports.answers(session, core().vault, found, person())
    least = fields.least(request.args.getlist("least"))
    return fields.view(found, answers, typed, spoken=_spoken(session, found), least=least)


def _spoken(session: Session, found: Report) -> Language | None:
    call = session.get(Call, found.call_id) if found.call_id else None
    if call is None:
        return None
    return "es" if call.language == "es" else "en"


def _panel(session: Session, found: Report) -> str:
    draft = found.state in WRITABLE
    judged = drafts.so_far(session, found) if draft else drafts.decided(session, found)
    if judged is None:
        return render_template("console/panel.html", draft=False, decision=None)
    decision, place = judged
    said = explain(decision, language(), drafts.pack_of(found))
    return render_template(
        "console/panel.html",
        report=found,
        draft=draft,
        decision=decision,
        said=said,
        place=place,
        recipients=[] if draft else drafts.recipients(session, found),
        states=DISPATCH_STATES,
        words=words,
    )


def _zone(found: Report) -> str:
    return drafts.pack_of(found).rules.calendar.time_zone


def _counties() -> list[tuple[str, str]]:
    now = clock.now()
    packs = core().packs
    return [(code, packs.in_force(code, now).head.name.in_(language())) for code in packs.jurisdictions()]
