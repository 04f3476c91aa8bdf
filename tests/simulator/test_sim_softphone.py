"""A browser's telephone: its token, its line to the application, its microphone, and its end."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Thread
from typing import Any
from uuid import UUID

import httpx
import pytest

from hotline.base import clock
from hotline.base.config import Softphone
from hotline.telephony.softphone import identity, token
from tests.simulator.stub_product import ACCOUNT, Product, Telephones, until

SECRET = "k" * 32
KEYS = Softphone("simulator", "SK" + "1" * 32, SECRET, "AP" + "2" * 32)
ROOM = "<Dial><Conference statusCallback='/room' statusCallbackEvent='join leave'>r-1</Conference></Dial>"


@dataclass
class Line:
    """A browser on the line: what it was told last."""

    told: dict[str, Any] = field(default_factory=dict)
    response: httpx.Response | None = None


@pytest.fixture
def telephones(start: Callable[..., Telephones], product: Product) -> Telephones:
    product.put("/voice", ROOM)
    product.put("/softphone", ROOM)
    return start(application_url=f"{product.url}/softphone", api_key_secret=SECRET)


def proof(name: str = "ana") -> str:
    return token(KEYS, ACCOUNT, name).text


def post(telephones: Telephones, path: str, **document: Any) -> httpx.Response:
    return httpx.post(f"{telephones.url}/sim/clients/{path}", content=json.dumps(document), trust_env=False)


@contextmanager
def on_the_line(telephones: Telephones, name: str = "ana", **params: str) -> Iterator[Line]:
    line = Line()

    def read(response: httpx.Response) -> None:
        try:
            for text in response.iter_lines():
                if text:
                    line.told = json.loads(text)
        except httpx.HTTPError:
            line.told = {**line.told, "cut": True}

    content = json.dumps({"token": proof(name), "params": params})
    with (
        httpx.Client(trust_env=False, timeout=10) as client,
        client.stream("POST", f"{telephones.url}/sim/clients/{name}/connect", content=content) as response,
    ):
        line.response = response
        reader = Thread(target=read, args=(response,), daemon=True)
        reader.start()
        yield line


def test_a_browser_calls_the_application_under_its_identity_and_talks(
    telephones: Telephones, product: Product
) -> None:
    caller = telephones.dial()
    telephones.waits(caller, stage="conference")
    with on_the_line(telephones, leg="42", From="client:eve") as line:
        asked = product.first("/softphone")
        assert (asked.form["From"], asked.form["leg"]) == ("client:ana", "42")
        assert (asked.form["To"], asked.form["Direction"]) == ("", "inbound")
        until(lambda: line.told.get("talking"), "the browser talks with the caller")
        assert post(telephones, "ana/mute", token=proof(), muted=True).json() == {"muted": True}
        spoken = httpx.post(
            f"{telephones.url}/sim/calls/{line.told['sid']}/speak", json={"text": "hello"}, trust_env=False
        )
        assert spoken.json() == {"heard": False}
        post(telephones, "ana/hangup", token=proof())
        until(lambda: line.told.get("status") == "completed", "the browser has hung up")
    product.first("/room", StatusCallbackEvent="participant-leave")


def test_a_browser_that_dies_hangs_up(telephones: Telephones, product: Product) -> None:
    caller = telephones.dial()
    telephones.waits(caller, stage="conference")
    with on_the_line(telephones) as line:
        until(lambda: line.told.get("talking"), "the browser talks with the caller")
    left = product.first("/room", StatusCallbackEvent="participant-leave")
    assert left.form["CallSid"] == line.told["sid"]


def test_a_browser_has_one_line(telephones: Telephones) -> None:
    with on_the_line(telephones) as line:
        until(lambda: line.told.get("sid"), "the line is open")
        assert post(telephones, "ana/connect", token=proof()).status_code == 486


def test_a_browser_is_no_caller_in_the_ledger(telephones: Telephones) -> None:
    with on_the_line(telephones) as line:
        until(lambda: line.told.get("sid"), "the line is open")
        ledger = httpx.get(f"{telephones.url}/sim/ledger", trust_env=False).json()
    assert ledger["totals"]["offered"] == 0


@pytest.mark.parametrize(
    ("made", "status"),
    [
        (lambda: "", 401),
        (lambda: proof()[:-3] + "abc", 401),
        (lambda: token(Softphone("twilio", "SK1", "x" * 32, "AP1"), ACCOUNT, "ana").text, 401),
        (lambda: proof("eve"), 403),
    ],
)
def test_a_bad_token_opens_no_line(telephones: Telephones, made: Callable[[], str], status: int) -> None:
    assert post(telephones, "ana/connect", token=made()).status_code == status


def test_an_old_token_opens_no_line(telephones: Telephones) -> None:
    with clock.frozen(clock.now().replace(year=2025)):
        old = proof()
    assert post(telephones, "ana/connect", token=old).status_code == 401


def test_only_pages_of_this_machine_may_read_the_answers(telephones: Telephones) -> None:
    def allowed(origin: str) -> str:
        answer = httpx.get(f"{telephones.url}/sim/clients/ana", headers={"Origin": origin}, trust_env=False)
        return str(answer.headers.get("Access-Control-Allow-Origin", ""))

    assert allowed("http://127.0.0.1:8000") == "http://127.0.0.1:8000"
    assert allowed("https://evil.example") == ""


def test_an_identity_has_only_signs_that_the_phone_company_takes() -> None:
    user_id = UUID("0190a1b2-0000-7000-8000-000000000001")
    assert identity(user_id, "client:ana_1") == "ana_1"
    for address in (None, "+16615550100", "client:ana.ruiz@hotline.example", "client:"):
        assert identity(user_id, address) == user_id.hex
