"""Headers of every answer: what a browser may do with our pages, and what nobody may keep."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Flask, request
from werkzeug.wrappers import Response

from hotline.base.config import Settings

POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "connect-src 'self'",
        "media-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
"""Nothing inline and nothing from elsewhere."""

_FOR_TWILIO = POLICY.replace(
    "connect-src 'self'", "connect-src 'self' https://*.twilio.com wss://*.twilio.com"
).replace("media-src 'self'", "media-src 'self' mediastream: blob: https://sdk.twilio.com")
"""What the softphone's library asks for: signalling and events at Twilio, and the sound of the call."""

_TWO_YEARS = 2 * 365 * 24 * 3600


def console_policy(settings: Settings) -> str:
    """The policy of the console's pages, where the softphone runs; no other page may reach the phone company."""
    if settings.softphone is None:
        return POLICY
    if settings.softphone.kind == "simulator":
        return POLICY.replace("connect-src 'self'", f"connect-src 'self' {settings.twilio_api_base_url}")
    return _FOR_TWILIO


def origin_of_streams(settings: Settings) -> str:
    """Where the live process stands, for the policy: mostly below our own address, behind the same proxy."""
    live, web = urlsplit(settings.public_live_url), urlsplit(settings.public_web_url)
    return "'self'" if live[:2] == web[:2] else f"{live.scheme}://{live.netloc}"


def protect(app: Flask, *, https: bool, console: str = POLICY, live: str = "'self'") -> None:
    """Add the headers to every answer of `app`; `https` also forbids plain http for two years.

    `console` is the policy of the console's pages (`console_policy`), `live` the origin of the live streams.
    """

    def with_streams(policy: str) -> str:
        return (
            policy if live == "'self'" else policy.replace("connect-src 'self'", f"connect-src 'self' {live}")
        )

    on_console, elsewhere = with_streams(console), with_streams(POLICY)

    @app.after_request
    def _add(response: Response) -> Response:
        headers = response.headers
        # A file that is handed out has set a stricter one.
        headers.setdefault(
            "Content-Security-Policy", on_console if request.blueprint == "console" else elsewhere
        )
        headers["X-Content-Type-Options"] = "nosniff"
        headers["X-Frame-Options"] = "DENY"
        headers["Referrer-Policy"] = "same-origin"
        headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=(self)"
        headers["Cross-Origin-Opener-Policy"] = "same-origin"
        headers["Cross-Origin-Resource-Policy"] = "same-origin"
        if request.endpoint != "static":
            headers["Cache-Control"] = "no-store"
        if https:
            headers["Strict-Transport-Security"] = f"max-age={_TWO_YEARS}; includeSubDomains"
        return response
