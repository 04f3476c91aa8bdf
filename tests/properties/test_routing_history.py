"""Any history of callers, screeners, losses and time leaves the routing tables sound."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from hotline.base.clock import FrozenClock
from hotline.base.errors import HotlineError
from hotline.calls import connecting, queries, service
from hotline.calls.models import Call, CallLeg, Offer, Presence
from hotline.calls.states import CALL, DISPOSITIONS, LANES, LEG, PRESENCE
from hotline.worklist.models import WorklistItem
from tests.support.calls import Hotline, add_line, add_person, add_supervisor, sid

STEPS = (
    "wait",
    "meet",
    "accept",
    "ring",
    "choose_language",
    "choose_lane",
    "come",
    "go_away",
    "decline",
    "join",
    "leave",
    "leg_ends",
    "hang_up",
    "caller_gone",
    "finish",
    "seconds",
    "minutes",
)
MOSTLY = st.sampled_from(STEPS) | st.sampled_from(STEPS[:3])
"""The way to a talk is taken more often than by chance."""
PEOPLE = (("ann", ("en",)), ("ben", ("en", "es")), ("eva", ("es",)))


class World:
    """A small hotline in which one step after the other is taken, lawful or refused."""

    def __init__(self, session: Session, clock: FrozenClock) -> None:
        self.session, self.clock, self.hotline = session, clock, Hotline(session)
        add_line(session)
        add_supervisor(session)
        self.people = [add_person(session, name, languages=languages) for name, languages in PEOPLE]
        for person in self.people[:2]:
            service.set_available(session, person)
        self.ended: dict[UUID, tuple[object, ...]] = {}

    def step(self, what: str, which: int) -> None:
        person = self.people[which % len(self.people)]
        calls = self.session.scalars(select(Call).order_by(Call.received_at, Call.id)).all()
        going = [one for one in calls if one.state != "ended"]
        # The last number may also mean a call that has ended: news of it comes late.
        among = going if going and which < 7 else calls
        call = among[which % len(among)] if among else None
        if what == "ring":
            self.hotline.rings()
        elif what == "wait":
            self.hotline.waits(LANES[which % len(LANES)], ("en", "es")[which % 2])
        elif what == "come":
            service.set_available(self.session, person)
        elif what == "go_away":
            service.set_away(self.session, person, "break")
        elif what in ("accept", "decline"):
            self.answer(what, which)
        elif what in ("seconds", "minutes"):
            self.clock.advance(timedelta(**{what: which + 1}))
            for one in self.people:
                service.seen(self.session, one)
            service.sweep(self.session)
        elif call is not None:
            self.on_call(what, which, call)

    def answer(self, what: str, which: int) -> None:
        offers = self.session.scalars(
            select(Offer).where(Offer.state == "open").order_by(Offer.offered_at, Offer.id)
        ).all()
        if not offers:
            return
        offer = offers[which % len(offers)]
        if what == "accept":
            service.accept_offer(self.session, offer.id, offer.screener_id)
        else:
            service.decline_offer(self.session, offer.id, offer.screener_id, "busy")

    def on_call(self, what: str, which: int, call: Call) -> None:
        legs = self.session.scalars(
            select(CallLeg).where(CallLeg.call_id == call.id).order_by(CallLeg.created_at, CallLeg.id)
        ).all()
        leg = legs[which % len(legs)]
        if what == "choose_language":
            service.choose_language(self.session, call.id, ("en", "es", None)[which % 3])
        elif what == "choose_lane":
            service.choose_lane(self.session, call.id, LANES[which % len(LANES)])
        elif what == "join":
            leg.sid = leg.sid or sid()
            connecting.join(self.session, call.id, leg.id)
        elif what == "meet" and call.state == "connecting":
            self.hotline.meet(call)
        elif what == "leave":
            connecting.leave(self.session, call.id, leg.id)
        elif what == "leg_ends" and leg.kind == "screener":
            connecting.leg_progress(self.session, call.id, leg.id, "end")
        elif what == "caller_gone":
            connecting.caller_gone(self.session, call.id)
        elif what == "hang_up" and call.screener_id is not None:
            service.hang_up(self.session, call.id, call.screener_id)
        elif what == "finish" and call.screener_id is not None:
            service.finish(self.session, call.id, call.screener_id, DISPOSITIONS[0])

    def check(self) -> None:
        self.session.flush()
        self.session.expire_all()
        calls = self.session.scalars(select(Call)).all()
        presences = {row.user_id: row.state for row in self.session.scalars(select(Presence))}
        offers = self.session.scalars(select(Offer).where(Offer.state == "open")).all()
        assert {call.state for call in calls} <= CALL.states
        assert set(presences.values()) <= PRESENCE.states
        assert {leg.state for leg in self.session.scalars(select(CallLeg))} <= LEG.states
        assert len({offer.call_id for offer in offers}) == len(offers)
        offered = {offer.screener_id for offer in offers}
        assert {user for user, state in presences.items() if state == "offered"} == offered
        assert all(self.session.get_one(Call, offer.call_id).state == "waiting" for offer in offers)
        live = {call.screener_id for call in calls if call.state in ("connecting", "talking")}
        assert {user for user, state in presences.items() if state == "on_call"} == live
        self.check_line(presences, {offer.call_id for offer in offers})
        self.check_ends()

    def check_line(self, presences: dict[UUID, str], offered: set[UUID]) -> None:
        speaks = {person: languages for person, (_, languages) in zip(self.people, PEOPLE, strict=True)}
        free = [person for person, state in presences.items() if state == "available"]
        waiting = self.session.scalars(select(Call).where(Call.state == "waiting")).all()
        for call in waiting:
            if call.id not in offered:
                assert not any(call.language in speaks[person] for person in free), "somebody idle"

    def check_ends(self) -> None:
        start, end = self.clock() - timedelta(days=1), self.clock() + timedelta(days=1)
        assert queries.ledger(self.session, start, end).balances
        for call in self.session.scalars(select(Call).where(Call.state == "ended")):
            facts = (call.ended_at, call.ended_stage, call.outcome)
            assert None not in facts
            assert self.ended.setdefault(call.id, facts) == facts, "an ended call has changed"
            if call.outcome == "abandoned":
                owned = select(func.count()).where(WorklistItem.subject_id == str(call.id))
                assert self.session.scalar(owned), "nobody owns an abandoned call"
            else:
                assert call.screener_id is not None


@settings(
    max_examples=10,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(st.lists(st.tuples(MOSTLY, st.integers(0, 7)), min_size=12, max_size=40))
def test_any_history_leaves_the_tables_sound(
    session: Session, clock: FrozenClock, history: list[tuple[str, int]]
) -> None:
    outer = session.begin_nested()
    try:
        world = World(session, clock)
        for what, which in history:
            try:
                with session.begin_nested():
                    world.step(what, which)
            except HotlineError:
                # Refused: nothing may have changed.
                session.expire_all()
            world.check()
    finally:
        outer.rollback()
        session.expunge_all()
