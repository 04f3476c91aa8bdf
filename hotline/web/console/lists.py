"""The screener's own lists: what they still have to do, by its clock, and what became of what they handed in."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from hotline.dispatch.track import decision_due
from hotline.policy.decision import Decision
from hotline.reports import collaterals, queries
from hotline.reports.collaterals import Awaited
from hotline.reports.models import Report
from hotline.reports.states import RETURNED
from hotline.reviews import queries as reviews
from hotline.reviews.queries import Said
from hotline.web.console import drafts
from hotline.web.shared.core import core, person


@dataclass(frozen=True)
class Unfinished:
    """A draft, or a returned report with the supervisor's question. `due`: when its clock ends; None: none runs yet.

    `at_once`: what was said so far allows no time at all.
    """

    report: Report
    due: datetime | None
    at_once: bool
    question: Said | None


@dataclass(frozen=True)
class Outcome:
    """What became of a report. `decision` is None until the rules have decided it."""

    report: Report
    decision: Decision | None
    recipients: Sequence[drafts.Recipient]


@dataclass(frozen=True)
class Lists:
    """Everything that the console shows to its screener between two calls."""

    returned: Sequence[Unfinished]
    drafts: Sequence[Unfinished]
    awaited: Sequence[tuple[Report, Awaited]]
    outcomes: Sequence[Outcome]


def own(session: Session) -> Lists:
    """The lists of whoever is signed in. Only their own reports, so that no look at one is recorded."""
    me = person().user_id
    unfinished, submitted = queries.unfinished_of(session, me), queries.submitted_by(session, me)
    returned = [one for one in unfinished if one.state == "returned"]
    begun = [one for one in unfinished if one.state == "draft"]
    by_id = {one.id: one for one in (*unfinished, *submitted)}
    answer_by = reviews.due_of_items(session, RETURNED, [one.id for one in returned])
    return Lists(
        returned=_sorted(
            Unfinished(one, answer_by.get(one.id), False, reviews.question(session, core().vault, one))
            for one in returned
        ),
        drafts=_sorted(draft(session, one) for one in begun),
        awaited=[
            (by_id[one.report_id], one)
            for one in collaterals.awaited_by(session, core().vault, list(by_id.values()))
        ],
        outcomes=[outcome(session, one) for one in submitted],
    )


def draft(session: Session, report: Report) -> Unfinished:
    """A draft with its clock, as the answers so far set it."""
    result = drafts.so_far(session, report).decision
    due = decision_due(session, drafts.pack_of(report), report, result)
    return Unfinished(report, due, due == report.received_at, None)


def outcome(session: Session, report: Report) -> Outcome:
    """What became of a report that was handed in."""
    judged = drafts.decided(session, report)
    return Outcome(report, judged[0] if judged else None, drafts.recipients(session, report))


def _sorted(found: Iterable[Unfinished]) -> list[Unfinished]:
    return sorted(
        found, key=lambda one: (one.due is None, one.due or one.report.received_at, one.report.reference)
    )
