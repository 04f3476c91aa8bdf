"""The rehearsed day as data."""

from __future__ import annotations

import pytest

from hotline.demo.day.plan import FEWEST, LEAVING, STORIES, make_plan, pace


@pytest.mark.parametrize("seed", range(20))
@pytest.mark.parametrize("calls", [FEWEST, 40])
def test_every_ingredient_is_in_every_day(calls: int, seed: int) -> None:
    plan = make_plan(calls, seed)
    assert len(plan) == calls
    assert {call.leaves_at for call in plan} == {None, *LEAVING}
    assert {call.story for call in plan} == set(STORIES)
    assert {call.language for call in plan} == {"en", "es"}
    assert {"accept", "decline", "miss"} == {call.offer for call in plan}
    assert any(call.from_ == "anonymous" for call in plan)
    assert any(not call.keys for call in plan)


@pytest.mark.parametrize("seed", range(20))
def test_a_duplicate_comes_after_the_report_that_it_repeats(seed: int) -> None:
    plan = make_plan(40, seed)
    first = next(call for call in plan if call.story == "path_3" and call.reported)
    assert all(call.number > first.number for call in plan if call.story == "duplicate")


def test_the_same_seed_gives_the_same_day_and_another_seed_another() -> None:
    assert make_plan(40, 7) == make_plan(40, 7)
    assert make_plan(40, 7) != make_plan(40, 8)


def test_only_an_offer_that_reaches_somebody_is_declined_or_missed() -> None:
    plan = make_plan(200, 3)
    assert all(call.reported for call in plan if call.offer != "accept")


def test_only_whoever_stays_or_leaves_in_the_talk_counts_as_answered() -> None:
    for call in make_plan(200, 4):
        wanted = {"talk": "answered", None: "answered", "connecting": None}.get(call.leaves_at, "abandoned")
        assert call.outcome == wanted
        assert call.reported == (call.leaves_at is None)


def test_callers_with_a_number_have_different_ones() -> None:
    numbers = [call.from_ for call in make_plan(300, 1) if call.from_ != "anonymous"]
    assert len(set(numbers)) == len(numbers)


def test_a_day_too_short_for_its_ingredients_is_refused() -> None:
    with pytest.raises(ValueError, match="at least 12 calls"):
        make_plan(FEWEST - 1, 0)


def test_calls_keep_their_order_and_distances_at_any_speed() -> None:
    plan = make_plan(40, 5)
    slow, fast = pace(plan, 100), pace(plan, 1000)
    assert slow == sorted(slow)
    assert slow[0] == 0
    assert [round(one / 10, 6) for one in slow] == [round(one, 6) for one in fast]


@pytest.mark.parametrize("speed", [0, -1, float("inf"), float("nan")])
def test_a_speed_that_is_no_speed_is_refused(speed: float) -> None:
    with pytest.raises(ValueError, match="greater than 0"):
        pace(make_plan(FEWEST, 0), speed)
