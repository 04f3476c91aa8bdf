"""A report as its screener works on it: begun, judged by the rules so far, and as decided."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from hotline.dispatch.queries import dispatches_of, latest_decision
from hotline.dispatch.track import preview
from hotline.geography.locate import Placement
from hotline.matching.facts import rule_facts, with_priors
from hotline.partners.queries import organization
from hotline.policy.decision import Decision
from hotline.policy.model import Pack
from hotline.reports import service as reports
from hotline.reports.models import Report
from hotline.web.shared.begin import begin as begin
from hotline.web.shared.core import core
from screening_forms.conditions import shown_answers


def pack_of(report: Report) -> Pack:
    """The rules that were in force when the report was received."""
    return core().packs.in_force(report.jurisdiction, report.received_at)


@dataclass(frozen=True)
class Judged:
    """A draft as the rules see it: what they say, where it would go, and the shown answers without the reporter's."""

    decision: Decision
    placement: Placement
    shown: Mapping[str, Any]


def so_far(session: Session, report: Report) -> Judged:
    """What the rules say of the answers that are there, and where the report would go."""
    parts, pack = core(), pack_of(report)
    on = report.received_at.astimezone(pack.rules.calendar.zone).date()
    facts, answers = reports.facts_and_answers(session, parts.vault, parts.forms, report, on)
    shown = shown_answers(reports.form_of(parts.forms, report), answers)
    given = with_priors(facts, rule_facts(session, parts.vault, report.id), pack)
    return Judged(*preview(session, pack, report, shown, given), shown)


def decided(session: Session, report: Report) -> tuple[Decision, Placement] | None:
    """What was decided on a submitted report, and its place; None until a worker has done so."""
    row = latest_decision(session, report.id)
    return None if row is None else (Decision.from_json(row.result), Placement.from_json(row.placement))


@dataclass(frozen=True)
class Recipient:
    """Who was sent a report, how far it has come there (a state of `dispatch.states`) and when it was acknowledged."""

    name: str
    state: str
    acknowledged_at: datetime | None


def recipients(session: Session, report: Report) -> list[Recipient]:
    """Everybody who has the report or is being told of it: the screener sees what became of the call."""
    return [
        Recipient(organization(session, one.recipient_id).name, one.state, one.acknowledged_at)
        for one in dispatches_of(session, report.id)
        if one.state != "withdrawn"
    ]
