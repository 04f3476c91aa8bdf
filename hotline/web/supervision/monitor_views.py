"""Listening, whispering and joining: the buttons beside a live call; and what was recorded of a past one."""

from __future__ import annotations

from uuid import UUID

from flask import Response as Answer
from flask import request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from hotline.base.errors import InvalidInput
from hotline.calls import monitoring
from hotline.recordings import queries
from hotline.telephony.twilio_media import MEDIA_TYPE
from hotline.web.shared import packs
from hotline.web.shared.acting import carry_out
from hotline.web.shared.core import core, person, transaction
from hotline.web.supervision import pages
from hotline.web.supervision.acts import REFUSALS
from hotline.web.supervision.blueprint import blueprint

_ACTS = {"listen": monitoring.listen, "whisper": monitoring.whisper, "barge": monitoring.barge}


@blueprint.post("/calls/<uuid:call_id>/monitor")
def monitor(call_id: UUID) -> Response:
    """Take part in the call in one of three ways, or leave it; refused, the page says why."""
    wanted, me = request.form.get("do", ""), person().user_id
    if wanted != "leave" and wanted not in _ACTS:
        raise InvalidInput("do", "Use the buttons of the page.")

    def act(session: Session) -> str:
        if wanted == "leave":
            monitoring.leave(session, call_id, me)
        else:
            _ACTS[wanted](session, core().packs, call_id, me)
        return url_for("supervision.line", jurisdiction=packs.jurisdiction(), done=wanted)

    return carry_out(act, pages.line_page, REFUSALS)


@blueprint.get("/recordings/<uuid:recording_id>")
def recording(recording_id: UUID) -> Response:
    """A kept recording. Each listening is audited; nothing of it is kept by the browser."""
    with transaction() as session:
        content = queries.sound(session, core().vault, recording_id, person().actor)
    answer = Answer(content, mimetype=MEDIA_TYPE, headers={"Cache-Control": "no-store"})
    return answer.make_conditional(request, accept_ranges=True, complete_length=len(content))
