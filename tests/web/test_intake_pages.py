"""The public pages: the gate, writing and coming back, sending, taking, and what they never show."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select
from werkzeug.test import TestResponse

from hotline.base.clock import FrozenClock
from hotline.base.config import Settings
from hotline.online_reports import limits
from hotline.online_reports.models import OnlineReport
from hotline.reports.models import Report
from hotline.worklist.models import WorklistItem
from tests.support.desk import Desk
from tests.support.reporter import CANARIES, NAME, STORY, Reporter
from tests.support.screener import Screener, another, data

HOTLINE = "(661) 555-0100"


@pytest.fixture
def reporter(screener: Screener) -> Reporter:
    return Reporter.at(screener.desk.app, screener.desk.database)


def online_rows(reporter: Reporter) -> list[OnlineReport]:
    with reporter.database.transaction() as session:
        return list(session.scalars(select(OnlineReport)))


def writing(reporter: Reporter) -> None:
    reporter.begins()
    reporter.writes_enough()


def sent(reporter: Reporter) -> TestResponse:
    writing(reporter)
    reporter.writes(decision={"immediate_danger": "yes"})
    reporter.sends()
    return reporter.get("/online/sent")


@pytest.mark.parametrize("answer", ["yes", "unknown"])
def test_an_emergency_leads_to_the_telephone_and_keeps_nothing(reporter: Reporter, answer: str) -> None:
    page = reporter.gate(danger_now=answer)
    assert HOTLINE in page.text and "tel:+16615550100" in page.text
    assert "Nothing that you answered here was kept." in page.text
    assert online_rows(reporter) == [] and "Set-Cookie" not in page.headers


def test_the_page_says_how_long_callers_wait(
    reporter: Reporter, screener: Screener, clock: FrozenClock
) -> None:
    assert "How long callers wait at the moment is not known." in reporter.gate(danger_now="yes").text
    call = screener.rings(language="en")
    clock.advance(timedelta(minutes=3))
    screener.takes_calls()
    screener.accepts()
    screener.meets(call)
    assert "Callers wait about 3 minutes at the moment." in reporter.gate(danger_now="yes").text


def test_somebody_of_no_such_profession_is_asked_to_call(reporter: Reporter) -> None:
    assert HOTLINE in reporter.gate("none").text
    assert online_rows(reporter) == []


def test_an_unanswered_question_opens_nothing_and_keeps_the_other_answers_on_the_page(
    reporter: Reporter,
) -> None:
    answer = reporter.gate(alone_now="")
    assert answer.status_code == 422
    assert answer.text.count(" checked") == 4
    assert online_rows(reporter) == []


def test_outside_the_hours_the_page_says_when_it_opens_and_the_number(
    reporter: Reporter, clock: FrozenClock
) -> None:
    clock.advance(timedelta(days=4, hours=8))
    page = reporter.page("/online/begin/kern")
    assert "Mon, Mar 9, 8:00 AM" in page and HOTLINE in page
    assert "gate-danger_now" not in page
    assert reporter.gate().status_code == 409
    assert online_rows(reporter) == []


def test_the_code_is_shown_once_and_stands_nowhere_else(reporter: Reporter) -> None:
    answer = reporter.gate()
    code = answer.text.partition('id="code"><strong>')[2].partition("<")[0]
    cookie = answer.headers["Set-Cookie"]
    assert "HttpOnly" in cookie and "SameSite=Strict" in cookie
    assert "Expires" not in cookie and "Max-Age" not in cookie
    assert code not in cookie
    for path in ("/online", "/online/report/reporter", "/online/review", "/online/begin/kern"):
        assert code not in reporter.page(path)


def test_over_https_the_cookie_is_bound_to_its_host(settings: Settings, clock: FrozenClock) -> None:
    with Desk.opened(replace(settings, public_intake_url="https://report.example")) as desk:
        cookie = Reporter.at(desk.app, desk.database).gate().headers["Set-Cookie"]
    assert cookie.startswith("__Host-hotline_online=") and "Secure" in cookie


def test_a_section_is_saved_by_its_button_and_leads_on(reporter: Reporter) -> None:
    reporter.begins()
    saved = reporter.saves_page("reporter", {"reporter/name": NAME})
    assert str(saved.location) == "/online/report/children"
    assert NAME in reporter.page("/online/report/reporter")
    more = reporter.press("/online/report/children", {"add": "children", "version:children/1/age": "0"})
    assert "entries=2" in str(more.location)
    assert 'name="children/2/age"' in reporter.page(str(more.location))


def test_an_answer_that_asks_for_more_keeps_the_page(reporter: Reporter) -> None:
    reporter.begins()
    answer = reporter.saves_page("decision", {"decision/indian_child": "yes"})
    assert str(answer.location) == "/online/report/decision#f-decision-tribe-group"
    assert 'name="decision/tribe"' in reporter.page("/online/report/decision")
    assert str(reporter.saves_page("decision").location) == "/online/review"


def test_what_cant_be_saved_stays_in_its_field_with_the_reason(reporter: Reporter) -> None:
    reporter.begins()
    answer = reporter.saves_page("reporter", {"reporter/phone": "no number"})
    assert answer.status_code == 422
    assert 'value="no number"' in answer.text and "This is not a telephone number." in answer.text


def test_the_screeners_own_questions_are_not_there(reporter: Reporter) -> None:
    reporter.begins()
    page = reporter.page("/online/report/decision")
    assert "decision/risk" not in page and "decision/immediate_danger" in page
    posted = {"version:decision/risk": "0", "decision/risk": "low"}
    assert reporter.press("/online/report/decision", posted).status_code == 404


def test_a_script_saves_field_by_field(reporter: Reporter) -> None:
    reporter.begins()
    token = reporter.token

    def save(path: str, value: str, base: str = "0") -> TestResponse:
        fields = {"path": path, "value": value, "base_version": base, "online_token": token}
        return reporter.client.post("/online/fields", data=fields, headers={"Accept": "application/json"})

    assert data(save("children/1/age", "9"))["version"] == 1
    refused = save("children/1/age", "old", "1")
    assert refused.status_code == 422 and "whole number" in data(refused)["message"]
    assert save("children/1/age", "8").status_code == 409
    asked = data(save("decision/indian_child", "yes"))["asked"]
    assert "decision/tribe" in asked and "decision/risk" not in asked
    assert save("no/such", "x").status_code == 404
    reporter.client.delete_cookie("hotline_online")
    ended = save("children/1/age", "7", "1")
    assert ended.status_code == 401 and "code" in data(ended)["message"]


def test_two_windows_lose_nothing(reporter: Reporter) -> None:
    reporter.begins()
    reporter.writes(narrative={"story": STORY})
    other = {"version:narrative/story": "0", "narrative/story": "Something else."}
    answer = reporter.press("/online/report/narrative", other)
    assert answer.status_code == 422
    assert "Another window saved" in answer.text and "Something else." in answer.text
    assert STORY in reporter.page("/online/report/narrative")


def test_no_form_is_taken_without_the_token_of_its_own_report(reporter: Reporter, screener: Screener) -> None:
    other = Reporter.at(screener.desk.app, screener.desk.database)
    other.begins()
    foreign = other.token
    reporter.begins()
    for path in (
        "/online/report/reporter",
        "/online/review",
        "/online/leave",
        "/online/discard",
        "/online/fields",
    ):
        for token in ("", "wrong", foreign):
            assert reporter.post(path, online_token=token).status_code == 403, path
    assert {one.state for one in online_rows(reporter)} == {"writing"}


@pytest.mark.parametrize("path", ["/online/begin/kern", "/online/resume", "/online/status"])
def test_a_form_from_another_site_is_refused(reporter: Reporter, path: str) -> None:
    answer = reporter.client.post(path, data={}, headers={"Origin": "https://evil.example"})
    assert answer.status_code == 403


def test_too_much_at_once_is_refused_before_it_is_read(reporter: Reporter) -> None:
    reporter.begins()
    answer = reporter.press("/online/report/narrative", {"narrative/story": "x" * 300_000})
    assert answer.status_code == 413
    assert "Shorten it" in answer.text


def test_the_code_leads_back_on_another_computer(reporter: Reporter, screener: Screener) -> None:
    code = reporter.begins()
    reporter.writes_enough()
    home = Reporter.at(screener.desk.app, screener.desk.database)
    assert str(home.get("/online/review").location) == "/online/resume?ended=1"
    assert home.post("/online/resume", code=code.lower().replace("-", " ")).status_code == 303
    assert STORY in home.page("/online/review")
    # The first computer has to give the code again.
    assert str(reporter.get("/online/review").location) == "/online/resume?ended=1"


def test_guessing_codes_ends(reporter: Reporter, screener: Screener) -> None:
    with reporter.database.transaction() as session:
        for _ in range(limits.WRONG_CODE.most):
            limits.note(session, limits.WRONG_CODE)
    for path in ("/online/resume", "/online/status"):
        assert reporter.post(path, code="7F3K-2Q9M-VX10-8HTB", number="W-0000-0000").status_code == 429


def test_who_finishes_later_leaves_nothing_on_the_computer(reporter: Reporter) -> None:
    code = reporter.begins()
    reporter.writes_enough()
    answer = reporter.press("/online/leave")
    assert "Come back with your code." in reporter.page(str(answer.location))
    assert reporter.client.get_cookie("hotline_online") is None
    assert reporter.get("/online/review").status_code == 303
    assert reporter.post("/online/resume", code=code).status_code == 303


def test_who_throws_it_away_leaves_nothing_at_all(reporter: Reporter) -> None:
    code = reporter.begins()
    assert reporter.press("/online/discard").status_code == 303
    assert reporter.post("/online/resume", code=code).status_code == 422
    assert [one.state for one in online_rows(reporter)] == ["expired"]


def test_new_danger_leads_to_the_telephone_and_keeps_what_was_written(reporter: Reporter) -> None:
    writing(reporter)
    page = reporter.page("/online/danger")
    assert HOTLINE in page and "is kept until Thu, Mar 5, 10:00 AM" in page
    assert STORY in reporter.page("/online/review")


def test_danger_in_what_was_written_is_said_before_it_is_sent(reporter: Reporter) -> None:
    writing(reporter)
    assert "points to danger" not in reporter.page("/online/review")
    reporter.writes(decision={"without_caregiver": "yes"})
    page = reporter.page("/online/review")
    assert "points to danger right now" in page and page.count(HOTLINE) == 2


def test_the_acknowledgment_tells_nothing_of_the_report(reporter: Reporter) -> None:
    answer = sent(reporter)
    assert [word for word in CANARIES if word in answer.text] == []
    assert "Please call now as well" in answer.text and HOTLINE in answer.text
    assert "within 24 hours" in answer.text
    assert reporter.press("/online/review").location == "/online/sent"
    assert reporter.get("/online/report/narrative").status_code == 303


def test_after_hours_it_is_not_sent_but_kept(reporter: Reporter, clock: FrozenClock) -> None:
    code = reporter.begins()
    reporter.writes_enough()
    clock.advance(timedelta(hours=9))
    reporter.post("/online/resume", code=code)
    answer = reporter.press("/online/review")
    assert answer.status_code == 409
    assert "Not sent" in answer.text and HOTLINE in answer.text
    assert [one.state for one in online_rows(reporter)] == ["writing"]


def test_the_state_is_told_for_number_and_code_and_never_the_outcome(
    reporter: Reporter, screener: Screener
) -> None:
    code = reporter.begins()
    reporter.writes_enough()
    number = reporter.sends()
    assert "takes it up next" in reporter.post("/online/status", number=number, code=code).text
    screener.post(f"/console/online/{reporter.online_id}/take")
    page = reporter.post("/online/status", number=number, code=code).text
    assert "being handled by a screener" in page and "KERN-" not in page
    assert reporter.post("/online/status", number=number, code="0" * 16).status_code == 422
    assert reporter.post("/online/status", number="W-0000-0000", code=code).status_code == 422


def test_a_screener_takes_it_and_has_a_draft_of_what_was_written(
    reporter: Reporter, screener: Screener
) -> None:
    writing(reporter)
    number = reporter.sends()
    assert "1 waits" in screener.get("/console")
    listed = screener.get("/console/online")
    assert number in listed and [word for word in CANARIES if word in listed] == []
    path = f"/console/online/{reporter.online_id}/take"
    report = str(screener.post(path).location)
    assert NAME in screener.get(report) and STORY in screener.get(report)
    assert str(screener.post(path).location) == report
    late = another(screener).post(path)
    assert late.status_code == 409 and "Somebody else has taken this online report" in late.text
    assert "No online report waits for anybody." in screener.get("/console/online")
    with reporter.database.transaction() as session:
        (row,) = session.scalars(select(Report))
    assert (row.channel, row.screener_id) == ("online", screener.user_id)


def test_the_board_leads_its_owner_to_the_list(reporter: Reporter, screener: Screener) -> None:
    writing(reporter)
    number = reporter.sends()
    with reporter.database.transaction() as session:
        item = session.scalars(select(WorklistItem)).one()
        assert (item.kind, item.detail["reference"]) == ("online_report", number)
    page = another(screener, "supervisor").get(f"/board/items/{item.id}")
    assert 'href="/console/online"' in page
    assert [word for word in CANARIES if word in page] == []


def test_a_screener_who_is_signed_in_can_try_the_page(screener: Screener) -> None:
    staff = Reporter(screener.client, screener.desk.database)
    page = staff.page("/online/begin/kern")
    assert "Sam Screener" not in page and "/sign-out" not in page
    token = screener.token
    assert f'name="form_token" value="{token}"' in page
    answer = staff.post("/online/resume", code="x", form_token=token)
    assert answer.status_code == 422
    assert staff.post("/online/resume", code="x").status_code == 403


def test_the_language_button_keeps_the_page_and_nothing_else(reporter: Reporter) -> None:
    answer = reporter.post("/online/language", language="es", next="/online/begin/kern")
    assert str(answer.location) == "/online/begin/kern"
    assert "Expires" not in answer.headers["Set-Cookie"]
    assert "Antes de empezar" in reporter.page("/online/begin/kern")
