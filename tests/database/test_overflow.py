"""Waiting callers are led on: to everybody, to people on call, to voicemail, and never out of the line."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from hotline.accounts.models import User
from hotline.base import clock
from hotline.base.outbox import OutboxRow
from hotline.calls import on_call, service
from hotline.calls.models import CallLeg
from hotline.worklist.models import WorklistItem
from tests.support.calls import Hotline
from tests.support.noon import (
    NOON,
    at_noon,
    close_the_office,
    kinds,
    led_on,
    on_ladder,
    rings,
    sweep,
    the_line,
)


@pytest.fixture
def hotline(session: Session) -> Hotline:
    return at_noon(session)


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
    assert on_call.Ladders(hotline.session, [call]).is_over(call)
    sweep(hotline, 130, call)
    assert rings(hotline, call, 131).id != leg.id
    assert kinds(hotline).count("on_call_unanswered") == 1


def test_a_caller_who_comes_back_from_a_talk_has_the_whole_cap_again(hotline: Hotline) -> None:
    with clock.frozen(NOON):
        hotline.talks(hotline.screener("bob"))
        call = hotline.talks(hotline.screener("ann"))
    the_line(hotline).max_wait = 300
    with clock.frozen(NOON + timedelta(minutes=20)):
        hotline.loses_leg(call)
    with clock.frozen(NOON + timedelta(minutes=20, seconds=10)):
        service.sweep(hotline.session)
    assert sweep(hotline, 1300, call).overflow_step == 0
    assert sweep(hotline, 1511, call).overflow_step == 1
