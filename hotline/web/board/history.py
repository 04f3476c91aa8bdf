"""What happened to a report's dispatches, as the audit has it: who did what and when, in words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from hotline.accounts import queries as people
from hotline.audit import queries
from hotline.audit.models import AuditEntry
from hotline.audit.queries import Wanted
from hotline.web.shared.audit_words import ACTIONS, SYSTEM_PARTS
from hotline.web.shared.dispatch_words import ASSIGN, CLOSE, REASSIGN, SETTLE, TAKE_OVER
from hotline.web.shared.language import gettext
from hotline.web.shared.words import DISPOSITIONS, word

LIMIT = 200

_OF_REPORT = frozenset({"report:begun", "report:submitted", "report:decided", "report:closed_by_person"})
"""Of a report's own entries these tell the way of its dispatches; who read it is the auditors' matter."""

_REASONS: Mapping[str, str] = {**ASSIGN, **REASSIGN, **TAKE_OVER, **CLOSE}
_RESOLUTIONS: Mapping[str, str] = {**SETTLE, **DISPOSITIONS}


@dataclass(frozen=True)
class Event:
    """One thing that happened."""

    at: datetime
    who: str
    what: str
    more: str


def history(
    session: Session, report_id: UUID | None, dispatch_ids: Iterable[UUID], item_ids: Iterable[UUID]
) -> Sequence[Event]:
    """The last events of these dispatches and matters and of their report, the newest first."""
    dispatches = [str(each) for each in dispatch_ids]
    subjects = [("dispatch", each) for each in dispatches]
    subjects += [("worklist_item", str(each)) for each in item_ids]
    subjects += [("report", str(report_id))] if report_id else []
    found = queries.entries(session, Wanted(subjects=subjects), limit=LIMIT)
    kept = [entry for entry in found if _tells(entry, dispatches)]
    names = people.names(session, _people(kept))
    return [Event(entry.occurred_at, _who(entry, names), _what(entry), _more(entry, names)) for entry in kept]


def _tells(entry: AuditEntry, dispatches: Sequence[str]) -> bool:
    if entry.subject_kind != "report" or entry.action in _OF_REPORT:
        return True
    return entry.action == "report:opened" and entry.detail.get("dispatch") in dispatches


def _people(entries: Iterable[AuditEntry]) -> set[UUID]:
    texts = [entry.actor_id for entry in entries if entry.actor_kind == "user"]
    texts += [str(entry.detail["person"]) for entry in entries if "person" in entry.detail]
    return {UUID(text) for text in texts}


def _who(entry: AuditEntry, names: Mapping[UUID, str]) -> str:
    if entry.actor_kind == "user":
        return names.get(UUID(entry.actor_id), entry.actor_id)
    return gettext("Hotline itself: %(part)s", part=word(SYSTEM_PARTS, entry.actor_id))


def _what(entry: AuditEntry) -> str:
    return word(ACTIONS, entry.action)


def _more(entry: AuditEntry, names: Mapping[UUID, str]) -> str:
    """The person it was about, and the reason that was given."""
    detail: Mapping[str, Any] = entry.detail
    said = [names.get(UUID(str(detail["person"])), "")] if "person" in detail else []
    if "reason" in detail and entry.action != "report:opened":
        said.append(word(_REASONS, str(detail["reason"])))
    if "resolution" in detail:
        code = str(detail["resolution"]).removeprefix("assigned:").removeprefix("closed:")
        said.append(word({**_REASONS, **_RESOLUTIONS}, code))
    if detail.get("late") is True:
        said.append(gettext("after its time"))
    return " · ".join(filter(None, said))
