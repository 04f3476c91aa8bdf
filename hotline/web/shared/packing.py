"""Pages are packed on their way when the browser takes it: a long form is a tenth of its size then.

Whoever could make somebody's browser ask for a page with chosen words, and watch the lengths of the answers, might
guess at what else stands in it. So each answer is longer by a random amount, in a part of the format that is not read.
"""

from __future__ import annotations

import gzip
import io
import secrets
from http import HTTPStatus

from flask import Flask, request
from werkzeug.wrappers import Response

_LEAST = 2000
_MOST_NOISE = 200


def pack_pages(app: Flask) -> None:
    """Pack every HTML answer of `app` that is long enough to gain by it."""

    @app.after_request
    def _pack(response: Response) -> Response:
        response.vary.add("Accept-Encoding")
        has_page = response.mimetype == "text/html" and response.status_code != HTTPStatus.NOT_MODIFIED
        if not has_page or response.direct_passthrough or not request.accept_encodings["gzip"]:
            return response
        plain = response.get_data()
        if len(plain) >= _LEAST:
            response.set_data(packed(plain))
            response.content_encoding = "gzip"
        return response


def packed(plain: bytes) -> bytes:
    """The page in gzip's format, with a file name of random length in its head."""
    name = secrets.token_hex(secrets.randbelow(_MOST_NOISE) + 1)
    target = io.BytesIO()
    with gzip.GzipFile(filename=name, mode="wb", fileobj=target, compresslevel=5, mtime=0) as file:
        file.write(plain)
    return target.getvalue()
