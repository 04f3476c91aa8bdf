"""Recordings at the phone company: kept, fetched with credentials, written down in words, deleted."""

from dataclasses import replace

import pytest

from hotline.base.config import Settings as ProductSettings
from hotline.telephony.port import MediaGone, Refused
from hotline.telephony.twilio_rest import TwilioRest
from tests.simulator.stub_product import ACCOUNT, TOKEN, Product, Telephones, until


@pytest.fixture
def recorded(product: Product, telephones: Telephones) -> str:
    """A message of a caller; its sid."""
    product.put(
        "/voice",
        "<Record action='/message' timeout='500' transcribe='true' transcribeCallback='/words'/>",
    )
    sid = telephones.dial()
    telephones.listens(sid)
    telephones.post(f"/sim/calls/{sid}/speak", text="please call back")
    until(lambda: telephones.call(sid)["seconds"] > 4, "a few seconds of message")
    telephones.post(f"/sim/calls/{sid}/digits", digits="#")
    return product.first("/message").form["RecordingSid"]


@pytest.fixture
def phones(telephones: Telephones, settings: ProductSettings) -> TwilioRest:
    return TwilioRest(
        replace(
            settings,
            twilio_account_sid=ACCOUNT,
            twilio_auth_token=TOKEN,
            twilio_api_base_url=telephones.url,
        )
    )


def test_a_recording_is_fetched_and_then_deleted_for_good(phones: TwilioRest, recorded: str) -> None:
    sound = phones.fetch_recording(recorded)
    assert sound[:2] == b"\xff\xe3"
    phones.delete_recording(recorded)
    with pytest.raises(MediaGone):
        phones.fetch_recording(recorded)
    phones.delete_recording(recorded)


def test_a_recording_is_not_given_without_the_right_credentials(
    settings: ProductSettings, telephones: Telephones, recorded: str
) -> None:
    wrong = replace(
        settings, twilio_account_sid=ACCOUNT, twilio_auth_token="wrong", twilio_api_base_url=telephones.url
    )
    with pytest.raises(Refused):
        TwilioRest(wrong).fetch_recording(recorded)


def test_the_resource_of_a_recording_names_its_call_and_length(telephones: Telephones, recorded: str) -> None:
    shown = telephones.rest("GET", f"Recordings/{recorded}.json").json()
    assert (shown["sid"], shown["status"], shown["source"]) == (recorded, "completed", "RecordVerb")
    assert int(shown["duration"]) >= 4


def test_the_words_of_a_short_message_are_told(product: Product, recorded: str) -> None:
    told = product.first("/words").form
    assert (told["RecordingSid"], told["TranscriptionStatus"]) == (recorded, "completed")
    assert told["TranscriptionText"] == "please call back"
