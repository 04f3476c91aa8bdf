"""A dispatch under every order of events: one row, one acknowledgement, never forgotten."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import settings
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from hypothesis.strategies import integers, sampled_from
from sqlalchemy import select
from sqlalchemy.orm import Session

from hotline.base import clock as base_clock
from hotline.base.errors import Conflict, InvalidInput, NotFound
from hotline.deadlines.models import Deadline
from hotline.dispatch import escalation, queries, service
from hotline.dispatch.models import Delivery, Dispatch, TrackDecision
from hotline.dispatch.states import DISPATCH
from hotline.dispatch.track import decide_report
from tests.support import kern as county
from tests.support.kern import FORMS, PACKS, PATH_1, VAULT

RECEIVED = datetime(2026, 3, 2, 18, 0, tzinfo=UTC)


class Dispatching(RuleBasedStateMachine):
    """One path 1 report on its way to Lamont; `session` is set by the test."""

    session: Session

    @initialize()
    def begin(self) -> None:
        self.frozen = base_clock.frozen(RECEIVED)
        self.clock = self.frozen.__enter__()
        self.savepoint = self.session.begin_nested()
        self.kern = county.build(self.session)
        answers = PATH_1 | {"location/home_town": "Lamont"}
        self.report_id = county.submitted(self.session, self.kern, answers).id
        self.decide()
        self.first_due = self.dispatches()[0].acknowledge_by
        self.acknowledged: dict[object, object] = {}

    def teardown(self) -> None:
        self.savepoint.rollback()
        self.session.expunge_all()
        self.frozen.__exit__(None, None, None)

    def dispatches(self) -> list[Dispatch]:
        return list(queries.dispatches_of(self.session, self.report_id))

    @rule()
    def decide(self) -> None:
        decide_report(self.session, VAULT, FORMS, PACKS, self.report_id)

    @rule(minutes=integers(1, 600))
    def time_passes(self, minutes: int) -> None:
        self.clock.advance(timedelta(minutes=minutes))
        escalation.climb(self.session)

    @rule(team=sampled_from(["lamont", "shafter"]), who=integers(0, 1), which=integers(0, 1))
    def somebody_acknowledges(self, team: str, who: int, which: int) -> None:
        person = getattr(self.kern, team)[who]
        dispatch = self.dispatches()[which % len(self.dispatches())]
        try:
            service.acknowledge(self.session, dispatch.id, person)
        except (NotFound, Conflict):
            return
        self.acknowledged.setdefault(dispatch.id, dispatch.acknowledged_by)

    @rule(to=sampled_from(["lamont_id", "shafter_id"]), which=integers(0, 1))
    def a_coordinator_reassigns(self, to: str, which: int) -> None:
        dispatch = self.dispatches()[which % len(self.dispatches())]
        recipient = getattr(self.kern, to)
        try:
            service.reassign(self.session, dispatch.id, recipient, self.kern.coordinators[0], "other_reason")
        except (Conflict, InvalidInput):
            return
        self.acknowledged.pop(dispatch.id, None)

    @rule()
    def a_mail_is_not_taken(self) -> None:
        mail = self.session.scalars(select(Delivery).where(Delivery.channel == "email").limit(1)).first()
        if mail is not None:
            escalation.person_not_reached(self.session, mail)

    @invariant()
    def there_is_one_row_per_recipient_and_exactly_one_is_live(self) -> None:
        rows = self.dispatches()
        assert len({row.recipient_id for row in rows}) == len(rows)
        assert len([row for row in rows if row.state != "withdrawn"]) == 1
        assert len(self.session.scalars(select(TrackDecision.id)).all()) == 1

    @invariant()
    def the_first_acknowledgement_stands(self) -> None:
        for row in self.dispatches():
            if row.state == "acknowledged":
                assert row.acknowledged_by == self.acknowledged[row.id]
            assert row.state in DISPATCH.states

    @invariant()
    def no_clock_was_restarted_and_what_is_live_is_watched(self) -> None:
        for row in self.dispatches():
            assert row.acknowledge_by == self.first_due
            watch = self.session.scalars(
                select(Deadline).where(Deadline.kind == "acknowledge", Deadline.subject_id == str(row.id))
            ).one()
            assert (watch.due_at, watch.started_at) == (self.first_due, RECEIVED)
            open_ = watch.met_at is None and watch.called_off_at is None
            assert open_ == (row.state in ("assigned", "delivered"))

    @invariant()
    def every_message_has_its_own_key(self) -> None:
        keys = self.session.scalars(select(Delivery.key)).all()
        assert len(set(keys)) == len(keys)

    @invariant()
    def the_ledger_balances(self) -> None:
        ledger = queries.ledger(self.session, RECEIVED - timedelta(days=1), RECEIVED + timedelta(days=1))
        assert (ledger.decided, ledger.dispatched, ledger.unaccounted) == (1, 1, 0)


def test_a_dispatch_survives_every_order_of_events(session: Session) -> None:
    Dispatching.session = session
    run_state_machine_as_test(
        Dispatching, settings=settings(max_examples=12, stateful_step_count=15, deadline=None)
    )
