"""What people do with dispatches and with what the rules left open. Every act is audited; reasons are codes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from hotline.accounts.service import SignedIn, require
from hotline.audit.record import record
from hotline.base import clock
from hotline.base.errors import Conflict, InvalidInput, NotFound, NotPermitted
from hotline.deadlines import service as deadlines
from hotline.deadlines.models import Deadline
from hotline.dispatch.assign import is_urgent, set_outcome
from hotline.dispatch.models import Dispatch, TrackDecision
from hotline.dispatch.queries import latest_decision
from hotline.dispatch.sending import DECISION_KINDS, Order, close_items, send, withdraw
from hotline.dispatch.states import (
    ASSIGN_REASONS,
    CLOSE_REASONS,
    DISPATCH,
    REASSIGN_REASONS,
    TAKE_OVER_REASONS,
)
from hotline.partners import queries as partners
from hotline.partners.models import Organization
from hotline.policy.clocks import due
from hotline.policy.decision import Decision
from hotline.policy.loader import Shelf as PackShelf
from hotline.reports.models import Report
from hotline.rosters import service as rosters
from hotline.worklist import service as worklist
from hotline.worklist.models import WorklistItem


def acknowledge(session: Session, dispatch_id: UUID, person: SignedIn) -> Dispatch:
    """The person's organization has it: the ladder stops. The first wins, a second changes nothing.

    A late one counts as well. Raises NotPermitted, NotFound (also for another organization's dispatch), Conflict
    when it was withdrawn.
    """
    require(person, "dispatch:acknowledge")
    dispatch = _locked(session, dispatch_id)
    if dispatch is None or dispatch.recipient_id != person.organization_id:
        raise NotFound("There is no such dispatch, or it is not yours.")
    if dispatch.state == "withdrawn":
        raise Conflict("This dispatch was withdrawn; somebody else takes care of it now.")
    if dispatch.acknowledged_at is not None:
        return dispatch
    dispatch.state = DISPATCH.next(dispatch.state, "acknowledge")
    dispatch.acknowledged_at, dispatch.acknowledged_by = clock.now(), person.user_id
    dispatch.version += 1
    deadlines.meet(session, "acknowledge", "dispatch", dispatch.id)
    close_items(session, dispatch.id, person.actor, "acknowledged")
    late = clock.now() > dispatch.acknowledge_by
    record(session, person.actor, "dispatch:acknowledged", "dispatch", dispatch.id, {"late": late})
    return dispatch


def take_over(session: Session, dispatch_id: UUID, person: SignedIn, reason: str) -> Dispatch:
    """A coordinator answers for it from now on. The recipient's ladder and its clock go on."""
    require(person, "dispatch:manage")
    _one_of("reason", reason, TAKE_OVER_REASONS)
    dispatch = _present(session, dispatch_id)
    dispatch.owner_id = person.user_id
    dispatch.version += 1
    open_items = session.scalars(
        select(WorklistItem.id).where(
            WorklistItem.subject_kind == "dispatch",
            WorklistItem.subject_id == str(dispatch.id),
            WorklistItem.closed_at.is_(None),
        )
    )
    for item_id in open_items.all():
        worklist.take(session, item_id, person.user_id)
    record(session, person.actor, "dispatch:taken_over", "dispatch", dispatch.id, {"reason": reason})
    return dispatch


def reassign(
    session: Session, dispatch_id: UUID, recipient_id: UUID, person: SignedIn, reason: str
) -> Dispatch:
    """Withdraw it and send the report to another recipient, with the same time to acknowledge: no clock restarts."""
    require(person, "dispatch:manage")
    _one_of("reason", reason, REASSIGN_REASONS)
    old = _present(session, dispatch_id)
    recipient = _recipient(session, recipient_id, old.report_id)
    if recipient.id == old.recipient_id:
        raise InvalidInput("recipient_id", "This recipient has it already. Choose another one.")
    report = session.get_one(Report, old.report_id)
    decision = _decision(session, report.id)
    started_at = _started_at(session, old)
    withdraw(session, old, person.actor)
    order = Order(
        recipient_id=recipient.id,
        role=old.role,
        service=old.service,
        acknowledge_by=old.acknowledge_by,
        why={
            **old.why,
            "choice": "person",
            "reason": reason,
            "instead_of": str(old.recipient_id),
            "others": [],
        },
        started_at=started_at,
        assigned_by=person.user_id,
    )
    new = send(session, decision, report, order, person.actor)
    detail = {"reason": reason, "instead": str(new.id), "recipient": str(recipient.id)}
    record(session, person.actor, "dispatch:reassigned", "dispatch", old.id, detail)
    return new


def assign_from_item(
    session: Session, packs: PackShelf, item_id: UUID, recipient_id: UUID, person: SignedIn, reason: str
) -> Dispatch:
    """Send what an item left open to the recipient that the person chose.

    The item stays open while it wants more recipients of another kind. Raises InvalidInput for a recipient of
    another jurisdiction, Conflict when the item is closed.
    """
    _one_of("reason", reason, ASSIGN_REASONS)
    item, report, decision = _open_item(session, item_id, person)
    recipient = _recipient(session, recipient_id, report.id)
    result = Decision.from_json(decision.result)
    wanted, left = _settled(item.detail.get("wanted", []), recipient.kind)
    _correct_provisional(session, decision, wanted, recipient, person)
    order = Order(
        recipient_id=recipient.id,
        role=str(wanted["role"]) if wanted else "lead",
        service=str(wanted["service"]) if wanted else _first_service(session, recipient),
        acknowledge_by=_acknowledge_by(packs, report, result),
        why={
            "urgent": is_urgent(result),
            "choice": "person",
            "reason": reason,
            "item": str(item.id),
            "others": [],
        },
        assigned_by=person.user_id,
    )
    dispatch = send(session, decision, report, order, person.actor)
    set_outcome(report, decision, "dispatched", f"person:{reason}")
    if left:
        item.detail = {**item.detail, "wanted": left}
        item.version += 1
    else:
        worklist.close(session, item.id, person.actor, f"assigned:{reason}", person.user_id)
    detail = {"reason": reason, "item": str(item.id), "recipient": str(recipient.id)}
    record(session, person.actor, "dispatch:chosen", "dispatch", dispatch.id, detail)
    return dispatch


def close_without_dispatch(session: Session, item_id: UUID, person: SignedIn, reason: str) -> None:
    """End an item with no (further) recipient, for a lawful reason of CLOSE_REASONS.

    The report is closed with it unless somebody has it already or another item of it is open.
    """
    _one_of("reason", reason, CLOSE_REASONS)
    item, report, decision = _open_item(session, item_id, person)
    worklist.close(session, item.id, person.actor, f"closed:{reason}", person.user_id)
    if decision.outcome == "waiting" and not _open_items_of(session, report.id):
        set_outcome(report, decision, "closed", reason)
        for kind in ("response", "path", "person_decides"):
            deadlines.call_off(session, kind, "report", report.id)
    detail = {"reason": reason, "item": str(item.id)}
    record(session, person.actor, "report:closed_by_person", "report", report.id, detail)


def recipients_for(session: Session, jurisdiction: str) -> list[Organization]:
    """Whom a person may choose from."""
    return list(partners.active(session, jurisdiction))


def _settled(
    wanted: list[Mapping[str, Any]], kind: str
) -> tuple[Mapping[str, Any] | None, list[Mapping[str, Any]]]:
    """What this recipient is for (its own kind before another), and what stays wanted."""
    ordered = sorted(wanted, key=lambda one: one["kind"] != kind)
    return (ordered[0] if ordered else None), ordered[1:]


def _correct_provisional(
    session: Session,
    decision: TrackDecision,
    wanted: Mapping[str, Any] | None,
    recipient: Organization,
    person: SignedIn,
) -> None:
    """An emergency went to the lead office before the place was clear: if another office takes it, that ends.

    A partner never takes the place of an office that is on its way.
    """
    sent_to = wanted["sent_to"] if wanted and wanted["kind"] == recipient.kind else None
    if sent_to is None or sent_to == str(recipient.id):
        return
    provisional = session.scalar(
        select(Dispatch)
        .where(
            Dispatch.decision_id == decision.id,
            Dispatch.recipient_id == UUID(sent_to),
            Dispatch.state != "withdrawn",
        )
        .with_for_update()
    )
    if provisional is not None:
        withdraw(session, provisional, person.actor)


def _acknowledge_by(packs: PackShelf, report: Report, result: Decision) -> datetime:
    rules = packs.get(report.jurisdiction, result.version).rules
    clocks = [one.acknowledge for one in result.recipients]
    if not clocks:
        clocks = [rules.priorities[result.reason("priority").outcome].acknowledge]
    return min(due(one, clock.now(), rules.calendar) for one in clocks)


def _first_service(session: Session, recipient: Organization) -> str:
    covered = partners.coverage_of(session, recipient.id)
    if not covered:
        raise InvalidInput("recipient_id", "This recipient offers no service. Choose another one.")
    return covered[0].service


def _open_item(
    session: Session, item_id: UUID, person: SignedIn
) -> tuple[WorklistItem, Report, TrackDecision]:
    item = session.get(WorklistItem, item_id, with_for_update=True, populate_existing=True)
    if item is None or item.subject_kind != "report":
        raise NotFound("There is no such item about a report.")
    if not (
        person.may("dispatch:manage")
        or (item.team == rosters.supervisors(item.jurisdiction) and "supervisor" in person.roles)
    ):
        raise NotPermitted("Your role does not allow this.")
    if item.closed_at is not None:
        raise Conflict("Somebody has closed this item already.")
    if item.kind not in DECISION_KINDS:
        raise Conflict("This matter is not settled here: its own page says who does it.")
    report_id = UUID(item.subject_id)
    return item, _report(session, report_id), _decision(session, report_id)


def _open_items_of(session: Session, report_id: UUID) -> bool:
    query = select(WorklistItem.id).where(
        WorklistItem.subject_kind == "report",
        WorklistItem.subject_id == str(report_id),
        WorklistItem.closed_at.is_(None),
    )
    return session.scalar(query.limit(1)) is not None


def _report(session: Session, report_id: UUID) -> Report:
    report = session.get(Report, report_id, with_for_update=True, populate_existing=True)
    if report is None:
        raise NotFound("There is no such report.")
    return report


def _decision(session: Session, report_id: UUID) -> TrackDecision:
    decision = latest_decision(session, report_id)
    if decision is None:
        raise Conflict("The rules have not decided this report yet. Try again in a moment.")
    return decision


def _locked(session: Session, dispatch_id: UUID) -> Dispatch | None:
    return session.get(Dispatch, dispatch_id, with_for_update=True, populate_existing=True)


def _present(session: Session, dispatch_id: UUID) -> Dispatch:
    dispatch = _locked(session, dispatch_id)
    if dispatch is None:
        raise NotFound("There is no such dispatch.")
    if dispatch.state == "withdrawn":
        raise Conflict("This dispatch was withdrawn already. Reload the board.")
    return dispatch


def _recipient(session: Session, recipient_id: UUID, report_id: UUID) -> Organization:
    recipient = partners.organization(session, recipient_id)
    jurisdiction = session.scalar(select(Report.jurisdiction).where(Report.id == report_id))
    if not recipient.active or recipient.jurisdiction != jurisdiction:
        raise InvalidInput(
            "recipient_id", "This recipient takes no reports of this jurisdiction. Choose another one."
        )
    return recipient


def _started_at(session: Session, dispatch: Dispatch) -> datetime | None:
    return session.scalar(
        select(Deadline.started_at).where(
            Deadline.kind == "acknowledge",
            Deadline.subject_kind == "dispatch",
            Deadline.subject_id == str(dispatch.id),
        )
    )


def _one_of(field: str, value: str, allowed: Iterable[str]) -> None:
    if value not in set(allowed):
        raise InvalidInput(field, "Choose one of the reasons in the list.")
