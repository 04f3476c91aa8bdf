"""Any history of callers, screeners, losses and time leaves the routing tables sound."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from hotline.base.clock import FrozenClock
from hotline.base.errors import HotlineError
from hotline.calls import connecting, queries, routing, service, supervising
from hotline.calls.models import Call, CallLeg, Offer, Presence
from hotline.calls.queueing import Waiting
from hotline.calls.states import CALL, DISPOSITIONS, LANES, LEG, PRESENCE
from hotline.worklist.models import WorklistItem
from tests.support.calls import LINE, Hotline, add_line, add_person, add_supervisor, sid

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
    "hand_on",
    "consult",
    "hand_over",
    "move_queue",
    "take_back",
    "lead_on",
)
MOSTLY = st.sampled_from(STEPS) | st.sampled_from(STEPS[:3])
"""The way to a talk is taken more often than by chance."""
PEOPLE = (("ann", ("en",), ("north",)), ("ben", ("en", "es"), ()), ("eva", ("es",), ("south",)))
NORTH = "+16615550101"


class World:
    """A small hotline in which one step after the other is taken, lawful or refused."""

    def __init__(self, session: Session, clock: FrozenClock) -> None:
        self.session, self.clock, self.hotline = session, clock, Hotline(session)
        add_line(session)
        add_line(session, NORTH).team = "north"
        self.supervisor = add_supervisor(session)
        self.people = [add_person(session, name, languages=languages) for name, languages, _ in PEOPLE]
        for person, (_, _, teams) in zip(self.people, PEOPLE, strict=True):
            self.hotline.staffs(person, teams=teams)
        for person in self.people[:2]:
            service.set_available(session, person)
        self.ended: dict[UUID, tuple[object, ...]] = {}
        self.seen: set[UUID] = set()
        self.mailed: set[UUID] = set()

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
            to = (LINE, NORTH)[which % 3 == 0]
            self.hotline.waits(LANES[which % len(LANES)], ("en", "es")[which % 2], to=to)
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
        elif what == "move_queue":
            queues = (("north", "south"), ("", "north"), ("north", ""))
            supervising.move_queue(self.session, *queues[which % 3], self.supervisor)
        elif what == "take_back":
            supervising.take_back(self.session, ("north", "")[which % 2], self.supervisor)
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
        elif what == "lead_on" and call.state == "waiting":
            # As when the time of the line's next step has come.
            call.overflow_step, call.team = call.overflow_step + 1, None
            service.route(self.session)
        elif what in ("hand_on", "consult", "hand_over") and call.screener_id is not None:
            self.transfer(what, which, call, call.screener_id)

    def transfer(self, what: str, which: int, call: Call, screener: UUID) -> None:
        other = self.people[(self.people.index(screener) + 1 + which) % len(self.people)]
        if what == "consult":
            service.consult(self.session, call.id, screener, other)
        elif what == "hand_over":
            service.hand_over(self.session, call.id, screener)
        elif which % 2:
            service.hand_on(self.session, call.id, screener, language=("en", "es")[which % 4 == 1])
        else:
            service.hand_on(self.session, call.id, screener, to_user_id=other)

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
        for offer in offers:
            expected = "waiting" if offer.kind == "call" else "talking"
            assert self.session.get_one(Call, offer.call_id).state == expected
        live = {call.screener_id for call in calls if call.state in ("connecting", "talking")}
        assert {user for user, state in presences.items() if state == "on_call"} == live | self.asked_in()
        self.check_line(presences, offers)
        self.check_ends()

    def asked_in(self) -> set[UUID | None]:
        """Colleagues on somebody else's call."""
        legs = select(CallLeg).where(CallLeg.kind == "consult", CallLeg.state.not_in(["closing", "ended"]))
        return {leg.user_id for leg in self.session.scalars(legs)}

    def check_line(self, presences: dict[UUID, str], offers: Sequence[Offer]) -> None:
        free = [person for person, state in presences.items() if state == "available"]
        line = {caller.call_id: caller for caller in routing.waiting(self.session)}
        offered = {offer.call_id: offer for offer in offers if offer.kind == "call"}
        for caller in line.values():
            if caller.call_id not in offered:
                assert not any(self.able(person, caller) for person in free), "somebody idle"
        for call_id, offer in offered.items():
            if "needs_interpreter" not in (offer.reason or "") and "asked_first" not in (offer.reason or ""):
                moved = "queue" if offer.id in self.seen else "new"
                assert moved == "queue" or self.able(offer.screener_id, line[call_id]), "unable"
            if offer.id not in self.seen:
                self.check_age(line[call_id], [one for one in line.values() if one.call_id not in offered])
        self.seen |= {offer.id for offer in offers}
        mailed = set(self.session.scalars(select(Call.id).where(Call.state == "voicemail")))
        for call in (self.session.get_one(Call, call_id) for call_id in mailed - self.mailed):
            assert not any(self.able(person, self.as_waiting(call)) for person in free), "left to the mailbox"
        self.mailed |= mailed

    def check_age(self, served: Waiting, others: Sequence[Waiting]) -> None:
        """Nobody older with the same needs and the same urgency was passed over."""

        def needs(caller: Waiting) -> tuple[object, ...]:
            return caller.language, caller.team, caller.skill, caller.lane, caller.returned_to_front

        for other in others:
            if needs(other) == needs(served) and other.target_id is None:
                assert other.queued_at >= served.queued_at, "the older one was passed over"

    def able(self, person: UUID, caller: Waiting) -> bool:
        _, languages, teams = PEOPLE[self.people.index(person)]
        return caller.language in languages and (not teams or caller.team in (None, *teams))

    def as_waiting(self, call: Call) -> Waiting:
        team = call.team if call.overflow_step == 0 else None
        return Waiting(call.id, call.language, call.lane or "general", call.received_at, team=team)

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
    max_examples=8,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(st.lists(st.tuples(MOSTLY, st.integers(0, 7)), min_size=12, max_size=32))
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
