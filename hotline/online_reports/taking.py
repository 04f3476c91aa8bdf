"""A screener takes up an online report: it becomes a report like any other, from the moment at which it was sent."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from hotline.accounts.service import SignedIn
from hotline.audit.record import Actor, record
from hotline.base import clock
from hotline.base.errors import Conflict, NotFound
from hotline.online_reports import content, matters
from hotline.online_reports.models import OnlineReport
from hotline.online_reports.states import ONLINE
from hotline.reports import service as reports
from hotline.reports.models import Report
from hotline.vault.service import Vault
from hotline.worklist import service as worklist
from hotline.worklist.models import WorklistItem
from screening_forms.loader import Shelf as FormShelf

_ACTOR = Actor.system("online_reports")


class TakenAlready(Conflict):
    """Another screener was faster."""

    def __init__(self) -> None:
        super().__init__("Somebody else has taken this online report already.")


def take(session: Session, vault: Vault, forms: FormShelf, online_id: UUID, person: SignedIn) -> Report:
    """Begin the person's draft from what was sent; the same draft again for whoever took it before.

    Every answer is copied, the reporter's identity into the report's own vault record; the writing itself is then
    destroyed, so that nothing of the reporter is kept twice. The matter stays with the person until the report is
    handed in. Raises TakenAlready and NotFound.
    """
    online = session.get(OnlineReport, online_id, with_for_update=True, populate_existing=True)
    if online is None or online.state not in ("sent", "taken") or online.sent_at is None:
        raise NotFound("There is no such online report.")
    if online.report_id is not None:
        if online.taken_by != person.user_id:
            raise TakenAlready
        return session.get_one(Report, online.report_id)
    report = reports.begin(
        session,
        vault,
        forms,
        person,
        jurisdiction=online.jurisdiction,
        form_id=online.form_id,
        form_version=online.form_version,
        received_at=online.sent_at,
        channel="online",
    )
    for path, value in content.values(session, vault, online.vault_id).items():
        reports.save(session, vault, forms, report.id, path, value, person, 0)
    online.state = ONLINE.next(online.state, "take")
    online.taken_at, online.taken_by, online.report_id = clock.now(), person.user_id, report.id
    online.session_hash = None
    vault.destroy(session, online.vault_id, _ACTOR, "online_report_taken")
    record(session, person.actor, "online:taken", "online_report", online.id, {"report": str(report.id)})
    _give_matter(session, online, person)
    session.flush()
    return report


def _give_matter(session: Session, online: OnlineReport, person: SignedIn) -> None:
    item_id = session.scalar(
        select(WorklistItem.id).where(
            WorklistItem.kind == matters.kind_of(online),
            WorklistItem.subject_id == str(online.id),
            WorklistItem.closed_at.is_(None),
        )
    )
    if item_id is not None:
        worklist.take(session, item_id, person.user_id)
