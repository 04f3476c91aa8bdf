"""A short rehearsed day against the running system: the command, its ledgers and its exit code."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from hotline.base.database import Database
from hotline.demo.day.plan import FEWEST
from hotline.demo.day.stack import Stack
from hotline.demo.day.telephone import PhoneCompany

COMMAND = [sys.executable, "-c", "from hotline.cli import main; main()", "simulate", "day"]


def simulate(*options: str, seconds: float = 240) -> tuple[int, str]:
    """Run the command as a person would; its exit code and everything that it said."""
    done = subprocess.run(
        [*COMMAND, *options],
        capture_output=True,
        text=True,
        timeout=seconds,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
        check=False,
    )
    return done.returncode, done.stdout if "--json" in options else done.stdout + done.stderr


def test_a_day_of_twelve_calls_balances_in_three_ledgers_and_a_tampered_one_does_not(
    stack: Stack, stack_database: Database, phones: PhoneCompany, tmp_path: Path
) -> None:
    kept = tmp_path / "ledgers.json"
    code, said = simulate(
        "--calls", str(FEWEST), "--speed", "4000", "--demo", str(stack.folder), "--keep", str(kept), "--json"
    )
    answer: dict[str, Any] = json.loads(said)
    assert (answer["differences"], answer["troubles"], code) == ([], [], 0)
    counted = {row["what"].strip(): row for row in answer["ledgers"]}
    assert counted["calls offered"]["simulator"] == counted["calls offered"]["database"] == FEWEST
    assert counted["reports submitted"]["database"] == 6
    for outcome in ("answered", "abandoned"):
        assert counted[outcome]["simulator"] == counted[outcome]["database"] >= 4
    for decided in ("dispatched", "closed", "waiting"):
        assert counted[decided]["database"] >= 1
    assert (
        counted["dispatches"]["mail"]
        == counted["dispatches"]["database"]
        == counted["acknowledged"]["database"]
    )

    ledgers = json.loads(kept.read_text())
    lost = next(iter(ledgers["database"]["outcomes"]))
    del ledgers["database"]["outcomes"][lost]
    kept.write_text(json.dumps(ledgers))
    code, said = simulate("--from", str(kept))
    assert code == 1
    assert f"Call {lost}" in said and "has no row" in said
