"""Availability, offers and the call bar."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from flask import redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from hotline.accounts import service as accounts
from hotline.base import clock
from hotline.base.errors import Conflict, InvalidInput
from hotline.calls import service as calls
from hotline.calls.models import Call
from hotline.calls.states import DISPOSITIONS
from hotline.reports import queries
from hotline.web.console.blueprint import blueprint
from hotline.web.console.drafts import begin
from hotline.web.shared import words
from hotline.web.shared.answers import safe_path
from hotline.web.shared.cookies import session_token
from hotline.web.shared.core import person, transaction
from hotline.web.shared.language import gettext, later
from hotline.web.shared.partials import part

NOTICES = {
    "offer_gone": later("That call is no longer yours: the caller hung up, or it went to somebody else."),
    "call_open": later("You are still on a call. Hang up first."),
    "unfinished": later("Finish your last call first: say what it was about."),
    "report_first": later(
        "Submit the report of this call first, or say that the call was about something else."
    ),
}
"""What can go wrong with a button of the bar, shown on the page on which it was pressed."""


def bar(at: str, *, standing: bool) -> str:
    """The bar for the page at path `at`. `standing`: for a page without scripts, so running times are written out."""
    me = person()
    with transaction() as session:
        call, offer = calls.current_call(session, me.user_id), calls.open_offer(session, me.user_id)
        return render_template(
            "console/bar.html",
            at=at,
            standing=standing,
            presence=calls.presence_of(session, me.user_id),
            offer=offer,
            waiting_since=_waiting_since(offer) if offer else None,
            call=call,
            reports=queries.of_call(session, call.call_id) if call else (),
            words=words,
        )


@blueprint.get("/state")
def state() -> Response:
    """The bar again, asked for every second by a console with scripts."""
    me = person()
    with transaction() as session:
        on_call = calls.current_call(session, me.user_id) is not None
        token = session_token(request)
        if on_call and token is not None:
            # Talking is work: a session does not run out for want of typing while somebody is on the line.
            accounts.who(session, token)
    return part(bar(safe_path(request.args.get("at"), url_for("console.window")), standing=False))


@blueprint.post("/presence")
def presence() -> Response:
    """Come on duty, go away with a reason, or go off duty."""
    wanted, me = request.form.get("state", ""), person()
    with transaction() as session:
        try:
            if wanted == "available":
                calls.set_available(session, me.user_id)
            elif wanted == "away":
                reason = request.form.get("reason", "")
                calls.set_away(session, me.user_id, reason if reason in words.AWAY_REASONS else "break")
            elif wanted == "offline":
                calls.set_offline(session, me.user_id)
            else:
                raise InvalidInput("state", "Choose whether you take calls.")
        except Conflict:
            return _back("unfinished" if wanted == "available" else "call_open")
    return _back()


@blueprint.post("/offers/<uuid:offer_id>")
def answer_offer(offer_id: UUID) -> Response:
    """Accept or decline. An accepted call brings its report with it."""
    me = person()
    if request.form.get("answer") != "accept":
        reason = request.form.get("reason", "")
        with transaction() as session:
            calls.decline_offer(
                session, offer_id, me.user_id, reason if reason in words.DECLINE_REASONS else "not_ready"
            )
        return _back()
    try:
        with transaction() as session:
            call = calls.accept_offer(session, offer_id, me.user_id)
            report_id = _report_of(session, call)
    except Conflict:
        return _back("offer_gone")
    return redirect(url_for("console.report", report_id=report_id), 303)


@blueprint.post("/calls/<uuid:call_id>/hang-up")
def hang_up(call_id: UUID) -> Response:
    """End the call; wrap-up begins."""
    with transaction() as session:
        calls.hang_up(session, call_id, person().user_id)
    return _back()


@blueprint.post("/calls/<uuid:call_id>/finish")
def finish(call_id: UUID) -> Response:
    """End the wrap-up with what the call was about. "Report" stands only for a call whose report was submitted."""
    disposition = request.form.get("disposition", "")
    if disposition not in DISPOSITIONS:
        raise InvalidInput("disposition", "Choose what the call was about.")
    try:
        with transaction() as session:
            if disposition == "report":
                _require_submitted(session, call_id)
            calls.finish(session, call_id, person().user_id, disposition)
    except Conflict as error:
        return _back("report_first" if isinstance(error, ReportMissing) else "call_open")
    return _back()


class ReportMissing(Conflict):
    """The call is said to be about a report, and none was submitted."""


def _require_submitted(session: Session, call_id: UUID) -> None:
    found = queries.of_call(session, call_id)
    if not found or any(report.state == "draft" for report in found):
        raise ReportMissing("Submit the report of this call first.")


def _report_of(session: Session, call: Call) -> UUID:
    """The report of a call, begun now if there is none: a second click on "accept" opens the same one."""
    found = queries.of_call(session, call.id)
    if found:
        return found[0].id
    return begin(session, call.jurisdiction, call.received_at, call.id).id


def _waiting_since(offer: calls.OfferView) -> datetime:
    return (clock.now() - timedelta(seconds=offer.waited_seconds)).replace(microsecond=0)


def notice() -> str | None:
    """What went wrong with the last button of the bar, if anything."""
    text = NOTICES.get(request.args.get("notice", ""))
    return gettext(text) if text else None


def _back(code: str | None = None) -> Response:
    """To the page on which the button stood; `code` names what to tell there."""
    path = safe_path(request.form.get("at"), url_for("console.window")).split("?")[0]
    return redirect(f"{path}?notice={code}" if code else path, 303)
