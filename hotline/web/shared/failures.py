"""What a person sees when something is refused or breaks: what happened, what is safe, and a way back.

Nothing that was typed or said is repeated, neither on the page nor in the log.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping

from flask import Flask, current_app, jsonify, render_template, request
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response

from hotline.attachments.service import TooLarge, WrongKind
from hotline.base.errors import Conflict, HotlineError, InvalidInput, NotFound, NotPermitted
from hotline.base.logging import get_logger, reason
from hotline.web.shared.answers import wants_data
from hotline.web.shared.gate import SignInNeeded
from hotline.web.shared.language import gettext, later
from hotline.web.shared.uploads import WITH_FILES

_STATUS: tuple[tuple[type[HotlineError], int], ...] = (
    (SignInNeeded, 401),
    (TooLarge, 413),
    (WrongKind, 415),
    (InvalidInput, 400),
    (NotPermitted, 403),
    (NotFound, 404),
    (Conflict, 409),
)

_HEADINGS = {
    400: later("This can't be taken as it is"),
    401: later("Sign in again"),
    403: later("This is not open to you"),
    404: later("There is nothing here"),
    405: later("This page can't do that"),
    409: later("Somebody was faster"),
    413: later("This is too much at once"),
    415: later("This kind of file can't be taken"),
    500: later("Something broke on our side"),
    503: later("We can't reach the records right now"),
}

_WORDS = {
    400: later("Go back: what you typed is still there. Correct it, then send it again."),
    404: later("The address may be old, or the record isn't yours to see."),
    405: later("Go back and use the buttons of the page."),
    413: later(
        "At most 2 MB can be sent at once. Go back: what you typed is still there. Shorten it, then try again."
    ),
    500: later("What was saved before is safe. Go back and try again; tell your supervisor the code below."),
    503: later("What was saved before is safe. Wait a moment, go back and try again."),
}


_PAGES = "hotline_failure_pages"


_FILES_TOO_LARGE = later(
    "At most 25 MB of files can be sent at once, and 10 MB in one file. Go back and send them in parts."
)


def explain_failures(app: Flask, pages: Mapping[str | None, str]) -> None:
    """Show every refusal and every fault of `app` in words.

    `pages`: the template for the pages of a screen, by its name; None for all the others.
    """
    app.extensions[_PAGES] = pages
    app.register_error_handler(HotlineError, _refused)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(OperationalError, _away)
    app.register_error_handler(PoolTimeout, _away)
    app.register_error_handler(Exception, _broken)


def status_of(error: HotlineError) -> int:
    """The status of the answer to a request that was refused so."""
    return next((code for kind, code in _STATUS if isinstance(error, kind)), 400)


def _refused(error: HotlineError) -> Response:
    return _answer(status_of(error), gettext(error.message), field=getattr(error, "field", None))


def _http(error: HTTPException) -> Response:
    if error.response is not None:
        return error.get_response()
    status = error.code or 500
    if status == 413 and request.endpoint in WITH_FILES:
        return _answer(status, gettext(_FILES_TOO_LARGE))
    return _answer(status, gettext(_WORDS[status if status in _WORDS else 400]))


def _away(error: Exception) -> Response:
    get_logger("web").error("database_away", error=reason(error), endpoint=request.endpoint)
    return _answer(503, gettext(_WORDS[503]))


def _broken(error: Exception) -> Response:
    code = secrets.token_hex(4)
    get_logger("web").error("request_failed", error=reason(error), endpoint=request.endpoint, code=code)
    return _answer(500, gettext(_WORDS[500]), code=code)


def _answer(status: int, message: str, *, field: str | None = None, code: str | None = None) -> Response:
    data = jsonify(message=message, field=field, code=code)
    answer: Response = data if wants_data() else _page(status, message, code)
    answer.status_code = status
    return answer


def _page(status: int, message: str, code: str | None) -> Response:
    heading = gettext(_HEADINGS.get(status, _HEADINGS[400]))
    pages: Mapping[str | None, str] = current_app.extensions[_PAGES]
    template = pages.get(request.blueprint) or pages[None]
    try:
        page = render_template(template, heading=heading, message=message, code=code, status=status)
    except Exception as error:
        # A fault in here would go to the server's own log, with its text.
        get_logger("web").error("failure_page_failed", error=reason(error))
        return Response(f"{heading}\n\n{message}\n{code or ''}", mimetype="text/plain")
    return Response(page, mimetype="text/html")
