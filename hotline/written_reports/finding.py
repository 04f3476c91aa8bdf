"""Finding the oral report to which a paper belongs. What is found is only suggested: a person confirms it."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from hotline.reports.models import Report
from hotline.vault.service import Vault
from hotline.written_reports import marks
from hotline.written_reports.models import WrittenReport

_REFERENCE, _PHONE, _NAME, _PART_OF_NAME = 100, 60, 50, 20
MOST = 20


@dataclass(frozen=True)
class Candidate:
    """An oral report that a paper may belong to. `reasons`: codes of what fits. It names nobody."""

    written: WrittenReport
    report: Report
    score: int
    reasons: tuple[str, ...]


def candidates(
    session: Session, vault: Vault, jurisdiction: str, *, reference: str = "", name: str = "", phone: str = ""
) -> list[Candidate]:
    """Written reports that are still awaited and fit what stands on the paper, the best first.

    `name` and `phone` are the sender's; they are compared as keyed hashes, so nothing of the vault is opened. One
    that was waived is found too: it may come after all.
    """
    of_name, of_phone = marks.of_name(vault, name), marks.of_phone(vault, phone)
    said = reference.strip().upper()
    asked = []
    if said:
        asked.append(Report.reference == said)
    if of_name or of_phone:
        asked.append(WrittenReport.marks.overlap([*of_name, *of_phone]))
    if not asked:
        return []
    rows = session.execute(
        select(WrittenReport, Report)
        .join(Report, Report.id == WrittenReport.report_id)
        .where(
            WrittenReport.jurisdiction == jurisdiction,
            WrittenReport.state.in_(("due", "waived")),
            or_(*asked),
        )
        .order_by(WrittenReport.due_at.desc())
        .limit(500)
    )
    found = [_judged(written, report, said, of_name, of_phone) for written, report in rows]
    return sorted(found, key=lambda one: (-one.score, one.written.due_at, one.report.reference))[:MOST]


def awaited_of(session: Session, report_ids: list[UUID]) -> dict[UUID, WrittenReport]:
    """For each of these reports the written report that is still awaited, where there is one."""
    rows = session.scalars(
        select(WrittenReport)
        .where(WrittenReport.report_id.in_(report_ids), WrittenReport.state.in_(("due", "waived")))
        .order_by(WrittenReport.due_at.desc())
    )
    return {row.report_id: row for row in rows}


def _judged(
    written: WrittenReport, report: Report, reference: str, of_name: list[str], of_phone: list[str]
) -> Candidate:
    score, known = 0, set(written.marks)
    reasons: list[str] = []
    if reference and report.reference == reference:
        score += _REFERENCE
        reasons.append("reference")
    if known & set(of_phone):
        score += _PHONE
        reasons.append("reporter_phone")
    common = known & set(of_name)
    if len(common) >= 2:
        score += _NAME
        reasons.append("reporter_name")
    elif common:
        score += _PART_OF_NAME
        reasons.append("part_of_reporter_name")
    return Candidate(written, report, score, tuple(reasons))
