"""The simulator's own books, its settings, its process, and the telephone page."""

import json
import os
import re
import signal
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import httpx
import pytest

from ivr.simulator.ledger import Ledger, totals
from ivr.simulator.settings import Line, SettingsError, load_settings
from tests.simulator.stub_product import CALLER, LINE, Product, Telephones, until

GOOD = {
    "TWILIO_ACCOUNT_SID": "AC1",
    "TWILIO_AUTH_TOKEN": "secret",
    "SIMULATOR_LINES": '[{"number": "+16615550100", "voice_url": "http://127.0.0.1:1/voice"}]',
}


def test_offered_calls_add_up(product: Product, telephones: Telephones) -> None:
    answers = {
        "+16615550001": "<Hangup/>",
        "+16615550002": "<Pause length='500'/>",
        "+16615550003": "<Say>x</Say><Pause length='500'/>",
        "+16615550004": "<Dial><Conference>r</Conference></Dial>",
        "+16615550005": "<Sing",
    }
    product.put("/voice", lambda asked: answers[asked.form["From"]])
    product.put("/screener", "<Dial><Conference>r</Conference></Dial>")
    sids = {number: telephones.dial(from_=number) for number in answers}
    telephones.rest("POST", "Calls.json", To="client:ana", From=LINE, Url=f"{product.url}/screener")
    telephones.waits(sids["+16615550004"], talking=True)
    for number in ("+16615550003", "+16615550004"):
        telephones.hang_up(sids[number])
    for number in ("+16615550001", "+16615550005"):
        telephones.waits(sids[number], stage="over")
    counts = telephones.get("/sim/ledger")["totals"]
    assert counts == {
        "offered": 5, "answered": 1, "abandoned": 1, "diverted": 2, "open": 1, "failed": 1
    }  # fmt: skip
    talked = telephones.call(sids["+16615550004"])
    assert (len(talked["talked_with"]), talked["reached"]) == (1, ["conference"])


def test_calls_made_by_us_are_no_offered_calls() -> None:
    assert totals([])["offered"] == 0
    counts = totals([{"outcome": "open", "status": "ringing"}])
    assert (counts["offered"], counts["open"]) == (1, 1)


def test_each_request_and_its_answer_is_in_the_ledger_and_its_file(
    product: Product, telephones: Telephones, tmp_path: Path
) -> None:
    product.put("/voice", "<Say>Hello</Say><Hangup/>")
    sid = telephones.dial()
    product.first("/status")
    telephones.rest("GET", f"Calls/{sid}.json")
    until(lambda: telephones.get("/sim/ledger")["pending_callbacks"] == 0, "the status written down")
    asked, told = telephones.entries("webhook", sid)
    assert (asked["purpose"], asked["status"], asked["verbs"]) == ("voice", 200, ["Say", "Hangup"])
    assert asked["ms"] >= 0
    assert asked["params"]["From"] == CALLER
    assert (told["purpose"], told["status"]) == ("status", 204)
    assert telephones.entries("rest", sid)[0]["path"].endswith(f"/Calls/{sid}.json")
    assert telephones.entries("call", sid)[0]["outcome"] == "diverted"
    kept = [json.loads(line) for line in (tmp_path / "ledger.jsonl").read_text().splitlines()]
    assert kept == telephones.get("/sim/ledger")["entries"]


def test_an_ended_call_is_pending_until_it_was_reported(product: Product, telephones: Telephones) -> None:
    release = threading.Event()

    def slow(asked: object) -> tuple[str, int]:
        release.wait(8)
        return "", 204

    product.put("/voice", "<Enqueue waitUrl='/wait' action='/left'>q</Enqueue>")
    product.put("/wait", "<Pause length='500'/>")
    product.put("/left", slow)
    sid = telephones.dial()
    telephones.waits(sid, stage="queue")
    telephones.hang_up(sid)
    product.first("/left")
    assert telephones.get("/sim/ledger")["pending_callbacks"] == 1
    release.set()
    until(lambda: telephones.get("/healthz")["pending_callbacks"] == 0, "everything reported")
    assert len(product.at("/status")) == 1


