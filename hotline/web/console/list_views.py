"""The screener's lists as a part that refreshes itself, the clock of a report, and whom its writer waits for."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from flask import redirect, render_template, request, url_for
from markupsafe import Markup
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from hotline.base.errors import InvalidInput
from hotline.base.ids import parse_id
from hotline.reports import access, collaterals
from hotline.reports.models import Report
from hotline.reports.states import WRITABLE
from hotline.reviews import queries as reviews
from hotline.web.console import drafts, lists
from hotline.web.console.blueprint import blueprint
from hotline.web.shared import words
from hotline.web.shared.core import core, person, transaction
from hotline.web.shared.dispatch_words import COLLATERAL_REASONS, COLLATERAL_RESULTS, DISPATCH_STATES
from hotline.web.shared.partials import part

SPANS = {
    "1": timedelta(hours=1),
    "4": timedelta(hours=4),
    "24": timedelta(hours=24),
    "72": timedelta(hours=72),
}


@blueprint.get("/lists")
def own_lists() -> Response:
    """The lists again, for the open console."""
    with transaction() as session:
        return part(rendered(session))


def rendered(session: Session) -> Markup:
    """The screener's lists."""
    return Markup(
        render_template(
            "console/lists.html",
            lists=lists.own(session),
            words=words,
            states=DISPATCH_STATES,
            reasons=COLLATERAL_REASONS,
            zone=lambda report: drafts.pack_of(report).rules.calendar.time_zone,
        )
    )


@blueprint.get("/reports/<uuid:report_id>/clock")
def clock(report_id: UUID) -> Response:
    """Until when the decision is due, as the answers so far set it."""
    with transaction() as session:
        return part(clock_of(session, access.own_report(session, report_id, person())))


def clock_of(session: Session, report: Report) -> Markup:
    """The clock of a report that is still written; empty once it is with the rules."""
    if report.state not in WRITABLE:
        return Markup()
    answer_by = reviews.due_of_items(session, "returned_report", [report.id]).get(report.id)
    found = lists.draft(session, report)
    return Markup(
        render_template(
            "console/clock.html",
            found=found,
            answer_by=answer_by,
            extended=collaterals.is_extended(session, report.id),
            zone=drafts.pack_of(report).rules.calendar.time_zone,
        )
    )


def around(session: Session, report: Report) -> dict[str, object]:
    """What the page of an opened report shows of its review and of those who are asked."""
    vault = core().vault
    return {
        "clock": clock_of(session, report),
        "question": reviews.question(session, vault, report),
        "said": reviews.said(session, vault, report),
        "awaited": collaterals.of_report(session, vault, report),
        "reasons": COLLATERAL_REASONS,
        "results": COLLATERAL_RESULTS,
        "more_time": drafts.pack_of(report).rules.collateral,
    }


@blueprint.post("/reports/<uuid:report_id>/collaterals")
def ask(report_id: UUID) -> Response:
    """Wait for somebody's answer before the decision."""
    within = SPANS.get(request.form.get("within", ""))
    if within is None:
        raise InvalidInput("within", "Choose until when you wait.")
    with transaction() as session:
        report = access.own_report(session, report_id, person())
        pack = drafts.pack_of(report)
        found = lists.draft(session, report)
        collaterals.ask(
            session,
            core().vault,
            report_id,
            person(),
            who=request.form.get("who", ""),
            reason=request.form.get("reason", ""),
            within=within,
            more_time=pack.rules.collateral,
            decision_due=None if found.at_once else found.due,
        )
    return _back(report_id)


@blueprint.post("/reports/<uuid:report_id>/collaterals/settle")
def settle_collateral(report_id: UUID) -> Response:
    """Say what came of asking somebody."""
    with transaction() as session:
        collateral_id = parse_id(request.form.get("collateral", ""))
        collaterals.settle(session, collateral_id, person(), request.form.get("result", ""))
    return _back(report_id)


def _back(report_id: UUID) -> Response:
    return redirect(url_for("console.report", report_id=report_id, _anchor="asked"), 303)
