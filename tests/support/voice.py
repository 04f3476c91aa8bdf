"""The phone company's side of the voice application, in process: signed forms in, documents out."""

from __future__ import annotations

from dataclasses import dataclass, field
from urllib.parse import urlencode, urlsplit
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from flask import Flask
from twilio.request_validator import RequestValidator
from werkzeug.test import TestResponse

from hotline.base.config import Settings
from ivr.app import create_app
from ivr.gateway import Gateway
from tests.support.calls import CALLER, LINE, sid


def verbs(document: Element) -> list[str]:
    """The names of a document's verbs, in order."""
    return [element.tag for element in document]


def spoken(document: Element) -> str:
    """Every word that a document lets the caller hear."""
    return " ".join(element.text or "" for element in document.iter("Say"))


@dataclass
class Voice:
    """A voice application and the means to sign for it."""

    settings: Settings
    keep: bool = False
    patience: float = 30
    """Seconds for the database: a crowded machine must not look like an outage to tests of other things."""
    app: Flask = field(init=False)

    def __post_init__(self) -> None:
        self.app = create_app(self.settings, keep=self.keep, patience=self.patience)

    @property
    def gateway(self) -> Gateway:
        """What stands between the application's door and its pages."""
        gateway: Gateway = self.app.extensions["gateway"]
        return gateway

    def close(self) -> None:
        """Give up the connections and the keeper's thread."""
        if "keeper" in self.app.extensions:
            self.app.extensions["keeper"].stop()
        self.gateway.desk.database.dispose()

    def sign(self, url: str, form: dict[str, str]) -> str:
        """The signature that the phone company would send."""
        validator = RequestValidator(self.settings.twilio_auth_token)
        return str(validator.compute_signature(url, form))

    def send(
        self, address: str, form: dict[str, str], *, token: str | None = None, signature: str | None = None
    ) -> TestResponse:
        """Post a form to an absolute address or a path below the public one, signed unless told otherwise."""
        url = address if "://" in address else f"{self.settings.public_voice_url}{address}"
        headers = {"X-Twilio-Signature": self.sign(url, form) if signature is None else signature}
        if token is not None:
            headers["I-Twilio-Idempotency-Token"] = token
        parts = urlsplit(url)
        path = parts.path + (f"?{parts.query}" if parts.query else "")
        return self.app.test_client().post(path, data=form, headers=headers)


@dataclass
class Caller:
    """Somebody on a telephone, as the phone company tells of them."""

    voice: Voice
    number: str = CALLER
    to: str = LINE
    sid: str = field(default_factory=sid)
    status: str = "ringing"

    def form(self, **fields: str) -> dict[str, str]:
        """The fields that every request about this call carries, and more."""
        return {
            "AccountSid": self.voice.settings.twilio_account_sid,
            "ApiVersion": "2010-04-01",
            "CallSid": self.sid,
            "CallStatus": self.status,
            "Direction": "inbound",
            "From": self.number,
            "To": self.to,
        } | fields

    def ask(
        self, page: str, query: dict[str, str] | None = None, *, token: str | None = None, **fields: str
    ) -> Element:
        """The document for a page."""
        suffix = f"?{urlencode(sorted(query.items()))}" if query else ""
        return self.go(f"/voice/{page}{suffix}", token=token, **fields)

    def go(self, address: str, *, token: str | None = None, **fields: str) -> Element:
        """The document at an address."""
        response = self.voice.send(address, self.form(**fields), token=token)
        assert response.status_code == 200, response.status
        assert response.mimetype == "text/xml"
        self.status = fields.get("CallStatus", "in-progress")
        document = ElementTree.fromstring(response.data)
        assert document.tag == "Response"
        return document

    def waits(self, key: str | None = None, language_key: str = "1") -> Element:
        """From the ring into the line."""
        self.ask("incoming")
        self.ask("language", Digits=language_key)
        return self.ask("menu", Digits=key or "")

    def hangs_up(self) -> None:
        """The phone company tells of the end of the call."""
        self.ask("call-status", CallStatus="completed")

    def event(self, page: str, fields: dict[str, str], query: str = "") -> Element:
        """News that is not of this leg alone: only the fields given, and the account."""
        form = {"AccountSid": self.voice.settings.twilio_account_sid} | fields
        response = self.voice.send(f"/voice/{page}{query}", form)
        assert response.status_code == 200, response.status
        return ElementTree.fromstring(response.data)
