"""Beginning a report, from whichever screen."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from hotline.reports import service as reports
from hotline.reports.models import Report
from hotline.web.shared.core import core, person


def begin(
    session: Session,
    jurisdiction: str,
    received_at: datetime,
    call_id: UUID | None,
    channel: str = "telephone",
    report_id: UUID | None = None,
) -> Report:
    """Begin a report on the form that the rules in force ask for. `channel` is a word of `reports.states.CHANNELS`.

    `report_id`: see `reports.service.begun`.
    """
    return reports.begin(
        session,
        core().vault,
        core().forms,
        person(),
        jurisdiction=jurisdiction,
        form_id=core().packs.in_force(jurisdiction, received_at).head.form,
        received_at=received_at,
        call_id=call_id,
        channel=channel,
        report_id=report_id,
    )
