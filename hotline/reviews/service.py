"""What supervisors do with decisions. Every act is audited; its words are sealed with the report.

Nobody reviews what they wrote, and where two people have to agree they are two people. A mandatory track is locked.
Whatever is done, no clock restarts and nothing that was sent is taken back.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from hotline.accounts.service import SignedIn, require
from hotline.audit.record import record
from hotline.base import clock
from hotline.base.errors import Conflict, NotFound, NotPermitted
from hotline.base.ids import new_id
from hotline.dispatch.assign import assign
from hotline.dispatch.models import TrackDecision
from hotline.dispatch.queries import latest_decision, standing
from hotline.dispatch.sending import close_matters, close_reviews, open_for_people
from hotline.dispatch.states import REVIEW_OWED
from hotline.dispatch.track import put_down
from hotline.geography.locate import Placement
from hotline.policy.decide import decide
from hotline.policy.decision import Decision
from hotline.policy.loader import Shelf
from hotline.policy.model import Override, Pack
from hotline.policy.overrides import allowed, lowers
from hotline.policy.words import Words
from hotline.reports import access
from hotline.reports.keys import seal_text, written
from hotline.reports.models import Report
from hotline.reports.states import REPORT, RETURNED
from hotline.reviews.models import Review, ReviewAct
from hotline.reviews.states import REVIEW
from hotline.rosters import service as rosters
from hotline.vault.service import Vault
from hotline.worklist import service as worklist
from hotline.worklist.models import WorklistItem

ANSWER_WITHIN = timedelta(minutes=30)
"""The writer of a returned report has at least so long before it counts as late; its clocks do not wait."""

SECOND_WITHIN = timedelta(hours=1)
"""By when a second person should have looked at a lesser track that somebody proposed."""


class TrackLocked(Conflict):
    """No override of the pack leads from the decision to where the person wants it; `sentence` is the rule's."""

    def __init__(self, sentence: Words) -> None:
        super().__init__(f"This track is mandatory: {sentence.en}")
        self.sentence = sentence


@dataclass(frozen=True)
class Case:
    """A decision under review, its report's row locked."""

    report: Report
    decision: TrackDecision
    result: Decision
    pack: Pack
    review: Review


def approve(
    session: Session, vault: Vault, packs: Shelf, decision_id: UUID, person: SignedIn, note: str = ""
) -> str:
    """Agree to the decision; the state of its review. With the last agreement a held decision takes effect.

    Raises NotPermitted for whoever wrote the report or was the first of the two, Conflict when the rules decided
    nothing that could be agreed to, when the decision has moved on, or was agreed to before.
    """
    case = _case(session, packs, decision_id, person)
    _not_the_writer(case.report, person)
    if not case.result.reviews:
        raise Conflict("No review of this decision is owed.")
    first = case.review.state == "open" and any(one.second_person for one in case.result.reviews)
    if case.review.state == "half":
        _another(case.review, person)
    case.review.state = REVIEW.next(case.review.state, "approve_first" if first else "approve")
    if first:
        case.review.first_by = person.user_id
    _act(session, vault, case, person, "approved" if first or not case.review.first_by else "confirmed", note)
    if not first:
        close_reviews(session, case.decision, person.actor, "review_approved")
        if case.result.held and case.decision.outcome == "waiting":
            assign(
                session, case.pack, case.report, case.decision, case.result, _placement(case), reviewed=True
            )
    return case.review.state


