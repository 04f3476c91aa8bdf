"""A call that is no report: closed with one key, its empty draft with it, what was written never put aside."""

from __future__ import annotations

from uuid import UUID

import pytest
from sqlalchemy import select

from hotline.accounts.models import User
from hotline.accounts.service import SignedIn
from hotline.audit.models import AuditEntry
from hotline.base.errors import Conflict
from hotline.reports import service as reports
from hotline.reports.models import Report
from hotline.web.shared import call_words
from tests.support.screener import STORY, Screener


def me(screener: Screener) -> SignedIn:
    with screener.desk.database.transaction() as session:
        user = session.get_one(User, screener.user_id)
        return SignedIn(user.id, user.name, tuple(user.roles), None, "en", "token")


def id_of(path: str) -> UUID:
    return UUID(path.rpartition("/")[2])


def state_of(screener: Screener, path: str) -> str:
    with screener.desk.database.transaction() as session:
        return session.get_one(Report, id_of(path)).state


def drop(screener: Screener, path: str, reason: str = "no_report") -> None:
    with screener.desk.database.transaction() as session:
        reports.drop(session, screener.desk.vault, id_of(path), me(screener), reason)


def test_an_empty_draft_is_dropped_once_and_audited(screener: Screener) -> None:
    report = screener.begin()
    for _ in range(2):
        drop(screener, report)
    assert state_of(screener, report) == "dropped"
    with screener.desk.database.transaction() as session:
        entries = session.scalars(select(AuditEntry).where(AuditEntry.action == "report:dropped")).all()
        assert [entry.detail for entry in entries] == [{"reason": "no_report"}]


@pytest.mark.parametrize("path", ["children/1/first_name", "reporter/name"])
def test_a_draft_in_which_something_is_written_is_never_dropped_as_empty(
    screener: Screener, path: str
) -> None:
    report = screener.begin()
    screener.save(report, path, "Quenby")
    with pytest.raises(Conflict, match="Something is written"):
        drop(screener, report)
    assert state_of(screener, report) == "draft"
    screener.save(report, path, "", base=1)
    drop(screener, report)
    assert state_of(screener, report) == "dropped"


def test_what_is_attached_to_another_report_may_hold_answers(screener: Screener) -> None:
    report = screener.draft()
    drop(screener, report, "attached")
    assert state_of(screener, report) == "dropped"


def test_a_dropped_draft_takes_no_more_answers_and_stands_on_no_list(screener: Screener) -> None:
    report = screener.begin()
    drop(screener, report)
    assert screener.save(report, "children/1/first_name", "Ana").status_code == 409
    assert report not in screener.get("/console")


def test_a_submitted_report_is_not_dropped(screener: Screener) -> None:
    report = screener.draft()
    assert screener.post(f"{report}/submit").status_code == 303
    with pytest.raises(Conflict, match="submitted already"):
        drop(screener, report, "attached")


def wrap_up(screener: Screener, **answers: str) -> tuple[str, str]:
    """A call that has ended with these answers; the path that finishes it, and its report's."""
    screener.takes_calls()
    call = screener.rings()
    report = screener.accepts()
    screener.meets(call)
    for path, value in answers.items():
        assert screener.save(report, path, value).status_code == 200
    screener.hangs_up(call)
    return f"/console/calls/{call.id}/finish", report


def test_one_button_with_a_key_closes_the_call_and_its_empty_draft(screener: Screener) -> None:
    for code, key in call_words.NO_REPORT.items():
        finish, report = wrap_up(screener)
        page = screener.get(report)
        assert f'value="{code}" data-key="{key}"' in page
        assert "Wrap-up" in page
        answer = screener.post(finish, disposition=code, at=report)
        assert answer.location == "/console"
        assert state_of(screener, report) == "dropped"
    assert "Nothing is unfinished" in screener.get("/console")


def test_a_draft_with_answers_stays_and_the_screener_is_told(screener: Screener) -> None:
    finish, report = wrap_up(screener, **{"children/1/first_name": "Ana"})
    assert 'value="prank" data-key' not in screener.get(report), "a stray key would close it"
    answer = screener.post(finish, disposition="other_non_report", at=report)
    assert answer.location == f"{report}?notice=draft_stays"
    assert state_of(screener, report) == "draft"
    assert "it stays with your drafts" in screener.get(str(answer.location))


def test_another_draft_without_answers_does_not_stand_in_the_way_of_a_report(screener: Screener) -> None:
    finish, report = wrap_up(screener, **STORY)
    with screener.desk.database.transaction() as session:
        first = session.get_one(Report, id_of(report))
        call_id = first.call_id
    second = screener.begin()
    with screener.desk.database.transaction() as session:
        session.get_one(Report, id_of(second)).call_id = call_id
    screener.post(f"{report}/submit")
    assert screener.post(finish, disposition="report", at=report).location == report
    assert state_of(screener, second) == "dropped"
    assert state_of(screener, report) == "submitted"


def test_an_empty_draft_is_no_report(screener: Screener) -> None:
    finish, report = wrap_up(screener)
    answer = screener.post(finish, disposition="report", at=report)
    assert answer.location == f"{report}?notice=report_first"
    assert state_of(screener, report) == "draft"


def test_the_page_of_a_dropped_draft_says_what_became_of_it(screener: Screener) -> None:
    finish, report = wrap_up(screener)
    screener.post(finish, disposition="wrong_number")
    assert "this draft became no report" in screener.get(report)
