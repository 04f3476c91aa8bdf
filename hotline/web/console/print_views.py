"""Printing a report: a page for the browser's printer, and a PDF. Both audited, both without the reporter."""

from __future__ import annotations

from uuid import UUID

from flask import render_template
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from hotline.audit.record import record
from hotline.base import clock
from hotline.printing.document import Document
from hotline.printing.pdf import pdf as made
from hotline.reports import access
from hotline.web.console import printed
from hotline.web.console.blueprint import blueprint
from hotline.web.shared.core import person, transaction
from hotline.web.shared.handing_out import hand_out


@blueprint.get("/reports/<uuid:report_id>/print")
def print_page(report_id: UUID) -> str:
    """The report as a page to be printed, in whatever script: the browser has typefaces for all."""
    with transaction() as session:
        document = _document(session, report_id, "page")
    return render_template("console/print.html", document=document, report_id=report_id)


@blueprint.get("/reports/<uuid:report_id>/report.pdf")
def pdf(report_id: UUID) -> Response:
    """The same as a PDF, to be saved."""
    with transaction() as session:
        document = _document(session, report_id, "pdf")
    return hand_out(made(document, clock.now()), "application/pdf", f"{document.title}.pdf")


def _document(session: Session, report_id: UUID, kind: str) -> Document:
    me = person()
    report = access.open_report(session, report_id, me, reason="print")
    record(session, me.actor, "report:printed", "report", report.id, {"as": kind})
    return printed.document(session, report)
