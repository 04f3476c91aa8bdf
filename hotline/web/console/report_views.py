"""The form: opened, saved as typed, judged so far, submitted once."""

from __future__ import annotations

from uuid import UUID

from flask import redirect, render_template, url_for
from werkzeug.wrappers import Response

from hotline.base import clock
from hotline.base.ids import new_id
from hotline.online_reports import queries as online_reports
from hotline.reports import access
from hotline.reports import service as reports
from hotline.reports.models import Report
from hotline.reports.states import WRITABLE
from hotline.web.console import (
    drafts,
    fields,
    form_views,
    list_views,
    listening_views,
    panel_views,
    paper_views,
    places,
    report_parts,
)
from hotline.web.console.blueprint import blueprint
from hotline.web.console.call_bar import bar, notice
from hotline.web.shared import words
from hotline.web.shared.core import core, person, transaction
from hotline.web.shared.language import language
from hotline.web.shared.received import now_there
from hotline.written_reports import papers


@blueprint.get("")
def window() -> str:
    """The console without a report: what the screener works on and what became of it."""
    with transaction() as session:
        own = list_views.rendered(session)
        online = online_reports.in_line(session)
        papers_waiting = papers.how_many_wait(session)
    return render_template(
        "console/window.html",
        at=url_for("console.window"),
        bar=bar(url_for("console.window"), standing=True),
        lists=own,
        online=online,
        counties=_counties(),
        papers_waiting=papers_waiting,
        without_a_call=paper_views.WITHOUT_A_CALL,
        latest=now_there(core().packs.jurisdictions()[0]),
        once=new_id(),
        notice=notice(),
        words=words,
        zone=_zone,
    )


@blueprint.get("/reports/<uuid:report_id>")
def report(report_id: UUID) -> str:
    """The form of a draft, or what became of a submitted report."""
    return _page(report_id, fields.Typed())


@blueprint.post("/reports/<uuid:report_id>/sections")
def save_section(report_id: UUID) -> Response | tuple[str, int]:
    """Save the fields of a section by button. What can't be saved stays in its field with the reason."""
    typed, onward = form_views.save_posted(report_id)
    return (_page(report_id, typed), 422) if typed.stops else onward


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
        shown = form_views.view(session, found, typed)
        panel_html = panel_views.beside(session, found)
        near = places.boxes(session, found, shown) if draft else {}
        around = report_parts.parts(session, found, shown)
        beside = paper_views.beside(session, found)
        review = list_views.around(session, found)
    return render_template(
        "console/report.html",
        at=url_for("console.report", report_id=report_id),
        bar=bar(url_for("console.report", report_id=report_id), standing=True),
        report=found,
        mine=mine,
        draft=draft,
        form=shown,
        places=near,
        wrong=[one for one in typed.problems if one.blocking],
        panel=panel_html,
        parts=around,
        papers=beside,
        review=review,
        transcript=listening_views.beside(found) if draft else None,
        notice=notice(),
        words=words,
        zone=_zone(found),
    )


def _zone(found: Report) -> str:
    return drafts.pack_of(found).rules.calendar.time_zone


def _counties() -> list[tuple[str, str]]:
    now = clock.now()
    packs = core().packs
    return [(code, packs.in_force(code, now).head.name.in_(language())) for code in packs.jurisdictions()]
