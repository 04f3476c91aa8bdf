"""The blueprint of the public pages, and what holds for all of them."""

from __future__ import annotations

from flask import Response as Answer
from flask import g, jsonify, redirect, render_template, request, url_for
from markupsafe import Markup
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.wrappers import Response

from hotline.web.intake.visitors import Ended
from hotline.web.shared.answers import wants_data
from hotline.web.shared.language import gettext
from hotline.web.shared.screen import screen

blueprint = screen(__name__, url_prefix="/online")

_LARGEST = 256 * 1024
"""Bytes of one request: a section with the longest stories that fit is far smaller."""


@blueprint.before_request
def _nobody() -> None:
    """Here nobody is signed in, not even a screener who looks at the page: it is the same for everybody.

    The gate has checked the forms of such a person before; their token has to stay in them.
    """
    request.max_content_length = _LARGEST
    g.staff_token = g.person.form_token if g.person is not None else ""
    g.person = None


@blueprint.after_request
def _not_for_search_engines(response: Response) -> Response:
    response.headers["X-Robots-Tag"] = "noindex, nofollow, noarchive"
    return response


@blueprint.errorhandler(RequestEntityTooLarge)
def _too_large(error: RequestEntityTooLarge) -> Response:
    page = render_template(
        "intake/failure.html",
        heading=gettext("This is too much at once"),
        message=gettext("Go back: what you typed is still there. Shorten it, then try again."),
        code=None,
        status=413,
    )
    return Answer(page, status=413)


@blueprint.errorhandler(Ended)
def _ended(error: Ended) -> Response:
    """Somebody who was away comes back by the code; a script says so on its page."""
    if wants_data():
        answer: Response = jsonify(message=gettext(error.message))
        answer.status_code = 401
        return answer
    return redirect(url_for("intake.resume", ended=1), 303)


@blueprint.app_context_processor
def _values() -> dict[str, object]:
    """Also for the page on which a process of public pages alone says that there is nothing."""
    return {"staff_token": _staff_token, "language_path": _language_path()}


def _staff_token() -> Markup:
    token = g.get("staff_token", "")
    return Markup('<input type="hidden" name="form_token" value="{}">').format(token) if token else Markup("")


def _language_path() -> str:
    """Where the language button leads back to: an answer to a form has no address of its own."""
    return request.full_path.rstrip("?") if request.method == "GET" else request.path
