"""Which step a waiting caller is led to, and which never."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hotline.calls.overflow import LADDER_AGAIN, NOBODY_FOR, STEP_TIME, Step, Wait, next_step, steps_for
from hotline.calls.states import LANES
from hotline.calls.waits import remaining

USUAL = ("everybody", "on_call", "voicemail")
CALM = Wait(
    lane="general",
    waited=timedelta(seconds=10),
    since_step=timedelta(seconds=10),
    taken=0,
    max_wait=timedelta(minutes=10),
    line_open=True,
    on_duty=2,
    free=False,
    ladder_over=True,
)
LONG = timedelta(minutes=10)

seconds = st.integers(0, 4000).map(lambda number: timedelta(seconds=number))
WAITS = st.builds(
    Wait,
    lane=st.sampled_from(LANES),
    waited=seconds,
    since_step=seconds,
    taken=st.integers(0, 4),
    max_wait=st.sampled_from([timedelta(seconds=30), LONG]),
    line_open=st.booleans(),
    on_duty=st.integers(0, 3),
    free=st.booleans(),
    ladder_over=st.booleans(),
)
OVERFLOWS = st.lists(
    st.sampled_from(["everybody", "team:a", "team:b", "on_call"]), unique=True, max_size=4
).flatmap(lambda steps: st.sampled_from([tuple(steps) or ("on_call",), (*steps, "voicemail")]))


def test_a_caller_within_the_cap_waits_for_who_is_there() -> None:
    assert next_step(CALM, USUAL) is None


@pytest.mark.parametrize(
    ("wait", "why"),
    [
        (replace(CALM, waited=LONG), "waited_too_long"),
        (replace(CALM, on_duty=0, waited=NOBODY_FOR), "no_screener_on_duty"),
        (replace(CALM, line_open=False, waited=timedelta()), "closed"),
    ],
)
def test_the_first_step_is_taken_at_the_cap_without_screeners_or_after_hours(wait: Wait, why: str) -> None:
    assert next_step(wait, USUAL) == Step("everybody", why)


def test_screeners_who_are_there_are_given_a_minute_for_each_step() -> None:
    wait = replace(CALM, waited=LONG, taken=1, since_step=STEP_TIME - timedelta(seconds=1))
    assert next_step(wait, USUAL) is None
    assert next_step(replace(wait, since_step=STEP_TIME), USUAL) == Step("on_call", "waited_too_long")
    assert next_step(replace(wait, on_duty=0), USUAL) == Step("on_call", "waited_too_long")


def test_the_ladder_is_waited_for_five_minutes_and_in_danger_to_its_end() -> None:
    wait = replace(CALM, waited=LONG, taken=2, since_step=timedelta(seconds=299), ladder_over=False)
    assert next_step(wait, USUAL) is None
    later = replace(wait, since_step=timedelta(minutes=5))
    assert next_step(later, USUAL) == Step("voicemail", "waited_too_long")
    assert next_step(replace(later, lane="danger", since_step=timedelta(hours=1)), USUAL) is None
    assert next_step(replace(wait, ladder_over=True), USUAL) == Step("voicemail", "waited_too_long")


def test_after_the_last_step_the_caller_keeps_waiting() -> None:
    wait = replace(CALM, waited=LONG, taken=1, since_step=timedelta(hours=1))
    assert next_step(wait, ("everybody",)) is None
    assert next_step(replace(wait, since_step=LADDER_AGAIN), ("on_call",)) == Step(
        "on_call", "waited_too_long"
    )


@settings(max_examples=300, deadline=None)
@given(wait=WAITS, overflow=OVERFLOWS)
def test_nobody_is_sent_to_voicemail_while_somebody_is_free(wait: Wait, overflow: tuple[str, ...]) -> None:
    step = next_step(wait, overflow)
    assert not (wait.free and step is not None)


@settings(max_examples=300, deadline=None)
@given(wait=WAITS, overflow=OVERFLOWS)
def test_danger_is_never_sent_to_voicemail_before_the_ladder_was_tried(
    wait: Wait, overflow: tuple[str, ...]
) -> None:
    step = next_step(replace(wait, lane="danger"), overflow)
    if step is not None and step.name == "voicemail":
        assert "on_call" in steps_for("danger", overflow)[: wait.taken]
        if steps_for("danger", overflow)[wait.taken - 1] == "on_call":
            assert wait.ladder_over


@settings(max_examples=200, deadline=None)
@given(overflow=OVERFLOWS, lane=st.sampled_from(LANES))
def test_with_nobody_there_every_line_comes_to_its_last_step(overflow: tuple[str, ...], lane: str) -> None:
    wait, taken = replace(CALM, lane=lane, on_duty=0, waited=NOBODY_FOR), []
    for _ in range(8):
        step = next_step(wait, overflow)
        if step is None:
            break
        taken.append(step.name)
        wait = replace(
            wait, taken=min(wait.taken + 1, len(steps_for(lane, overflow))), since_step=timedelta()
        )
    assert tuple(taken) == steps_for(lane, overflow)


@settings(max_examples=200, deadline=None)
@given(
    waits=st.lists(st.floats(0, 4000), max_size=9),
    position=st.integers(1, 50),
    people=st.integers(0, 10),
    waited=st.integers(0, 4000),
)
def test_an_expected_wait_is_positive_or_unsaid_and_never_shrinks_with_the_place(
    waits: list[float], position: int, people: int, waited: int
) -> None:
    here, behind = remaining(waits, position, people, waited), remaining(waits, position + 1, people, waited)
    assert here is None or here > 0
    assert waits or here is None
    if here is not None:
        assert behind is not None and behind >= here
