"""The public side of a hotline without its pages, and the screeners behind it."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from hotline.accounts.service import SignedIn
from hotline.audit.models import AuditEntry
from hotline.online_reports import service, taking
from hotline.online_reports.models import OnlineReport
from hotline.reports import service as reports
from hotline.reports.models import Report
from hotline.worklist.models import WorklistItem
from tests.support.kern import FORMS, PACKS, VAULT, on_ladder, person
from tests.support.reporter import NAME, NUMBER, STORY

PACK = PACKS.versions("kern")[-1]
ENOUGH = {
    "reporter/name": NAME,
    "reporter/phone": NUMBER,
    "children/1/age": "9",
    "narrative/story": STORY,
}


@dataclass
class Intake:
    """What reporters and screeners do, each in a line."""

    session: Session
    screener: SignedIn
    colleague: SignedIn
    supervisor: SignedIn

    def begins(self) -> service.Begun:
        return service.begin(self.session, VAULT, FORMS, PACK, "education", "es")

    def saves(self, report: OnlineReport, path: str, raw: str | list[str], base: int = 0) -> reports.Answer:
        return service.save(self.session, VAULT, FORMS, PACKS, report.id, path, raw, base)

    def written(self, **more: str) -> OnlineReport:
        """A report that may be sent. `more`: answers by path, `decision__risk` for `decision/risk`."""
        report = self.begins().report
        for path, value in {**ENOUGH, **{key.replace("__", "/"): one for key, one in more.items()}}.items():
            self.saves(report, path, value)
        return report

    def sends(self, report: OnlineReport) -> OnlineReport:
        problems = service.send(self.session, VAULT, FORMS, PACKS, report.id)
        assert not [one for one in problems if one.blocking]
        return report

    def takes(self, report: OnlineReport, by: SignedIn) -> Report:
        return taking.take(self.session, VAULT, FORMS, report.id, by)

    def items(self) -> list[WorklistItem]:
        return list(self.session.scalars(select(WorklistItem).where(WorklistItem.closed_at.is_(None))))


def intake_in(session: Session) -> Intake:
    """People behind the page: two screeners, and a supervisor who is told."""
    supervisor = person(session, "vera", "supervisor")
    on_ladder(session, "supervisors:kern", [supervisor])
    return Intake(session, person(session, "ana", "screener"), person(session, "sam", "screener"), supervisor)


def audit_of(session: Session) -> list[str]:
    """What the audit holds of online reports, in order."""
    rows = session.scalars(
        select(AuditEntry.action).where(AuditEntry.subject_kind == "online_report").order_by(AuditEntry.id)
    )
    return list(rows)
