"""The questions of a report: shown as they are asked now, and saved as they are typed."""

from __future__ import annotations

from uuid import UUID

from flask import jsonify, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from hotline.attachments import service as attachments
from hotline.calls.models import Call
from hotline.reports import access
from hotline.reports import service as reports
from hotline.reports.models import Report
from hotline.web.console import fields, places
from hotline.web.console.blueprint import blueprint
from hotline.web.shared.core import core, person, transaction
from hotline.web.shared.language import Language
from hotline.web.shared.partials import part
from screening_forms.rendering import FormView

_STATUS = {"saved": 200, "refused": 422, "conflict": 409}


@blueprint.get("/reports/<uuid:report_id>/form")
def form(report_id: UUID) -> Response:
    """The questions that are asked now, for the open page of a draft: an answer may ask for others.

    204 when the report is still in the version `have`, in which the page knows all of it.
    """
    with transaction() as session:
        found = access.own_draft(session, report_id, person())
        if request.args.get("have") == str(found.version):
            return Response(status=204)
        shown = view(session, found, fields.Typed())
        near = places.boxes(session, found, shown)
    return part(render_template("console/form.html", report=found, form=shown, places=near))


@blueprint.post("/reports/<uuid:report_id>/fields")
def save_field(report_id: UUID) -> tuple[Response, int]:
    """Save one field as typed (script). 409 carries the value that somebody else saved, 422 what to correct.

    `parts` names the parts of the page that the answer changed, `report_version` what the report is at now.
    """
    typed = fields.FieldTyped(
        path=request.form.get("path", ""),
        raw=request.form.getlist("value"),
        version=request.form.get("base_version", ""),
        seen=request.form.getlist("seen") if "seen" in request.form else None,
        stamp=request.form.get("stamp", ""),
    )
    with transaction() as session:
        outcome = fields.save(session, report_id, typed)
    answer = {
        "path": typed.path,
        "version": outcome.version,
        "value": outcome.value,
        "as_typed": outcome.as_typed,
        "message": outcome.message,
        "parts": outcome.parts,
        "report_version": outcome.report_version,
    }
    return jsonify(answer), _STATUS[outcome.status]


def save_posted(report_id: UUID) -> tuple[fields.Typed, Response]:
    """Save the section that was posted by its button; what could not be saved, and where to go when all was."""
    with transaction() as session:
        typed = fields.save_posted(session, report_id, request.form)
    entries = fields.entries_posted(request.form)
    more = request.form.get("add")
    least = f"{more}.{entries + 1}" if more else None
    anchor = f"section-{more or request.form.get('section', '')}"
    return typed, redirect(url_for("console.report", report_id=report_id, least=least, _anchor=anchor), 303)


def view(session: Session, found: Report, typed: fields.Typed) -> FormView:
    """The form of a report for the person who asks, with what was typed but could not be saved."""
    answers = reports.answers(session, core().vault, found, person())
    least = fields.least(request.args.getlist("least"))
    files = {str(one.id): one.name for one in attachments.of(session, core().vault, found.id)}
    return fields.view(found, answers, typed, spoken=_spoken(session, found), least=least, files=files)


def _spoken(session: Session, found: Report) -> Language | None:
    call = session.get(Call, found.call_id) if found.call_id else None
    if call is None:
        return None
    return "es" if call.language == "es" else "en"
