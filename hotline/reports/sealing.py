"""Sealed reports: who seals one, lifts the seal or opens it says why, in writing that is kept with the report."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from hotline.accounts.models import User
from hotline.accounts.service import SignedIn
from hotline.audit.record import record
from hotline.base import clock
from hotline.base.errors import Conflict, NotFound
from hotline.base.ids import new_id
from hotline.calls import telling
from hotline.reports.access import is_its_screener
from hotline.reports.keys import open_text, seal_text, written
from hotline.reports.models import Report, ReportReason
from hotline.vault.service import Vault

_EMPTY = "Say why, in your own words: it is kept with the report."


@dataclass(frozen=True)
class Reason:
    """Why somebody sealed a report, lifted its seal or opened it. `kind` as `ReportReason.kind`."""

    kind: str
    person: str
    given_at: datetime
    text: str


def seal(session: Session, vault: Vault, report_id: UUID, person: SignedIn, why: str) -> None:
    """Seal the report: from now on only its screener and supervisors open it.

    Raises NotFound for anybody but these, InvalidInput without a reason, Conflict when it is sealed already.
    """
    report = _held(session, report_id, person)
    if report.restriction is not None:
        raise Conflict("This report is sealed already.")
    text = written(why, "why", _EMPTY)
    report.restriction = seal_text(vault, report, "restriction", text)
    report.restricted_by, report.restricted_at = person.user_id, clock.now()
    report.version += 1
    _keep(session, vault, report, person, "sealed", text)
    record(session, person.actor, "report:sealed", "report", report.id)


def unseal(session: Session, vault: Vault, report_id: UUID, person: SignedIn, why: str) -> None:
    """Lift the seal. Raises as `seal`, and Conflict when there is none."""
    report = _held(session, report_id, person)
    if report.restriction is None:
        raise Conflict("This report is not sealed.")
    text = written(why, "why", _EMPTY)
    report.restriction = report.restricted_by = report.restricted_at = None
    report.version += 1
    _keep(session, vault, report, person, "unsealed", text)
    record(session, person.actor, "report:unsealed", "report", report.id)


def give_reason(session: Session, vault: Vault, report_id: UUID, person: SignedIn, why: str) -> None:
    """A supervisor says why they open a sealed report; it opens to them for `access.REASON_HOLDS`.

    Raises NotFound for anybody else and for a report that is not sealed, InvalidInput without a reason.
    """
    report = session.get(Report, report_id)
    if report is None or report.restriction is None or "supervisor" not in person.roles:
        raise NotFound("There is no such report, or it is not yours to see.")
    _keep(session, vault, report, person, "opened", written(why, "why", _EMPTY))
    record(session, person.actor, "report:reason_given", "report", report.id)


def may_seal(session: Session, report: Report, person: SignedIn) -> bool:
    """Whether the person may seal the report and lift its seal."""
    return "supervisor" in person.roles or (
        person.may("reports:write") and is_its_screener(session, report, person)
    )


def reasons(session: Session, vault: Vault, report: Report) -> list[Reason]:
    """Every written reason of an opened report, the newest first. The look at the report is audited."""
    rows = session.execute(
        select(ReportReason, User.name)
        .join(User, User.id == ReportReason.person_id)
        .where(ReportReason.report_id == report.id)
        .order_by(ReportReason.given_at.desc(), ReportReason.id.desc())
    )
    return [
        Reason(row.kind, name, row.given_at, open_text(vault, report, f"reason:{row.id}", row.sealed))
        for row, name in rows
    ]


def whom_to_ask(session: Session, report: Report) -> str:
    """The name of a supervisor who may open the report, now; empty when nobody is in charge."""
    owner = telling.owner_of(session, report.jurisdiction)
    return session.get_one(User, owner).name if owner is not None else ""


def _held(session: Session, report_id: UUID, person: SignedIn) -> Report:
    report = session.get(Report, report_id, with_for_update=True, populate_existing=True)
    if report is None or not may_seal(session, report, person):
        raise NotFound("There is no such report, or it is not yours to seal.")
    return report


def _keep(session: Session, vault: Vault, report: Report, person: SignedIn, kind: str, text: str) -> None:
    reason_id = new_id()
    session.add(
        ReportReason(
            id=reason_id,
            report_id=report.id,
            kind=kind,
            person_id=person.user_id,
            given_at=clock.now(),
            sealed=seal_text(vault, report, f"reason:{reason_id}", text),
        )
    )
    session.flush()
