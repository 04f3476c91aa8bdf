"""Any order of wishes, answers, losses and late news ends in what was wanted, and never in a forgotten caller."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any, cast
from uuid import UUID

from hypothesis import HealthCheck, given
from hypothesis import settings as examples
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from hotline.audit.record import Actor
from hotline.base.clock import FrozenClock
from hotline.base.config import load_settings
from hotline.base.errors import HotlineError
from hotline.base.outbox import OutboxRow
from hotline.calls import connecting, control, pool, service
from hotline.calls.models import Call, CallLeg
from hotline.contacts import service as contacts
from ivr.webhooks import news
from tests.support.calls import VAULT, Hotline, add_line, add_supervisor
from tests.support.settings import environment
from tests.support.switchboard import Switchboard
from workers.check_call import check_call
from workers.connect_call import connect_call
from workers.end_call import end_call
from workers.job import Retry, Work
from workers.steer_call import steer_call

JOBS = {
    "steer_call": steer_call,
    "connect_call": connect_call,
    "end_call": end_call,
    "check_call": check_call,
}
ACTS = (
    "hold",
    "unhold",
    "hold_leg",
    "mute",
    "unmute",
    "mute_leg",
    "consult",
    "end_consult",
    "leave_consult",
    "hand_over",
    "hand_on",
    "interpreter",
    "party",
    "remove",
    "retry",
    "rejoin",
    "hang_up",
)
WORLD = ("work", "fail", "answer", "no_answer", "join", "leg_dies", "news", "late_news", "seconds", "accept")
RARE = ("caller_gone", "call")
STEPS = st.sampled_from(ACTS + WORLD * 2 + RARE)


class OneSession:
    """The database as jobs see it, within the test's own transaction."""

    def __init__(self, session: Session) -> None:
        self._session = session

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        with self._session.begin_nested():
            yield self._session


class Tools:
    """What a job needs, and nothing else."""

    def __init__(self, session: Session, phone: Switchboard) -> None:
        self.database, self.phone, self.vault = OneSession(session), phone, VAULT
        self.settings = load_settings(
            environment(database_url="postgresql://none", redis_url="redis://none", spool_dir=Path("/none"))
        )


