"""The doctor and the provisioning on the whole running system."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest

from hotline.demo.day.stack import Stack
from hotline.demo.settings import LINE
from ivr.simulator.rest_numbers import line_sid
from tests.operating.conftest import Commands
from tests.support.waiting import until

WRITTEN = ("VoiceUrl", "VoiceFallbackUrl", "VoiceFallbackMethod", "StatusCallback")
FIELDS = ("voice_url", "voice_fallback_url", "voice_fallback_method", "status_callback")


@pytest.fixture
def operator(stack: Stack) -> Iterator[Commands]:
    """Somebody at a terminal; afterwards the number is set as it was, for the other tests on the same system."""
    account = (stack.settings["TWILIO_ACCOUNT_SID"], stack.settings["TWILIO_AUTH_TOKEN"])
    address = f"{stack.phone_url}/2010-04-01/Accounts/{account[0]}/IncomingPhoneNumbers/{line_sid(LINE)}.json"
    with httpx.Client(trust_env=False, auth=account) as client:
        before = client.get(address).json()
        yield Commands(dict(stack.settings))
        form = {name: before[field] for name, field in zip(WRITTEN, FIELDS, strict=True)}
        assert client.post(address, data=form).is_success


def test_the_doctor_finds_nothing_wrong_with_the_demonstration(stack: Stack, operator: Commands) -> None:
    assert operator.run("lines", "provision").exit_code == 0
    assert operator.run("lines", "check").exit_code == 0
    # The sweep goes round every two seconds: just after the start not every part has done so.
    until(lambda: "FAIL" not in operator.run("doctor").stdout, 20)
    answer = operator.json("doctor")
    assert answer["fail"] == 0
    states = {one["name"]: one["status"] for one in answer["findings"]}
    assert states["workers: calls"] == states["workers: dispatch"] == states["sweep"] == "ok"
    assert states["voice process"] == states["softphone"] == states[f"number {LINE}"] == "ok"
    found = operator.json("calls", "reconcile", "--dry-run")
    assert found["left"] == []
