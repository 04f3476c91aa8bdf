"""From the rules' answer to recipients: who is told, or which coordinator's matter it is and why.

A partner is never guessed. The office that would be asked for every place that may be meant is no guess; an
emergency goes to the lead office even so, and is corrected later.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy.orm import Session

from hotline.audit.record import Actor
from hotline.base import clock
from hotline.dispatch.models import TrackDecision
from hotline.dispatch.queries import standing
from hotline.dispatch.sending import Order, open_for_people, send, withdraw
from hotline.dispatch.states import REVIEW_HELD, REVIEW_OWED
from hotline.geography.locate import Placement
from hotline.partners.coverage import Choice, choices
from hotline.policy.clocks import due
from hotline.policy.decision import Decision, Wanted
from hotline.policy.model import Pack
from hotline.reports.models import Report
from hotline.reports.states import REPORT
from hotline.rosters import service as rosters
from hotline.worklist.models import WorklistItem
from hotline.worklist.service import TAKE_WITHIN

URGENT = timedelta(hours=24)
"""A response class with this clock or a shorter one is an emergency."""

SETTLE_URGENT = timedelta(minutes=15)
SETTLE = timedelta(hours=4)

_ACTOR = Actor.system("assign_track")


@dataclass(frozen=True)
class Found:
    """What came of looking for one recipient. `choice` None: nobody yet; `problem`: what a person must settle."""

    wanted: Wanted
    choice: Choice | None
    problem: str | None
    considered: tuple[Choice, ...]


def assign(
    session: Session,
    pack: Pack,
    report: Report,
    decision: TrackDecision,
    result: Decision,
    placement: Placement,
    *,
    reviewed: bool = False,
) -> None:
    """Dispatch to every recipient that can be named, open items for the rest, and write down the outcome.

    A decision that the pack holds for a supervisor waits until it was `reviewed`; any other review that is owed goes
    on beside the response.
    Whoever has the report by an earlier decision keeps it and is not sent it twice, unless it has become an emergency
    since: then the new dispatch takes the old one's place.
    """
    if result.held and not reviewed:
        held = _review_item(session, report, decision, result)
        settle_outcome(session, report, decision, result, [held])
        return
    if result.reviews and not reviewed:
        _review_item(session, report, decision, result)
    on = report.received_at.astimezone(pack.rules.calendar.zone).date()
    found = [_find(session, pack, wanted, result, placement, on) for wanted in result.recipients]
    for one in found:
        if one.choice is not None:
            _send_once(session, decision, report, _order(pack, result, placement, one, one.choice))
    items = _place_items(session, report, decision, result, placement, [one for one in found if one.problem])
    question = _open_question(report, result)
    if question is not None:
        items.append(_decision_item(session, report, decision, result, question))
    settle_outcome(session, report, decision, result, items)


def _send_once(session: Session, decision: TrackDecision, report: Report, order: Order) -> None:
    for earlier in standing(session, report.id):
        if earlier.decision_id == decision.id or earlier.recipient_id != order.recipient_id:
            continue
        if not order.why["urgent"] or earlier.why.get("urgent"):
            return
        withdraw(session, earlier, _ACTOR)
    send(session, decision, report, order, _ACTOR)


def is_urgent(result: Decision) -> bool:
    """Whether somebody must respond within a day of receipt."""
    return result.response_due is not None and result.response_due - result.received_at <= URGENT


def _find(
    session: Session, pack: Pack, wanted: Wanted, result: Decision, placement: Placement, on: date
) -> Found:
    if wanted.kind == "area_office":
        return _find_office(session, pack, wanted, result, placement, on)
    problem = _place_problem(placement)
    if problem is not None:
        return Found(wanted, None, problem, ())
    area = placement.area_code
    considered = choices(session, pack.jurisdiction, "partner", wanted.service, area, on)
    if area is None or pack.coverage.open_in(area, wanted.service, on) is None:
        return Found(wanted, None, "place_not_served", considered)
    chosen = _chosen(considered)
    return Found(wanted, chosen, None if chosen else "place_not_served", considered)


def _find_office(
    session: Session, pack: Pack, wanted: Wanted, result: Decision, placement: Placement, on: date
) -> Found:
    def asked(area: str | None) -> tuple[Choice, ...]:
        return choices(session, pack.jurisdiction, "area_office", wanted.service, area, on)

    if placement.status == "found":
        considered = asked(placement.area_code)
        chosen = _chosen(considered)
        return Found(wanted, chosen, None if chosen else "place_not_served", considered)
    lead = _chosen(asked(None))
    if placement.county == pack.jurisdiction:
        areas = [one.area for one in placement.candidates] or [area.code for area in pack.areas.areas]
        for_each = {choice.organization_id if choice else None for choice in map(_chosen, map(asked, areas))}
        if len(for_each) == 1 and None not in for_each:
            return Found(wanted, _chosen(asked(areas[0])), None, asked(areas[0]))
    problem = _place_problem(placement) or "place_unknown"
    return Found(wanted, lead if is_urgent(result) else None, problem, asked(None))


def _place_problem(placement: Placement) -> str | None:
    return None if placement.status == "found" else f"place_{placement.status}"


def _chosen(considered: Iterable[Choice]) -> Choice | None:
    return next((one for one in considered if one.chosen), None)


def _order(pack: Pack, result: Decision, placement: Placement, found: Found, choice: Choice) -> Order:
    return Order(
        recipient_id=choice.organization_id,
        role="lead" if found.wanted.role == "lead" else "partner",
        service=found.wanted.service,
        acknowledge_by=due(found.wanted.acknowledge, clock.now(), pack.rules.calendar),
        why={
            "urgent": is_urgent(result),
            "choice": choice.why,
            "area": placement.area_code,
            "place": placement.place,
            "provisional": found.problem,
            "others": [
                one.to_json() for one in found.considered if one.organization_id != choice.organization_id
            ],
        },
    )


def _open_question(report: Report, result: Decision) -> str | None:
    """Why a person must decide something that is no question of the place; None when the rules settle it."""
    if result.needs_person:
        return result.reason("route").rule
    if result.disposition == "duplicate" and report.duplicate_of_id is None:
        return "duplicate_not_found"
    return None if result.recipients or result.closes else "no_recipient_named"


def _place_items(
    session: Session,
    report: Report,
    decision: TrackDecision,
    result: Decision,
    placement: Placement,
    unsettled: Sequence[Found],
) -> list[WorklistItem | None]:
    """One item for each kind of trouble with the place."""
    teams = (rosters.coordinators(report.jurisdiction), rosters.supervisors(report.jurisdiction))
    return [
        open_for_people(
            session,
            teams,
            kind=problem,
            jurisdiction=report.jurisdiction,
            subject_kind="report",
            subject_id=report.id,
            reason=problem,
            due_in=SETTLE_URGENT if is_urgent(result) else SETTLE,
            detail={
                "decision": str(decision.id),
                "reference": report.reference,
                "wanted": [_wanted_json(one) for one in unsettled if one.problem == problem],
                "place": placement.place,
                "candidates": [{"area": one.area, "name": one.name} for one in placement.candidates],
                "evidence": [one.code for one in placement.evidence],
            },
        )
        for problem in dict.fromkeys(one.problem for one in unsettled)
    ]


def _wanted_json(found: Found) -> dict[str, Any]:
    return {
        "kind": found.wanted.kind,
        "role": "lead" if found.wanted.role == "lead" else "partner",
        "service": found.wanted.service,
        "sent_to": str(found.choice.organization_id) if found.choice else None,
        "considered": [one.to_json() for one in found.considered],
    }


def _decision_item(
    session: Session, report: Report, decision: TrackDecision, result: Decision, reason: str
) -> WorklistItem | None:
    return open_for_people(
        session,
        (rosters.supervisors(report.jurisdiction), rosters.coordinators(report.jurisdiction)),
        kind="needs_decision",
        jurisdiction=report.jurisdiction,
        subject_kind="report",
        subject_id=report.id,
        reason=reason,
        due_in=result.person_due - clock.now() if result.person_due else SETTLE,
        detail={
            "decision": str(decision.id),
            "reference": report.reference,
            "wanted": [],
            "missing": [one.fact for one in result.missing],
        },
    )


def _review_item(
    session: Session, report: Report, decision: TrackDecision, result: Decision
) -> WorklistItem | None:
    """The supervisors' item. It is about the report while that waits for it, else about the decision."""
    assert result.review_due is not None  # a review is owed
    due_in = result.review_due - clock.now()
    return open_for_people(
        session,
        (rosters.supervisors(report.jurisdiction), rosters.coordinators(report.jurisdiction)),
        kind=REVIEW_HELD if result.held else REVIEW_OWED,
        jurisdiction=report.jurisdiction,
        subject_kind="report" if result.held else "decision",
        subject_id=report.id if result.held else decision.id,
        reason="review_before" if result.held else "review_beside",
        due_in=due_in,
        # What goes on beside the response is work of the day: nobody is called for it before it is late.
        take_in=TAKE_WITHIN if result.held else max(due_in, TAKE_WITHIN),
        told=result.held,
        detail={
            "decision": str(decision.id),
            "report": str(report.id),
            "reference": report.reference,
            "reviews": [one.id for one in result.reviews],
        },
    )


def settle_outcome(
    session: Session,
    report: Report,
    decision: TrackDecision,
    result: Decision,
    items: Sequence[WorklistItem | None],
) -> None:
    """Dispatched as soon as one recipient has it; waiting only with an item that has an owner."""
    if standing(session, report.id):
        set_outcome(report, decision, "dispatched", result.reason("route").outcome)
    elif not items:
        set_outcome(report, decision, "closed", result.disposition)
    else:
        named = [item for item in items if item is not None]
        if not named:
            raise rosters.EmptyRoster(rosters.coordinators(report.jurisdiction))
        set_outcome(report, decision, "waiting", named[0].kind)


_EVENTS = {"dispatched": "dispatch", "closed": "close", "waiting": "wait"}


def set_outcome(report: Report, decision: TrackDecision, outcome: str, reason: str) -> None:
    """Write the outcome down on the decision and move the report with it; raises IllegalMove."""
    if report.state != outcome:
        report.state = REPORT.next(report.state, _EVENTS[outcome])
        report.version += 1
    decision.outcome, decision.outcome_reason = outcome, reason
