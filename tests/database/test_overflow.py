"""Waiting callers are led on: to everybody, to people on call, to voicemail, and never out of the line."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from hotline.accounts.models import User
from hotline.audit.models import AuditEntry
from hotline.base import clock
from hotline.base.errors import Conflict
from hotline.base.outbox import OutboxRow
from hotline.calls import on_call, service, waits
from hotline.calls.models import Call, CallLeg
from hotline.lines.models import Line
from hotline.rosters import service as rosters
from hotline.worklist.models import WorklistItem
from tests.support.calls import Hotline, add_line, add_person, add_supervisor, sid

NOON = datetime(2026, 11, 18, 20, 0, tzinfo=UTC)
"""A Wednesday, noon in California."""


@pytest.fixture
def hotline(session: Session) -> Hotline:
    with clock.frozen(NOON):
        line = add_line(session)
        line.time_zone = "America/Los_Angeles"
        add_supervisor(session)
        return Hotline(session)


def the_line(hotline: Hotline) -> Line:
    return hotline.session.scalars(select(Line)).one()


def close_the_office(hotline: Hotline) -> None:
    the_line(hotline).hours = {"wed": [["08:00", "11:00"]]}


def on_ladder(hotline: Hotline, *names: str) -> list[UUID]:
    people = []
    for place, name in enumerate(names, 1):
        user_id = add_person(hotline.session, name)
        hotline.session.get_one(User, user_id).desk_number = f"+1661555017{place}"
        rosters.add(hotline.session, rosters.on_call("kern"), user_id, place, NOON - timedelta(days=1))
        people.append(user_id)
    return people


def sweep(hotline: Hotline, after: float, call: Call) -> Call:
    with clock.frozen(NOON + timedelta(seconds=after)):
        service.sweep(hotline.session)
    hotline.session.refresh(call)
    return call


def led_on(hotline: Hotline, call: Call) -> list[tuple[str, str]]:
    rows = hotline.session.scalars(
        select(AuditEntry).where(AuditEntry.action == "call:led_on").order_by(AuditEntry.id)
    )
    return [(row.detail["step"], row.detail["why"]) for row in rows if row.subject_id == str(call.id)]


def rings(hotline: Hotline, call: Call, after: float) -> CallLeg:
    """The next person on call rings."""
    with clock.frozen(NOON + timedelta(seconds=after)):
        leg = on_call.turn(hotline.session, call.id).leg
    assert leg is not None, "nobody rings"
    return leg


def kinds(hotline: Hotline) -> list[str]:
    return sorted(hotline.session.scalars(select(WorklistItem.kind)))


def test_nobody_is_led_on_before_the_lines_cap(hotline: Hotline) -> None:
    with clock.frozen(NOON):
        ann = hotline.screener("ann")
        hotline.talks(ann)
        call = hotline.waits()
    the_line(hotline).max_wait = 300
    assert sweep(hotline, 299, call).overflow_step == 0
    sweep(hotline, 300, call)
    assert led_on(hotline, call) == [("everybody", "waited_too_long")]
    assert kinds(hotline) == ["caller_waits"]


def test_the_first_step_opens_the_call_to_every_team(hotline: Hotline) -> None:
    the_line(hotline).team = "north"
    with clock.frozen(NOON):
        busy, south = hotline.screener("ann"), hotline.screener("sue")
        for person, team in ((busy, "north"), (south, "south")):
            hotline.session.get_one(User, person).teams = [team]
        hotline.talks(busy)
        call = hotline.waits()
        assert hotline.offered_to(call) == []
    the_line(hotline).max_wait = 60
    with clock.frozen(NOON + timedelta(seconds=61)):
        service.seen(hotline.session, south)
        service.sweep(hotline.session)
    assert call.team is None
    assert hotline.offered_to(call) == [south]


def test_a_step_may_name_a_team(hotline: Hotline) -> None:
    the_line(hotline).overflow = ["team:night", "voicemail"]
    with clock.frozen(NOON):
        call = hotline.waits()
    assert sweep(hotline, 31, call).team == "night"


def test_with_nobody_signed_in_a_caller_is_led_on_after_thirty_seconds(hotline: Hotline) -> None:
    on_ladder(hotline, "olga")
    with clock.frozen(NOON):
        call = hotline.waits()
    assert sweep(hotline, 29, call).overflow_step == 0
    sweep(hotline, 30, call)
    sweep(hotline, 32, call)
    assert led_on(hotline, call) == [("everybody", "no_screener_on_duty"), ("on_call", "no_screener_on_duty")]


def test_a_caller_whose_language_nobody_speaks_waits_like_the_others_while_screeners_are_there(
    hotline: Hotline,
) -> None:
    on_ladder(hotline, "olga")
    with clock.frozen(NOON):
        hotline.talks(hotline.screener("ann"))
        call = hotline.waits(language="es")
    # Ann will be asked, with an interpreter, once she is free: nobody is woken, and no message is asked for.
    assert sweep(hotline, 500, call).overflow_step == 0


def test_after_hours_people_on_call_are_telephoned_at_once(hotline: Hotline) -> None:
    close_the_office(hotline)
    on_ladder(hotline, "olga", "noah")
    with clock.frozen(NOON):
        call = hotline.waits()
    sweep(hotline, 1, call)
    sweep(hotline, 3, call)
    assert [step for step, _ in led_on(hotline, call)] == ["everybody", "on_call"]
    jobs = hotline.session.scalars(select(OutboxRow.job)).all()
    assert "ring_on_call" in jobs
    assert rings(hotline, call, 4).address == "+16615550171"


def test_a_screener_who_is_free_after_hours_is_asked_before_anybody_is_woken(hotline: Hotline) -> None:
    close_the_office(hotline)
    on_ladder(hotline, "olga")
    with clock.frozen(NOON):
        ann = hotline.screener("ann")
        call = hotline.waits()
    assert sweep(hotline, 10, call).overflow_step == 0
    assert hotline.offered_to(call) == [ann]


def test_the_ladder_goes_down_the_list_and_then_to_voicemail_with_an_alarm(hotline: Hotline) -> None:
    close_the_office(hotline)
    olga, noah = on_ladder(hotline, "olga", "noah")
    with clock.frozen(NOON):
        call = hotline.waits()
    sweep(hotline, 1, call)
    sweep(hotline, 3, call)
    first = rings(hotline, call, 4)
    assert (first.user_id, on_call.turn(hotline.session, call.id).leg) == (olga, first)
    with clock.frozen(NOON + timedelta(seconds=25)):
        on_call.progress(hotline.session, call.id, first.id, "end", None, "no_answer")
    second = rings(hotline, call, 26)
    assert second.user_id == noah
    assert sweep(hotline, 30, call).state == "waiting"
    with clock.frozen(NOON + timedelta(seconds=40)):
        on_call.refuse(hotline.session, call.id, second.id, "declined")
        assert on_call.turn(hotline.session, call.id) == on_call.Turn()
    assert sweep(hotline, 41, call).state == "voicemail"
    assert [step for step, _ in led_on(hotline, call)] == ["everybody", "on_call", "voicemail"]
    item = hotline.session.scalars(
        select(WorklistItem).where(WorklistItem.kind == "on_call_unanswered")
    ).one()
    assert (item.reason, item.detail["tried"]) == ("on_call_unanswered", 2)
    reasons = hotline.session.scalars(
        select(CallLeg.reason).where(CallLeg.kind == "on_call").order_by(CallLeg.created_at)
    ).all()
    assert reasons == ["no_answer", "declined"]
    moves = select(OutboxRow).where(OutboxRow.job == "connect_call", OutboxRow.subject_id == str(call.id))
    assert len(hotline.session.scalars(moves).all()) == 1


def test_an_empty_ladder_is_an_alarm_and_ends_in_voicemail(hotline: Hotline) -> None:
    close_the_office(hotline)
    with clock.frozen(NOON):
        call = hotline.waits()
    for after in (1, 3, 5):
        sweep(hotline, after, call)
    assert call.state == "voicemail"
    item = hotline.session.scalars(select(WorklistItem)).one()
    assert (item.kind, item.reason) == ("on_call_unanswered", "on_call_empty")


def test_voicemail_waits_while_somebody_looks_at_the_offer(hotline: Hotline) -> None:
    the_line(hotline).overflow = ["voicemail"]
    the_line(hotline).max_wait = 60
    with clock.frozen(NOON):
        call = hotline.waits()
    with clock.frozen(NOON + timedelta(seconds=29)):
        ann = hotline.screener("ann")
    assert sweep(hotline, 40, call).state == "waiting"
    assert hotline.offered_to(call) == [ann]
    # The offer runs out and Ann is set away: then nobody is left.
    assert sweep(hotline, 61, call).state == "voicemail"


def test_a_caller_in_danger_reaches_voicemail_only_after_people_were_telephoned(hotline: Hotline) -> None:
    the_line(hotline).overflow = ["voicemail"]
    on_ladder(hotline, "olga")
    with clock.frozen(NOON):
        call = hotline.waits("danger")
    assert sweep(hotline, 31, call).state == "waiting"
    leg = rings(hotline, call, 32)
    assert sweep(hotline, 34, call).state == "waiting"
    with clock.frozen(NOON + timedelta(seconds=50)):
        on_call.progress(hotline.session, call.id, leg.id, "end", None, "busy")
    assert sweep(hotline, 51, call).state == "voicemail"


def test_a_line_without_voicemail_telephones_its_people_again(hotline: Hotline) -> None:
    close_the_office(hotline)
    the_line(hotline).overflow = ["on_call"]
    on_ladder(hotline, "olga")
    with clock.frozen(NOON):
        call = hotline.waits()
    sweep(hotline, 1, call)
    leg = rings(hotline, call, 2)
    with clock.frozen(NOON + timedelta(seconds=22)):
        on_call.progress(hotline.session, call.id, leg.id, "end", None, "no_answer")
    assert sweep(hotline, 100, call).state == "waiting"
    assert on_call.is_over(hotline.session, call)
    sweep(hotline, 130, call)
    assert rings(hotline, call, 131).id != leg.id
    assert kinds(hotline).count("on_call_unanswered") == 1


def accepted(hotline: Hotline, call: Call, leg: CallLeg, after: float) -> Call:
    with clock.frozen(NOON + timedelta(seconds=after)):
        on_call.progress(hotline.session, call.id, leg.id, "answer", sid(), "")
        return on_call.accept(hotline.session, call.id, leg.id)


def at_olgas_telephone(hotline: Hotline, *others: str) -> tuple[Call, CallLeg]:
    close_the_office(hotline)
    on_ladder(hotline, "olga", *others)
    with clock.frozen(NOON):
        call = hotline.waits()
    sweep(hotline, 1, call)
    sweep(hotline, 3, call)
    return call, rings(hotline, call, 4)


def test_whoever_presses_one_has_the_caller(hotline: Hotline) -> None:
    call, leg = at_olgas_telephone(hotline)
    accepted(hotline, call, leg, 12)
    hotline.session.refresh(leg)
    assert (call.state, call.screener_id, leg.kind) == ("connecting", leg.user_id, "screener")
    assert hotline.state(leg.user_id or UUID(int=0)) == "on_call"
    hotline.meet(call)
    assert call.state == "talking"
    # A second press of the winner's key is harmless.
    assert accepted(hotline, call, leg, 13).id == call.id


def test_two_people_never_win(hotline: Hotline) -> None:
    call, leg = at_olgas_telephone(hotline)
    with clock.frozen(NOON + timedelta(seconds=8)):
        ann = hotline.screener("ann")
        offer = hotline.offer(ann)
    accepted(hotline, call, leg, 12)
    with clock.frozen(NOON + timedelta(seconds=13)), pytest.raises(Conflict):
        service.accept_offer(hotline.session, offer, ann)
    assert hotline.state(ann) == "available"


def test_who_presses_one_too_late_is_told_so(hotline: Hotline) -> None:
    call, leg = at_olgas_telephone(hotline)
    with clock.frozen(NOON + timedelta(seconds=8)):
        ann = hotline.screener("ann")
        hotline.accepts(ann)
    with pytest.raises(Conflict):
        accepted(hotline, call, leg, 12)
    assert call.screener_id == ann


@pytest.mark.parametrize("ending", ["caller hangs up", "a screener accepts"])
def test_a_telephone_that_rings_for_nothing_is_ended(hotline: Hotline, ending: str) -> None:
    call, leg = at_olgas_telephone(hotline)
    with clock.frozen(NOON + timedelta(seconds=8)):
        on_call.progress(hotline.session, call.id, leg.id, "dial", "CA" + "1" * 32, "")
        if ending == "caller hangs up":
            hotline.hangs_up(call)
        else:
            hotline.accepts(hotline.screener("ann"))
    sweep(hotline, 10, call)
    hotline.session.refresh(leg)
    assert leg.state == "closing"
    ends = select(OutboxRow).where(OutboxRow.job == "end_call", OutboxRow.subject_id == str(call.id))
    assert hotline.session.scalars(ends).all()
    with clock.frozen(NOON + timedelta(seconds=11)):
        assert on_call.turn(hotline.session, call.id).leg is None


def test_a_person_who_talks_is_passed_over_and_written_down(hotline: Hotline) -> None:
    close_the_office(hotline)
    olga, noah = on_ladder(hotline, "olga", "noah")
    with clock.frozen(NOON):
        service.set_available(hotline.session, olga)
        hotline.talks(olga)
        call = hotline.waits()
    sweep(hotline, 1, call)
    sweep(hotline, 62, call)
    assert rings(hotline, call, 63).user_id == noah
    attempts = hotline.session.scalars(select(CallLeg).where(CallLeg.kind == "on_call")).all()
    assert {(leg.user_id, leg.reason) for leg in attempts} == {(olga, "busy_with_caller"), (noah, None)}


def test_one_person_is_rung_for_one_caller_at_a_time(hotline: Hotline) -> None:
    first, leg = at_olgas_telephone(hotline)
    with clock.frozen(NOON + timedelta(seconds=5)):
        second = hotline.waits(number="+16615550143")
    sweep(hotline, 6, second)
    sweep(hotline, 8, second)
    with clock.frozen(NOON + timedelta(seconds=9)):
        assert on_call.turn(hotline.session, second.id) == on_call.Turn(wait=True)
        assert not on_call.is_over(hotline.session, second)
        on_call.progress(hotline.session, first.id, leg.id, "end", None, "no_answer")
        assert on_call.turn(hotline.session, second.id).leg is not None


def test_a_leg_whose_news_is_lost_does_not_stop_the_ladder(hotline: Hotline) -> None:
    call, leg = at_olgas_telephone(hotline, "noah")
    with clock.frozen(NOON + timedelta(seconds=5)):
        on_call.progress(hotline.session, call.id, leg.id, "dial", "CA" + "1" * 32, "")
    sweep(hotline, 60, call)
    hotline.session.refresh(leg)
    assert (leg.state, leg.reason) == ("closing", "no_news")
    assert rings(hotline, call, 61).user_id != leg.user_id


def test_a_caller_who_lost_the_person_on_call_has_the_ladder_again(hotline: Hotline) -> None:
    call, leg = at_olgas_telephone(hotline)
    accepted(hotline, call, leg, 12)
    with clock.frozen(NOON + timedelta(seconds=14)):
        hotline.meet(call)
    with clock.frozen(NOON + timedelta(seconds=30)):
        hotline.loses_leg(call)
    sweep(hotline, 40, call)
    assert (call.state, call.returned_to_front) == ("waiting", True)
    sweep(hotline, 42, call)
    again = rings(hotline, call, 43)
    assert (again.user_id, again.id != leg.id) == (leg.user_id, True)


def test_somebody_on_call_without_a_console_can_take_the_next_caller_too(hotline: Hotline) -> None:
    call, leg = at_olgas_telephone(hotline)
    accepted(hotline, call, leg, 12)
    hotline.meet(call)
    with clock.frozen(NOON + timedelta(seconds=60)):
        hotline.hangs_up(call)
        second = hotline.waits(number="+16615550143")
    sweep(hotline, 62, second)
    sweep(hotline, 64, second)
    again = rings(hotline, second, 65)
    accepted(hotline, second, again, 70)
    assert (second.state, second.screener_id) == ("connecting", leg.user_id)


@pytest.mark.parametrize(
    ("local", "expected"),
    [
        # The night of 31 October: clocks go back at 2:00. The shift of the night ends at 6:00 by the new time.
        ("2026-11-01T05:59:00", ["night"]),
        ("2026-11-01T06:00:00", ["morning"]),
        # The night of 7 March: clocks go forward at 2:00.
        ("2026-03-08T05:59:00", ["night"]),
        ("2026-03-08T06:00:00", ["morning"]),
        ("2026-06-10T23:59:59", ["night"]),
        ("2026-06-11T00:00:00", ["night"]),
    ],
)
def test_shifts_change_by_the_clock_on_the_wall_over_midnight_and_clock_changes(
    hotline: Hotline, wall: Callable[[str], datetime], local: str, expected: list[str]
) -> None:
    names = {name: add_person(hotline.session, name) for name in ("night", "morning")}
    team, moment = rosters.on_call("kern"), wall(local)
    evening = local[:10] if local[11:13] == "23" else (moment - timedelta(hours=12)).date().isoformat()
    morning = (datetime.fromisoformat(evening) + timedelta(days=1)).date().isoformat()
    rosters.add(hotline.session, team, names["night"], 1, wall(f"{evening}T22:00"), wall(f"{morning}T06:00"))
    rosters.add(
        hotline.session, team, names["morning"], 1, wall(f"{morning}T06:00"), wall(f"{morning}T14:00")
    )
    assert list(rosters.ladder(hotline.session, team, moment)) == [names[name] for name in expected]


@pytest.fixture
def wall() -> Callable[[str], datetime]:
    """The moment that clocks on the wall in California show."""
    return lambda text: datetime.fromisoformat(text).replace(tzinfo=ZoneInfo("America/Los_Angeles"))


def answered_after(hotline: Hotline, screener: UUID, seconds: float, ended: float) -> None:
    """A call of the past that waited so long and was answered `ended` seconds before noon."""
    with clock.frozen(NOON - timedelta(seconds=ended + seconds)):
        call = hotline.waits()
    call.state, call.connected_at = "ended", NOON - timedelta(seconds=ended)
    call.ended_at, call.outcome, call.screener_id = call.connected_at, "answered", screener
    call.disposition = "report"
    hotline.session.flush()


def test_the_expected_wait_is_the_median_of_the_last_hour(hotline: Hotline) -> None:
    line, someone = the_line(hotline), add_person(hotline.session, "ann")
    for seconds, ended in ((60, 100), (120, 200), (900, 300), (5, 3700)):
        answered_after(hotline, someone, seconds, ended)
    with clock.frozen(NOON):
        assert waits.expected_seconds(hotline.session, line.id, "en", 1) == 120
        assert waits.expected_seconds(hotline.session, line.id, "en", 3) == 360
        assert waits.expected_seconds(hotline.session, line.id, "en", 1, waited=100) == 20


def test_no_number_is_known_where_nothing_was_measured(hotline: Hotline) -> None:
    line = the_line(hotline)
    answered_after(hotline, add_person(hotline.session, "ann"), 60, 100)
    with clock.frozen(NOON):
        assert waits.expected_seconds(hotline.session, line.id, "es", 1) is None
        # Who has waited longer than that is told no number that was wrong already.
        assert waits.expected_seconds(hotline.session, line.id, "en", 1, waited=61) is None
    with clock.frozen(NOON + timedelta(hours=2)):
        assert waits.expected_seconds(hotline.session, line.id, "en", 1) is None


def test_more_screeners_shorten_the_expected_wait(hotline: Hotline) -> None:
    line, someone = the_line(hotline), add_person(hotline.session, "old")
    answered_after(hotline, someone, 60, 100)
    with clock.frozen(NOON):
        hotline.screener("ann")
        hotline.screener("bob")
        assert waits.expected_seconds(hotline.session, line.id, "en", 4) == 120