def send_back(
    session: Session, vault: Vault, packs: Shelf, decision_id: UUID, person: SignedIn, question: str
) -> None:
    """Return the report to its writer with a question. It stands on their list until they submit it again.

    Raises InvalidInput without a question, Conflict when it has moved on.
    """
    text = written(question, "question", "Write what the writer is to find out or correct.")
    case = _case(session, packs, decision_id, person)
    report = case.report
    report.state = REPORT.next(report.state, "return")
    report.version += 1
    case.review.state = REVIEW.next(case.review.state, "return")
    if not standing(session, report.id):
        case.decision.outcome, case.decision.outcome_reason = "waiting", RETURNED
    _act(session, vault, case, person, "returned", text)
    close_matters(session, case.decision, person.actor, "report_returned")
    ends = [at for at in (case.result.decision_due, case.result.review_due) if at is not None]
    due_in = max(min(ends) - clock.now(), ANSWER_WITHIN) if ends else ANSWER_WITHIN
    worklist.open_item(
        session,
        kind=RETURNED,
        jurisdiction=report.jurisdiction,
        subject_kind="report",
        subject_id=report.id,
        team=rosters.supervisors(report.jurisdiction),
        reason="question_open",
        due_in=due_in,
        # It is the writer's until it is late; then the supervisors' ladder is told.
        take_in=due_in,
        detail={"reference": report.reference, "decision": str(case.decision.id), "report": str(report.id)},
        owner_id=report.screener_id,
    )


def override(
    session: Session,
    vault: Vault,
    packs: Shelf,
    decision_id: UUID,
    person: SignedIn,
    override_id: str,
    reason: str,
) -> str:
    """Choose another track of the pack; the state of the review: `overridden`, or `proposed` for a lesser response.

    A more urgent one holds at once. A lesser one waits for a second person. Raises TrackLocked when the track is
    mandatory, InvalidInput without a reason, NotPermitted for whoever wrote the report.
    """
    text = written(reason, "reason", "Say why, in your own words: it is kept with the report.")
    case = _case(session, packs, decision_id, person)
    _not_the_writer(case.report, person)
    chosen = _chosen(case, override_id)
    second = chosen.second_person or lowers(case.pack, chosen)
    case.review.state = REVIEW.next(case.review.state, "propose" if second else "override")
    _act(session, vault, case, person, "proposed" if second else "overridden", text, chosen)
    if second:
        case.review.proposed, case.review.first_by = chosen.id, person.user_id
        _ask_second(session, case)
    else:
        _apply(session, case, chosen, person)
    return case.review.state


def confirm(session: Session, vault: Vault, packs: Shelf, decision_id: UUID, person: SignedIn) -> None:
    """A second person agrees to the lesser track that the first proposed.

    Raises NotPermitted for the first and for whoever wrote the report, Conflict when nothing is proposed, TrackLocked
    when the pack no longer allows it.
    """
    case = _case(session, packs, decision_id, person)
    _not_the_writer(case.report, person)
    _another(case.review, person)
    proposed = case.review.proposed or ""
    case.review.state = REVIEW.next(case.review.state, "confirm")
    chosen = _chosen(case, proposed)
    _act(session, vault, case, person, "confirmed", "", chosen)
    _apply(session, case, chosen, person)


def refuse(
    session: Session, vault: Vault, packs: Shelf, decision_id: UUID, person: SignedIn, reason: str
) -> None:
    """The proposed lesser track is not taken: the decision stays as it is. Whoever proposed it may take it back."""
    text = written(reason, "reason", "Say why, in your own words: it is kept with the report.")
    case = _case(session, packs, decision_id, person)
    case.review.state = REVIEW.next(case.review.state, "refuse")
    case.review.proposed = case.review.first_by = None
    _act(session, vault, case, person, "refused", text)
    if not case.result.reviews:
        close_reviews(session, case.decision, person.actor, "review_refused")


def take_writing(session: Session, decision_id: UUID, person: SignedIn) -> None:
    """Write on a returned report in the place of a writer who is away. Whoever does so can't review it afterwards.

    Raises Conflict when the report is not returned any more.
    """
    require(person, "reviews:decide")
    require(person, "reports:write")
    review = session.get(Review, decision_id, with_for_update=True)
    if review is None:
        raise NotFound("There is no such decision.")
    access.open_report(session, review.report_id, person, reason="review")
    report = session.get_one(Report, review.report_id, with_for_update=True, populate_existing=True)
    if report.state != "returned":
        raise Conflict("This report has moved on since the page was shown. Reload it.")
    review.state = REVIEW.next(review.state, "take")
    before, report.screener_id = report.screener_id, person.user_id
    report.version += 1
    item = session.scalars(
        select(WorklistItem).where(
            WorklistItem.kind == RETURNED,
            WorklistItem.subject_id == str(report.id),
            WorklistItem.closed_at.is_(None),
        )
    ).one()
    worklist.take(session, item.id, person.user_id)
    session.add(
        ReviewAct(
            id=new_id(),
            report_id=report.id,
            decision_id=decision_id,
            act="taken",
            person_id=person.user_id,
            done_at=clock.now(),
        )
    )
    detail = {"decision": str(decision_id), "instead_of": str(before)}
    record(session, person.actor, "review:taken", "report", report.id, detail)


