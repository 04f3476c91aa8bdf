"""An earlier report about a boy, and what the search of earlier reports needs around it."""

from __future__ import annotations

import re
from uuid import UUID

from sqlalchemy import select

from hotline.audit.models import AuditEntry
from hotline.matching import service as matching
from hotline.reports.models import Report
from hotline.web.shared.core import Core
from tests.support.desk import CANARY
from tests.support.screener import Screener

MATEO = {
    "children/1/first_name": "Mateo",
    "children/1/last_name": "Quintanilla",
    "children/1/birth_date": "03/04/2021",
    "location/home_street": "812 Jasmine Street",
    "location/visit_dangers": "dogs",
    "reporter/name": CANARY,
}


def report_id(path: str) -> UUID:
    """The report whose page that is."""
    return UUID(path.partition("?")[0].partition("#")[0].rsplit("/", 1)[-1])


def parts(screener: Screener) -> Core:
    """What the application works with."""
    found: Core = screener.desk.app.extensions["hotline"]
    return found


def indexed(screener: Screener, path: str) -> None:
    """The work of the job that follows a save."""
    with screener.desk.database.transaction() as session:
        matching.index(session, parts(screener).vault, parts(screener).forms, report_id(path))


def submitted(screener: Screener, **more: str) -> str:
    """A report about Mateo that this screener handed in; the path of its page."""
    path = screener.draft(**{**MATEO, **more})
    assert screener.post(f"{path}/submit").status_code == 303
    indexed(screener, path)
    return path


def stored(screener: Screener, path: str) -> Report:
    """The row of a report."""
    with screener.desk.database.transaction() as session:
        return session.get_one(Report, report_id(path))


def audited(screener: Screener, path: str) -> list[tuple[str, str | None]]:
    """What was done with a report, in order, with the reason code of each opening."""
    with screener.desk.database.transaction() as session:
        rows = session.scalars(
            select(AuditEntry).where(AuditEntry.subject_id == str(report_id(path))).order_by(AuditEntry.id)
        )
        return [(row.action, row.detail.get("reason")) for row in rows]


def value_of(page: str, path: str) -> str:
    """What stands in a text field of the form."""
    found = re.search(rf'name="{re.escape(path)}"[^>]*value="([^"]*)"', page)
    return found[1] if found else ""
