"""The two cookies: the secret name of the session, and the language before anybody signs in."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Request
from werkzeug.wrappers import Response

LANGUAGE = "hotline_language"
_PLAIN = "hotline_session"
_SECURE = "__Host-hotline_session"
"""Browsers take a cookie of this name only over https, for this very host."""
_YEAR = 365 * 24 * 3600


def session_token(request: Request) -> str | None:
    """The session's secret as the browser sent it."""
    return token_in(request.cookies)


def token_in(cookies: Mapping[str, str]) -> str | None:
    """The session's secret among a request's cookies."""
    return cookies.get(_SECURE) or cookies.get(_PLAIN)


def set_session(response: Response, token: str, *, secure: bool) -> None:
    """Hand the secret to the browser, for as long as it stays open. Scripts can't read it.

    Lax and not Strict: the link in a notice must find its reader signed in.
    """
    response.set_cookie(
        _SECURE if secure else _PLAIN, token, secure=secure, httponly=True, samesite="Lax", path="/"
    )


def drop_session(response: Response, *, secure: bool) -> None:
    """Let the browser forget the secret."""
    response.delete_cookie(
        _SECURE if secure else _PLAIN, path="/", secure=secure, httponly=True, samesite="Lax"
    )


def set_language(response: Response, language: str, *, secure: bool, keep: bool = True) -> None:
    """Remember the language on this computer: for the sign-in page, or until the browser is closed."""
    response.set_cookie(
        LANGUAGE,
        language,
        max_age=_YEAR if keep else None,
        secure=secure,
        httponly=True,
        samesite="Lax",
        path="/",
    )
