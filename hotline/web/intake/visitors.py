"""Who writes in this browser: one cookie that lives as long as the browser is open, and the token of its forms."""

from __future__ import annotations

import hmac
from uuid import UUID

from flask import request
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from hotline.online_reports import returning
from hotline.online_reports.models import OnlineReport
from hotline.web.shared.core import core
from hotline.web.shared.gate import ForeignForm, SignInNeeded

_PLAIN = "hotline_online"
_SECURE = "__Host-hotline_online"
"""Browsers take a cookie of this name only over https, for this very host."""


class Ended(SignInNeeded):
    """Nobody writes in this browser, or sat idle for too long: the code leads back."""

    def __init__(self) -> None:
        super().__init__(
            "You were away for a while. Enter your code to go on; what was saved is still there."
        )


def secure() -> bool:
    """Whether the public pages are reached by https."""
    settings = core().settings
    address = settings.public_intake_url
    return address.startswith("https://") if address else settings.secure_cookies


def secret() -> str | None:
    """What the browser holds."""
    return request.cookies.get(_SECURE) or request.cookies.get(_PLAIN)


def remember(response: Response, token: str) -> None:
    """Hand the secret to the browser until it is closed. Scripts can't read it, other sites can't send it."""
    name = _SECURE if secure() else _PLAIN
    response.set_cookie(name, token, secure=secure(), httponly=True, samesite="Strict", path="/")


def forget(response: Response) -> None:
    """Let the browser forget it."""
    for name, is_secure in ((_SECURE, True), (_PLAIN, secure())):
        response.delete_cookie(name, path="/", secure=is_secure, httponly=True, samesite="Strict")


def present(session: Session) -> OnlineReport | None:
    """The report that is written, or was sent, in this browser."""
    token = secret()
    return returning.in_browser(session, core().vault, token) if token else None


def writing(session: Session) -> OnlineReport:
    """The report that is being written in this browser; raises Ended."""
    found = present(session)
    if found is None or found.state != "writing":
        raise Ended
    return found


def leave(session: Session) -> None:
    """From now on this browser needs the code."""
    token = secret()
    if token:
        returning.leave(session, core().vault, token)


def form_token(report_id: UUID) -> str:
    """What every form about this report carries: another site can't know it."""
    return core().vault.fingerprint(f"online_report_form:{report_id}")


def check_form(report_id: UUID) -> None:
    """Raise ForeignForm for a form that is not of this report's own pages."""
    given = request.headers.get("X-Online-Token") or request.form.get("online_token", "")
    if not hmac.compare_digest(given.encode(), form_token(report_id).encode()):
        raise ForeignForm(
            "This page belongs to another report. Nothing was done: go back to the report from its start page."
        )