class World:
    """One caller after the other, three screeners, and everything that can happen to a call."""

    def __init__(self, session: Session, clock: FrozenClock) -> None:
        self.session, self.clock, self.hotline = session, clock, Hotline(session)
        self.phone = Switchboard()
        self.tools = Tools(session, self.phone)
        self.old_news: list[Any] = []
        add_line(session)
        add_supervisor(session)
        self.people = [self.hotline.screener(name, "en", "es") for name in ("ann", "ben", "eva")]
        for kind, number in (("interpreter", "+16615550160"), ("law_enforcement", "+16615550170")):
            contacts.add(
                session,
                VAULT,
                Actor.system("test"),
                jurisdiction="kern",
                kind=kind,
                name=kind,
                number=number,
                pin="4711",
            )
        self.call_id = self.rings()

    def rings(self) -> UUID:
        call = self.hotline.waits()
        self.phone.statuses[call.sid or ""] = "in-progress"
        self.phone.callers.add(call.sid or "")
        return call.id

    @property
    def call(self) -> Call:
        return self.session.get_one(Call, self.call_id, populate_existing=True)

    def legs(self, *but: str) -> list[CallLeg]:
        return [leg for leg in pool.other_legs(self.session, self.call_id) if leg.state not in but]

    def step(self, what: str, which: int) -> None:
        with self.session.begin_nested():
            if what in ACTS:
                self.act(what, which)
            elif what == "call":
                if self.call.ended_at is not None:
                    self.call_id = self.rings()
            elif what == "accept":
                self.accept(which)
            elif what == "seconds":
                self.time(which * 2)
            elif what == "caller_gone":
                self.phone.hangs_up(self.call.sid or "", "completed")
            elif what in ("news", "late_news"):
                self.deliver(which, late=what == "late_news")
        if what in ("work", "fail"):
            self.work(fail=what == "fail")
        elif what in ("answer", "no_answer", "join", "leg_dies"):
            self.telephone(what, which)

    def act(self, what: str, which: int) -> None:
        session, call = self.session, self.call
        me = call.screener_id if which % 4 else self.people[which % 3]
        if me is None:
            return
        legs = self.legs()
        leg = legs[which % len(legs)].id if legs else None
        simple: dict[str, Callable[[Session, UUID, UUID], object]] = {
            "hold": service.hold,
            "unhold": service.unhold,
            "mute": service.mute,
            "unmute": service.unmute,
            "end_consult": service.end_consult,
            "hand_over": service.hand_over,
            "interpreter": service.add_interpreter,
            "rejoin": service.rejoin,
            "hang_up": service.hang_up,
        }
        if what in simple:
            simple[what](session, call.id, me)
        elif what == "consult":
            service.consult(session, call.id, me, self.people[which % 3])
        elif what == "leave_consult":
            service.leave_consult(session, call.id, self.people[which % 3])
        elif what == "hand_on":
            service.hand_on(session, call.id, me, language="es")
        elif what == "party":
            service.add_party(session, VAULT, call.id, me, "661-555-0155", "other")
        elif leg is not None:
            on_leg: dict[str, Callable[[Session, UUID, UUID, UUID], object]] = {
                "hold_leg": service.hold,
                "mute_leg": service.mute,
                "remove": service.remove_party,
                "retry": service.retry_party,
            }
            on_leg[what](session, call.id, me, leg)

    def accept(self, which: int) -> None:
        person = self.people[which % 3]
        offer = service.open_offer(self.session, person)
        if offer is not None:
            service.accept_offer(self.session, offer.offer_id, person)

    def time(self, seconds: int) -> None:
        self.clock.advance(timedelta(seconds=seconds))
        for person in self.people:
            service.seen(self.session, person)
        service.sweep(self.session)

    def work(self, *, fail: bool = False) -> None:
        """Carry out what is to be done; with `fail` the phone company does it and its answers are lost."""
        rows = self.session.scalars(
            select(OutboxRow).where(
                OutboxRow.done_at.is_(None),
                OutboxRow.job.in_(JOBS),
                OutboxRow.due_at <= self.clock(),
            )
        ).all()
        self.phone.mute_line = fail
        for row in rows:
            work = Work(row.subject_id, 1, cast(Any, self.tools))
            try:
                JOBS[row.job].function(work)
                row.done_at = self.clock()
            except Retry:
                pass
            self.moved()
        self.session.flush()

    def moved(self) -> None:
        """Callers who were sent elsewhere ask where they belong."""
        moved, self.phone.moved = self.phone.moved, []
        for one in moved:
            call = pool.find_call(self.session, one)
            if call is None or call.ended_at is not None:
                self.phone.hangs_up(one, "completed")
            elif call.state == "waiting":
                connecting.caller_back_in_line(self.session, call.id)
            elif call.conference is not None:
                connecting.caller_moving(self.session, call.id)
                self.phone.joins(one, call.conference)

    def telephone(self, what: str, which: int) -> None:
        placed = [leg for leg in self.legs() if leg.sid and leg.sid in self.phone.legs]
        if not placed:
            return
        leg = placed[which % len(placed)]
        one = leg.sid or ""
        if what == "answer" and self.phone.statuses[one] == "ringing":
            self.phone.statuses[one] = "in-progress"
            connecting.leg_progress(self.session, self.call_id, leg.id, "answer", one)
        elif what == "join" and leg.state not in control.OVER and self.call.conference is not None:
            self.phone.statuses[one] = (
                "in-progress" if self.phone.statuses[one] == "ringing" else self.phone.statuses[one]
            )
            self.phone.joins(one, self.call.conference)
        elif what == "no_answer" and self.phone.statuses[one] == "ringing":
            self.phone.hangs_up(one, "no-answer")
        elif what == "leg_dies":
            self.phone.hangs_up(one, "completed")

    def deliver(self, which: int, *, late: bool) -> None:
        """A piece of news comes, in any order; with `late` one that had come before comes again."""
        if late and self.old_news:
            event = self.old_news[which % len(self.old_news)]
        elif self.phone.news:
            event = self.phone.news.pop(which % len(self.phone.news))
            self.old_news.append(event)
        else:
            return
        page = news.conference if event.page == "conference" else news.call_status
        page(cast(Any, None), self.session, event)

    def settle(self) -> None:
        """Everything that is under way arrives, and nobody wishes anything more."""
        for _ in range(12):
            self.work()
            while self.phone.news:
                self.deliver(0, late=False)
            for leg in self.legs("ended", "closing"):
                if leg.sid and self.phone.statuses.get(leg.sid) == "ringing":
                    self.phone.hangs_up(leg.sid, "no-answer")
            self.time(4)

    def check(self) -> None:
        call = self.call
        others = self.legs()
        current = [leg for leg in others if leg.kind == "screener" and leg.state not in control.OVER]
        assert len(current) <= 1, "two screeners"
        if call.ended_at is not None:
            assert all(leg.state in control.OVER for leg in others), "a leg outlived its call"
            return
        caller = pool.caller_leg(self.session, call.id)
        if caller.held:
            assert call.state == "talking", "held without a talk"
            assert call.screener_id is not None

    def check_settled(self) -> None:
        self.check()
        call = self.call
        for leg in [pool.caller_leg(self.session, call.id), *self.legs()]:
            assert leg.state != "closing", "a leg was never ended"
            room = self.phone.room_of(leg.sid or "")
            if leg.state != "in_room":
                assert room is None or room.name != call.conference, "in the room unknown to us"
                continue
            assert room is not None, "not in the room"
            there = room.people[leg.sid or ""]
            wanted = (leg.held, leg.muted)
            assert (there.held, there.muted) == wanted, "the phone company does something else"
            assert not control.unsettled(leg)
        if call.state == "talking":
            mine = pool.screener_leg(self.session, call)
            assert mine is not None
            assert mine.state == "in_room", "talks with nobody"
        if call.ended_at is None:
            assert self.phone.statuses[call.sid or ""] == "in-progress", "the caller is gone"


@examples(
    max_examples=8,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(st.lists(st.tuples(STEPS, st.integers(0, 7)), min_size=15, max_size=45))
def test_any_history_ends_in_what_was_wanted(
    session: Session, clock: FrozenClock, history: list[tuple[str, int]]
) -> None:
    with session.begin_nested() as undo:
        world = World(session, clock)
        # Without a talk there is nothing to control: every history begins with one.
        for what, which in [
            ("accept", 0),
            ("accept", 1),
            ("accept", 2),
            ("work", 0),
            ("join", 0),
            ("news", 0),
        ]:
            world.step(what, which)
        for what, which in history:
            try:
                world.step(what, which)
            except HotlineError:
                continue
            finally:
                session.expire_all()
            world.check()
        world.settle()
        session.expire_all()
        world.check_settled()
        undo.rollback()
