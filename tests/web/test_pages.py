"""Every page of sign-in and console in every state: a sound document, in both languages, with its headers."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from hotline.dispatch.track import decide_report
from hotline.reports.models import Report
from tests.support.pages import faults_of
from tests.support.screener import Screener

State = Callable[[Screener], TestResponse]


def fresh(screener: Screener) -> TestResponse:
    return screener.client.get("/console")


def available(screener: Screener) -> TestResponse:
    screener.takes_calls()
    return screener.client.get("/console")


def offered(screener: Screener) -> TestResponse:
    screener.takes_calls()
    screener.rings(lane="youth", language="es")
    screener.rings()
    return screener.client.get("/console?notice=offer_gone")


def ringing(screener: Screener) -> TestResponse:
    screener.takes_calls()
    screener.rings()
    return screener.client.get("/console")


def talking(screener: Screener) -> TestResponse:
    screener.takes_calls()
    call = screener.rings()
    report = screener.accepts()
    screener.meets(call)
    return screener.client.get(report)


def wrapping_up(screener: Screener) -> TestResponse:
    screener.takes_calls()
    call = screener.rings()
    report = screener.accepts()
    screener.meets(call)
    screener.hangs_up(call)
    return screener.client.get(f"{report}?notice=report_first")


def half_written(screener: Screener) -> TestResponse:
    report = screener.draft(**{"reporter/mandated": "yes", "location/home_zip": "00000"})
    screener.save(report, "allegations/1/types", "physical", "unknown")
    return screener.client.get(f"{report}?least=children.3")


def refused(screener: Screener) -> TestResponse:
    return screener.post(f"{screener.begin()}/submit")


def waiting(screener: Screener) -> TestResponse:
    report = screener.draft()
    screener.post(f"{report}/submit")
    return screener.client.get(report)


def decided(screener: Screener) -> TestResponse:
    report = screener.draft(**{"decision/immediate_danger": "yes", "reporter/mandated": "yes"})
    screener.post(f"{report}/submit")
    parts = screener.desk.app.extensions["hotline"]
    with screener.desk.database.transaction() as session:
        row = session.scalars(select(Report)).one()
        decide_report(session, parts.vault, parts.forms, parts.packs, row.id)
    return screener.client.get(report)


def listed(screener: Screener) -> TestResponse:
    decided(screener)
    screener.begin()
    return screener.client.get("/console")


def not_found(screener: Screener) -> TestResponse:
    return screener.client.get("/nothing/here")


def not_permitted(screener: Screener) -> TestResponse:
    return screener.client.get("/audit")


STATES: tuple[State, ...] = (
    fresh, available, ringing, offered, talking, wrapping_up, half_written, refused, waiting, decided, listed,
    not_found, not_permitted,
)  # fmt: skip


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("state", STATES, ids=lambda state: state.__name__)
def test_every_page_is_a_sound_document(screener: Screener, state: State, language: str) -> None:
    screener.post("/language", language=language, next="/console")
    assert faults_of(state(screener).text, language) == []


def visitor(screener: Screener) -> FlaskClient:
    return screener.desk.app.test_client()


@pytest.mark.parametrize("language", ["en", "es"])
def test_the_sign_in_page_is_a_sound_document(screener: Screener, language: str) -> None:
    accepts = {"Accept-Language": language}
    assert faults_of(visitor(screener).get("/sign-in", headers=accepts).text, language) == []
    wrong = visitor(screener).post("/sign-in", data={"email": "a@b.test"}, headers=accepts)
    assert faults_of(wrong.text, language) == []


def test_the_reader_of_pages_finds_faults() -> None:
    bad = (
        '<html lang="en"><body><h1>x</h1><h1>y</h1><p id="a"></p><p id="a" style="x"></p><input name="n">'
        '<form></form><img src="//evil.example/x"><script>1</script><b aria-describedby="none"></i></body></html>'
    )
    found = " | ".join(faults_of(bad, "es"))
    for fault in (
        *("2 h1", "id twice: a", "lang is 'en'", "no label: n", "without an action", "without alt"),
        *("inline script", "inline in <p>", "from elsewhere", "no such id: none", "closes nothing"),
    ):
        assert fault in found


@pytest.mark.parametrize("path", ["/sign-in", "/console", "/nothing", "/healthz", "/static/css/hotline.css"])
def test_every_answer_carries_the_headers_that_protect_it(screener: Screener, path: str) -> None:
    headers = screener.client.get(path).headers
    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy and "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy and "http" not in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert "Strict-Transport-Security" not in headers
    if not path.startswith("/static"):
        assert headers["Cache-Control"] == "no-store"


def test_a_refusal_speaks_the_persons_language(screener: Screener) -> None:
    screener.post("/language", language="es", next="/console")
    answer = screener.client.get("/audit")
    assert answer.status_code == 403
    assert "Su función no permite esto." in answer.text


def test_the_language_button_leads_back_to_the_page_after_a_refused_form(screener: Screener) -> None:
    report = screener.begin()
    answer = screener.client.post(
        f"{report}/submit",
        data={"form_token": screener.token},
        headers={"Referer": f"http://localhost{report}?least=children.2"},
    )
    assert f'name="next" value="{report}"' in answer.text
