"""Everything that differs from one phone company to another, in one place.

The pages of `ivr` speak TwiML, which several companies understand; what they do not share is who signed a request
and how, where their REST interface is, and how a browser's address is written. A second company is a second file
beside `twilio_carrier`, and a line in `carriers`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from hotline.telephony.books import CallBook, Office
from hotline.telephony.port import PhoneCompany


class Carrier(Protocol):
    """A phone company. Making one connects to nothing."""

    @property
    def signature_header(self) -> str:
        """The name of the header in which a request from the company is signed."""

    def is_signed(self, url: str, form: Mapping[str, str], signature: str) -> bool:
        """Whether the company signed a POST of `form` to the public address `url`, query included.

        A name that stands in the form more than once is found through the mapping's `getlist`, if it has one.
        """

    def sign(self, url: str, form: Mapping[str, str]) -> str | None:
        """What the company would sign such a request with, to check ourselves; None where only it can sign."""

    def identity_of(self, from_: str) -> str | None:
        """Whose softphone dials in, by what the company gives as the caller; None for any other caller."""

    def company(self) -> PhoneCompany:
        """Its calls and rooms."""

    def book(self) -> CallBook:
        """Its own list of calls."""

    def office(self) -> Office:
        """The numbers that we rent from it, and how they are set."""
