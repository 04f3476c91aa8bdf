"""Another phone company that speaks TwiML is a second file: what signs, and where, is all that differs."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterator, Mapping
from dataclasses import replace

import pytest
from structlog.testing import capture_logs

from hotline.base.config import Settings
from hotline.base.errors import ConfigurationError
from hotline.telephony.carriers import CARRIERS, carrier_of
from hotline.telephony.twilio_carrier import Twilio
from ivr.signature import Signature
from tests.support.voice import Caller, Voice


class Other(Twilio):
    """A company with a header and a hash of its own, and SIP addresses for browsers."""

    signature_header = "X-Other-Signature"

    def is_signed(self, url: str, form: Mapping[str, str], signature: str) -> bool:
        return hmac.compare_digest(signature, hashlib.sha256(url.encode()).hexdigest())

    def sign(self, url: str, form: Mapping[str, str]) -> str | None:
        return None

    def identity_of(self, from_: str) -> str | None:
        return from_.removeprefix("sip:").partition("@")[0] if from_.startswith("sip:") else None


@pytest.fixture
def voice(settings: Settings, line: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[Voice]:
    monkeypatch.setitem(CARRIERS, "other", Other)
    voice = Voice(replace(settings, carrier="other"))
    yield voice
    voice.close()


def test_the_pages_answer_whoever_the_carrier_of_the_settings_vouches_for(voice: Voice) -> None:
    form = Caller(voice).form()
    signed = hashlib.sha256(b"http://voice.test/voice/incoming").hexdigest()
    client = voice.app.test_client()
    assert client.post("/voice/incoming", data=form, headers={"X-Other-Signature": signed}).status_code == 200
    assert client.post("/voice/incoming", data=form, headers={"X-Other-Signature": "no"}).status_code == 403
    assert voice.send("/voice/incoming", form).status_code == 403, "Twilio's signature is nobody's here"


def test_a_carrier_that_nobody_wrote_is_refused_by_name(settings: Settings) -> None:
    with pytest.raises(ConfigurationError, match="HOTLINE_CARRIER is 'smoke': expected one of twilio"):
        carrier_of(replace(settings, carrier="smoke"))


def test_a_browser_that_dials_in_is_known_by_the_carriers_own_form(settings: Settings) -> None:
    assert carrier_of(settings).identity_of("client:ana") == "ana"
    assert carrier_of(settings).identity_of("+16615550142") is None
    assert Other(settings).identity_of("sip:ana@example.org") == "ana"


def test_w12_a_start_shows_the_exact_address_that_is_signed(settings: Settings) -> None:
    with capture_logs() as logs:
        Voice(settings).close()
    assert [line["address"] for line in logs if line["event"] == "signed_address"] == [
        "http://voice.test/voice/incoming"
    ]


def test_w12_a_start_is_refused_when_even_a_right_signature_would_be(settings: Settings) -> None:
    class Deaf(Twilio):
        def is_signed(self, url: str, form: Mapping[str, str], signature: str) -> bool:
            return False

    with pytest.raises(ConfigurationError, match="voice/incoming would be refused"):
        Signature(Deaf(settings), settings.public_voice_url).checked()
