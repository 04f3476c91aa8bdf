"""Every public page in every state, in both languages; and which process serves it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from werkzeug.test import TestResponse

from hotline.base.clock import FrozenClock
from hotline.base.config import Settings
from tests.support.desk import Desk
from tests.support.pages import faults_of
from tests.support.reporter import Reporter
from tests.support.screener import Screener

DANGER = {"immediate_danger": "yes"}


@pytest.fixture
def reporter(screener: Screener) -> Reporter:
    return Reporter.at(screener.desk.app, screener.desk.database)


State = Callable[[Reporter], TestResponse]


def writing(reporter: Reporter) -> None:
    reporter.begins()
    reporter.writes_enough()


def page_of(path: str) -> State:
    def found(reporter: Reporter) -> TestResponse:
        writing(reporter)
        return reporter.get(path)

    return found


def wrong(reporter: Reporter) -> TestResponse:
    reporter.begins()
    return reporter.press(
        "/online/report/reporter", {"reporter/phone": "no number", "version:reporter/phone": "0"}
    )


def sent(reporter: Reporter) -> TestResponse:
    writing(reporter)
    reporter.writes(decision=DANGER)
    reporter.sends()
    return reporter.get("/online/sent")


def told(reporter: Reporter) -> TestResponse:
    code = reporter.begins()
    reporter.writes_enough()
    return reporter.post("/online/status", number=reporter.sends(), code=code)


def missing(reporter: Reporter) -> TestResponse:
    reporter.begins()
    return reporter.press("/online/review")


STATES: dict[str, State] = {
    "start": lambda one: one.get("/online"),
    "gate": lambda one: one.get("/online/begin/kern"),
    "gate unanswered": lambda one: one.post("/online/begin/kern"),
    "call": lambda one: one.gate(care_now="yes"),
    "not for you": lambda one: one.gate("none"),
    "code": lambda one: one.gate(),
    "section": page_of("/online/report/children?entries=2"),
    "places": page_of("/online/report/location"),
    "allegations": page_of("/online/report/allegations"),
    "questions that decide": page_of("/online/report/decision"),
    "wrong": wrong,
    "review": page_of("/online/review"),
    "missing": missing,
    "danger": page_of("/online/danger"),
    "sent": sent,
    "resume": lambda one: one.get("/online/resume?left=1"),
    "wrong code": lambda one: one.post("/online/resume", code="nothing"),
    "status": lambda one: one.get("/online/status"),
    "told": told,
    "not found": lambda one: one.get("/online/begin/nowhere"),
}


@pytest.mark.parametrize("state", STATES)
def test_every_public_page_is_a_sound_document_in_both_languages(screener: Screener, state: str) -> None:
    for language in ("en", "es"):
        answer = STATES[state](Reporter.at(screener.desk.app, screener.desk.database, language))
        assert faults_of(answer.text, language) == []
        assert answer.headers["X-Robots-Tag"].startswith("noindex")
        assert answer.headers["Cache-Control"] == "no-store"
        assert "911" in answer.text


def test_a_process_for_the_public_pages_serves_no_screen_of_staff(
    settings: Settings, clock: FrozenClock
) -> None:
    with Desk.opened(replace(settings, web_serves="intake")) as desk:
        reporter = Reporter.at(desk.app, desk.database)
        for path in ("/sign-in", "/console", "/board", "/", "/audit"):
            answer = reporter.get(path)
            assert answer.status_code == 404 and "Report online" in answer.text, path
        assert "Begin a report" in reporter.page("/online")
        assert reporter.get("/healthz").status_code == 200


def test_a_process_for_staff_serves_no_public_page(settings: Settings, clock: FrozenClock) -> None:
    with Desk.opened(replace(settings, web_serves="staff")) as desk:
        assert desk.app.test_client().get("/online").status_code == 404
        assert desk.app.test_client().get("/sign-in").status_code == 200


def test_the_public_pages_may_have_a_host_of_their_own(settings: Settings, clock: FrozenClock) -> None:
    with Desk.opened(replace(settings, public_intake_url="https://report.example")) as desk:
        client = desk.app.test_client()
        answer = client.post("/online/resume", headers={"Origin": "https://report.example"})
        assert answer.status_code == 422


def test_a_public_page_weighs_little(reporter: Reporter) -> None:
    reporter.begins()
    page = reporter.page("/online/report/children")
    files = [part.partition('"')[0] for part in page.split('="/static/')[1:]]
    packed = {"Accept-Encoding": "gzip"}
    weight = sum(len(reporter.client.get(f"/static/{one}", headers=packed).data) for one in files)
    assert weight + len(page) < 150_000
