"""What kind of answer a request asks for."""

from __future__ import annotations

from flask import request


def wants_data() -> bool:
    """Whether one of our scripts asks, or a program that wants JSON, rather than somebody who opens a page."""
    accepts = request.accept_mimetypes
    return "X-Script" in request.headers or accepts["application/json"] > accepts["text/html"]


def safe_path(text: str | None, otherwise: str) -> str:
    """A path on this site to go to, as somebody's link gave it; anything else becomes `otherwise`."""
    if not text or not text.startswith("/") or text.startswith(("//", "/\\")):
        return otherwise
    return otherwise if any(ord(sign) < 0x20 for sign in text) else text
