"""Addresses that find their place while they are typed. What is typed is posted: it stands in no page's address."""

from __future__ import annotations

import json
import re
from uuid import UUID

from flask import jsonify, redirect, request, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from hotline.base.errors import InvalidInput, NotFound
from hotline.reports import access
from hotline.reports import service as reports
from hotline.reports.states import WRITABLE
from hotline.web.console import fields, places
from hotline.web.console.blueprint import blueprint
from hotline.web.shared.core import core, person, transaction
from screening_forms.errors import UnknownField

_PREFIX = re.compile(r"[a-z_]+(?:/[1-9][0-9]?)?/[a-z_]+")
_MOST = 200
"""Characters of one part of an address that are looked at."""


@blueprint.post("/reports/<uuid:report_id>/place")
def place(report_id: UUID) -> Response:
    """The box below an address for the parts that are typed at present; nothing is stored."""
    prefix = request.form.get("at", "")
    values = {part: request.form.get(part, "")[:_MOST] for part in places.PARTS}
    with transaction() as session:
        report = access.own_report(session, report_id, person())
        form = reports.form_of(core().forms, report)
        try:
            if not _PREFIX.fullmatch(prefix):
                raise UnknownField(prefix)
            form.field_at(f"{prefix}_town")
        except UnknownField as error:
            raise NotFound("The form has no such field. Reload the page.") from error
        return jsonify(html=places.box(session, report, form, prefix, values))


@blueprint.post("/reports/<uuid:report_id>/place/choose")
def choose_place(report_id: UUID) -> Response:
    """A candidate chosen without scripts: the section is saved as posted, with the candidate's answers in it."""
    posted = MultiDict(request.form)
    for path, value in _chosen(posted.get("fill", "")).items():
        posted.setlist(path, [value])
    with transaction() as session:
        report = access.own_draft(session, report_id, person())
        if report.state in WRITABLE:
            fields.save_posted(session, report_id, posted)
    anchor = f"section-{request.form.get('section', '')}"
    return redirect(url_for("console.report", report_id=report_id, _anchor=anchor), 303)


def _chosen(fill: str) -> dict[str, str]:
    try:
        found = json.loads(fill)
    except ValueError:
        found = None
    if not isinstance(found, dict) or not all(isinstance(value, str) for value in found.values()):
        raise InvalidInput("fill", "Choose one of the places.")
    return {str(path): value for path, value in found.items()}
