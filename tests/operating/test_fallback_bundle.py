"""F36: the whole platform is down, and a call still reaches the backup numbers by files on another host."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from xml.etree import ElementTree

import httpx
import pytest
from sqlalchemy import select

from hotline.base import clock
from hotline.base.database import Database
from hotline.calls import reconciling
from hotline.calls.models import Call
from hotline.lines.models import Line
from ivr import prompts
from ivr.bundle import files
from tests.operating.conftest import BACKUP, Commands, Company, file_server
from tests.simulator.stub_product import Telephones, until
from tests.support.calls import CALLER, LINE, VAULT

SECOND_BACKUP = "+16615550191"


@pytest.fixture
def host(tmp_path: Path) -> Iterator[str]:
    """The address of another host, which serves the folder `bundle`."""
    folder = tmp_path / "bundle"
    folder.mkdir()
    with file_server(folder) as base:
        yield base


@pytest.fixture
def telephones(company: Company) -> Iterator[Telephones]:
    with httpx.Client(trust_env=False) as client:
        yield Telephones(company.url, client)


def hears(telephones: Telephones, sid: str, words: str) -> None:
    """Wait until somebody has heard these words."""
    until(lambda: words in " ".join(telephones.texts(sid)), f"heard {words!r}")


@pytest.fixture
def down(commands: Commands, line: None, host: str, tmp_path: Path) -> None:
    """The bundle is uploaded, the number provisioned, and nothing of ours answers."""
    away = {"PUBLIC_VOICE_URL": "http://127.0.0.1:9", "PUBLIC_FALLBACK_URL": host}
    assert commands.run("lines", "fallback", "--out", str(tmp_path / "bundle")).exit_code == 0
    assert commands.run("lines", "provision", **away).exit_code == 0


def test_f36_with_the_platform_down_a_caller_talks_with_a_backup_telephone(
    down: None, telephones: Telephones, company: Company
) -> None:
    telephones.phone(BACKUP, behaviour="answer")
    sid = telephones.dial()
    hears(telephones, sid, "call 911")
    child = until(lambda: [one for one in company.exchange.calls.values() if one.to == BACKUP], "a ring")[0]
    assert child.from_ == LINE, "the caller's number is shown to nobody"
    telephones.hears(child.sid, "Hotline call. Press 1 to take it.")
    telephones.press(child.sid, "1")
    until(lambda: child.sid in company.exchange.calls[sid].partners, "a talk")
    telephones.post(f"/sim/calls/{sid}/speak", text="I saw something")
    telephones.hears(child.sid, "I saw something")
    telephones.hang_up(sid)
    warnings = telephones.entries("warning")
    assert [entry["text"] for entry in warnings if "11205" not in entry["text"]] == []


def test_f36_a_caller_may_go_on_in_spanish_and_busy_backups_end_in_regret(
    down: None, telephones: Telephones, company: Company
) -> None:
    telephones.phone(BACKUP, behaviour="busy")
    sid = telephones.dial()
    hears(telephones, sid, "Para español")
    assert telephones.press(sid, "7")
    hears(telephones, sid, "permanezca en la línea")
    over = telephones.waits(sid, stage="over")
    assert over["status"] == "completed"
    assert "llame al 911. De lo contrario" in " ".join(telephones.texts(sid))
    rung = [one for one in company.exchange.calls.values() if one.to == BACKUP]
    assert len(rung) == 2, "all at once, then each alone, and no endless round"


def test_f36_a_mailbox_that_picks_up_does_not_swallow_the_caller(
    down: None, telephones: Telephones, company: Company
) -> None:
    """A mailbox presses no key: the next number is rung."""
    telephones.phone(BACKUP, behaviour="answer")
    sid = telephones.dial()
    hears(telephones, sid, "We can not reach anybody at this moment")
    telephones.waits(sid, stage="over")
    assert not any(one.partners for one in company.exchange.calls.values())


def test_f36_the_calls_of_the_outage_are_found_afterwards(
    down: None,
    telephones: Telephones,
    company: Company,
    commands: Commands,
    database: Database,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The lost-window report: whom nobody answered is called back, whom a backup served is looked into."""
    # The talk of this test is over within a second.
    monkeypatch.setattr(reconciling, "SERVED_SECONDS", 0)
    telephones.phone(BACKUP, behaviour="answer")
    served = telephones.dial(CALLER)
    child = until(lambda: [one for one in company.exchange.calls.values() if one.to == BACKUP], "a ring")[0]
    telephones.press(child.sid, "1")
    until(lambda: child.sid in company.exchange.calls[served].partners, "a talk")
    telephones.hang_up(served)
    telephones.phone(BACKUP, behaviour="busy")
    lost = telephones.dial("+16615550177")
    for sid in (served, lost):
        telephones.waits(sid, stage="over")
    telephones.waits(child.sid, stage="over")
    with clock.frozen(clock.now() + timedelta(minutes=10)):
        report = commands.json("calls", "reconcile")
        assert (report["served"], report["abandoned"], report["listed"]) == ([served], [lost], 2)
        again = commands.run("calls", "reconcile")
        assert again.stdout.startswith("2 calls since") and "0 differ" in again.stdout
        assert commands.run("calls", "reconcile", "--since", "soon").exit_code == 1
    assert CALLER not in json.dumps(report)
    with database.transaction() as session:
        kept = {call.sid: VAULT.use(session, call.caller_vault_id) for call in session.scalars(select(Call))}  # type: ignore[arg-type]  # a caller with a number
    assert kept == {served: {"number": CALLER}, lost: {"number": "+16615550177"}}


