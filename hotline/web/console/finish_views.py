"""The end of a wrap-up: what the call was about, with one key for what is no report."""

from __future__ import annotations

from uuid import UUID

from flask import redirect, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from hotline.base.errors import Conflict, InvalidInput
from hotline.calls import service as calls
from hotline.calls.states import DISPOSITIONS
from hotline.reports import queries
from hotline.reports import service as reports
from hotline.reports.models import Report
from hotline.web.console.blueprint import blueprint
from hotline.web.console.call_views import back
from hotline.web.shared.answers import safe_path
from hotline.web.shared.core import core, person, transaction


@blueprint.post("/calls/<uuid:call_id>/finish")
def finish(call_id: UUID) -> Response:
    """End the wrap-up with what the call was about, and with it the drafts in which nothing is written.

    "Report" stands only for a call whose report was submitted, or that was attached to an earlier one. A draft that
    holds answers stays with its writer.
    """
    disposition = request.form.get("disposition", "")
    if disposition not in DISPOSITIONS:
        raise InvalidInput("disposition", "Choose what the call was about.")
    try:
        with transaction() as session:
            # The pool's lock comes before every row: so the call first, then its drafts.
            calls.finish(session, call_id, person().user_id, disposition)
            empty, written = _drafts(session, call_id)
            if disposition == "report":
                _require_submitted(session, call_id, written)
            for draft in empty:
                reports.drop(session, core().vault, draft.id, person(), "no_report")
    except Conflict as error:
        return back("report_first" if isinstance(error, ReportMissing) else "call_open")
    gone = {url_for("console.report", report_id=draft.id) for draft in empty}
    if safe_path(request.form.get("at"), "").split("?")[0] in gone:
        return redirect(url_for("console.window"), 303)
    return back("draft_stays" if written else None)


class ReportMissing(Conflict):
    """The call is said to be about a report, and none was submitted."""


def _drafts(session: Session, call_id: UUID) -> tuple[list[Report], list[Report]]:
    """The call's drafts: those in which nothing is written, and the others."""
    empty: list[Report] = []
    written: list[Report] = []
    for report in queries.of_call(session, call_id):
        if report.state == "draft":
            (empty if reports.is_empty(session, core().vault, report) else written).append(report)
    return empty, written


def _require_submitted(session: Session, call_id: UUID, written: list[Report]) -> None:
    submitted = [report for report in queries.of_call(session, call_id) if report.state != "draft"]
    if written or not (submitted or queries.about_call(session, call_id)):
        raise ReportMissing("Submit the report of this call first.")
