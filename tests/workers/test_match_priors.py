"""The job that indexes a report's people and suggests earlier reports: after a submit, twice, and too late."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import func, select

from hotline.base import outbox
from hotline.base.database import Database
from hotline.base.ids import new_id
from hotline.base.outbox import OutboxRow
from hotline.matching import service
from hotline.matching.models import ReportLink, ReportPerson
from tests.support import kern as county
from tests.support.kern import PATH_1, Kern
from workers import job
from workers.ring import function_of
from workers.tools import Tools

FAMILY: dict[str, str | list[str]] = PATH_1 | {
    "children/1/first_name": "Ximena",
    "children/1/last_name": "Zabaleta Ríos",
    "children/1/birth_date": "3/4/2017",
}


def handed_in(database: Database, kern: Kern) -> UUID:
    with database.transaction() as session:
        return county.submitted(session, kern, FAMILY).id


def run_for(equipment: Tools, report_id: UUID) -> bool:
    """Carry out the job that was asked for this report; whether it was done."""
    with equipment.database.transaction() as session:
        asked = (OutboxRow.job == "match_priors", OutboxRow.subject_id == str(report_id))
        row_id = session.scalars(select(OutboxRow.id).where(*asked)).one()
    return job.run(equipment, row_id, function_of("match_priors").function)


def test_after_a_submit_the_people_are_found_and_the_earlier_report_is_suggested(
    database: Database, equipment: Tools, kern: Kern
) -> None:
    first = handed_in(database, kern)
    assert run_for(equipment, first)
    second = handed_in(database, kern)
    assert run_for(equipment, second)
    with database.transaction() as session:
        link = session.scalars(select(ReportLink)).one()
        assert (link.report_id, link.other_id, link.state) == (second, first, "suggested")
        service.reject(session, second, first, kern.screener)
        assert outbox.enqueue(session, "match_priors", second, key="once more") is not None
    with database.transaction() as session:
        again = session.scalars(select(OutboxRow.id).where(OutboxRow.key == "once more")).one()
    assert job.run(equipment, again, function_of("match_priors").function)
    with database.transaction() as session:
        assert session.scalars(select(ReportLink.state)).all() == ["rejected"]
        assert session.scalar(select(func.count()).select_from(ReportPerson)) == 2


def test_a_report_that_is_gone_leaves_nothing_to_do(database: Database, equipment: Tools, kern: Kern) -> None:
    gone = new_id()
    with database.transaction() as session:
        outbox.enqueue(session, "match_priors", gone, key="gone")
    assert run_for(equipment, gone)
