"""Nobody but the phone company may post here."""

from __future__ import annotations

from flask import Request

from hotline.telephony.carrier import Carrier


class Signature:
    """Checks requests against the public address from the settings.

    Headers that a proxy adds are never believed: whoever can set them could choose what is checked.
    """

    def __init__(self, carrier: Carrier, public_url: str) -> None:
        self._carrier = carrier
        self._public_url = public_url

    def is_valid(self, request: Request) -> bool:
        """Whether the phone company signed this request, as it is, for its address as it is."""
        query = request.query_string.decode("latin-1")
        url = f"{self._public_url}{request.path}" + (f"?{query}" if query else "")
        signature = request.headers.get(self._carrier.signature_header, "")
        return bool(signature) and self._carrier.is_signed(url, request.form, signature)
