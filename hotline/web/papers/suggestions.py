"""To which call a paper may belong: by what stands on it about its sender, and by a child's name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from hotline.audit.record import record
from hotline.matching import service as matching
from hotline.reports.models import Report
from hotline.web.shared.core import core, person
from hotline.written_reports import finding
from hotline.written_reports.finding import MOST, Candidate

_ALIKE_FROM = 40
"""From which score of the search for people a child counts as alike."""

_ASKED_OF_PEOPLE = 50
_WEIGHT_OF_A_CHILD = 0.5


@dataclass(frozen=True)
class Asked:
    """What somebody read on a paper. Nothing of it is kept."""

    reference: str = ""
    reporter: str = ""
    phone: str = ""
    child: str = ""
    birth: str = ""

    def said(self) -> list[str]:
        """Which of these were filled in."""
        return [name for name, value in vars(self).items() if value.strip()]


def suggestions(session: Session, paper_id: UUID, jurisdiction: str, asked: Asked) -> list[Candidate]:
    """The calls whose written report may be this paper, the best first.

    The search is audited with what was looked for by, never with whom: asking who has called is itself a look.
    """
    found = {
        one.written.id: one
        for one in finding.candidates(
            session,
            core().vault,
            jurisdiction,
            reference=asked.reference,
            name=asked.reporter,
            phone=asked.phone,
        )
    }
    for written_id, one in _by_child(session, jurisdiction, asked).items():
        known = found.get(written_id)
        found[written_id] = (
            one
            if known is None
            else replace(known, score=known.score + one.score, reasons=(*known.reasons, *one.reasons))
        )
    best = sorted(found.values(), key=lambda one: (-one.score, one.written.due_at, one.report.reference))
    detail: dict[str, Any] = {"by": asked.said(), "found": len(best[:MOST])}
    record(session, person().actor, "paper:searched", "paper", paper_id, detail)
    return best[:MOST]


def _by_child(session: Session, jurisdiction: str, asked: Asked) -> dict[UUID, Candidate]:
    """The awaited written reports of calls about a child of that name."""
    if not asked.child.strip():
        return {}
    query = matching.Query(names=asked.child, birth=asked.birth)
    alike: dict[UUID, int] = {}
    for one in matching.candidates(session, query, limit=_ASKED_OF_PEOPLE):
        if one.score >= _ALIKE_FROM:
            alike[one.report_id] = max(alike.get(one.report_id, 0), one.score)
    awaited = finding.awaited_of(session, list(alike))
    reports: Sequence[Report] = [session.get_one(Report, report_id) for report_id in awaited]
    return {
        awaited[report.id].id: Candidate(
            awaited[report.id], report, int(alike[report.id] * _WEIGHT_OF_A_CHILD), ("child",)
        )
        for report in reports
        if report.jurisdiction == jurisdiction
    }
