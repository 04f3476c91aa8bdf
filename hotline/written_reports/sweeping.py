"""What the sweep does about papers: nobody lacks an owner, and no written report stays away unnoticed."""

from __future__ import annotations

from sqlalchemy.orm import Session

from hotline.written_reports import papers, service


def sweep(session: Session) -> None:
    """Papers for which nobody could be told, and written reports that have not come. Harmless any number of times."""
    papers.note_untold(session)
    service.note_overdue(session)
