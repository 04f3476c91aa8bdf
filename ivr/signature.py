"""Nobody but the phone company may post here."""

from __future__ import annotations

from flask import Request

from hotline.base.errors import ConfigurationError
from hotline.telephony.carrier import Carrier

_PROBE = {"CallSid": "CA", "From": ""}


class Signature:
    """Checks requests against the public address from the settings.

    Headers that a proxy adds are never believed: whoever can set them could choose what is checked.
    """

    def __init__(self, carrier: Carrier, public_url: str) -> None:
        self._carrier = carrier
        self._public_url = public_url

    def checked(self) -> str:
        """The address that the phone company must sign for a call that comes in.

        Raises ConfigurationError when a request signed for exactly that would be refused: then every call would be.
        """
        address = f"{self._public_url}/voice/incoming"
        signed = self._carrier.sign(address, _PROBE)
        if signed is not None and not self._carrier.is_signed(address, _PROBE, signed):
            raise ConfigurationError(
                f"PUBLIC_VOICE_URL: requests signed for {address} would be refused, and with them every call. Give "
                "the address without a user name, and with a host name instead of an IPv6 address."
            )
        return address

    def is_valid(self, request: Request) -> bool:
        """Whether the phone company signed this request, as it is, for its address as it is."""
        query = request.query_string.decode("latin-1")
        url = f"{self._public_url}{request.path}" + (f"?{query}" if query else "")
        signature = request.headers.get(self._carrier.signature_header, "")
        return bool(signature) and self._carrier.is_signed(url, request.form, signature)
