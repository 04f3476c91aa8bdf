"""Parts of a page that refresh themselves: the same template, asked for again, sent only when it changed."""

from __future__ import annotations

import hashlib

from flask import g, request
from werkzeug.wrappers import Response


def part(html: str) -> Response:
    """Answer with a rendered part, or with 304 when the asker already shows exactly this."""
    answer = Response(html, mimetype="text/html")
    if g.person is not None:
        # A page whose session was opened anew in another tab learns the new token, or that somebody else sits here.
        answer.headers["X-Form-Token"] = g.person.form_token
        answer.headers["X-Person"] = str(g.person.user_id)
    answer.set_etag(hashlib.sha256(html.encode()).hexdigest()[:32])
    return answer.make_conditional(request)
