"""Online reports that wait for a screener, and taking one up."""

from __future__ import annotations

from uuid import UUID

from flask import redirect, render_template, url_for
from werkzeug.wrappers import Response

from hotline.base.errors import Conflict
from hotline.online_reports import queries, taking
from hotline.web.console.blueprint import blueprint
from hotline.web.console.call_bar import bar, notice
from hotline.web.shared import packs, words
from hotline.web.shared.core import core, person, transaction
from hotline.web.shared.language import gettext, language


@blueprint.get("/online")
def online_reports() -> str:
    """Every online report that nobody has taken yet."""
    return _page()


@blueprint.post("/online/<uuid:online_id>/take")
def take_online(online_id: UUID) -> Response | tuple[str, int]:
    """Take one up: it becomes this screener's draft. Of two screeners one gets it, and the other is told."""
    parts = core()
    try:
        with transaction() as session:
            report_id = taking.take(session, parts.vault, parts.forms, online_id, person()).id
    except Conflict as refusal:
        return _page(gettext(refusal.message)), 409
    return redirect(url_for("console.report", report_id=report_id), 303)


def _page(problem: str | None = None) -> str:
    with transaction() as session:
        waiting = queries.waiting(session)
        in_line = queries.in_line(session)
    at = url_for("console.online_reports")
    return render_template(
        "console/online.html",
        at=at,
        bar=bar(at, standing=True),
        waiting=waiting,
        online=in_line,
        problem=problem,
        county=lambda code: packs.current(code).head.name.in_(language()),
        zone=packs.zone,
        words=words,
        notice=notice(),
    )
