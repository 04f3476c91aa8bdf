"""The phone companies that the product can work with, by the name that the settings give."""

from __future__ import annotations

from collections.abc import Callable

from hotline.base.config import Settings
from hotline.base.errors import ConfigurationError
from hotline.telephony.carrier import Carrier
from hotline.telephony.twilio_carrier import Twilio

CARRIERS: dict[str, Callable[[Settings], Carrier]] = {"twilio": Twilio}


def carrier_of(settings: Settings) -> Carrier:
    """The carrier of the installation; raises ConfigurationError for a name that is none."""
    make = CARRIERS.get(settings.carrier)
    if make is None:
        raise ConfigurationError(
            f"HOTLINE_CARRIER is '{settings.carrier}': expected one of {', '.join(sorted(CARRIERS))}."
        )
    return make(settings)
