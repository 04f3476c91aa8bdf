"""The page of callbacks and messages, and what can be done there. All of it works without scripts."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from flask import Response as Answer
from flask import render_template, request, url_for
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from hotline.base.ids import parse_id
from hotline.callbacks import queries as callback_queries
from hotline.callbacks import service as callbacks
from hotline.calls.models import Call
from hotline.calls.outbound import call_out
from hotline.lines.models import Line
from hotline.reports import queries as reports
from hotline.telephony.twilio_media import MEDIA_TYPE
from hotline.voicemails import queries as voicemail_queries
from hotline.voicemails import service as voicemails
from hotline.web.returns import words
from hotline.web.shared import packs
from hotline.web.shared import words as shared_words
from hotline.web.shared.acting import carry_out
from hotline.web.shared.begin import begin
from hotline.web.shared.core import core, person, transaction
from hotline.web.shared.language import gettext, later
from hotline.web.shared.screen import screen

blueprint = screen(__name__, url_prefix="/returns")

DONE = {
    "closed": later("The callback was closed."),
    "settled": later("The message was settled."),
}
"""What the page says after an act, by the code in its address."""


@blueprint.get("")
def window() -> str:
    """Who waits for a call of ours, who left a message, and the form to call somebody."""
    return _window()


@blueprint.post("/callbacks/<uuid:callback_id>/call")
def call_back(callback_id: UUID) -> Response:
    """Call back now. The report of the call begins with it, as with any caller's."""

    def do(session: Session) -> str:
        call = callbacks.call_now(session, callback_id, person().user_id)
        return url_for("console.report", report_id=_report_of(session, call))

    return _act(do)


@blueprint.post("/callbacks/<uuid:callback_id>/close")
def close_callback(callback_id: UUID) -> Response:
    """Nobody needs to call back any more."""

    def do(session: Session) -> str:
        callbacks.close(session, callback_id, person().user_id, _field("resolution"))
        return _address("closed")

    return _act(do)


@blueprint.get("/messages/<uuid:voicemail_id>")
def message(voicemail_id: UUID) -> str:
    """One message: its sound, what the phone company understood of it, and what may come of it."""
    return _message(voicemail_id)


@blueprint.get("/messages/<uuid:voicemail_id>/sound")
def sound(voicemail_id: UUID) -> Response:
    """The message as it was left. Each listening is audited; nothing of it is kept by the browser."""
    with transaction() as session:
        content = voicemails.sound(session, core().vault, voicemail_id, person().actor)
    answer = Answer(content, mimetype=MEDIA_TYPE, headers={"Cache-Control": "no-store"})
    return answer.make_conditional(request, accept_ranges=True, complete_length=len(content))


@blueprint.post("/messages/<uuid:voicemail_id>/settle")
def settle(voicemail_id: UUID) -> Response:
    """The message was heard, and this is what came of it."""

    def do(session: Session) -> str:
        voicemails.settle(session, voicemail_id, person().user_id, _field("result"))
        return _address("settled")

    return _act(do, lambda problem: _message(voicemail_id, problem))


@blueprint.post("/messages/<uuid:voicemail_id>/report")
def report_from(voicemail_id: UUID) -> Response:
    """Begin a report from what the message says: its clocks start with the call."""

    def do(session: Session) -> str:
        voicemails.settle(session, voicemail_id, person().user_id, "report_begun")
        call = session.get_one(Call, voicemails.locked(session, voicemail_id).call_id)
        return url_for("console.report", report_id=_report_of(session, call))

    return _act(do, lambda problem: _message(voicemail_id, problem))


@blueprint.post("/messages/<uuid:voicemail_id>/call")
def call_leaver(voicemail_id: UUID) -> Response:
    """Call back whoever left the message. It counts as heard: whoever calls has listened to it."""

    def do(session: Session) -> str:
        callback = callbacks.for_voicemail(session, voicemails.locked(session, voicemail_id).call_id)
        call = callbacks.call_now(session, callback.id, person().user_id)
        voicemails.settle(session, voicemail_id, person().user_id, "called_back")
        return url_for("console.report", report_id=_report_of(session, call))

    return _act(do, lambda problem: _message(voicemail_id, problem))


@blueprint.post("/calls")
def place_call() -> Response:
    """Call somebody as the hotline, with a reason."""

    def do(session: Session) -> str:
        line_id = parse_id(_field("line"))
        call_out(session, core().vault, person().user_id, line_id, _field("number"), _field("purpose"))
        return url_for("console.window")

    return _act(do)


def _window(problem: str | None = None) -> str:
    jurisdiction = packs.jurisdiction()
    with transaction() as session:
        open_callbacks = callback_queries.open_callbacks(session, jurisdiction)
        messages = voicemail_queries.waiting(session, jurisdiction)
        lines = session.scalars(
            select(Line).where(Line.jurisdiction == jurisdiction, Line.active).order_by(Line.name)
        ).all()
    return render_template(
        "returns/window.html",
        callbacks=open_callbacks,
        messages=messages,
        lines=lines,
        jurisdiction=jurisdiction,
        jurisdictions=core().packs.jurisdictions(),
        county=lambda code: packs.current(code).head.name,
        zone=packs.zone(jurisdiction),
        done=gettext(DONE[request.args["done"]]) if request.args.get("done") in DONE else None,
        problem=problem,
        words=words,
        shared=shared_words,
    )


def _message(voicemail_id: UUID, problem: str | None = None) -> str:
    with transaction() as session:
        found = voicemails.locked(session, voicemail_id)
        call = session.get_one(Call, found.call_id)
        text = voicemails.text(session, core().vault, found, person().actor)
    return render_template(
        "returns/message.html",
        message=found,
        call=call,
        text=text,
        zone=packs.zone(found.jurisdiction),
        problem=problem,
        words=words,
        shared=shared_words,
    )


def _report_of(session: Session, call: Call) -> UUID:
    """The report of a call, begun now if there is none."""
    found = reports.of_call(session, call.id)
    return found[0].id if found else begin(session, call.jurisdiction, call.received_at, call.id).id


def _act(do: Callable[[Session], str], again: Callable[[str], str] | None = None) -> Response:
    return carry_out(do, again or _window)


def _address(done: str) -> str:
    return url_for("returns.window", jurisdiction=packs.jurisdiction(), done=done)


def _field(name: str) -> str:
    return request.form.get(name, "")[:100]
