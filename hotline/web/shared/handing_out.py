"""Handing out a file: to be saved, never shown inside our pages, whatever stands in it."""

from __future__ import annotations

from io import BytesIO
from unicodedata import normalize

from flask import send_file
from werkzeug.wrappers import Response

SANDBOX = "sandbox; default-src 'none'"
"""Should a browser show it after all, it may do nothing there."""


def hand_out(content: bytes, media_type: str, name: str) -> Response:
    """The answer that lets a browser save `content` under `name`. Nothing of it is kept in between."""
    answer = send_file(
        BytesIO(content),
        mimetype=media_type,
        as_attachment=True,
        download_name=normalize("NFC", name),
        max_age=0,
        etag=False,
    )
    answer.headers["Content-Security-Policy"] = SANDBOX
    answer.headers["Cache-Control"] = "no-store"
    return answer
