"""`hotline doctor`: what is well, what is not, and what to do about it."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import redis
from rq import Worker
from sqlalchemy import delete, text, update
from werkzeug.serving import make_server

from hotline.base import clock, heartbeat
from hotline.base.bell import queue_of
from hotline.base.config import Settings, load_settings
from hotline.base.database import Database
from hotline.base.jobs import QUEUES
from hotline.calls import reconciling
from hotline.doctor import desk, machine, telephone
from hotline.doctor.telephone import variants
from hotline.lines.models import Line
from hotline.rosters import service as rosters
from hotline.rosters.models import RosterEntry
from hotline.telephony.carriers import carrier_of
from ivr.app import create_app
from ivr.simulator.settings import Texting
from tests.operating.conftest import BACKUP, Commands, Company, file_server
from tests.simulator.conftest import Quiet
from tests.support.calls import LINE, Hotline, add_person

Found = dict[str, tuple[str, str]]


@pytest.fixture
def voice(environ: dict[str, str], company: Company, line: None) -> Iterator[str]:
    """A voice process behind an address of its own; the commands are told of it by PUBLIC_VOICE_URL."""
    server = make_server("127.0.0.1", 0, _not_yet, threaded=True, request_handler=Quiet)
    url = f"http://127.0.0.1:{server.port}"
    app = create_app(load_settings(environ | {"PUBLIC_VOICE_URL": url}), keep=False)
    server.app = app
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    yield url
    server.shutdown()
    thread.join()
    server.server_close()
    app.extensions["gateway"].desk.database.dispose()


def _not_yet(environ: Any, start_response: Any) -> list[bytes]:
    raise AssertionError("asked before it was ready")


@pytest.fixture
def healthy(commands: Commands, voice: str, database: Database, redis_url: str) -> Iterator[Commands]:
    """An installation in which nothing is wrong."""
    commands.environ["PUBLIC_VOICE_URL"] = voice
    with database.transaction() as session:
        for name in ("cole", "dora"):
            user_id = add_person(session, name, "coordinator")
            for team in (rosters.coordinators("kern"), rosters.on_call("kern")):
                rosters.add(session, team, user_id, 1, clock.now() - timedelta(hours=1))
        Hotline(session).rings()
        heartbeat.beat(session, "sweep:ring")
        heartbeat.beat(session, reconciling.DONE)
    with redis.Redis.from_url(redis_url) as client:
        workers = [
            Worker([queue_of(client, queue)], connection=client, serializer="json") for queue in QUEUES
        ]
        for worker in workers:
            worker.register_birth()  # type: ignore[no-untyped-call]
        assert commands.run("lines", "provision").exit_code == 0
        yield commands
        for worker in workers:
            worker.register_death()  # type: ignore[no-untyped-call]


def found(commands: Commands, code: int, **changes: str) -> Found:
    """Name -> status and words of every finding."""
    answer = commands.json("doctor", code=code, **changes)
    return {one["name"]: (one["status"], one["words"]) for one in answer["findings"]}


def status(findings: Found) -> dict[str, str]:
    return {name: state for name, (state, _) in findings.items()}


def test_a_healthy_installation_fails_nowhere(healthy: Commands, voice: str) -> None:
    findings = found(healthy, 0)
    wrong = {name: one for name, one in findings.items() if one[0] != "ok"}
    assert set(wrong) <= {"fallback"}, wrong
    assert findings["signed address"] == ("ok", f"{voice}/voice/incoming")
    assert findings["voice process"][0] == "ok"
    assert findings["text messages"] == ("ok", "not used")
    shown = healthy.run("doctor")
    assert shown.exit_code == 0
    assert f"ok    signed address: {voice}/voice/incoming" in shown.stdout
    assert BACKUP not in shown.stdout, "numbers of people are nobody's business here"


def test_each_thing_that_is_wrong_is_named_with_its_remedy(
    healthy: Commands, company: Company, database: Database, tmp_path: Path
) -> None:
    company.change(voice_url="http://elsewhere.test/")
    with database.transaction() as session:
        session.execute(delete(RosterEntry).where(RosterEntry.team == "on_call:kern"))
        session.execute(update(heartbeat.Heartbeat).values(beat_at=clock.now() - timedelta(hours=1)))
        session.execute(text("update alembic_version set version_num = '0001'"))
        session.execute(update(Line).values(backup_numbers=["+19005550123"]))
    (tmp_path / "spool" / "1.spool").write_text("sealed")
    findings = found(healthy, 1)
    expected = {
        f"number {LINE}": "fail",
        "roster on_call:kern": "fail",
        "roster supervisors:kern": "ok",
        "sweep": "fail",
        "migrations": "fail",
        f"backup numbers {LINE}": "fail",
        "spool": "warn",
        "list of calls": "warn",
    }
    assert {name: status(findings)[name] for name in expected} == expected
    assert "http://elsewhere.test/" in findings[f"number {LINE}"][1]
    text_ = healthy.run("doctor").stdout
    assert "Run `hotline migrate`." in text_ and "Run `hotline lines provision`." in text_


def test_settings_that_are_missing_are_the_only_finding(commands: Commands) -> None:
    findings = found(commands, 1, TWILIO_AUTH_TOKEN="")
    assert list(findings) == ["settings"]
    assert "TWILIO_AUTH_TOKEN is not set" in findings["settings"][1]


def test_without_database_redis_phone_company_and_voice_process_every_other_check_still_speaks(
    commands: Commands,
) -> None:
    away = {
        "DATABASE_URL": "postgresql://nobody:secret@127.0.0.1:9/none",
        "REDIS_URL": "redis://127.0.0.1:9/0",
        "TWILIO_API_BASE_URL": "http://127.0.0.1:9",
        "PUBLIC_VOICE_URL": "http://127.0.0.1:9",
    }
    findings = found(commands, 1, **away)
    states = status(findings)
    assert (
        states["database"] == states["voice process"] == states["phone company"] == states["lines"] == "fail"
    )
    assert states["redis"] == "warn"
    assert states["signed address"] == "ok"
    assert "secret" not in str(findings)


def test_w12_a_voice_process_with_another_address_or_token_is_found_out(
    healthy: Commands, voice: str, environ: dict[str, str]
) -> None:
    """The proxy passes requests on, but the process checks them for another address: every call would be refused."""
    settings = load_settings(environ | {"PUBLIC_VOICE_URL": voice})
    other = replace(settings, twilio_auth_token="another")
    (finding,) = telephone.voice_process(carrier_of(other), other)
    assert (finding.status, "refuses what the phone company signs" in finding.words) == ("fail", True)


def test_w12_no_misspelling_by_a_proxy_passes_for_the_signed_address(settings: Settings) -> None:
    form = {"CallSid": "CA1", "From": ""}
    for address in (
        "https://voice.hotline.org/voice/incoming",
        "https://voice.hotline.org:8443/voice/incoming",
    ):
        carrier = carrier_of(settings)
        assert carrier.is_signed(address, form, carrier.sign(address, form) or "")
        for variant in variants(address):
            assert not carrier.is_signed(address, form, carrier.sign(variant, form) or ""), variant


def test_a_signature_check_that_lets_a_variant_pass_is_found_out(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    carrier = carrier_of(settings)
    monkeypatch.setattr(carrier, "is_signed", lambda url, form, signature: True)
    (finding,) = telephone.signature(carrier, settings)
    assert (finding.status, "passes for" in finding.words) == ("fail", True)


def test_something_else_at_the_voice_address_is_found_out(company: Company, settings: Settings) -> None:
    elsewhere = replace(settings, public_voice_url=company.url)
    (finding,) = telephone.voice_process(carrier_of(elsewhere), elsewhere)
    assert (finding.status, "is not the voice process" in finding.words) == ("fail", True)


@pytest.mark.parametrize(("campaign", "expected"), [("VERIFIED", "ok"), ("PENDING", "warn"), (None, "warn")])
def test_a_sender_whom_the_networks_do_not_know_is_told_of(
    commands: Commands, company: Company, campaign: str | None, expected: str
) -> None:
    company.exchange.settings = replace(
        company.exchange.settings, texting=(Texting("MG" + "1" * 32, "Notices", campaign),)
    )
    settings = load_settings(commands.environ)
    (finding,) = telephone.texting(carrier_of(settings).office())
    assert finding.status == expected


def test_the_uploaded_fallback_must_be_there_and_ring_todays_numbers(
    healthy: Commands, tmp_path: Path, database: Database
) -> None:
    folder = tmp_path / "bundle"
    assert healthy.run("lines", "fallback", "--out", str(folder)).exit_code == 0
    with file_server(folder) as base:
        healthy.environ["PUBLIC_FALLBACK_URL"] = base
        assert found(healthy, 1)[f"fallback {LINE}"][0] == "ok"
        with database.transaction() as session:
            session.execute(update(Line).values(backup_numbers=[BACKUP, "+16615550199"]))
        assert found(healthy, 1)[f"fallback {LINE}"][1] == "It does not ring +16615550199."
        (folder / "16615550100.xml").unlink()
        assert "can't be had" in found(healthy, 1)[f"fallback {LINE}"][1]
    assert "does not answer" in found(healthy, 1)[f"fallback {LINE}"][1]


@pytest.mark.parametrize(("seconds", "expected"), [(3, "ok"), (15, "warn"), (120, "fail")])
def test_clocks_that_are_apart_are_told_of(clock: Any, seconds: int, expected: str) -> None:
    assert machine.carrier_clock(clock() + timedelta(seconds=seconds)).status == expected


def test_a_phone_company_without_a_clock_is_a_warning() -> None:
    assert machine.carrier_clock(None).status == "warn"


def test_w11_an_open_line_that_heard_nothing_for_long_is_told_of(
    database: Database, line: None, clock: Any
) -> None:
    with database.transaction() as session:
        (row,) = session.query(Line).all()
        assert "never told of one" in next(desk.webhooks(session, [row])).words
        Hotline(session).rings()
        assert next(desk.webhooks(session, [row])).status == "ok"
        clock.advance(timedelta(hours=25))
        assert next(desk.webhooks(session, [row])).status == "warn"
        row.hours = {"sun": [["08:00", "09:00"]]}
        assert next(desk.webhooks(session, [row])).status == "ok", "a closed line may be silent"
        row.active = False
        assert list(desk.webhooks(session, [row])) == []


def test_the_carriers_clock_is_read_from_its_answers(commands: Commands) -> None:
    now = carrier_of(load_settings(commands.environ)).office().now()
    assert now is not None and abs(now - datetime.now(UTC)) < timedelta(seconds=5)