def test_the_ledger_goes_on_in_an_existing_file(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "ledger.jsonl"
    for text in ("one", "two"):
        Ledger(path).write("warning", text=text)
    assert [json.loads(line)["text"] for line in path.read_text().splitlines()] == ["one", "two"]


def test_settings_are_read_from_the_environment(tmp_path: Path) -> None:
    (tmp_path / "token").write_text("from a file\n")
    lines = [{"number": LINE, "voice_url": "http://127.0.0.1:1/v", "fallback_url": "", "timeout_seconds": 3}]
    environ = {
        "TWILIO_ACCOUNT_SID": "AC1",
        "TWILIO_AUTH_TOKEN_FILE": str(tmp_path / "token"),
        "SIMULATOR_LINES": json.dumps(lines),
        "SIMULATOR_SPEED": "2.5",
        "HOTLINE_SIMULATOR_PORT": "8112",
    }
    settings = load_settings(environ)
    assert (settings.auth_token, settings.speed, settings.port) == ("from a file", 2.5, 8112)
    assert settings.lines == (Line(LINE, "http://127.0.0.1:1/v", timeout_seconds=3.0),)
    assert settings.ledger_path is None


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"TWILIO_ACCOUNT_SID": ""}, "TWILIO_ACCOUNT_SID"),
        ({"TWILIO_AUTH_TOKEN": ""}, "TWILIO_AUTH_TOKEN"),
        ({"TWILIO_AUTH_TOKEN": "", "TWILIO_AUTH_TOKEN_FILE": "/nowhere"}, "TWILIO_AUTH_TOKEN_FILE"),
        ({"SIMULATOR_LINES": ""}, "SIMULATOR_LINES"),
        ({"SIMULATOR_LINES": "[{]"}, "SIMULATOR_LINES"),
        ({"SIMULATOR_LINES": '[{"number": "1"}]'}, "voice_url"),
        ({"SIMULATOR_LINES": '[{"number": "1", "voice_url": "x", "mood": 1}]'}, "mood"),
        ({"SIMULATOR_SPEED": "fast"}, "SIMULATOR_SPEED"),
        ({"SIMULATOR_SPEED": "0"}, "SIMULATOR_SPEED"),
        ({"HOTLINE_SIMULATOR_PORT": "-1"}, "HOTLINE_SIMULATOR_PORT"),
    ],
)
def test_a_wrong_setting_is_named(changes: dict[str, str], named: str) -> None:
    with pytest.raises(SettingsError) as wrong:
        load_settings({**GOOD, **changes})
    assert named in str(wrong.value)


def test_everything_that_is_missing_is_named_at_once() -> None:
    with pytest.raises(SettingsError) as wrong:
        load_settings({})
    assert len(str(wrong.value).splitlines()) == 3


def test_the_process_starts_answers_and_stops_on_a_signal() -> None:
    environ = {**os.environ, **GOOD}
    process = subprocess.Popen(
        [sys.executable, "-m", "ivr.simulator", "--port", "0", "--speed", "9"],
        env=environ, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        assert process.stdout is not None
        ready = re.search(r"http://[\d.:]+", process.stdout.readline())
        assert ready is not None
        with httpx.Client(trust_env=False, verify=False) as client:
            health = client.get(f"{ready[0]}/healthz").json()
            assert health == {"live_calls": 0, "pending_callbacks": 0, "speed": 9.0, "status": "ok"}
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=10) == 0
    finally:
        process.kill()
        process.communicate()


def test_a_process_without_settings_names_them_and_stops() -> None:
    environ = {
        name: value for name, value in os.environ.items() if name not in (*GOOD, "HOTLINE_SIMULATOR_PORT")
    }
    done = subprocess.run(
        [sys.executable, "-m", "ivr.simulator"], env=environ, capture_output=True, text=True, timeout=30
    )
    assert done.returncode == 2
    assert "SIMULATOR_LINES" in done.stderr


def test_the_telephone_page_works_without_a_script(product: Product, telephones: Telephones) -> None:
    product.put(
        "/voice", "<Gather numDigits='1' timeout='500' action='/menu'><Say>Press &lt;1&gt;</Say></Gather>"
    )
    product.put("/menu", "<Gather input='speech' timeout='500' action='/said'/>")
    product.put("/said", "<Pause length='500'/>")
    client = telephones.client
    page = f"{telephones.url}/phone"
    assert LINE in client.get(page).text
    dialled = client.post(f"{page}/dial", data={"from": CALLER, "to": LINE})
    assert dialled.status_code == 303
    sid = re.findall(r"CA[0-9a-f]{32}", dialled.headers["location"])[0]
    telephones.listens(sid)
    shown = client.get(telephones.url + dialled.headers["location"])
    assert "Press &lt;1&gt;" in shown.text
    assert "default-src 'self'" in shown.headers["content-security-policy"]
    client.post(f"{page}/{sid}/digits", data={"digits": "1"})
    product.first("/menu", Digits="1")
    telephones.listens(sid)
    client.post(f"{page}/{sid}/speak", data={"text": "help"})
    product.first("/said", SpeechResult="help")
    assert '<li class="you">help</li>' in client.get(f"{page}?call={sid}").text
    client.post(f"{page}/{sid}/hangup")
    assert telephones.waits(sid, stage="over")["ended_by"] == "caller"


def test_the_telephone_page_answers_other_telephones(product: Product, telephones: Telephones) -> None:
    telephones.phone("client:ana", behaviour="manual")
    product.put("/x", "<Say>Hello Ana</Say><Pause length='500'/>")
    form: dict[str, Any] = {"To": "client:ana", "From": LINE, "Url": f"{product.url}/x", "Timeout": "600"}
    sid = telephones.rest("POST", "Calls.json", **form).json()["sid"]
    telephones.waits(sid, status="ringing")
    page = f"{telephones.url}/phone"
    assert "Answer" in telephones.client.get(page).text
    telephones.client.post(f"{page}/answer/client:ana")
    telephones.hears(sid, "Hello Ana")
    assert "is on a call" in telephones.client.get(page).text
    telephones.client.post(f"{page}/put-down/client:ana")
    assert telephones.waits(sid, stage="over")["ended_by"] == "far end"


def test_the_telephone_page_says_when_a_line_does_not_exist(telephones: Telephones) -> None:
    answer = telephones.client.post(
        f"{telephones.url}/phone/dial", data={"from": "", "to": "+19995550000"}, follow_redirects=True
    )
    assert "is not one of our lines" in answer.text
