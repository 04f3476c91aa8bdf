"""A day's calls by the hour, and the picture that is drawn of them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from hotline.calls.figures import Ring, by_hour
from hotline.web.supervision.picture import picture

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def ring(
    at: int, *, waited: int | None = None, talked: int | None = None, outcome: str | None = None
) -> Ring:
    """A call that came `at` minutes after noon, waited and talked so many minutes (None: it still does)."""
    came = NOON + at * MINUTE
    connected = came + waited * MINUTE if waited is not None and outcome in (None, "answered") else None
    ended = None
    if outcome is not None:
        ended = came + ((waited or 0) + (talked or 0)) * MINUTE
    return Ring(came, came, connected, ended, outcome)


def test_a_call_belongs_to_the_hour_in_which_it_came() -> None:
    calls = [
        ring(1, waited=1, talked=70, outcome="answered"),
        ring(59, waited=5, outcome="abandoned"),
        ring(61, waited=0, outcome="diverted"),
        ring(62, waited=3),
        ring(63),
    ]
    first, second = by_hour(calls, NOON, NOON + 65 * MINUTE)
    assert (first.received, first.answered, first.abandoned, first.diverted, first.still_open) == (
        2,
        1,
        1,
        0,
        0,
    )
    # Who is being talked with has been answered; who waits is open.
    assert (second.received, second.answered, second.diverted, second.still_open) == (3, 1, 1, 1)


def test_callers_of_the_hour_before_still_wait_in_the_next() -> None:
    calls = [
        ring(50, waited=20, outcome="abandoned"),
        ring(55, waited=10, outcome="abandoned"),
        ring(69, waited=1),
    ]
    first, second = by_hour(calls, NOON, NOON + 75 * MINUTE)
    assert (first.waiting_at_once, second.waiting_at_once) == (2, 2)


def test_who_leaves_as_the_next_comes_never_waits_with_them() -> None:
    calls = [ring(0, waited=5, outcome="abandoned"), ring(5, waited=5, outcome="abandoned")]
    (hour,) = by_hour(calls, NOON, NOON + 30 * MINUTE)
    assert hour.waiting_at_once == 1


def test_the_usual_wait_is_the_median_of_the_answered() -> None:
    calls = [
        ring(minute, waited=wait, talked=1, outcome="answered") for minute, wait in ((0, 1), (1, 2), (2, 9))
    ]
    (hour,) = by_hour([*calls, ring(3, waited=30, outcome="abandoned")], NOON, NOON + 59 * MINUTE)
    assert (hour.median_wait, hour.soon) == (120, 1)
    (silent,) = by_hour([], NOON, NOON + MINUTE)
    assert silent.median_wait is None


def test_the_day_on_which_clocks_change_has_an_hour_less() -> None:
    zone = ZoneInfo("America/Los_Angeles")
    begins = datetime(2026, 3, 8, 0, 0, tzinfo=zone).astimezone(UTC)
    ends = datetime(2026, 3, 8, 23, 30, tzinfo=zone).astimezone(UTC)
    hours = by_hour([], begins, ends)
    assert len(hours) == 23
    assert [one.begins.astimezone(zone).hour for one in hours[:4]] == [0, 1, 3, 4]


def test_the_bars_of_the_picture_are_as_high_as_the_figures() -> None:
    calls = [
        ring(0, waited=1, talked=1, outcome="answered"),
        ring(1, waited=1, outcome="abandoned"),
        ring(70),
    ]
    drawn = picture(by_hour(calls, NOON, NOON + 80 * MINUTE))
    busy, quiet = drawn.bars
    assert [block.kind for block in busy.blocks] == ["answered", "abandoned"]
    assert [block.kind for block in quiet.blocks] == ["open"]
    assert {round(block.height, 1) for bar in drawn.bars for block in bar.blocks} == {83.0}
    answered, abandoned = busy.blocks
    assert abandoned.y + abandoned.height == answered.y, "they stand on each other"
    assert all(block.y >= 0 and block.y + block.height <= 176 for bar in drawn.bars for block in bar.blocks)
    assert picture([]).bars == ()
