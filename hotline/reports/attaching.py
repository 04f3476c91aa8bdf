"""Several calls on one report, and several reports from one call: nothing is typed twice."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from hotline.accounts.service import SignedIn, require
from hotline.audit.record import record
from hotline.base import clock
from hotline.base.errors import Conflict, NotFound
from hotline.calls.models import Call
from hotline.reports import queries, service
from hotline.reports.access import is_its_screener, open_report
from hotline.reports.models import Report, ReportCall
from hotline.vault.service import Vault
from screening_forms.errors import UnknownField, ValueProblem
from screening_forms.loader import Shelf

REPORTER = "reporter"
"""The section of a form that says who called and how they know: the same for every report of one call."""


def attach_call(
    session: Session, vault: Vault, call_id: UUID, report_id: UUID, person: SignedIn, *, related: bool
) -> Report:
    """The person's present call is about an earlier report: note it with that report. Twice is once.

    `related`: the caller has found that both concern the same people; a report of the same number always is. A
    draft of the call in which nothing is written ends, so that it stays on nobody's list; one that holds answers is
    left as it is. Raises NotFound for a call that is not theirs and a report that is closed to them, Conflict for a
    report that was begun in this very call or was never submitted.
    """
    require(person, "reports:write")
    call = session.get(Call, call_id)
    if call is None or call.screener_id != person.user_id:
        raise NotFound("No such call.")
    same_number = report_id in {one.id for one in queries.of_number(session, call)}
    report = open_report(session, report_id, person, reason="attach", related=related or same_number)
    if report.call_id == call.id or report.state in ("draft", "dropped"):
        raise Conflict("The call belongs to that report already, or the report was never submitted.")
    made = session.execute(
        insert(ReportCall)
        .values(report_id=report.id, call_id=call.id, attached_by=person.user_id, attached_at=clock.now())
        .on_conflict_do_nothing()
        .returning(ReportCall.call_id)
    )
    if made.first() is not None:
        record(session, person.actor, "report:call_attached", "report", report.id, {"call": str(call.id)})
    for draft in queries.of_call(session, call.id):
        if draft.state == "draft" and service.is_empty(session, vault, draft):
            service.drop(session, vault, draft.id, person, "attached")
    return report


def another(session: Session, vault: Vault, forms: Shelf, report_id: UUID, person: SignedIn) -> Report:
    """Begin one more report from the call (or the letter, the visit) of a report of the person's own.

    When and how it came in and the reporter's answers go along. Raises NotFound for somebody else's report.
    """
    first = session.get(Report, report_id)
    if first is None or not person.may("reports:write") or not is_its_screener(session, first, person):
        raise NotFound("There is no such report, or it is not yours.")
    fresh = service.begin(
        session,
        vault,
        forms,
        person,
        jurisdiction=first.jurisdiction,
        form_id=first.form_id,
        received_at=first.received_at,
        call_id=first.call_id,
    )
    fresh.channel = first.channel
    session.flush()
    for path, answer in service.answers(session, vault, first, person).items():
        if path.split("/")[0] != REPORTER or answer.value is None:
            continue
        try:
            service.save(session, vault, forms, fresh.id, path, answer.value, person, 0)
        except (UnknownField, ValueProblem):
            continue  # a newer version of the form asks for it otherwise
    record(session, person.actor, "report:begun_from", "report", fresh.id, {"report": str(first.id)})
    return fresh
