"""Audit entries for people: names instead of ids wherever there is one, and never a word of a report."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from babel.dates import format_datetime
from sqlalchemy import select
from sqlalchemy.orm import Session

from hotline.accounts import queries as people
from hotline.audit.models import AuditEntry
from hotline.audit.queries import Wanted
from hotline.dispatch.models import Dispatch, TrackDecision
from hotline.partners.models import Organization
from hotline.reports import queries as reports
from hotline.reports.models import Report
from hotline.web.audit.filters import Filters
from hotline.web.shared.audit_words import ACTIONS, SUBJECTS, SYSTEM_PARTS
from hotline.web.shared.language import gettext, language
from hotline.worklist.models import WorklistItem


@dataclass(frozen=True)
class Row:
    """One entry: who did what to which record. `report` is the reference by which its report can be looked up."""

    id: int
    at: datetime
    clock: str
    """`at` to the second, in the zone of the page."""
    who: str
    actor_id: str
    action: str
    code: str
    subject: str
    report: str | None
    detail: Sequence[tuple[str, str]]


def wanted(session: Session, filters: Filters) -> Wanted:
    """The question that `filters` put to the audit."""
    subjects = _about(session, filters.report) if filters.report else None
    return Wanted(
        subjects=subjects,
        actor_id=filters.actor or None,
        action=filters.action or None,
        from_at=filters.from_at,
        until_at=filters.until_at,
    )


def rows(session: Session, entries: Sequence[AuditEntry], zone: str) -> list[Row]:
    """The entries in words, in the language of the request; times in `zone`."""
    actors = people.names(session, _ids(entry.actor_id for entry in entries if entry.actor_kind == "user"))
    labels = _Labels(session, entries)
    return [
        Row(
            id=entry.id,
            at=entry.occurred_at,
            clock=_exact(entry.occurred_at, zone),
            who=_who(entry, actors),
            actor_id=entry.actor_id,
            action=gettext(ACTIONS[entry.action]) if entry.action in ACTIONS else entry.action,
            code=entry.action,
            subject=labels.of(entry),
            report=labels.report_of(entry),
            detail=[(name, _plain(value)) for name, value in entry.detail.items() if value not in ("", None)],
        )
        for entry in entries
    ]


def _about(session: Session, reference: str) -> list[tuple[str, str]]:
    """Everything that belongs to the report of this reference: its call, its vault record, what came of it."""
    report = reports.by_reference(session, reference)
    if report is None:
        return []
    decisions = session.scalars(select(TrackDecision.id).where(TrackDecision.report_id == report.id)).all()
    dispatches = session.scalars(select(Dispatch.id).where(Dispatch.report_id == report.id)).all()
    related = [report.id, *decisions, *dispatches] + ([report.call_id] if report.call_id else [])
    items = session.scalars(
        select(WorklistItem.id).where(WorklistItem.subject_id.in_([str(each) for each in related]))
    ).all()
    found = [("report", report.id), ("vault_record", report.reporter_vault_id)]
    found += [("track_decision", each) for each in decisions]
    found += [("dispatch", each) for each in dispatches]
    found += [("worklist_item", each) for each in items]
    found += [("call", report.call_id)] if report.call_id else []
    return [(kind, str(subject_id)) for kind, subject_id in found]


class _Labels:
    """What people call the records of some entries, asked for kind by kind."""

    def __init__(self, session: Session, entries: Sequence[AuditEntry]) -> None:
        of_kind: dict[str, set[UUID]] = {}
        for entry in entries:
            of_kind.setdefault(entry.subject_kind, set()).update(_ids([entry.subject_id]))
        self._users = people.names(session, of_kind.get("user", ()))
        self._reports: dict[UUID, str] = {
            row.id: row.reference
            for row in session.execute(
                select(Report.id, Report.reference).where(Report.id.in_(of_kind.get("report", ())))
            )
        }
        self._dispatches: dict[UUID, tuple[str, str]] = {
            row.id: (row.reference, row.name)
            for row in session.execute(
                select(Dispatch.id, Report.reference, Organization.name)
                .join(Report, Report.id == Dispatch.report_id)
                .join(Organization, Organization.id == Dispatch.recipient_id)
                .where(Dispatch.id.in_(of_kind.get("dispatch", ())))
            )
        }

    def of(self, entry: AuditEntry) -> str:
        """The record in words."""
        kind = gettext(SUBJECTS[entry.subject_kind]) if entry.subject_kind in SUBJECTS else entry.subject_kind
        for subject_id in _ids([entry.subject_id]):
            if subject_id in self._users:
                return f"{kind}: {self._users[subject_id]}"
            if subject_id in self._reports:
                return f"{kind} {self._reports[subject_id]}"
            if subject_id in self._dispatches:
                reference, recipient = self._dispatches[subject_id]
                return f"{kind} {reference}, {recipient}"
            return f"{kind} {str(subject_id)[:8]}"
        return kind

    def report_of(self, entry: AuditEntry) -> str | None:
        """Reference of the report that the record is, or belongs to."""
        for subject_id in _ids([entry.subject_id]):
            if subject_id in self._dispatches:
                return self._dispatches[subject_id][0]
            return self._reports.get(subject_id)
        return None


def _exact(moment: datetime, zone: str) -> str:
    return format_datetime(moment.astimezone(ZoneInfo(zone)), "y-MM-dd HH:mm:ss", locale=language())


def _who(entry: AuditEntry, names: dict[UUID, str]) -> str:
    if entry.actor_kind == "caller":
        return gettext("A caller")
    if entry.actor_kind == "system":
        part = gettext(SYSTEM_PARTS[entry.actor_id]) if entry.actor_id in SYSTEM_PARTS else entry.actor_id
        return gettext("Hotline itself: %(part)s", part=part)
    return next((names[each] for each in _ids([entry.actor_id]) if each in names), entry.actor_id)


def _plain(value: object) -> str:
    if isinstance(value, list | tuple):
        return ", ".join(_plain(each) for each in value)
    if isinstance(value, bool):
        return gettext("Yes") if value else gettext("No")
    return str(value)


def _ids(texts: Iterable[str]) -> list[UUID]:
    found = []
    for text in texts:
        try:
            found.append(UUID(text))
        except ValueError:
            continue
    return found
