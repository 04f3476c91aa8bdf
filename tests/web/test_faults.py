"""What people, probes and logs see when something breaks."""

from __future__ import annotations

from dataclasses import replace

import pytest
from redis import Redis
from structlog.testing import capture_logs

from hotline.app import create_app
from hotline.base.config import Settings
from hotline.base.crypto import CannotOpen
from hotline.base.database import Database
from hotline.base.errors import ConfigurationError
from hotline.reports import queries
from hotline.web.shared import failures
from tests.support.desk import Desk
from tests.support.screener import Screener, data

NOWHERE = "postgresql://nobody:x@127.0.0.1:9/none"
SECRET = "a caller's own words"


def break_the_list(monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    def fail(*_: object) -> None:
        raise error

    monkeypatch.setattr(queries, "unfinished_of", fail)


def test_a_fault_tells_neither_its_text_nor_a_trace(
    screener: Screener, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    break_the_list(monkeypatch, ValueError(SECRET))
    with capture_logs() as events:
        answer = screener.client.get("/console")
    assert answer.status_code == 500
    for text in (answer.text, str(events), caplog.text):
        assert SECRET not in text and "Traceback" not in text
    assert [(event["event"], event["error"]) for event in events] == [("request_failed", "ValueError")]
    assert events[0]["code"] in answer.text


def test_a_fault_of_the_error_page_itself_leaves_only_its_class(
    screener: Screener, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    break_the_list(monkeypatch, ValueError(SECRET))

    def fail(*_: object, **__: object) -> None:
        raise LookupError(SECRET)

    monkeypatch.setattr(failures, "render_template", fail)
    with capture_logs() as events:
        answer = screener.client.get("/console")
    assert answer.status_code == 500
    assert [event["error"] for event in events] == ["ValueError", "LookupError"]
    assert "What was saved before is safe" in answer.text
    assert events[0]["code"] in answer.text
    assert SECRET not in answer.text + str(events) + caplog.text


def test_a_fault_of_a_script_is_answered_as_data(screener: Screener, monkeypatch: pytest.MonkeyPatch) -> None:
    break_the_list(monkeypatch, ValueError(SECRET))
    answer = screener.client.get("/console", headers={"X-Script": "1"})
    assert answer.status_code == 500
    assert "What was saved before is safe" in data(answer)["message"]


def test_a_lost_key_is_explained(screener: Screener, monkeypatch: pytest.MonkeyPatch) -> None:
    break_the_list(monkeypatch, CannotOpen())
    answer = screener.client.get("/console")
    assert answer.status_code == 400
    assert "its key is missing" in answer.text


def test_a_database_that_is_away_is_said_and_probes_tell(screener: Screener) -> None:
    extensions = screener.desk.app.extensions
    away = Database(NOWHERE)
    extensions["hotline"] = replace(extensions["hotline"], database=away)
    try:
        with capture_logs() as events:
            page = screener.client.get("/console")
        assert page.status_code == 503
        assert [event["event"] for event in events] == ["database_away"]
        assert "nobody" not in str(events)
        assert "can&#39;t reach the records" in page.text
        ready = screener.client.get("/readyz")
        assert (ready.status_code, data(ready)["database"]) == (503, "away")
        assert screener.client.get("/healthz").status_code == 200
    finally:
        away.dispose()


def test_without_redis_the_console_is_degraded_and_not_down(screener: Screener) -> None:
    ready = screener.client.get("/readyz")
    assert (ready.status_code, data(ready)["status"], data(ready)["redis"]) == (200, "degraded", "away")


def test_missing_settings_stop_the_start_with_their_names(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DATABASE_URL", raising=False)
    monkeypatch.delenv("HOTLINE_VAULT_KEYS", raising=False)
    with pytest.raises(ConfigurationError, match=r"(?s)DATABASE_URL.*HOTLINE_VAULT_KEYS"):
        create_app()


def test_over_https_cookies_and_headers_insist_on_it(settings: Settings) -> None:
    secure = replace(settings, public_web_url="https://web.test", secure_cookies=True)
    with Desk.opened(secure) as desk:
        answer = desk.app.test_client().post(
            "/sign-in",
            base_url="https://web.test",
            data={"email": "screener@hotline.test", "password": "correct horse battery staple"},
        )
    cookies = answer.headers.getlist("Set-Cookie")
    assert all("; Secure" in cookie for cookie in cookies)
    assert any(cookie.startswith("__Host-hotline_session=") for cookie in cookies)
    assert "max-age=63072000" in answer.headers["Strict-Transport-Security"]


def test_a_submitted_report_rings_for_a_worker(settings: Settings, redis_url: str) -> None:
    with Desk.opened(settings) as desk:
        client = desk.signed_in("screener")
        report = str(desk.post(client, "/console/reports", jurisdiction="kern").location)
        page = client.get(report).text
        token = page.partition('name="form-token" content="')[2].partition('"')[0]
        story = {"path": "narrative/story", "value": "x", "base_version": "0", "form_token": token}
        client.post(f"{report}/fields", data=story)
        assert desk.post(client, f"{report}/submit").status_code == 303
    with Redis.from_url(redis_url) as redis:
        rung = redis.lrange("rq:queue:dispatch", 0, -1)
        rung_for = {redis.hget(f"rq:job:{job.decode()}", "description") for job in rung}
    assert rung_for == {b"assign_track", b"match_priors"}
