"""Earlier reports beside the form: found while typing, judged by a person, read without their reporter."""

from __future__ import annotations

from uuid import UUID

import pytest
from sqlalchemy import select

from hotline.audit.models import AuditEntry
from hotline.base.clock import FrozenClock
from hotline.matching import service as matching
from hotline.matching.models import ReportLink
from hotline.reports import sealing
from hotline.web.shared.core import Core
from tests.support.screener import Screener, another

CANARY = "Rosalind Canarywing"
MATEO = {
    "children/1/first_name": "Mateo",
    "children/1/last_name": "Quintanilla",
    "children/1/birth_date": "03/04/2021",
    "location/home_street": "812 Jasmine Street",
    "reporter/name": CANARY,
    "location/visit_dangers": "dogs",
}


def report_id(path: str) -> UUID:
    return UUID(path.rsplit("/", 1)[-1])


def parts(screener: Screener) -> Core:
    found: Core = screener.desk.app.extensions["hotline"]
    return found


def indexed(screener: Screener, path: str) -> None:
    """The work of the job that follows each save."""
    with screener.desk.database.transaction() as session:
        matching.index(session, parts(screener).vault, parts(screener).forms, report_id(path))


def submitted(screener: Screener, **more: str) -> str:
    """An earlier report about Mateo, handed in; the path of its page."""
    path = screener.draft(**{**MATEO, **more})
    assert screener.post(f"{path}/submit").status_code == 303
    indexed(screener, path)
    return path


def reference(screener: Screener, path: str) -> str:
    page = screener.get(path)
    return page[page.index("KERN-") :][:11]


@pytest.fixture
def earlier(screener: Screener) -> str:
    """What a colleague took down before."""
    return submitted(another(screener))


@pytest.fixture
def draft(screener: Screener) -> str:
    """A report in which the same boy is named otherwise."""
    path = screener.begin()
    assert screener.save(path, "children/1/first_name", "Matteo").status_code == 200
    assert screener.save(path, "children/1/last_name", "Quintanila").status_code == 200
    assert screener.save(path, "children/1/birth_date", "4/3/2021").status_code == 200
    return path


def state(screener: Screener, own: str, other: str) -> str | None:
    with screener.desk.database.transaction() as session:
        link = session.get(ReportLink, (report_id(own), report_id(other)))
        return link.state if link else None


def test_an_earlier_report_shows_beside_the_form_with_its_reasons(
    screener: Screener, earlier: str, draft: str
) -> None:
    panel = screener.get(f"{draft}/history")
    assert reference(another(screener), earlier) in panel
    assert "Mateo Quintanilla" in panel
    assert "last names are alike" in panel
    assert "dates of birth with day and month swapped" in panel
    assert "Searched on: Matteo Quintanila (Child 1); dates of birth." in panel
    assert CANARY not in panel
    assert panel.strip() in screener.get(draft)


def test_a_form_without_people_says_that_there_is_nothing_to_search_on(screener: Screener) -> None:
    panel = screener.get(f"{screener.begin()}/history")
    assert "Nothing to search on yet" in panel
    assert "None found." in panel
