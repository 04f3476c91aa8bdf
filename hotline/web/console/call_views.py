"""Availability, offers and the call bar."""

from __future__ import annotations

from uuid import UUID

from flask import jsonify, redirect, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from hotline.accounts import service as accounts
from hotline.base.errors import Conflict, InvalidInput
from hotline.calls import service as calls
from hotline.calls.models import Call
from hotline.reports import queries
from hotline.web.console.blueprint import blueprint
from hotline.web.console.call_bar import NOTICES, bar
from hotline.web.console.drafts import begin
from hotline.web.shared import words
from hotline.web.shared.answers import safe_path, wants_data
from hotline.web.shared.cookies import session_token
from hotline.web.shared.core import person, transaction
from hotline.web.shared.language import gettext
from hotline.web.shared.partials import part


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
            return back("unfinished" if wanted == "available" else "call_open")
    return back()


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
        return back()
    try:
        with transaction() as session:
            call = calls.accept_offer(session, offer_id, me.user_id)
            report_id = _report_of(session, call, mine=call.screener_id == me.user_id)
    except Conflict:
        return back("offer_gone")
    if report_id is None:
        return redirect(url_for("console.window"), 303)
    return redirect(url_for("console.report", report_id=report_id), 303)


@blueprint.post("/calls/<uuid:call_id>/hang-up")
def hang_up(call_id: UUID) -> Response:
    """End the call; wrap-up begins."""
    with transaction() as session:
        calls.hang_up(session, call_id, person().user_id)
    return back()


def _report_of(session: Session, call: Call, *, mine: bool) -> UUID | None:
    """The report of a call: a second click on "accept" opens the same one. A colleague who helps reads along.

    Begun now if there is none and the call is the person's own.
    """
    found = queries.of_call(session, call.id)
    if found:
        return found[0].id
    if not mine:
        return None
    return begin(session, call.jurisdiction, call.received_at, call.id).id


def back(code: str | None = None) -> Response:
    """To the page on which the button stood; `code` of NOTICES names what to tell there. A script stays."""
    if wants_data():
        text = gettext(NOTICES[code]) if code else None
        return jsonify(message=text)
    path = safe_path(request.form.get("at"), url_for("console.window")).split("?")[0]
    return redirect(f"{path}?notice={code}" if code else path, 303)
