"""Seals, and what is done with a report after it was submitted: additions, another one of the same call."""

from __future__ import annotations

from uuid import UUID

from flask import redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from hotline.base.errors import InvalidInput
from hotline.calls import service as calls
from hotline.reports import access, additions, attaching, sealing
from hotline.reports.access import ReasonNeeded
from hotline.reports.models import Report
from hotline.web.console.blueprint import blueprint
from hotline.web.shared.answers import safe_path, wants_data
from hotline.web.shared.core import core, person, transaction
from hotline.web.shared.language import gettext


@blueprint.app_errorhandler(ReasonNeeded)
def ask_for_reason(error: ReasonNeeded) -> tuple[str, int]:
    """The page on which a supervisor says why, wherever a sealed report was asked for."""
    if wants_data():
        return gettext(error.message), 403
    at = request.full_path.rstrip("?") if request.method == "GET" else ""
    return _reason_page(error.report_id, error.reference, at), 403


@blueprint.post("/reports/<uuid:report_id>/reason")
def give_reason(report_id: UUID) -> Response | tuple[str, int]:
    """Keep a supervisor's reason, and on to the page that was asked for."""
    at = safe_path(request.form.get("at"), url_for("console.report", report_id=report_id))
    try:
        with transaction() as session:
            sealing.give_reason(session, core().vault, report_id, person(), request.form.get("why", ""))
    except InvalidInput as problem:
        with transaction() as session:
            reference = session.get_one(Report, report_id).reference
        return _reason_page(report_id, reference, at, gettext(problem.message)), 400
    return redirect(at, 303)


@blueprint.post("/reports/<uuid:report_id>/seal")
def seal(report_id: UUID) -> Response:
    """Seal the report, or lift its seal, for a written reason."""
    why, wanted = request.form.get("why", ""), request.form.get("do", "")
    if wanted not in ("seal", "unseal"):
        raise InvalidInput("do", "Use the buttons of the page.")
    act = sealing.seal if wanted == "seal" else sealing.unseal
    with transaction() as session:
        act(session, core().vault, report_id, person(), why)
    return _to_report(report_id)


@blueprint.post("/reports/<uuid:report_id>/additions")
def add_to_report(report_id: UUID) -> Response:
    """Keep what is new with a submitted report; a person in charge is told of it."""
    with transaction() as session:
        additions.add(
            session,
            core().vault,
            report_id,
            person(),
            request.form.get("text", ""),
            new_danger=request.form.get("new_danger") == "yes",
            call_id=_call_about(session, report_id),
        )
    return _to_report(report_id, "added")


@blueprint.post("/reports/<uuid:report_id>/another")
def another_report(report_id: UUID) -> Response:
    """One more report of the same call: the answers about the reporter go along."""
    with transaction() as session:
        fresh = attaching.another(session, core().vault, core().forms, report_id, person()).id
    return _to_report(fresh)


def _call_about(session: Session, report_id: UUID) -> UUID | None:
    """The call that the person has now, if it is about this report."""
    report = session.get(Report, report_id)
    talk = calls.current_call(session, person().user_id)
    if report is None or talk is None or not access.has_call(session, report, talk.call_id):
        return None
    return talk.call_id


def _reason_page(report_id: UUID, reference: str, at: str, problem: str | None = None) -> str:
    return render_template(
        "console/sealed.html", report_id=report_id, reference=reference, at=at, problem=problem
    )


def _to_report(report_id: UUID, anchor: str | None = None) -> Response:
    return redirect(url_for("console.report", report_id=report_id, _anchor=anchor), 303)
