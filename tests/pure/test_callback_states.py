"""When a callback is tried again, and what may become of callbacks and messages."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from hotline.base.states import IllegalMove
from hotline.callbacks.states import CALLBACK, CLOSE_REASONS, GAPS, RESOLUTIONS, next_attempt
from hotline.voicemails.states import VOICEMAIL, is_message

MONDAY = datetime(2026, 11, 23, 20, 0, tzinfo=UTC)
"""Noon in California."""


@dataclass(frozen=True)
class Office:
    time_zone: str = "America/Los_Angeles"
    hours: dict[str, Any] = field(default_factory=dict)
    holidays: tuple[str, ...] = ()


WEEKDAYS = Office(hours={day: [["08:00", "17:00"]] for day in ("mon", "tue", "wed", "thu", "fri")})


def test_the_gaps_between_attempts_grow() -> None:
    assert next_attempt(1, MONDAY, Office()) == MONDAY + timedelta(minutes=15)
    assert next_attempt(2, MONDAY, Office()) == MONDAY + timedelta(hours=1)
    assert list(GAPS) == sorted(GAPS)


def test_after_the_third_attempt_a_person_decides() -> None:
    assert next_attempt(3, MONDAY, Office()) is None


def test_nobody_is_called_again_while_the_line_is_closed() -> None:
    almost_five = MONDAY + timedelta(hours=4, minutes=50)
    opening = datetime(2026, 11, 24, 16, 0, tzinfo=UTC)
    assert next_attempt(1, almost_five, WEEKDAYS) == opening
    friday_evening = almost_five + timedelta(days=4)
    assert next_attempt(2, friday_evening, WEEKDAYS) == opening + timedelta(days=6)


def test_a_holiday_is_passed_over() -> None:
    closed = Office(hours=WEEKDAYS.hours, holidays=("2026-11-24",))
    almost_five = MONDAY + timedelta(hours=4, minutes=50)
    assert next_attempt(1, almost_five, closed) == datetime(2026, 11, 25, 16, 0, tzinfo=UTC)


def test_a_line_that_never_opens_does_not_hang_us_up() -> None:
    never = Office(hours={"mon": []})
    assert next_attempt(1, MONDAY, never) is not None


@pytest.mark.parametrize("state", ["waiting", "in_line", "with_person"])
def test_every_open_callback_can_be_closed(state: str) -> None:
    assert CALLBACK.next(state, "close") == "closed"


def test_nobody_is_called_who_did_not_say_that_it_is_safe() -> None:
    with pytest.raises(IllegalMove):
        CALLBACK.next("asked", "put_in_line")


def test_a_closed_callback_stays_closed() -> None:
    assert CALLBACK.is_end("closed")


def test_a_persons_reasons_are_among_the_resolutions() -> None:
    assert set(CLOSE_REASONS) < set(RESOLUTIONS)


@pytest.mark.parametrize(("seconds", "expected"), [(0, False), (1, False), (2, True), (300, True)])
def test_less_than_two_seconds_are_no_message(seconds: int, expected: bool) -> None:
    assert is_message(seconds) is expected


def test_a_message_is_never_forgotten_once_it_was_left() -> None:
    for state in ("left", "missing", "kept", "heard"):
        assert not VOICEMAIL.allows(state, "find_empty")


def test_a_sound_that_comes_late_is_still_kept() -> None:
    assert VOICEMAIL.next("missing", "keep") == "kept"
    assert VOICEMAIL.next("empty", "leave") == "left"
