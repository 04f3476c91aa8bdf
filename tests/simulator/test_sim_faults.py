"""A product that fails: time-outs, errors, fallback; and callbacks that come twice or late."""

import threading
from collections import Counter
from collections.abc import Callable

import pytest
from twilio.request_validator import RequestValidator

from ivr.simulator.legs import OVER
from ivr.simulator.signer import signature
from tests.simulator.stub_product import Answer, Product, Telephones, until

Start = Callable[..., Telephones]
BROKEN: list[tuple[str, Answer, str]] = [
    ("server error", ("", 503), "11200"),
    ("not found", ("", 404), "11200"),
    ("parse error", ("<Response><Say>", 200), "12100"),
    ("no TwiML", ("<html/>", 200, "text/xml"), "12100"),
    ("plain text", ("hello", 200, "text/plain"), "12300"),
    ("too large", (f"<Response><Say>{'x' * 70_000}</Say></Response>", 200), "11750"),
]


@pytest.mark.parametrize(("answer", "code"), [pytest.param(a, c, id=name) for name, a, c in BROKEN])
def test_a_broken_document_goes_to_the_fallback(
    product: Product, start: Start, answer: Answer, code: str
) -> None:
    telephones = start(line={"fallback_url": f"{product.url}/fallback"})
    product.put("/voice", answer)
    product.put("/fallback", "<Say>We are here</Say><Pause length='100'/>")
    sid = telephones.dial()
    telephones.hears(sid, "We are here")
    form = product.first("/fallback").form
    assert (form["ErrorCode"], form["ErrorUrl"]) == (code, f"{product.url}/voice")


@pytest.mark.parametrize(("answer", "code"), [pytest.param(a, c, id=name) for name, a, c in BROKEN])
def test_without_fallback_the_caller_hears_an_application_error(
    product: Product, telephones: Telephones, answer: Answer, code: str
) -> None:
    product.put("/voice", answer)
    ended = telephones.waits(telephones.dial(), status="failed")
    assert (ended["heard"][0]["kind"], ended["outcome"]) == ("error", "diverted")
    assert telephones.entries("warning", ended["sid"])[0]["text"].startswith(code)
    assert product.first("/status").form["CallStatus"] == "failed"


def test_a_slow_document_goes_to_the_fallback_after_the_limit(product: Product, start: Start) -> None:
    telephones = start(line={"fallback_url": f"{product.url}/fallback", "timeout_seconds": 0.2})
    release = threading.Event()

    def slow(asked: object) -> str:
        release.wait(8)
        return "<Say>Too late</Say>"

    product.put("/voice", slow)
    product.put("/fallback", "<Say>We are here</Say><Pause length='500'/>")
    sid = telephones.dial()
    telephones.hears(sid, "We are here")
    release.set()
    assert product.first("/fallback").form["ErrorCode"] == "11205"
    assert telephones.texts(sid) == ["We are here"]


def test_a_dead_product_is_tried_twice_and_then_fails_the_call(product: Product, start: Start) -> None:
    telephones = start(line={"voice_url": "http://127.0.0.1:9/voice"})
    ended = telephones.waits(telephones.dial(), status="failed")
    assert "11205" in telephones.entries("warning", ended["sid"])[0]["text"]


def test_a_fallback_that_fails_too_fails_the_call(product: Product, start: Start) -> None:
    telephones = start(line={"fallback_url": f"{product.url}/fallback"})
    product.put("/voice", ("", 500))
    product.put("/fallback", ("", 500))
    telephones.waits(telephones.dial(), status="failed")
    assert len(product.at("/fallback")) == 1


def test_an_error_later_in_the_call_goes_to_the_fallback_too(product: Product, start: Start) -> None:
    telephones = start(line={"fallback_url": f"{product.url}/fallback"})
    product.put("/voice", "<Gather numDigits='1' timeout='500' action='/menu'/>")
    product.put("/menu", ("", 500))
    product.put("/fallback", "<Say>We are here</Say>")
    sid = telephones.dial()
    telephones.press(sid, "1")
    telephones.hears(sid, "We are here")


def test_redirected_answers_are_followed(product: Product, telephones: Telephones) -> None:
    product.put("/voice", "<Redirect method='GET'>/moved</Redirect>")

    def app(environ: dict[str, str], start_response: Callable[..., object]) -> list[bytes]:
        start_response("302 Found", [("Location", "/there")])
        return []

    product.raw["/moved"] = app
    product.put("/there", "<Say>There</Say>")
    telephones.hears(telephones.dial(), "There")
    asked = product.first("/there")
    validator = RequestValidator("12345")
    assert validator.validate(asked.url, asked.form, asked.headers["X-Twilio-Signature"])


def test_second_copies_carry_the_same_token_and_come_in_any_order(
    product: Product, telephones: Telephones
) -> None:
    telephones.post("/sim/chaos", duplicate=1.0, shuffle=True, seed=7)
    product.put(
        "/voice",
        "<Dial><Conference statusCallback='/room' statusCallbackEvent='start end join leave'>r</Conference></Dial>",
    )
    sid = telephones.dial()
    telephones.waits(sid, stage="conference")
    telephones.hang_up(sid)
    until(lambda: len(product.at("/room")) >= 6, "join, leave and end, each twice")
    until(lambda: len(product.at("/status")) >= 2, "the status twice")
    until(lambda: telephones.get("/sim/ledger")["pending_callbacks"] == 0, "nothing left to deliver")
    tokens = Counter(asked.headers["I-Twilio-Idempotency-Token"] for asked in product.at("/room"))
    assert sorted(tokens.values()) == [2, 2, 2]
    # What the caller waits for is never doubled.
    assert len(product.at("/voice")) == 1


def test_callbacks_can_be_lost(product: Product, telephones: Telephones) -> None:
    telephones.post("/sim/chaos", drop=1.0)
    product.put("/voice", "<Hangup/>")
    sid = telephones.dial()
    telephones.waits(sid, stage="over")
    until(lambda: telephones.entries("call", sid), "the end written down")
    assert telephones.get("/sim/ledger")["pending_callbacks"] == 0
    assert product.at("/status") == []


@pytest.mark.parametrize("document", [{"mood": 1}, ["duplicate"]])
def test_an_unknown_kind_of_chaos_is_refused(telephones: Telephones, document: object) -> None:
    assert telephones.client.post(f"{telephones.url}/sim/chaos", json=document).status_code == 400


def test_the_signature_is_the_official_one() -> None:
    validator = RequestValidator("12345")
    form = {"Digits": "", "CallSid": "CA1", "From": "+16615550123", "Speech": "niño"}
    for url in ("http://127.0.0.1:8001/voice", "https://api.example.org/voice?a=1&b="):
        assert signature("12345", url, form) == validator.compute_signature(url, form)


def test_twenty_calls_at_once_all_come_to_their_end(product: Product, telephones: Telephones) -> None:
    product.put("/voice", "<Say>Hello</Say><Enqueue waitUrl='/wait' action='/left'>q</Enqueue>")
    product.put("/wait", "<Say>Please wait</Say>")
    sids = [telephones.dial(from_=f"+166155501{number:02}") for number in range(20)]
    for sid in sids:
        telephones.waits(sid, stage="queue")
    for sid in sids:
        telephones.hang_up(sid)
    until(lambda: len(product.at("/status")) == 20, "twenty endings")
    totals = telephones.get("/sim/ledger")["totals"]
    assert totals == {
        "offered": 20, "answered": 0, "abandoned": 20, "diverted": 0, "open": 0, "failed": 0
    }  # fmt: skip
    assert {call["status"] for call in telephones.get("/sim/calls")["calls"]} <= OVER
