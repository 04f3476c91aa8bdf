"""Buttons pressed twice, and pages of somebody who may no longer write: one report, and nothing overwritten."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from uuid import uuid4

from sqlalchemy import func, select

from hotline.base.outbox import OutboxRow
from hotline.reports.models import Report
from tests.support.screener import STORY, Screener, another, data

TIMES = 20
STORY_PATH, NAME = "narrative/story", "children/1/first_name"


def all_at_once(screener: Screener, path: str, fields: dict[str, str]) -> list[tuple[int, str]]:
    """The same form sent so many times at once: status and where each answer leads."""
    cookie = screener.client.get_cookie("hotline_session")
    assert cookie is not None
    together, form = Barrier(TIMES), {"form_token": screener.token, **fields}

    def send(_: int) -> tuple[int, str]:
        client = screener.desk.app.test_client()
        client.set_cookie(cookie.key, cookie.value)
        together.wait(30)
        answer = client.post(path, data=form)
        return answer.status_code, str(answer.location)

    with ThreadPoolExecutor(TIMES) as threads:
        return list(threads.map(send, range(TIMES)))


def test_f41_a_new_report_begun_twenty_times_at_once_is_one(screener: Screener) -> None:
    once = re.search(r'name="once" value="([^"]+)"', screener.get("/console"))
    assert once
    answers = all_at_once(screener, "/console/reports", {"jurisdiction": "kern", "once": once[1]})
    assert set(answers) == {(303, f"/console/reports/{once[1]}")}
    with screener.desk.database.transaction() as session:
        assert session.scalar(select(func.count()).select_from(Report)) == 1


def test_f41_a_report_submitted_twenty_times_at_once_is_decided_once(screener: Screener) -> None:
    report = screener.draft()
    assert set(all_at_once(screener, f"{report}/submit", {})) == {(303, report)}
    with screener.desk.database.transaction() as session:
        jobs = session.scalars(select(OutboxRow.job).where(OutboxRow.job == "assign_track")).all()
        assert (len(jobs), session.scalar(select(func.count()).select_from(Report))) == (1, 1)


def test_f41_one_field_sent_twenty_times_at_once_is_saved_once(screener: Screener) -> None:
    report = screener.begin()
    fields = {"path": STORY_PATH, "value": STORY[STORY_PATH], "base_version": "0"}
    assert {status for status, _ in all_at_once(screener, f"{report}/fields", fields)} == {200}
    assert data(screener.save(report, STORY_PATH, STORY[STORY_PATH]))["version"] == 1


def test_an_id_that_is_somebody_elses_report_begins_nothing(screener: Screener) -> None:
    report = screener.begin()
    colleague = another(screener)
    answer = colleague.post("/console/reports", jurisdiction="kern", once=report.rpartition("/")[2])
    assert answer.status_code == 409
    fresh = str(uuid4())
    answer = colleague.post("/console/reports", jurisdiction="kern", once=fresh)
    assert answer.location == f"/console/reports/{fresh}"


def test_f40_two_people_on_one_report_never_overwrite_each_other(screener: Screener) -> None:
    call = screener.rings()
    screener.takes_calls()
    report = screener.accepts()
    screener.meets(call)
    screener.save(report, STORY_PATH, "First.\n\nSecond.")
    colleague = another(screener)
    with screener.desk.database.transaction() as session:
        found = session.get_one(type(call), call.id)
        found.screener_id = colleague.user_id
    # The call went to a colleague, who writes now; the first one's window is still open.
    colleague.save(report, STORY_PATH, "First.\n\nSecond, says the colleague.", base=1)
    late = screener.save(report, STORY_PATH, "First, typed late.\n\nSecond.", base=1)
    assert late.status_code == 404
    assert "not yours to change" in late.text
    assert "Second, says the colleague." in colleague.get(report)
    # Whoever gets the call back meets the other's words: merged or asked, never over them.
    with screener.desk.database.transaction() as session:
        session.get_one(type(call), call.id).screener_id = screener.user_id
    assert screener.save(report, STORY_PATH, "First, typed late.\n\nSecond.", base=1).status_code == 409
    mine = {"path": STORY_PATH, "value": "First, typed late.\n\nSecond.", "base_version": "1"}
    fields = {**mine, "seen": "First.\n\nSecond.", "form_token": screener.token}
    merged = data(screener.client.post(f"{report}/fields", data=fields))["value"]
    assert merged == "First, typed late.\n\nSecond, says the colleague."


def test_a_page_that_knows_everything_is_sent_no_form(screener: Screener) -> None:
    report = screener.begin()
    version = data(screener.save(report, NAME, "Ana"))["report_version"]
    assert screener.client.get(f"{report}/form?have={version}").status_code == 204
    assert screener.client.get(f"{report}/form?have={version - 1}").status_code == 200
    assert f'data-report-version="{version}"' in screener.client.get(f"{report}/form").text


def test_two_tabs_with_other_paragraphs_are_merged(screener: Screener) -> None:
    report = screener.begin()
    screener.save(report, STORY_PATH, "First.\nSecond.\nThird.")
    screener.save(report, STORY_PATH, "First, as the teacher says.\nSecond.\nThird.", base=1)
    mine = {"path": STORY_PATH, "value": "First.\nSecond.\nThird, at night.", "base_version": "1"}
    fields = {**mine, "seen": "First.\nSecond.\nThird.", "form_token": screener.token}
    answer = data(screener.client.post(f"{report}/fields", data=fields))
    assert answer["value"] == "First, as the teacher says.\nSecond.\nThird, at night."
    assert (answer["version"], answer["as_typed"]) == (3, False)
