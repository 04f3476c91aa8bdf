"""Reviews under every order of acts: no mandatory track falls, nobody agrees with themselves, no report is lost."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import settings
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from hypothesis.strategies import integers, sampled_from
from sqlalchemy import select
from sqlalchemy.orm import Session

from hotline.base import clock as base_clock
from hotline.base.errors import HotlineError
from hotline.deadlines import service as deadlines
from hotline.dispatch import queries
from hotline.dispatch.models import TrackDecision
from hotline.dispatch.track import decide_report
from hotline.policy.decision import Decision
from hotline.policy.overrides import allowed, lowers
from hotline.reports import service as reports
from hotline.reports.models import Report
from hotline.reviews import service
from hotline.reviews.models import Review, ReviewAct
from tests.support import kern as county
from tests.support.kern import EMERGENCY, FORMS, PACKS, PATH_1, PATH_2, PATH_3, VAULT

RECEIVED = datetime(2026, 3, 2, 18, 0, tzinfo=UTC)
LAW = PATH_3 | {
    "decision/meets_definition": "no",
    "decision/suspect_is_caregiver": "no",
    "decision/caregiver_protects": "yes",
}
STORIES = (PATH_1, PATH_2, PATH_3 | {"decision/risk": "low"}, EMERGENCY, LAW)
OVERRIDES = {one.id: one for one in PACKS.versions("kern")[-1].rules.overrides}
PEOPLE = sampled_from([0, 1, 2])


class Reviewing(RuleBasedStateMachine):
    """One report, its writer, and three supervisors, of whom the last may come to write. `session` is the test's."""

    session: Session

    @initialize(story=sampled_from(STORIES))
    def begin(self, story: dict[str, str | list[str]]) -> None:
        self.frozen = base_clock.frozen(RECEIVED)
        self.clock = self.frozen.__enter__()
        self.savepoint = self.session.begin_nested()
        self.kern = county.build(self.session)
        self.supervisors = [self.kern.supervisor] + [
            county.person(self.session, name, "supervisor") for name in ("wanda", "xenia")
        ]
        answers = story | {"location/home_town": "Lamont"}
        self.report: Report = county.submitted(self.session, self.kern, answers)
        decide_report(self.session, VAULT, FORMS, PACKS, self.report.id)
        self.ever_sent: set[object] = set()
        self.locked = story is EMERGENCY

    def teardown(self) -> None:
        self.savepoint.rollback()
        self.session.expunge_all()
        self.frozen.__exit__(None, None, None)

    def decision(self) -> TrackDecision:
        found = queries.latest_decision(self.session, self.report.id)
        assert found is not None
        return found

    def review_state(self) -> str:
        found = self.session.get(Review, self.decision().id)
        return found.state if found else "open"

    def attempt(self, act: object, *given: object) -> None:
        """An act as a page does it: all of it, or nothing."""
        inner = self.session.begin_nested()
        try:
            act(*given)  # type: ignore[operator]
        except HotlineError:
            inner.rollback()
            self.session.expire_all()
        else:
            inner.commit()

    @rule(who=PEOPLE)
    def somebody_agrees(self, who: int) -> None:
        self.attempt(service.approve, self.session, VAULT, PACKS, self.decision().id, self.supervisors[who])

    @rule(who=PEOPLE, which=sampled_from(sorted(OVERRIDES)), allowed_one=sampled_from([True, True, False]))
    def somebody_chooses(self, who: int, which: str, allowed_one: bool) -> None:
        me, decision = self.supervisors[who], self.decision()
        offered = allowed(PACKS.versions("kern")[-1], Decision.from_json(decision.result))
        wanted = offered[0].id if allowed_one and offered else which
        self.attempt(service.override, self.session, VAULT, PACKS, decision.id, me, wanted, "Because.")

    @precondition(lambda self: self.review_state() == "proposed")
    @rule(who=PEOPLE, agrees=sampled_from([True, False]))
    def somebody_settles(self, who: int, agrees: bool) -> None:
        me, decision = self.supervisors[who], self.decision().id
        if agrees:
            self.attempt(service.confirm, self.session, VAULT, PACKS, decision, me)
        else:
            self.attempt(service.refuse, self.session, VAULT, PACKS, decision, me, "No.")

    @rule(who=PEOPLE)
    def somebody_asks_back(self, who: int) -> None:
        me = self.supervisors[who]
        self.attempt(service.send_back, self.session, VAULT, PACKS, self.decision().id, me, "Why?")

    @precondition(lambda self: self.report.state == "returned")
    @rule()
    def the_last_supervisor_takes_the_writing(self) -> None:
        self.attempt(service.take_writing, self.session, self.decision().id, self.supervisors[2])

    @precondition(lambda self: self.report.state == "returned")
    @rule()
    def the_writer_submits_again(self) -> None:
        writer = next(
            one for one in (self.kern.screener, *self.supervisors) if one.user_id == self.report.screener_id
        )
        assert reports.submit(self.session, VAULT, FORMS, self.report.id, writer) == []
        decide_report(self.session, VAULT, FORMS, PACKS, self.report.id)

    @rule()
    def the_job_runs_once_more(self) -> None:
        decide_report(self.session, VAULT, FORMS, PACKS, self.report.id)

    @rule(minutes=integers(1, 3000))
    def time_passes(self, minutes: int) -> None:
        self.clock.advance(timedelta(minutes=minutes))

    @invariant()
    def a_mandatory_track_stays(self) -> None:
        if self.locked:
            assert Decision.from_json(self.decision().result).track == "path_3"

    @invariant()
    def the_report_is_somebodys(self) -> None:
        now = base_clock.now()
        found = queries.ledger(self.session, RECEIVED, now + timedelta(seconds=1))
        assert (found.unaccounted, found.undecided) == (0, 0)
        assert found.decided == 1

    @invariant()
    def one_decision_holds(self) -> None:
        every = queries.decisions_of(self.session, self.report.id)
        assert [one.superseded_at is None for one in every].count(True) == 1

    @invariant()
    def what_was_sent_stays_and_nobody_has_it_twice(self) -> None:
        standing = [one.recipient_id for one in queries.standing(self.session, self.report.id)]
        assert len(standing) == len(set(standing))
        assert self.ever_sent <= set(standing)
        self.ever_sent |= set(standing)

    @invariant()
    def every_clock_counts_from_receipt(self) -> None:
        for one in deadlines.of(self.session, "report", self.report.id):
            assert one.started_at == RECEIVED

    @invariant()
    def nobody_agrees_with_their_own(self) -> None:
        acts = self.session.scalars(
            select(ReviewAct).where(ReviewAct.report_id == self.report.id).order_by(ReviewAct.id)
        ).all()
        first: dict[object, object] = {}
        for act in acts:
            if act.act == "proposed":
                first[act.decision_id] = act.person_id
                assert lowers(PACKS.versions("kern")[-1], OVERRIDES[act.override or ""])
            elif act.act == "confirmed" and act.override:
                assert act.person_id != first[act.decision_id]
            if act.act in ("approved", "confirmed", "overridden", "proposed"):
                assert act.person_id != self.kern.screener.user_id


def test_no_order_of_acts_lowers_a_mandatory_track_or_loses_a_report(session: Session) -> None:
    Reviewing.session = session
    run_state_machine_as_test(
        Reviewing, settings=settings(max_examples=8, stateful_step_count=12, deadline=None)
    )
