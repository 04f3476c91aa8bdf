"""The worklist's part of an online report: an owner and a clock until its report is handed in."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy.orm import Session

from hotline.calls.telling import open_for_supervisors
from hotline.online_reports.models import OnlineReport
from hotline.policy.online import Online
from hotline.worklist.models import WorklistItem

SENT, DANGER = "online_report", "online_danger"
"""Kinds of matter. Danger is a kind of its own, so that no crowd of others delays the telling of it."""


def kind_of(report: OnlineReport) -> str:
    """The kind of its matter."""
    return DANGER if report.danger else SENT


def open_for(session: Session, report: OnlineReport, online: Online) -> WorklistItem | None:
    """Open the matter of a report that was sent: a named person is told at once. Twice is once."""
    minutes = online.take_danger_within_minutes if report.danger else online.take_within_minutes
    return open_for_supervisors(
        session,
        kind=kind_of(report),
        jurisdiction=report.jurisdiction,
        subject_kind="online_report",
        subject_id=report.id,
        reason="online_report_in_danger" if report.danger else "online_report_sent",
        due_in=timedelta(minutes=minutes),
        detail={"reference": report.confirmation, "language": report.language},
    )
