"""The pages of reviews, from what the core knows to what the templates show."""

from __future__ import annotations

from uuid import UUID

from flask import render_template, request, url_for
from markupsafe import Markup
from sqlalchemy import select
from sqlalchemy.orm import Session

from hotline.accounts.models import User
from hotline.accounts.service import SignedIn
from hotline.base.errors import NotFound
from hotline.dispatch.models import TrackDecision
from hotline.dispatch.packet import parts
from hotline.dispatch.queries import latest_decision, standing
from hotline.geography.locate import Placement
from hotline.partners.queries import organization
from hotline.policy.decision import Decision
from hotline.policy.explain import explain
from hotline.policy.model import Override, Pack
from hotline.policy.overrides import allowed, lowers
from hotline.reports import access
from hotline.reports.models import Report
from hotline.reports.service import form_of, without_reporter
from hotline.reviews import queries
from hotline.web.reviews import words
from hotline.web.shared import packs
from hotline.web.shared import words as shared_words
from hotline.web.shared.core import core, person, transaction
from hotline.web.shared.dispatch_words import DISPATCH_STATES
from hotline.web.shared.language import gettext, language
from hotline.worklist.models import WorklistItem


def window() -> str:
    """What waits for a supervisor."""
    code = packs.jurisdiction()
    return render_template(
        "reviews/window.html",
        rows=rows(),
        jurisdiction=code,
        jurisdictions=[
            (one, packs.current(one).head.name.in_(language())) for one in core().packs.jurisdictions()
        ],
        done=_done(),
    )


def rows() -> Markup:
    """The part of the list that refreshes itself."""
    code = packs.jurisdiction()
    with transaction() as session:
        found = queries.waiting(session, code)
    return Markup(
        render_template(
            "reviews/rows.html", rows=found, zone=packs.zone(code), words=words, shared=shared_words
        )
    )


def page(report_id: UUID, problem: str | None = None) -> str:
    """One decision: the report without its reporter, the reasons, and what can be done. The look is audited."""
    me = person()
    with transaction() as session:
        report = access.open_report(session, report_id, me, reason="review")
        decision = latest_decision(session, report.id)
        if decision is None:
            raise NotFound("The rules have not decided this report yet. Try again in a moment.")
        result, pack = Decision.from_json(decision.result), packs.of_decision(decision)
        review = queries.review_of(session, decision.id)
        form = form_of(core().forms, report)
        return render_template(
            "reviews/review.html",
            report=report,
            decision=decision,
            result=result,
            said=explain(result, language(), pack),
            place=Placement.from_json(decision.placement),
            review=review,
            acts=queries.said(session, core().vault, report),
            parts=parts(form, without_reporter(session, core().vault, report), office=True),
            writer=session.get_one(User, report.screener_id).name,
            sent=[
                (organization(session, one.recipient_id).name, one.state)
                for one in standing(session, report.id)
            ],
            item=_item(session, report, decision),
            may=_may(report, decision, result, review.state if review else "open", me, pack),
            proposed=_override(pack, review.proposed if review else None),
            names={one.id: one.sentence.in_(language()) for one in pack.rules.overrides},
            tracks={code: one.name.in_(language()) for code, one in pack.rules.tracks.items()},
            zone=result.time_zone,
            problem=problem,
            typed=request.form if problem else {},
            done=_done(),
            states=DISPATCH_STATES,
            words=words,
            shared=shared_words,
        )


def _may(
    report: Report, decision: TrackDecision, result: Decision, state: str, me: SignedIn, pack: Pack
) -> dict[str, object]:
    """Which acts the page offers. The core decides again: a page may be old."""
    here = report.state not in ("submitted", "returned")
    own = report.screener_id == me.user_id
    return {
        "here": here,
        "own": own,
        "approve": here and not own and bool(result.reviews) and state in ("open", "half"),
        "settle": here and not own and state == "proposed",
        "locked": not allowed(pack, result),
        "overrides": [
            (one, lowers(pack, one) or one.second_person)
            for one in allowed(pack, result)
            if here and not own and (state != "proposed" or not lowers(pack, one))
        ],
        "board": decision.outcome == "waiting" and result.needs_person,
    }


def _override(pack: Pack, override_id: str | None) -> Override | None:
    return next((one for one in pack.rules.overrides if one.id == override_id), None)


def _item(session: Session, report: Report, decision: TrackDecision) -> WorklistItem | None:
    """The open matter that brought the report onto the list."""
    return session.scalar(
        select(WorklistItem)
        .where(
            WorklistItem.subject_id.in_((str(report.id), str(decision.id))),
            WorklistItem.kind.in_(queries.KINDS),
            WorklistItem.closed_at.is_(None),
        )
        .order_by(WorklistItem.due_at)
        .limit(1)
    )


def _done() -> str | None:
    code = request.args.get("done", "")
    return gettext(words.DONE[code]) if code in words.DONE else None


def address(report_id: UUID, done: str) -> str:
    """The page of a report after an act."""
    return url_for("reviews.page", report_id=report_id, done=done)
