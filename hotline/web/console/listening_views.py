"""Consent, recording and transcript of the screener's own call."""

from __future__ import annotations

from uuid import UUID

from flask import render_template, request
from werkzeug.wrappers import Response

from hotline.base.errors import InvalidInput, NotFound
from hotline.recordings import queries, service
from hotline.reports.models import Report
from hotline.web.console.blueprint import blueprint
from hotline.web.console.call_views import back
from hotline.web.shared import listening_words, words
from hotline.web.shared.core import core, person, transaction
from hotline.web.shared.partials import part


def beside(report: Report) -> str | None:
    """The transcript beside the form of a call that this person talks on, or finishes; None: there is no such call."""
    if report.call_id is None:
        return None
    try:
        return transcript_of(report.call_id)
    except NotFound:
        return None  # the call went on to somebody else


def transcript_of(call_id: UUID) -> str:
    """The box of the transcript beside the form, empty while there is none. Raises NotFound."""
    with transaction() as session:
        return render_template(
            "console/transcript.html",
            call_id=call_id,
            listening=queries.view(session, core().packs, call_id),
            lines=queries.transcript(session, core().vault, call_id, person().user_id),
            listening_words=listening_words,
            words=words,
        )


@blueprint.post("/calls/<uuid:call_id>/consent")
def consent(call_id: UUID) -> Response:
    """The caller agrees or refuses. A refusal stops whatever listens."""
    answer = request.form.get("answer", "")
    if answer not in ("given", "refused"):
        raise InvalidInput("answer", "Say whether the caller agreed.")
    with transaction() as session:
        service.record_consent(session, call_id, person().user_id, answer == "given")
    return back()


@blueprint.post("/calls/<uuid:call_id>/recording")
def recording(call_id: UUID) -> Response:
    """Start, pause, go on or stop."""
    me, wanted = person().user_id, request.form.get("do", "")
    with transaction() as session:
        if wanted == "start":
            service.start(session, core().packs, call_id, me)
        elif wanted == "pause":
            service.pause(session, call_id, me)
        elif wanted == "resume":
            service.resume(session, core().packs, call_id, me)
        elif wanted == "stop":
            service.stop(session, call_id, me)
        else:
            raise InvalidInput("do", "Use the buttons of the page.")
    return back()


@blueprint.post("/calls/<uuid:call_id>/transcript")
def change_transcript(call_id: UUID) -> Response:
    """Start or stop writing the talk down."""
    me, wanted = person().user_id, request.form.get("do", "")
    with transaction() as session:
        if wanted == "start":
            service.start_transcript(session, core().packs, call_id, me)
        elif wanted == "stop":
            service.stop_transcript(session, call_id, me)
        else:
            raise InvalidInput("do", "Use the buttons of the page.")
    return back()


@blueprint.get("/calls/<uuid:call_id>/transcript")
def transcript(call_id: UUID) -> Response:
    """The transcript again, asked for while the call goes on."""
    return part(transcript_of(call_id))
