"""The phone company's requests, signed, for whoever plays it in a measurement."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlencode

from twilio.request_validator import RequestValidator

from hotline.demo.settings import LINE
from scripts.bench.load import request_bytes


@dataclass(frozen=True)
class Phone:
    """One caller's telephone, as the phone company tells of it to the server at `base`."""

    settings: Mapping[str, str] = field(repr=False)
    base: str
    sid: str = field(default_factory=lambda: "CA" + secrets.token_hex(16))
    number: str = field(default_factory=lambda: f"+1661555{secrets.randbelow(100) + 100:04d}")

    def request(
        self, page: str, query: Mapping[str, str] | None = None, *, status: str = "in-progress", **fields: str
    ) -> bytes:
        """A signed request for a page of ours, as it goes over the wire."""
        path = f"/voice/{page}" + (f"?{urlencode(query)}" if query else "")
        form = self._form(status) | fields
        signature = RequestValidator(self.settings["TWILIO_AUTH_TOKEN"]).compute_signature(
            self.settings["PUBLIC_VOICE_URL"] + path, form
        )
        return request_bytes(self.base + path, form, {"X-Twilio-Signature": signature})

    def rings(self) -> bytes:
        """The first that is heard of a call."""
        return self.request("incoming", status="ringing")

    def _form(self, status: str) -> dict[str, str]:
        return {
            "AccountSid": self.settings["TWILIO_ACCOUNT_SID"],
            "ApiVersion": "2010-04-01",
            "CallSid": self.sid,
            "CallStatus": status,
            "Called": LINE,
            "CalledCity": "BAKERSFIELD",
            "CalledCountry": "US",
            "CalledState": "CA",
            "CalledZip": "93301",
            "Caller": self.number,
            "CallerCity": "",
            "CallerCountry": "US",
            "CallerState": "CA",
            "CallerZip": "",
            "Direction": "inbound",
            "From": self.number,
            "To": LINE,
        }
