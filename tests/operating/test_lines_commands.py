"""`hotline lines`: what is written to the phone company, what is refused, and what a second run does."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select

from hotline.audit.models import AuditEntry
from hotline.base.config import load_settings
from hotline.base.database import Database
from hotline.demo.up import provision
from hotline.lines.models import Line
from hotline.lines.pointing import faults_of
from hotline.lines.provisioning import NO_FALLBACK, SAME_HOST, address_faults
from tests.operating.conftest import BACKUP, Commands, Company
from tests.support.calls import LINE

FALLBACK = "http://fallback.test/hotline"
ADD = (
    "lines",
    "add",
    "--number",
    "(661) 555-0101",
    "--name",
    "Second",
    "--jurisdiction",
    "kern",
    "--language",
    "en",
)


def test_a_line_is_added_and_listed(commands: Commands, line: None, database: Database) -> None:
    added = commands.json(
        *ADD, "--backup", BACKUP, "--set", "time_zone=America/Los_Angeles", "--set", 'holidays=["2026-12-25"]'
    )
    assert (added["number"], added["added"]) == ("+16615550101", True)
    listed = commands.json("lines", "list")
    assert [one["number"] for one in listed] == [LINE, "+16615550101"]
    assert "Second  [kern]" in commands.run("lines", "list").stdout
    with database.transaction() as session:
        (entry,) = session.scalars(select(AuditEntry).where(AuditEntry.action == "line:added"))
        assert entry.actor_id == "command_line"


def test_a_dry_run_of_an_added_line_writes_nothing(commands: Commands, database: Database) -> None:
    assert commands.json(*ADD, "--dry-run")["added"] is False
    with database.transaction() as session:
        assert session.scalar(select(Line.id)) is None


@pytest.mark.parametrize(
    ("more", "told"),
    [
        (("--backup", "+19005550123"), "a premium number"),
        (("--backup", "911"), "no complete telephone number"),
        (("--backup", LINE), "one of our own lines"),
        (("--backup", "+442079460000"), "a number abroad"),
        (("--set", 'hours={"someday": []}'), "Name the days"),
        (("--set", "hours=always"), "Give the hours by day"),
        (("--set", "colour=red"), "'colour' is no field of a line"),
        (("--set", "time_zone=Bakersfield"), "IANA name"),
        (("--language", "English"), "Nothing is spoken in English"),
        (("--jurisdiction", "atlantis"), "There is a pack for kern only"),
        (("--number", LINE), "is a line already"),
        (("--number", "0100"), "Give the line's number"),
    ],
)
def test_a_line_that_could_not_work_is_not_added(
    commands: Commands, line: None, more: tuple[str, ...], told: str
) -> None:
    result = commands.run(*ADD, *more)
    assert (result.exit_code, told in result.stderr) == (1, True), result.output


def test_a_line_is_changed_field_by_field(commands: Commands, line: None) -> None:
    wishes = ("--set", "max_wait=120", "--set", 'overflow=["voicemail"]', "--set", "name=Night line")
    dry = commands.json("lines", "change", LINE, *wishes, "--dry-run")
    assert (dry["written"], dry["changed"]["max_wait"]) == (False, 120)
    assert commands.json("lines", "list")[0]["max_wait"] == 600
    shown = commands.run("lines", "change", LINE, *wishes)
    assert 'name: "Test line" -> "Night line"' in shown.stdout
    assert commands.json("lines", "list")[0]["overflow"] == ["voicemail"]
    assert commands.run("lines", "change", LINE, "--set", "max_wait=5").exit_code == 1


def test_provisioning_writes_addresses_overrides_and_the_softphones_application(
    commands: Commands, company: Company, line: None
) -> None:
    company.change(application_sid="AP" + "5" * 32)
    answer = commands.json("lines", "provision", PUBLIC_FALLBACK_URL=FALLBACK)
    assert answer["written"] is True
    line_ = company.line()
    assert line_.voice_url == "http://voice.test/voice/incoming#ct=1000&rt=3000&tt=4500&rc=1&rp=all"
    assert line_.fallback_url == f"{FALLBACK}/16615550100.xml#ct=2000&rt=5000&rc=2&rp=all"
    assert (line_.voice_method, line_.fallback_method) == ("POST", "GET")
    assert line_.status_callback == "http://voice.test/voice/call-status#ct=2000&rt=5000&rc=3&rp=all"
    assert line_.application_sid is None, "an application on the number would overrule all of it"
    (application,) = company.exchange.applications.values()
    assert (application.name, application.voice_url) == (
        "Hotline softphone",
        "http://voice.test/voice/softphone",
    )
    assert commands.run("lines", "check", PUBLIC_FALLBACK_URL=FALLBACK).exit_code == 0


def test_a_second_run_writes_nothing(
    commands: Commands, company: Company, line: None, database: Database
) -> None:
    assert commands.run("lines", "provision").exit_code == 0
    before = len(company.writes())
    again = commands.run("lines", "provision")
    assert (again.exit_code, len(company.writes())) == (0, before)
    assert "set as it should be" in again.stdout
    with database.transaction() as session:
        (entry,) = session.scalars(select(AuditEntry).where(AuditEntry.action == "line:provisioned"))
        assert "voice_url" in entry.detail["fields"]


def test_a_dry_run_shows_the_changes_and_writes_none(
    commands: Commands, company: Company, line: None
) -> None:
    shown = commands.run("lines", "provision", "--dry-run")
    assert "voice address: http://127.0.0.1:9/old -> http://voice.test/voice/incoming#" in shown.stdout
    assert "Nothing was written." in shown.stdout
    assert company.writes() == []


def test_w11_check_tells_what_somebody_changed_at_the_phone_company(
    commands: Commands, company: Company, line: None
) -> None:
    commands.run("lines", "provision")
    assert commands.json("lines", "check")["lines"][0]["changes"] == {}
    company.change(voice_url="http://elsewhere.test/")
    differs = commands.json("lines", "check", code=1)
    assert differs["lines"][0]["changes"]["voice_url"]["now"] == "http://elsewhere.test/"


def test_a_number_that_is_not_on_the_account_is_refused_before_anything_is_written(
    commands: Commands, company: Company, line: None
) -> None:
    commands.run(*ADD)
    result = commands.run("lines", "provision")
    assert result.exit_code == 1
    assert "+16615550101: this number is not on the account" in result.stderr
    assert company.writes() == []
    assert commands.run("lines", "provision", "--line", LINE).exit_code == 0
    assert commands.run("lines", "provision", "--line", "+16615550199").exit_code == 1


def test_a_number_without_voice_is_refused(commands: Commands, company: Company, line: None) -> None:
    company.change(voice=False)
    assert "can't take telephone calls" in commands.run("lines", "provision").stderr


def test_wrong_credentials_and_an_outage_are_told_apart(
    commands: Commands, company: Company, line: None
) -> None:
    wrong = commands.run("lines", "check", TWILIO_AUTH_TOKEN="wrong")
    assert (wrong.exit_code, "refused the request (code 20003)" in wrong.stderr) == (1, True)
    company.breaks_down(3, 503)
    assert "does not answer at the moment" in commands.run("lines", "check").stderr


@pytest.mark.parametrize(
    ("address", "told"),
    [
        ("http://voice.hotline.org", "does not begin with https://"),
        ("https://localhost:8001", "can't reach localhost"),
        ("https://10.1.2.3", "can't reach 10.1.2.3"),
        ("https://voice", "can't reach voice"),
        ("https://desk.local", "can't reach desk.local"),
        ("https://my_voice.hotline.org", "has an underscore"),
        ("https://user:pass@voice.hotline.org:8443", "user name or password"),
        ("https://[2600:1f18::1]:8443", "IPv6"),
        ("https://voice.hotline.org/#rt=1", "a query or a fragment"),
        ("https://voice.hotline.org/" + "x" * 2000, "longer than 2048"),
    ],
)
def test_an_address_that_the_phone_company_can_not_use_is_refused(address: str, told: str) -> None:
    assert any(told in fault for fault in faults_of("PUBLIC_VOICE_URL", address, real=True))


def test_a_public_address_has_no_fault() -> None:
    assert faults_of("PUBLIC_VOICE_URL", "https://voice.hotline.org", real=True) == []
    assert faults_of("PUBLIC_VOICE_URL", "http://127.0.0.1:8001", real=False) == []


@pytest.mark.parametrize(
    ("fallback", "expected"),
    [("", [NO_FALLBACK]), ("https://voice.hotline.org/f", [SAME_HOST]), ("https://cdn.hotline.org/f", [])],
)
def test_a_real_line_needs_a_fallback_on_another_host(
    environ: dict[str, Any], fallback: str, expected: list[str]
) -> None:
    settings = replace(
        load_settings(environ),
        twilio_api_base_url="https://api.twilio.com",
        public_voice_url="https://voice.hotline.org",
        public_fallback_url=fallback,
    )
    assert address_faults(settings) == (expected, [])


def test_the_demonstration_goes_on_when_its_number_can_not_be_set(
    environ: dict[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    provision({**environ, "TWILIO_AUTH_TOKEN": ""})
    assert "TWILIO_AUTH_TOKEN is not set" in capsys.readouterr().err
