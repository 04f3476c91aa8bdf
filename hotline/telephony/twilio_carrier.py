"""Twilio as a carrier: how it signs, how it writes a browser, and where the rest of it is."""

from __future__ import annotations

from collections.abc import Mapping

from twilio.request_validator import RequestValidator

from hotline.base.config import Settings
from hotline.telephony import addresses
from hotline.telephony.twilio_numbers import TwilioBook, TwilioOffice
from hotline.telephony.twilio_rest import TwilioRest


class Twilio:
    """A `telephony.carrier.Carrier`. A request is signed with the account's token (HMAC-SHA1)."""

    signature_header = "X-Twilio-Signature"

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._validator = RequestValidator(settings.twilio_auth_token)

    def is_signed(self, url: str, form: Mapping[str, str], signature: str) -> bool:
        return bool(signature) and bool(self._validator.validate(url, form, signature))

    def sign(self, url: str, form: Mapping[str, str]) -> str | None:
        return str(self._validator.compute_signature(url, form))

    def identity_of(self, from_: str) -> str | None:
        return addresses.identity_of(from_)

    def company(self) -> TwilioRest:
        return TwilioRest(self._settings)

    def book(self) -> TwilioBook:
        return TwilioBook(self._settings)

    def office(self) -> TwilioOffice:
        return TwilioOffice(self._settings)
