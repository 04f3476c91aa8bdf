"""What the pages of one dispatch and of one open matter show. The report is opened for it, and that is audited."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from hotline.accounts import queries as people
from hotline.accounts.service import SignedIn
from hotline.base.errors import NotFound
from hotline.calls.models import Call
from hotline.dispatch import queries
from hotline.dispatch.models import Dispatch, TrackDecision
from hotline.geography.locate import Placement
from hotline.partners.models import Organization
from hotline.policy.decision import Decision
from hotline.policy.model import Pack
from hotline.reports import additions
from hotline.reports.access import open_matter, open_report
from hotline.reports.additions import Addition
from hotline.reports.models import Report
from hotline.vault.service import Vault
from hotline.web.board import explain
from hotline.web.board.history import Event, history
from hotline.web.board.recipients import Candidate, candidates
from hotline.web.board.rows import Line, dispatch_line
from hotline.web.board.sentences import why_open
from hotline.web.shared import packs
from hotline.worklist import service as worklist
from hotline.worklist.models import WorklistItem


@dataclass(frozen=True)
class Message:
    """One message to one person."""

    person: str
    channel: str
    state: str
    level: int
    created_at: datetime
    sent_at: datetime | None


@dataclass(frozen=True)
class Sent:
    """One dispatch of a report, to whomever."""

    id: UUID
    recipient: str
    role: str
    service: str
    state: str
    acknowledged_at: datetime | None


@dataclass(frozen=True)
class Rules:
    """What the rules said of a report and on what they said it."""

    decision: Decision
    pack: Pack
    facts: Sequence[tuple[str, str]]
    place: str
    evidence: Sequence[str]
    areas: Sequence[str]
    certain: bool
    """Whether the place was found; `areas` are then others that may include it."""


@dataclass(frozen=True)
class DispatchDetail:
    """The page of one dispatch."""

    report: Report
    line: Line
    state: str
    assigned_by: str | None
    rules: Rules
    messages: Sequence[Message]
    siblings: Sequence[Sent]
    events: Sequence[Event]
    candidates: Sequence[Candidate]
    zone: str


@dataclass(frozen=True)
class ItemDetail:
    """The page of one open matter. `report` and `rules` are None when it is not about a report."""

    item: WorklistItem
    owner: str
    why: str
    report: Report | None
    rules: Rules | None
    call: Call | None
    dispatch_id: UUID | None
    siblings: Sequence[Sent]
    events: Sequence[Event]
    candidates: Sequence[Candidate]
    zone: str
    additions: Sequence[Addition]
    """What was added to the report, for an open matter about just that; none of a sealed report."""


def dispatch_detail(session: Session, dispatch_id: UUID, person: SignedIn) -> DispatchDetail:
    """Everything about one dispatch; raises NotFound."""
    dispatch = session.get(Dispatch, dispatch_id)
    if dispatch is None:
        raise NotFound("There is no such dispatch.")
    report = open_matter(session, dispatch.report_id, person)
    decision = session.get_one(TrackDecision, dispatch.decision_id)
    pack, result = packs.of_decision(decision), Decision.from_json(decision.result)
    row = queries.board_row(session, report.jurisdiction, dispatch.id)
    assert row is not None  # the dispatch is there
    siblings = queries.dispatches_of(session, report.id)
    present = frozenset(each.recipient_id for each in siblings if each.state != "withdrawn")
    names = people.names(session, [dispatch.assigned_by] if dispatch.assigned_by else [])
    return DispatchDetail(
        report=report,
        line=dispatch_line(row, pack, result),
        state=dispatch.state,
        assigned_by=names.get(dispatch.assigned_by) if dispatch.assigned_by else None,
        rules=_rules(decision, pack, result),
        messages=_messages(session, dispatch.id),
        siblings=_sent(session, [each for each in siblings if each.id != dispatch.id]),
        events=history(session, report.id, [dispatch.id], _items_about(session, [dispatch.id, report.id])),
        candidates=candidates(
            session,
            pack,
            services=[dispatch.service],
            areas=_areas(decision),
            on=report.received_at.astimezone(pack.rules.calendar.zone).date(),
            present=present,
        ),
        zone=result.time_zone,
    )


def item_detail(session: Session, vault: Vault, item_id: UUID, person: SignedIn) -> ItemDetail:
    """Everything about one matter; raises NotFound."""
    item = worklist.find(session, item_id)
    dispatch = session.get(Dispatch, UUID(item.subject_id)) if item.subject_kind == "dispatch" else None
    report_id = dispatch.report_id if dispatch else None
    if item.subject_kind == "report":
        report_id = UUID(item.subject_id)
    report = open_matter(session, report_id, person) if report_id else None
    decision = queries.latest_decision(session, report.id) if report else None
    pack = packs.of_decision(decision) if decision else packs.current(item.jurisdiction)
    result = Decision.from_json(decision.result) if decision else None
    siblings = queries.dispatches_of(session, report.id) if report else []
    found: Sequence[Candidate] = ()
    if report is not None and decision is not None and item.subject_kind == "report":
        found = candidates(
            session,
            pack,
            services=_wanted_services(item.detail, pack),
            areas=_areas(decision),
            on=report.received_at.astimezone(pack.rules.calendar.zone).date(),
            present=frozenset(each.recipient_id for each in siblings if each.state != "withdrawn"),
        )
    return ItemDetail(
        item=item,
        owner=people.names(session, [item.owner_id]).get(item.owner_id, ""),
        why=why_open(item.kind, item.reason, item.detail, pack, result),
        report=report,
        rules=_rules(decision, pack, result) if decision and result else None,
        call=session.get(Call, UUID(item.subject_id)) if item.subject_kind == "call" else None,
        dispatch_id=dispatch.id if dispatch else None,
        siblings=_sent(session, siblings),
        events=history(session, report.id if report else None, [each.id for each in siblings], [item.id]),
        candidates=found,
        zone=pack.rules.calendar.time_zone,
        additions=_additions(session, vault, item, report, person),
    )


def _additions(
    session: Session, vault: Vault, item: WorklistItem, report: Report | None, person: SignedIn
) -> Sequence[Addition]:
    """A sealed report is opened from its own page, with a written reason."""
    if report is None or item.kind != additions.KIND or report.restriction is not None:
        return ()
    open_report(session, report.id, person, reason="addition")
    return additions.of(session, vault, report)


def _rules(decision: TrackDecision, pack: Pack, result: Decision) -> Rules:
    placement = Placement.from_json(decision.placement)
    return Rules(
        decision=result,
        pack=pack,
        facts=explain.facts(result, pack),
        place=explain.place(placement),
        evidence=explain.evidence([(one.code, one.place) for one in placement.evidence]),
        areas=[one.name for one in placement.candidates],
        certain=placement.status == "found",
    )


def _areas(decision: TrackDecision) -> list[str | None]:
    """The areas that may be meant; the found one alone when it is certain."""
    placement = Placement.from_json(decision.placement)
    if placement.area_code is not None:
        return [placement.area_code]
    return [one.area for one in placement.candidates] or [None]


def _wanted_services(detail: dict[str, Any], pack: Pack) -> list[str]:
    """What the matter wants; when the rules name nothing, whatever the jurisdiction offers."""
    wanted = [str(each["service"]) for each in detail.get("wanted", [])]
    return wanted or [service.code for service in pack.coverage.services]


def _messages(session: Session, dispatch_id: UUID) -> list[Message]:
    rows = queries.deliveries_of(session, dispatch_id)
    names = people.names(session, {row.user_id for row in rows})
    return [
        Message(names.get(row.user_id, ""), row.channel, row.state, row.level, row.created_at, row.sent_at)
        for row in rows
    ]


def _sent(session: Session, dispatches: Iterable[Dispatch]) -> list[Sent]:
    found = list(dispatches)
    wanted = select(Organization.id, Organization.name).where(
        Organization.id.in_([each.recipient_id for each in found])
    )
    names = {row.id: row.name for row in session.execute(wanted)}
    return [
        Sent(each.id, names[each.recipient_id], each.role, each.service, each.state, each.acknowledged_at)
        for each in found
    ]


def _items_about(session: Session, subjects: Iterable[UUID]) -> Sequence[UUID]:
    wanted = [str(each) for each in subjects]
    return session.scalars(select(WorklistItem.id).where(WorklistItem.subject_id.in_(wanted))).all()
