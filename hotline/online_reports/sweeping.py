"""What the sweep does about online reports: lets old drafts go, tells again of sent ones, ends their matters."""

from __future__ import annotations

from sqlalchemy import ColumnElement, Text, and_, cast, exists, select
from sqlalchemy.orm import Session

from hotline.audit.record import Actor
from hotline.base import clock
from hotline.online_reports import limits, matters
from hotline.online_reports.models import OnlineReport
from hotline.online_reports.service import expire, pack_of
from hotline.policy.loader import Shelf as PackShelf
from hotline.reports.models import Report
from hotline.reports.states import WRITABLE
from hotline.vault.service import Vault
from hotline.worklist import service as worklist
from hotline.worklist.models import WorklistItem

_ACTOR = Actor.system("online_reports")
_MOST = 100


def sweep(session: Session, vault: Vault, packs: PackShelf) -> None:
    """One round. Harmless any number of times."""
    _expire_old(session, vault)
    _tell_of_untold(session, packs)
    _end_matters(session)
    limits.forget_old(session)


def _expire_old(session: Session, vault: Vault) -> None:
    old = (
        select(OnlineReport)
        .where(OnlineReport.state == "writing", OnlineReport.expires_at <= clock.now())
        .limit(_MOST)
        .with_for_update(skip_locked=True)
    )
    for report in session.scalars(old).all():
        expire(session, vault, report, "too_old")


def _tell_of_untold(session: Session, packs: PackShelf) -> None:
    """A roster may have been empty when it was sent: nobody could be told then."""
    untold = (
        select(OnlineReport)
        .where(OnlineReport.state == "sent", ~exists().where(_is_open_matter()))
        .limit(_MOST)
        .with_for_update(skip_locked=True)
    )
    for report in session.scalars(untold).all():
        online = pack_of(packs, report).rules.online
        if online is not None:
            matters.open_for(session, report, online)


def _end_matters(session: Session) -> None:
    """The matter ends when the report that came of it is handed in, or ended as none."""
    handed_in = (
        select(OnlineReport)
        .join(Report, Report.id == OnlineReport.report_id)
        .where(Report.state.not_in(WRITABLE), exists().where(_is_open_matter()))
        .limit(_MOST)
    )
    for report in session.scalars(handed_in).all():
        worklist.close_for(session, matters.kind_of(report), report.id, _ACTOR, "report_submitted")


def _is_open_matter() -> ColumnElement[bool]:
    return and_(
        WorklistItem.subject_id == cast(OnlineReport.id, Text),
        WorklistItem.kind.in_((matters.SENT, matters.DANGER)),
        WorklistItem.closed_at.is_(None),
    )