def _case(session: Session, packs: Shelf, decision_id: UUID, person: SignedIn) -> Case:
    """The decision that the person saw, if it still holds. The look at the report is audited."""
    require(person, "reviews:decide")
    seen = session.get(TrackDecision, decision_id)
    if seen is None:
        raise NotFound("There is no such decision.")
    access.open_report(session, seen.report_id, person, reason="review")
    report = session.get_one(Report, seen.report_id, with_for_update=True, populate_existing=True)
    holding = latest_decision(session, report.id)
    if holding is None or holding.id != decision_id or report.state in ("submitted", "returned"):
        raise Conflict("This report has moved on since the page was shown. Reload it.")
    review = session.get(Review, decision_id)
    if review is None:
        review = Review(decision_id=decision_id, report_id=report.id, state="open", version=0)
        session.add(review)
    review.version += 1
    result = Decision.from_json(holding.result)
    return Case(report, holding, result, packs.get(report.jurisdiction, holding.pack_version), review)


def _chosen(case: Case, override_id: str) -> Override:
    for one in allowed(case.pack, case.result):
        if one.id == override_id:
            return one
    raise TrackLocked(case.result.reason("track").sentence)


def _apply(session: Session, case: Case, chosen: Override, person: SignedIn) -> None:
    result = decide(case.pack, case.result.facts, case.report.received_at, chosen)
    put_down(session, case.pack, case.report, result, _placement(case), person.actor, reviewed=True)


def _ask_second(session: Session, case: Case) -> None:
    """A lesser track that somebody proposed waits for another supervisor, beside whatever review is owed."""
    if case.result.held and case.decision.outcome == "waiting":
        return  # the report waits on their list already
    open_for_people(
        session,
        (rosters.supervisors(case.report.jurisdiction), rosters.coordinators(case.report.jurisdiction)),
        kind=REVIEW_OWED,
        jurisdiction=case.report.jurisdiction,
        subject_kind="decision",
        subject_id=case.decision.id,
        reason="second_person",
        due_in=SECOND_WITHIN,
        detail={
            "decision": str(case.decision.id),
            "report": str(case.report.id),
            "reference": case.report.reference,
            "reviews": [],
        },
    )


def _placement(case: Case) -> Placement:
    return Placement.from_json(case.decision.placement)


def _not_the_writer(report: Report, person: SignedIn) -> None:
    if person.user_id == report.screener_id:
        raise NotPermitted("You wrote this report: another supervisor has to review it.")


def _another(review: Review, person: SignedIn) -> None:
    if person.user_id == review.first_by:
        raise NotPermitted("A second person has to agree: you were the first.")


def _act(
    session: Session,
    vault: Vault,
    case: Case,
    person: SignedIn,
    act: str,
    text: str,
    chosen: Override | None = None,
) -> None:
    act_id = new_id()
    session.add(
        ReviewAct(
            id=act_id,
            report_id=case.report.id,
            decision_id=case.decision.id,
            act=act,
            person_id=person.user_id,
            done_at=clock.now(),
            override=chosen.id if chosen else None,
            sealed=seal_text(vault, case.report, f"review:{act_id}", text) if text.strip() else None,
        )
    )
    session.flush()
    detail = {"decision": str(case.decision.id)} | ({"override": chosen.id} if chosen else {})
    record(session, person.actor, f"review:{act}", "report", case.report.id, detail)
