"""The job that decides a submitted report and hands it on."""

from __future__ import annotations

from hotline.dispatch.track import decide_report
from workers.job import Work, job


@job
def assign_track(work: Work) -> None:
    """Decide the report once: a second run finds the decision and changes nothing."""
    with work.database.transaction() as session:
        decide_report(session, work.vault, work.tools.forms, work.tools.packs, work.id)
