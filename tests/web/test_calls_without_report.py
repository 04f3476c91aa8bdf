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
from tests.support.screener import Screener


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
