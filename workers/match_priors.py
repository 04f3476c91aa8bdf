"""The job that indexes the people of a report and keeps which earlier reports are likely about them."""

from __future__ import annotations

from hotline.base.errors import NotFound
from hotline.matching import service
from workers.job import Work, job


@job
def match_priors(work: Work) -> None:
    """Once more is harmless: people are written anew, and what a person decided about a report stays."""
    try:
        with work.database.transaction() as session:
            service.index(session, work.vault, work.tools.forms, work.id)
    except NotFound:
        # Expunged since: there is nobody to find.
        return
    with work.database.transaction() as session:
        service.suggest(session, work.vault, work.tools.forms, work.id)