def line_of(**changes: object) -> Line:
    values: dict[str, object] = {
        "number": LINE,
        "name": "Test line",
        "languages": ["en", "es"],
        "backup_numbers": [BACKUP, SECOND_BACKUP],
        "prompts": {},
        "caller_id": None,
        "active": True,
    }
    return Line(**values | changes)


def test_no_file_of_the_bundle_asks_anything_of_our_hosts() -> None:
    found = files([line_of()], prompts.load())
    for name, content in found.items():
        if name.endswith(".xml"):
            root = ElementTree.fromstring(content)
            for element in root.iter():
                asked = [
                    element.get("action"),
                    element.get("url"),
                    element.text if element.tag == "Redirect" else None,
                ]
                assert all(address in found for address in asked if address), (name, element.tag)
                assert element.tag != "Play", "a recording may lie on the host that is down"
                assert element.tag != "Dial" or element.get("action") is None


def test_the_backups_ring_at_once_and_then_one_by_one() -> None:
    root = ElementTree.fromstring(files([line_of()], prompts.load())["16615550100-en.xml"])
    rung = [[number.text for number in dial] for dial in root.iter("Dial")]
    assert rung == [[BACKUP, SECOND_BACKUP], [BACKUP], [SECOND_BACKUP]]
    assert root[-1].tag == "Hangup"


def test_the_caller_id_of_the_line_is_what_backups_see() -> None:
    found = files([line_of(caller_id="+16615550177")], prompts.load())
    assert 'callerId="+16615550177"' in found["16615550100-es.xml"]


def test_a_line_without_backups_still_says_the_notice_and_ends() -> None:
    found = files([line_of(backup_numbers=[], languages=["en"])], prompts.load())
    assert "<Dial" not in found["16615550100-en.xml"]
    assert "<Gather" not in found["16615550100.xml"], "there is no other language to choose"
    assert "call 911" in found["16615550100.xml"]


def test_a_lines_own_words_are_read_even_where_a_recording_replaces_them() -> None:
    own = {"en": {"emergency": {"text": "Kern hotline. In danger? Call 911."}}}
    assert "Kern hotline. In danger?" in files([line_of(prompts=own)], prompts.load())["16615550100.xml"]
    recorded = {"en": {"emergency": {"recording": "https://voice.hotline.org/emergency.mp3"}}}
    found = files([line_of(prompts=recorded)], prompts.load())["16615550100.xml"]
    assert "call 911" in found and "emergency.mp3" not in found


def test_a_line_that_is_not_in_use_has_no_file() -> None:
    assert "16615550100.xml" not in files([line_of(active=False)], prompts.load())


def test_the_index_and_the_instructions_name_every_line(
    commands: Commands, line: None, tmp_path: Path, database: Database
) -> None:
    dry = commands.json("lines", "fallback", "--out", str(tmp_path / "new"), "--dry-run")
    assert (dry["written"], (tmp_path / "new").exists()) == (False, False)
    answer = commands.json("lines", "fallback", "--out", str(tmp_path / "new"))
    assert sorted(path.name for path in (tmp_path / "new").iterdir()) == answer["files"]
    index = json.loads((tmp_path / "new" / "index.json").read_text())
    assert index[LINE]["languages"] == {"en": "16615550100-en.xml", "es": "16615550100-es.xml"}
    readme = (tmp_path / "new" / "README.txt").read_text()
    assert "PUBLIC_FALLBACK_URL" in readme and LINE in readme
    assert CALLER not in readme and BACKUP not in readme
