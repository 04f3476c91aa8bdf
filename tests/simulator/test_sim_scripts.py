"""Scripted callers, and the command that plays them."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from ivr.simulator.cli import simulate
from ivr.simulator.scenarios import BadScript, load, names, parse
from tests.simulator.stub_product import LINE, Product, Telephones

SHIPPED = names()


@pytest.fixture
def line(product: Product, start: Callable[..., Telephones]) -> Telephones:
    """A hotline in small: language, menu, queue, and a screener who takes every call."""
    telephones = start(speed=200.0)
    product.put(
        "/voice",
        "<Say>If someone is in danger, hang up and call 911.</Say>"
        "<Gather input='dtmf speech' numDigits='1' timeout='40' action='/language'><Say>Press 1</Say></Gather>"
        "<Redirect>/menu</Redirect>",
    )
    product.put("/language", "<Redirect>/menu</Redirect>")
    product.put(
        "/menu",
        "<Gather input='dtmf speech' numDigits='1' timeout='40' action='/enqueue'><Say>Peligro: 1</Say></Gather>"
        "<Redirect>/enqueue</Redirect>",
    )
    product.put("/enqueue", "<Enqueue waitUrl='/wait' action='/left'>q</Enqueue>")

    def wait(asked: Any) -> str:
        return "<Leave/>" if int(asked.form["QueueTime"]) >= 20 else "<Pause length='5'/>"

    product.put("/wait", wait)
    product.put("/left", "<Dial><Conference endConferenceOnExit='true' statusCallback='/room'"
                " statusCallbackEvent='join'>r</Conference></Dial>")  # fmt: skip
    product.put("/screener", "<Dial><Conference>r</Conference></Dial>")

    def ring(asked: Any) -> tuple[str, int]:
        if asked.form["CallSid"] not in rung and not rung:
            rung.add(asked.form["CallSid"])
            telephones.rest("POST", "Calls.json", To="client:ana", From=LINE, Url=f"{product.url}/screener")
        return "", 204

    rung: set[str] = set()
    product.put("/room", ring)
    return telephones


def run(*arguments: str) -> Any:
    return CliRunner().invoke(simulate, arguments)


@pytest.mark.parametrize("name", SHIPPED)
def test_every_shipped_script_comes_to_its_end(line: Telephones, name: str) -> None:
    result = run("call", "--script", name, "--simulator", line.url, "--json")
    played = json.loads(result.output)
    assert (played["problem"], result.exit_code) == (None, 0)
    assert played["call"]["stage"] == "over"


def test_there_is_a_script_for_each_kind_of_caller() -> None:
    kinds = {"neighbour", "spanish", "professional", "danger", "silent", "withheld"}
    kinds |= {"hang-up-greeting", "hang-up-menu", "hang-up-queue", "hang-up-talk"}
    assert kinds <= set(SHIPPED)
    assert all(load(name).about for name in SHIPPED)


def test_a_step_that_is_not_met_fails_with_a_clear_message(
    product: Product, telephones: Telephones, tmp_path: Path
) -> None:
    product.put("/voice", "<Say>Hello</Say><Hangup/>")
    script = tmp_path / "mine.toml"
    script.write_text('from = "+16615550140"\n[[steps]]\nwait_for = "hello"\n[[steps]]\npress = "1"\n')
    result = run("call", "--script", str(script), "--simulator", telephones.url)
    assert result.exit_code == 1
    assert "step 2 (press = '1')" in result.output
    assert "the call ended (completed, by system) before the line listened for keys" in result.output


def test_an_expectation_that_is_not_met_says_what_was_found(
    product: Product, telephones: Telephones, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ivr.simulator.scenarios.LEAST_REAL_SECONDS", 0.2)
    product.put("/voice", "<Hangup/>")
    script = tmp_path / "mine.toml"
    script.write_text('[[steps]]\nexpect = { outcome = "answered" }\nwithin = 1\n')
    result = run("call", "--script", str(script), "--simulator", telephones.url, "--from", "+15550")
    assert result.exit_code == 1
    assert "outcome is 'diverted'" in result.output
    assert product.first("/voice").form["From"] == "+15550"


def test_a_line_that_does_not_exist_is_named(telephones: Telephones) -> None:
    result = run("call", "--script", "silent", "--simulator", telephones.url, "--to", "+19995550000")
    assert result.exit_code == 1
    assert "+19995550000 is not one of our lines" in result.output


def test_a_simulator_that_does_not_run_is_named_with_the_remedy() -> None:
    for command in (["call", "--script", "silent"], ["lines"], ["ledger"]):
        result = run(*command, "--simulator", "http://127.0.0.1:9")
        assert result.exit_code == 1
        assert "python -m ivr.simulator" in result.output


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("steps = 3", "no [[steps]]"),
        ("mood = 1\n[[steps]]\nhang_up = true", "unknown key 'mood'"),
        ("[[steps]]\npress = '1'\nsay = 'x'", "exactly one of"),
        ("[[steps]]\nsing = 'x'", "exactly one of"),
        ("[[steps]]\nhang_up_at = 'noon'", "hang_up_at must be one of"),
        ("[[steps]]\npause = 'long'", "pause needs a number"),
        ("[[steps]]\nexpect = 'answered'", "expect needs fields"),
        ("[[steps", "mine"),
    ],
)
def test_a_script_that_makes_no_sense_is_refused(text: str, complaint: str) -> None:
    with pytest.raises(BadScript) as refused:
        parse("mine", text)
    assert complaint in str(refused.value)


def test_an_unknown_script_names_those_that_exist() -> None:
    result = run("call", "--script", "nobody")
    assert result.exit_code == 2
    assert "hang-up-queue" in result.output


def test_the_lists_can_be_read(telephones: Telephones) -> None:
    assert "neighbour" in run("scripts").output
    assert json.loads(run("scripts", "--json").output)["silent"]
    lines = json.loads(run("lines", "--simulator", telephones.url, "--json").output)
    assert lines[0]["number"] == LINE
    assert LINE in run("lines", "--simulator", telephones.url).output
    assert json.loads(run("ledger", "--simulator", telephones.url, "--json").output)["offered"] == 0
    assert "offered" in run("ledger", "--simulator", telephones.url).output
