"""The door of the REST interface: who may come in, how errors look, and outages on demand."""

import base64
import binascii
import hmac
import threading
from dataclasses import dataclass

from flask import Request, Response, jsonify

from ivr.simulator.exchange import Exchange


class RestError(Exception):
    """An error as the REST interface answers it: HTTP status, Twilio's error code, message."""

    def __init__(self, status: int, code: int, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message


def error_response(error: RestError) -> Response:
    """The official error document."""
    response = jsonify(
        code=error.code,
        message=error.message,
        more_info=f"https://www.twilio.com/docs/errors/{error.code}",
        status=error.status,
    )
    response.status_code = error.status
    return response


@dataclass
class Outage:
    """The next `requests` REST requests are answered with this status."""

    requests: int = 0
    status: int = 503


class Gate:
    """Checks account and token of each REST request and writes it into the ledger."""

    def __init__(self, exchange: Exchange) -> None:
        self._exchange = exchange
        self._lock = threading.Lock()
        self._outage = Outage()

    def break_down(self, outage: Outage) -> None:
        """Refuse the next requests."""
        with self._lock:
            self._outage = outage

    def check(self, request: Request, account_sid: str | None) -> None:
        """Let a request in. Raises RestError (20003, 20404, 20429 or an outage).

        `account_sid` is None where the address names no account.
        """
        with self._lock:
            if self._outage.requests > 0:
                self._outage.requests -= 1
                code = 20429 if self._outage.status == 429 else 20500
                raise RestError(self._outage.status, code, "The simulator was asked to be out of order")
        settings = self._exchange.settings
        expected = f"{settings.account_sid}:{settings.auth_token}"
        if not hmac.compare_digest(_credentials(request).encode(), expected.encode()):
            raise RestError(401, 20003, "Authenticate")
        if account_sid not in (None, settings.account_sid):
            raise RestError(404, 20404, f"The requested resource /Accounts/{account_sid} was not found")

    def note(self, request: Request, response: Response) -> None:
        """Write what was asked and how it was answered."""
        document = response.get_json(silent=True) if response.is_json else None
        found = document if isinstance(document, dict) else {}
        self._exchange.ledger.write(
            "rest",
            method=request.method,
            path=request.path,
            params=request.form.to_dict(flat=False),
            status=response.status_code,
            code=found.get("code") if response.status_code >= 400 else None,
            sid=found.get("sid") or found.get("call_sid"),
        )


def _credentials(request: Request) -> str:
    scheme, _, text = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "basic":
        return ""
    try:
        return base64.b64decode(text, validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        return ""
