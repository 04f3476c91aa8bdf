"""Reports that came without a call, and files on a report: put there, handed out, taken off. All without scripts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from flask import redirect, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from hotline.attachments import service as attachments
from hotline.attachments.service import Listed
from hotline.base.errors import InvalidInput
from hotline.base.ids import new_id, parse_id
from hotline.reports import service as reports
from hotline.reports.models import Report
from hotline.web.console import drafts
from hotline.web.console.blueprint import blueprint
from hotline.web.shared.core import core, person, transaction
from hotline.web.shared.handing_out import hand_out
from hotline.web.shared.received import received_at
from hotline.web.shared.uploads import files
from hotline.written_reports import service as written_reports
from hotline.written_reports.models import WrittenReport

WITHOUT_A_CALL = ("walk_in", "letter", "fax")
"""How a report may come that somebody begins by hand."""


@dataclass(frozen=True)
class Beside:
    """What lies with a report: its files, and the written reports that are owed on it."""

    files: Sequence[Listed]
    written: Sequence[WrittenReport]


def beside(session: Session, report: Report) -> Beside:
    """The files of a report that the person has opened, and the written reports of its mandated reporter."""
    return Beside(
        attachments.of(session, core().vault, report.id), written_reports.of_report(session, report.id)
    )


@blueprint.post("/reports")
def begin() -> Response:
    """Begin a report without a call: a visitor, a letter, a fax, with the scanned pages if there are any.

    Its clocks start when it was received; said nothing of that, they start now.
    """
    jurisdiction = request.form.get("jurisdiction", "")
    if jurisdiction not in core().packs.jurisdictions():
        raise InvalidInput("jurisdiction", "Choose the county of the report.")
    channel = request.form.get("channel", WITHOUT_A_CALL[0])
    if channel not in WITHOUT_A_CALL:
        raise InvalidInput("channel", "Say how the report came in.")
    came = received_at(jurisdiction, request.form.get("received_at", ""))
    # The page chose the id, so that its button pressed twice begins one report.
    report_id = parse_id(request.form["once"]) if request.form.get("once") else new_id()
    with transaction() as session:
        if not reports.begun(session, report_id, person()):
            drafts.begin(session, jurisdiction, came, None, channel, report_id)
            _keep(session, report_id)
    return redirect(url_for("console.report", report_id=report_id), 303)


@blueprint.post("/reports/<uuid:report_id>/files")
def add_files(report_id: UUID) -> Response:
    """Put files on a report that the person writes."""
    with transaction() as session:
        if not _keep(session, report_id):
            raise InvalidInput("files", "Choose a file first.")
    return _back(report_id)


@blueprint.get("/reports/<uuid:report_id>/files/<uuid:file_id>")
def file(report_id: UUID, file_id: UUID) -> Response:
    """One file, to be saved; the look is audited."""
    with transaction() as session:
        found = attachments.read(session, core().vault, report_id, file_id, person())
    return hand_out(found.content, found.media_type, found.name)


@blueprint.post("/reports/<uuid:report_id>/files/<uuid:file_id>/remove")
def remove_file(report_id: UUID, file_id: UUID) -> Response:
    """Take a file off and destroy it. What came in as a paper stays."""
    with transaction() as session:
        attachments.remove(session, core().vault, report_id, file_id, person())
    return _back(report_id)


def _keep(session: Session, report_id: UUID) -> int:
    """Put the posted files on the report; how many."""
    posted = files()
    for one in posted:
        attachments.add(session, core().vault, report_id, person(), one.name, one.content)
    return len(posted)


def _back(report_id: UUID) -> Response:
    return redirect(url_for("console.report", report_id=report_id, _anchor="files"), 303)
