"""On which telephone a person works, the browser's own among them."""

from __future__ import annotations

from uuid import UUID

from flask import jsonify, render_template, request, url_for
from werkzeug.wrappers import Response

from hotline.accounts import service as accounts
from hotline.accounts.models import User
from hotline.base.errors import NotFound
from hotline.calls import service as calls
from hotline.telephony import softphone as softphones
from hotline.web.console.blueprint import blueprint
from hotline.web.console.call_bar import bar, notice
from hotline.web.console.call_views import back
from hotline.web.shared import call_words
from hotline.web.shared.core import core, person, transaction


@blueprint.get("/softphone-token")
def softphone_token() -> Response:
    """What this person's browser needs to be a telephone; for nobody else's identity, and never stored."""
    settings = core().settings
    if settings.softphone is None:
        raise NotFound("There is no softphone here.")
    with transaction() as session:
        user = session.get_one(User, person().user_id)
        name = softphones.identity(user.id, user.phone_address)
    token = softphones.token(settings.softphone, settings.twilio_account_sid, name)
    return jsonify(
        token=token.text,
        identity=token.identity,
        seconds=token.seconds,
        url=settings.twilio_api_base_url if settings.softphone.kind == "simulator" else None,
    )


@blueprint.get("/telephone")
def telephone() -> str:
    """The person's telephone: which one, its number, and what comes after a call. Also a window for the softphone."""
    at = url_for("console.telephone")
    with transaction() as session:
        user = session.get_one(User, person().user_id)
        return render_template(
            "console/telephone.html",
            at=at,
            bar=bar(at, standing=True),
            presence=calls.presence_of(session, user.id),
            user=user,
            notice=notice(),
            call_words=call_words,
            has_softphone=core().settings.softphone is not None,
        )


@blueprint.post("/telephone")
def set_telephone() -> Response:
    """Choose the telephone; with `desk`, its number may come along."""
    me, form = person().user_id, request.form
    with transaction() as session:
        if "desk_number" in form:
            accounts.set_desk_number(session, me, form["desk_number"])
            session.flush()
        calls.set_telephone(session, me, form.get("telephone", ""))
    return back()


@blueprint.post("/softphone")
def softphone_state() -> Response:
    """The browser's own word, unasked, on whether it can dial in: `up` is yes or no."""
    with transaction() as session:
        calls.softphone_is(session, person().user_id, up=request.form.get("up") == "yes")
    return back()


@blueprint.post("/after-call")
def set_after_call() -> Response:
    """Whether the end of a wrap-up makes the person available at once."""
    with transaction() as session:
        calls.set_auto_available(session, person().user_id, request.form.get("available") == "yes")
    return back()


@blueprint.post("/calls/<uuid:call_id>/come-back")
def come_back(call_id: UUID) -> Response:
    """The person's line was cut in the talk: let them into it again."""
    with transaction() as session:
        calls.rejoin(session, call_id, person().user_id)
    return back()
