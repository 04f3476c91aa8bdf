"""What the sweep does about papers: nobody lacks an owner, and no written report stays away unnoticed."""

from __future__ import annotations

from sqlalchemy.orm import Session

from hotline.written_reports import papers, service


def sweep(session: Session) -> None:
    """Papers that nobody was told of or that lie about, and written reports that have not come. Harmless twice."""
    papers.note_untold(session)
    papers.note_left_lying(session)
    service.note_overdue(session)
