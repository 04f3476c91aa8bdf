"""Offers: who gets which call, for how long, and what happens when nobody takes it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from hotline.accounts.models import User
from hotline.audit.models import AuditEntry
from hotline.base.clock import FrozenClock
from hotline.base.errors import Conflict, InvalidInput, NotFound
from hotline.base.outbox import OutboxRow
from hotline.calls import service
from hotline.calls.models import Offer
from tests.support.calls import Hotline, add_line, add_person, add_supervisor

SECOND = timedelta(seconds=1)


@pytest.fixture
def hotline(session: Session, clock: FrozenClock) -> Hotline:
    add_line(session)
    add_supervisor(session)
    return Hotline(session)


def offers(session: Session, state: str) -> list[Offer]:
    return list(session.scalars(select(Offer).where(Offer.state == state)))


def test_a_waiting_caller_is_offered_to_the_longest_idle(hotline: Hotline, clock: FrozenClock) -> None:
    first = hotline.screener("ann")
    clock.advance(SECOND)
    hotline.screener("ben")
    call = hotline.waits()
    assert hotline.offered_to(call) == [first]
    assert hotline.state(first) == "offered"


def test_a_screener_who_comes_on_duty_gets_the_most_urgent_caller(
    hotline: Hotline, clock: FrozenClock
) -> None:
    hotline.waits("general")
    clock.advance(SECOND)
    youth = hotline.waits("youth")
    clock.advance(SECOND)
    danger = hotline.waits("danger")
    hotline.screener("ann")
    assert hotline.offered_to(danger) != []
    assert hotline.offered_to(youth) == []


def test_a_screener_without_the_language_is_never_asked(hotline: Hotline) -> None:
    hotline.screener("ann", "en")
    call = hotline.waits(language="es")
    assert hotline.offered_to(call) == []
    spanish = hotline.screener("ben", "en", "es")
    assert hotline.offered_to(call) == [spanish]


def test_the_offer_tells_what_the_screener_needs(hotline: Hotline, clock: FrozenClock) -> None:
    earlier = hotline.rings()
    clock.advance(timedelta(minutes=5))
    call = hotline.waits("danger", "es")
    clock.advance(timedelta(seconds=42))
    screener = hotline.screener("ann", "es")
    view = service.open_offer(hotline.session, screener)
    assert view is not None
    assert (view.call_id, view.language, view.lane, view.waited_seconds) == (call.id, "es", "danger", 42)
    assert view.expires_at - view.offered_at == timedelta(seconds=20)
    assert (view.previous_calls, view.caller_kind) == (1, "number")
    assert not any(sign.isdigit() for sign in view.caller_masked)
    assert earlier.id != call.id


def test_a_declined_call_goes_to_the_next_screener(hotline: Hotline, clock: FrozenClock) -> None:
    first = hotline.screener("ann")
    clock.advance(SECOND)
    second = hotline.screener("ben")
    call = hotline.waits()
    clock.advance(SECOND)
    service.decline_offer(hotline.session, hotline.offer(first), first, "on_break_soon")
    assert hotline.offered_to(call) == [first, second]
    assert hotline.state(first) == "available"
    (declined,) = offers(hotline.session, "declined")
    assert declined.reason == "on_break_soon"


def test_who_declined_is_asked_again_when_nobody_else_is_left(hotline: Hotline) -> None:
    only = hotline.screener("ann")
    call = hotline.waits()
    service.decline_offer(hotline.session, hotline.offer(only), only, "busy")
    assert hotline.offered_to(call) == [only, only]
    (again,) = offers(hotline.session, "open")
    assert "asked_again" in (again.reason or "")


def test_an_unanswered_offer_goes_on_and_its_screener_is_set_away(
    hotline: Hotline, clock: FrozenClock
) -> None:
    first = hotline.screener("ann")
    clock.advance(SECOND)
    second = hotline.screener("ben")
    call = hotline.waits()
    clock.advance(timedelta(seconds=19))
    service.sweep(hotline.session)
    assert hotline.offered_to(call) == [first]
    clock.advance(SECOND)
    service.sweep(hotline.session)
    assert hotline.offered_to(call) == [first, second]
    presence = service.presence_of(hotline.session, first)
    assert (presence.state, presence.reason) == ("away", "missed_offer")


def test_an_offer_can_not_be_accepted_after_its_time(hotline: Hotline, clock: FrozenClock) -> None:
    screener = hotline.screener("ann")
    hotline.waits()
    offer_id = hotline.offer(screener)
    clock.advance(timedelta(seconds=20))
    with pytest.raises(Conflict, match="time to answer ran out"):
        service.accept_offer(hotline.session, offer_id, screener)


def test_accepting_asks_for_the_connection(hotline: Hotline) -> None:
    screener = hotline.screener("ann")
    call = hotline.waits()
    assert hotline.accepts(screener).id == call.id
    leg = hotline.leg(call)
    assert (call.state, call.screener_id, call.conference) == ("connecting", screener, f"room-{leg.id.hex}")
    assert (leg.state, leg.address) == ("wanted", f"client:{screener.hex}")
    assert hotline.state(screener) == "on_call"
    job = hotline.session.scalars(select(OutboxRow).where(OutboxRow.job == "connect_call")).one()
    assert job.subject_id == str(call.id)
    audited = hotline.session.scalars(select(AuditEntry).where(AuditEntry.action == "call:accepted")).one()
    assert audited.actor_id == str(screener)


def test_a_screeners_own_telephone_is_rung_where_there_is_one(hotline: Hotline) -> None:
    screener = hotline.screener("ann", phone_address="+16615550177")
    call = hotline.waits()
    hotline.accepts(screener)
    assert hotline.leg(call).address == "+16615550177"


def test_accepting_twice_is_harmless(hotline: Hotline) -> None:
    screener = hotline.screener("ann")
    call = hotline.waits()
    offer_id = hotline.offer(screener)
    service.accept_offer(hotline.session, offer_id, screener)
    assert service.accept_offer(hotline.session, offer_id, screener).id == call.id
    assert len(hotline.session.scalars(select(OutboxRow).where(OutboxRow.job == "connect_call")).all()) == 1


def test_somebody_elses_offer_does_not_exist(hotline: Hotline) -> None:
    screener = hotline.screener("ann")
    hotline.waits()
    other = add_person(hotline.session, "ben")
    with pytest.raises(NotFound):
        service.accept_offer(hotline.session, hotline.offer(screener), other)


def test_an_offer_of_a_caller_who_hung_up_is_refused_in_plain_words(hotline: Hotline) -> None:
    screener = hotline.screener("ann")
    call = hotline.waits()
    offer_id = hotline.offer(screener)
    hotline.hangs_up(call)
    with pytest.raises(Conflict, match="hung up"):
        service.accept_offer(hotline.session, offer_id, screener)
    assert hotline.state(screener) == "available"


def test_the_offer_of_who_goes_away_goes_to_the_next(hotline: Hotline, clock: FrozenClock) -> None:
    first = hotline.screener("ann")
    clock.advance(SECOND)
    second = hotline.screener("ben")
    call = hotline.waits()
    clock.advance(SECOND)
    service.set_away(hotline.session, first, "meal")
    assert hotline.offered_to(call) == [first, second]
    assert hotline.state(first) == "away"
    service.set_offline(hotline.session, second)
    assert hotline.state(second) == "offline"
    assert offers(hotline.session, "open") == []


def test_a_silent_console_is_offered_nothing_and_is_set_away(hotline: Hotline, clock: FrozenClock) -> None:
    silent = hotline.screener("ann")
    clock.advance(timedelta(seconds=46))
    call = hotline.waits()
    assert hotline.offered_to(call) == []
    service.sweep(hotline.session)
    presence = service.presence_of(hotline.session, silent)
    assert (presence.state, presence.reason) == ("away", "silent")


def test_a_console_that_speaks_stays_available(hotline: Hotline, clock: FrozenClock) -> None:
    screener = hotline.screener("ann")
    for _ in range(4):
        clock.advance(timedelta(seconds=30))
        service.seen(hotline.session, screener)
        service.sweep(hotline.session)
    assert hotline.state(screener) == "available"


def test_a_silent_console_never_pulls_a_live_leg(hotline: Hotline, clock: FrozenClock) -> None:
    screener = hotline.screener("ann")
    call = hotline.talks(screener)
    clock.advance(timedelta(minutes=10))
    service.sweep(hotline.session)
    assert call.state == "talking"
    assert hotline.state(screener) == "on_call"


def test_a_screener_with_an_unfinished_call_takes_no_other(hotline: Hotline) -> None:
    screener = hotline.screener("ann")
    call = hotline.talks(screener)
    with pytest.raises(Conflict, match="on a call"):
        service.set_away(hotline.session, screener, "meal")
    hotline.hangs_up(call)
    with pytest.raises(Conflict, match="Finish"):
        service.set_available(hotline.session, screener)


def test_somebody_without_an_account_row_is_offline(hotline: Hotline) -> None:
    stranger = add_person(hotline.session, "zoe")
    assert service.presence_of(hotline.session, stranger).state == "offline"
    assert service.open_offer(hotline.session, stranger) is None
    assert service.current_call(hotline.session, stranger) is None


# Skills, teams and persons


def test_the_best_in_the_language_is_asked_before_the_longest_idle(
    hotline: Hotline, clock: FrozenClock
) -> None:
    hotline.screener("ann", "en", "es")
    clock.advance(SECOND)
    best = hotline.screener("ben", "en", "es")
    hotline.staffs(best, skills={"language:es": 3})
    call = hotline.waits(language="es")
    assert hotline.offered_to(call) == [best]
    (offer,) = offers(hotline.session, "open")
    assert (offer.reason or "").split()[:2] == ["best_level", "speaks:es"]


def test_the_callers_of_a_line_with_a_team_are_offered_to_that_team(
    hotline: Hotline, clock: FrozenClock
) -> None:
    hotline.line.team = "north"
    south = hotline.screener("ann")
    hotline.staffs(south, teams=["south"])
    call = hotline.waits()
    assert call.team == "north"
    assert hotline.offered_to(call) == []
    north = hotline.screener("ben")
    hotline.staffs(north, teams=["north"])
    assert hotline.offered_to(call) == [north]


def test_a_caller_led_on_to_everybody_is_no_longer_the_teams(hotline: Hotline) -> None:
    hotline.line.team = "north"
    south = hotline.screener("ann")
    hotline.staffs(south, teams=["south"])
    call = hotline.waits()
    call.team, call.overflow_step = None, 1
    service.route(hotline.session)
    assert hotline.offered_to(call) == [south]


def test_a_supervisor_is_asked_when_no_screener_is_on_duty_or_after_twenty_seconds(
    hotline: Hotline, clock: FrozenClock
) -> None:
    supervisor = add_person(hotline.session, "vera", "supervisor")
    service.set_available(hotline.session, supervisor)
    alone = hotline.waits()
    assert hotline.offered_to(alone) == [supervisor]
    hotline.hangs_up(alone)
    screener = hotline.screener("ann")
    hotline.talks(screener)
    clock.advance(SECOND)
    call = hotline.waits()
    assert hotline.offered_to(call) == []
    clock.advance(20 * SECOND)
    service.sweep(hotline.session)
    assert hotline.offered_to(call) == [supervisor]


def test_a_caller_whose_language_nobody_has_is_offered_to_anybody_within_half_a_minute(
    hotline: Hotline, clock: FrozenClock
) -> None:
    screener = hotline.screener("ann", "en")
    call = hotline.waits(language="es")
    clock.advance(24 * SECOND)
    service.sweep(hotline.session)
    assert hotline.offered_to(call) == []
    clock.advance(4 * SECOND)
    service.sweep(hotline.session)
    assert hotline.offered_to(call) == [screener]
    view = service.open_offer(hotline.session, screener)
    assert view is not None and "language_not_matched:needs_interpreter" in (view.reason or "")


def test_a_call_handed_to_a_person_asks_that_person_and_then_anybody(
    hotline: Hotline, clock: FrozenClock
) -> None:
    named = add_person(hotline.session, "named")
    first = hotline.screener("first")
    call = hotline.talks(first)
    clock.advance(SECOND)
    other = hotline.screener("other")
    clock.advance(SECOND)
    service.set_available(hotline.session, named)
    service.hand_on(hotline.session, call.id, first, to_user_id=named)
    assert hotline.offered_to(call)[1:] == [named]
    (offer,) = offers(hotline.session, "open")
    assert (offer.reason or "").startswith("asked_first")
    clock.advance(SECOND)
    service.decline_offer(hotline.session, offer.id, named, "not_ready")
    assert hotline.offered_to(call)[1:] == [named, other]
    assert call.target_id is None


def test_a_call_handed_to_a_person_who_is_busy_goes_to_anybody_at_once(
    hotline: Hotline, clock: FrozenClock
) -> None:
    busy = hotline.screener("busy")
    hotline.talks(busy)
    first = hotline.screener("first")
    call = hotline.talks(first)
    clock.advance(SECOND)
    other = hotline.screener("other")
    service.hand_on(hotline.session, call.id, first, to_user_id=busy)
    assert hotline.state(first) == "available"
    assert hotline.offered_to(call)[1:] == [other], "whoever hands a call on is not asked before others"
    assert call.target_id is None


def test_a_call_that_needs_a_skill_goes_to_who_has_it(hotline: Hotline) -> None:
    hotline.screener("plain")
    call = hotline.rings()
    call.skill = "medical"
    service.choose_lane(hotline.session, call.id, "general")
    assert hotline.offered_to(call) == []
    nurse = hotline.screener("nurse")
    hotline.staffs(nurse, skills={"medical": 2})
    assert hotline.offered_to(call) == [nurse]


def test_after_a_wrap_up_one_is_available_or_away_as_one_wished(hotline: Hotline) -> None:
    screener = hotline.screener("ann")
    for wished, state in ((True, "available"), (False, "away")):
        service.set_auto_available(hotline.session, screener, wished)
        service.set_available(hotline.session, screener)
        call = hotline.talks(screener)
        hotline.hangs_up(call)
        assert hotline.state(screener) == "wrap_up"
        service.finish(hotline.session, call.id, screener, "prank")
        assert hotline.state(screener) == state
    assert service.presence_of(hotline.session, screener).reason == "after_call"


def test_going_away_needs_one_of_the_reasons(hotline: Hotline) -> None:
    screener = hotline.screener("ann")
    with pytest.raises(InvalidInput):
        service.set_away(hotline.session, screener, "tired of this")
    assert hotline.state(screener) == "available"


def test_a_browser_never_overrules_the_choice_of_an_ordinary_telephone(hotline: Hotline) -> None:
    screener = hotline.screener("ann")
    for up, telephone in ((True, "softphone"), (False, "ring"), (True, "softphone")):
        service.softphone_is(hotline.session, screener, up=up)
        assert service.presence_of(hotline.session, screener).telephone == telephone
    hotline.session.get_one(User, screener).desk_number = "+16615550177"
    service.set_telephone(hotline.session, screener, "desk")
    for up in (True, False):
        service.softphone_is(hotline.session, screener, up=up)
        assert service.presence_of(hotline.session, screener).telephone == "desk"


def test_a_desk_telephone_needs_a_number_and_more_time(hotline: Hotline, clock: FrozenClock) -> None:
    screener = hotline.screener("ann")
    with pytest.raises(InvalidInput):
        service.set_telephone(hotline.session, screener, "desk")
    hotline.session.get_one(User, screener).desk_number = "+16615550177"
    service.set_telephone(hotline.session, screener, "desk")
    call = hotline.waits()
    hotline.accepts(screener)
    assert hotline.leg(call).address == "+16615550177"
    clock.advance(34 * SECOND)
    service.sweep(hotline.session)
    assert call.state == "connecting"
