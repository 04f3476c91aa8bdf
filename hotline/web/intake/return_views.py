"""Coming back with the code; the acknowledgment; what became of a report, as far as its writer may know."""

from __future__ import annotations

from flask import make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from hotline.online_reports import returning
from hotline.online_reports import service as online
from hotline.online_reports.limits import TooMany
from hotline.online_reports.models import OnlineReport
from hotline.web.intake import telephone, visitors
from hotline.web.intake.blueprint import blueprint
from hotline.web.shared.core import core, transaction
from hotline.web.shared.language import gettext


@blueprint.get("/sent")
def sent() -> str:
    """The acknowledgment, to print or write down. It tells nothing of what was reported."""
    with transaction() as session:
        found = visitors.present(session)
        if found is None or found.state not in ("sent", "taken"):
            raise visitors.Ended
        pack = online.pack_of(core().packs, found)
        phone = telephone.of(session, pack, with_wait=found.danger)
    return render_template(
        "intake/sent.html",
        report=found,
        pack=pack,
        hours=online.section_of(pack).answer_inquiries_within_hours,
        zone=pack.rules.calendar.time_zone,
        phone=phone,
        online_token=visitors.form_token(found.id),
    )


@blueprint.get("/resume")
def resume() -> str:
    """Where the code is entered."""
    notices = {
        "left": gettext("Your report is kept. Come back with your code."),
        "ended": gettext("You were away for a while, or the browser was closed. Enter your code to go on."),
    }
    notice = next((words for name, words in notices.items() if name in request.args), None)
    return render_template("intake/resume.html", problem=None, notice=notice, phone=None)


@blueprint.post("/resume")
def reopen() -> Response | tuple[str, int]:
    """Go on with the report of a code."""
    try:
        with transaction() as session:
            found = returning.resume(session, core().vault, request.form.get("code", ""))
            token = found[1] if found is not None else None
    except TooMany as refusal:
        page = render_template(
            "intake/resume.html", problem=gettext(refusal.message), notice=None, phone=None
        )
        return page, 429
    if token is None:
        words = gettext(
            "No report is kept under this code. It may have been sent, or is too old; look at the code once more."
        )
        return render_template("intake/resume.html", problem=words, notice=None, phone=None), 422
    answer = redirect(url_for("intake.report"), 303)
    visitors.remember(answer, token)
    return answer


@blueprint.get("/status")
def status() -> str:
    """Where number and code are entered."""
    return _status()


@blueprint.post("/status")
def tell() -> Response | tuple[str, int]:
    """Whether a report was received and is being handled; never what came of it."""
    number, code = request.form.get("number", ""), request.form.get("code", "")
    try:
        with transaction() as session:
            found = returning.sent(session, core().vault, number, code)
    except TooMany as refusal:
        return _status(gettext(refusal.message)), 429
    if found is None:
        return _status(gettext("No report was sent under this number and code. Look at both once more.")), 422
    return make_response(_status(found=found))


def _status(problem: str | None = None, found: OnlineReport | None = None) -> str:
    zone = online.pack_of(core().packs, found).rules.calendar.time_zone if found is not None else "UTC"
    return render_template("intake/status.html", problem=problem, found=found, zone=zone, phone=None)
