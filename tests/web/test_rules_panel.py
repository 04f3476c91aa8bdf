"""The panel beside the form: what the rules say so far, what is missing, what would change it, and how soon."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import event, func, select

from hotline.audit.models import AuditEntry
from hotline.base import crypto
from hotline.reports.models import Report, ReportAnswer
from tests.support.screener import Screener, another

CALM = {
    "children/1/age": "7",
    "location/child_now": "home",
    "location/home_town": "Delano",
    "location/home_county": "kern",
    "decision/immediate_danger": "no",
}


def panel(screener: Screener, report: str) -> str:
    return screener.get(f"{report}/panel")


def text_of(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))


def section(html: str, ident: str) -> str:
    """The list of that id."""
    found = re.search(rf'<(ol|ul)[^>]* id="{ident}">(.*?)\n</\1>', html, re.DOTALL)
    assert found, f"no {ident}"
    return found[2]


def test_a_missing_answer_leads_to_its_question(screener: Screener) -> None:
    report = screener.begin()
    form = screener.get(report)
    links = re.findall(
        r'<a href="#([^"]+)" data-question="([^"]+)"(?: data-key="(q)")?>', panel(screener, report)
    )
    assert [key for _, _, key in links] == ["q", *[""] * (len(links) - 1)]
    assert len(links) >= 6
    for target, control, _ in links:
        assert target == control
        assert f'id="{control}"' in form


def test_the_next_child_without_an_age_is_the_one_that_is_asked_for(screener: Screener) -> None:
    report = screener.begin()
    screener.save(report, "children/1/age", "7")
    screener.save(report, "children/2/first_name", "Ana")
    assert 'data-question="f-children-2-age"' in panel(screener, report)


def test_it_says_what_would_change_the_answer_with_the_more_urgent_first(screener: Screener) -> None:
    report = screener.draft(**CALM)
    changes = section(panel(screener, report), "panel-changes")
    said = [text_of(line) for line in changes.split("<li ")[1:]]
    assert said
    assert "→" in said[0]
    urgencies = re.findall(r"change-(more|other|less)", changes)
    assert urgencies == sorted(urgencies, key=["more", "other", "less"].index)


def test_it_speaks_spanish(screener: Screener) -> None:
    report = screener.draft(**CALM)
    spanish = screener.desk.signed_in("screener", "es")
    page = spanish.get(f"{report}/panel").text
    assert "Qué lo cambiaría" in page
    assert "What would change" not in page


def test_the_clock_for_the_decision_is_shown(screener: Screener) -> None:
    report = screener.draft(**CALM)
    assert "Time to decide" in panel(screener, report)
    with screener.desk.database.transaction() as session:
        session.get_one(Report, UUID(report.rpartition("/")[2])).received_at -= timedelta(days=8)
    assert "deadline-past" in panel(screener, report)


def test_reading_it_again_and_again_opens_each_answer_once_and_writes_nothing(screener: Screener) -> None:
    report = screener.draft(**CALM, **{"reporter/name": "Quenby", "reporter/mandated": "yes"})
    panel(screener, report)
    with screener.desk.database.transaction() as session:
        before = session.scalar(select(func.count()).select_from(AuditEntry))
        answers = session.scalar(select(func.count()).select_from(ReportAnswer)) or 0
    opened: list[int] = []
    real = crypto.unseal
    with pytest.MonkeyPatch.context() as patch:

        def counted(*given: Any) -> bytes:
            opened.append(1)
            return real(*given)

        patch.setattr(crypto, "unseal", counted)
        panel(screener, report)
    with screener.desk.database.transaction() as session:
        assert session.scalar(select(func.count()).select_from(AuditEntry)) == before
    # The reporter's record is one more, with its key.
    assert len(opened) <= answers + 4


def test_more_answers_do_not_need_more_questions_to_the_database(screener: Screener) -> None:
    few, many = screener.draft(**CALM), screener.draft(**CALM)
    for number in range(2, 9):
        screener.save(many, f"children/{number}/age", str(number))
        screener.save(many, f"children/{number}/first_name", f"Child {number}")
    database = screener.desk.app.extensions["hotline"].database
    asked: dict[str, int] = {}
    for report in (few, many):
        statements: list[str] = []

        def note(*given: object, to: list[str] = statements) -> None:
            to.append(str(given[2]))

        event.listen(database.engine, "before_cursor_execute", note)
        try:
            panel(screener, report)
        finally:
            event.remove(database.engine, "before_cursor_execute", note)
        asked[report] = len(statements)
    assert asked[few] == asked[many]


def test_nobody_else_reads_it(screener: Screener) -> None:
    report = screener.draft()
    assert another(screener).client.get(f"{report}/panel").status_code == 404


def test_after_submitting_it_says_what_was_decided_without_guesses(screener: Screener) -> None:
    report = screener.draft(**CALM)
    assert screener.post(f"{report}/submit").status_code == 303
    page = panel(screener, report)
    assert "What would change it" not in page
    assert "data-question" not in page
