"""`hotline simulate day` without a day: kept ledgers, tampered ones, and clear refusals."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from hotline.base.errors import HotlineError
from hotline.demo.day.command import day, exported
from hotline.demo.settings import write_for_shells

LEDGERS: dict[str, Any] = {
    "simulator": {"outcomes": {"CA1": "answered"}, "pending": 0},
    "mail": {"message_ids": ["k1"]},
    "database": {
        "outcomes": {"CA1": "answered"},
        "reports": [
            {"reference": "KERN-1", "decided": "dispatched", "dispatches": 1, "open_items": 0, "reason": ""}
        ],
        "dispatches": [{"name": "KERN-1 to the office", "mail_keys": ["k1"], "acknowledged": True}],
        "other_mail_keys": [],
        "unsent": 0,
    },
}


def compare(tmp_path: Path, ledgers: object, *options: str) -> Result:
    kept = tmp_path / "ledgers.json"
    kept.write_text(json.dumps(ledgers))
    return CliRunner().invoke(day, ["--from", str(kept), *options])


def test_kept_ledgers_that_agree_exit_with_0(tmp_path: Path) -> None:
    result = compare(tmp_path, LEDGERS)
    assert result.exit_code == 0
    assert "The three ledgers agree." in result.output


def test_a_tampered_ledger_exits_with_1_and_names_the_difference(tmp_path: Path) -> None:
    result = compare(tmp_path, {**LEDGERS, "mail": {"message_ids": []}})
    assert result.exit_code == 1
    assert "KERN-1 to the office: the mail k1 did not arrive." in result.output


def test_json_says_the_same(tmp_path: Path) -> None:
    result = compare(tmp_path, {**LEDGERS, "mail": {"message_ids": []}}, "--json")
    assert result.exit_code == 1
    document = json.loads(result.output)
    assert document["balanced"] is False
    assert document["differences"] == ["KERN-1 to the office: the mail k1 did not arrive."]


def test_a_file_that_holds_no_ledgers_is_refused_by_name(tmp_path: Path) -> None:
    result = compare(tmp_path, {"something": "else"})
    assert isinstance(result.exception, HotlineError)
    assert "ledgers.json holds no ledgers" in result.exception.message


def test_without_a_demonstration_the_remedy_is_named(tmp_path: Path) -> None:
    result = CliRunner().invoke(day, ["--demo", str(tmp_path)])
    assert isinstance(result.exception, HotlineError)
    assert "make demo" in result.exception.message


@pytest.mark.parametrize(("option", "value"), [("--calls", "3"), ("--speed", "0")])
def test_a_day_that_cannot_be_is_refused(option: str, value: str) -> None:
    result = CliRunner().invoke(day, [option, value])
    assert result.exit_code == 2
    assert "at least 12 calls" in result.output or "greater than 0" in result.output


def test_settings_are_read_as_they_were_written_for_shells(tmp_path: Path) -> None:
    settings = {"PLAIN": "x", "SPACED": "a b", "QUOTED": json.dumps([{"it's": 'a "line"'}])}
    write_for_shells(tmp_path / "environment", settings)
    assert exported((tmp_path / "environment").read_text()) == settings
