"""Which moves of calls, legs and presences are lawful, and which merely come late."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping

import pytest

from hotline.base.states import IllegalMove, Machine
from hotline.calls import states
from hotline.calls.states import CALL, LATE_CALL, LATE_LEG, LEG, PRESENCE, Step, call_step, leg_step

PHONE_EVENTS = ("language_chosen", "lane_chosen", "both_in_room", "screener_lost", "hung_up", "closed")


def test_the_machines_have_the_states_that_the_screens_know() -> None:
    assert CALL.states == {"greeting", "menu", "waiting", "voicemail", "connecting", "talking", "ended"}
    assert PRESENCE.states == {"offline", "available", "offered", "on_call", "wrap_up", "away"}


@pytest.mark.parametrize("event", PHONE_EVENTS)
def test_nothing_reopens_an_ended_call(event: str) -> None:
    assert call_step("ended", event) == Step("ended", late=True)


@pytest.mark.parametrize("state", sorted(CALL.states - {"ended"}))
def test_a_caller_can_hang_up_at_every_stage(state: str) -> None:
    assert call_step(state, "hung_up") == Step("ended", late=False)


@pytest.mark.parametrize("state", ["waiting", "connecting", "talking"])
@pytest.mark.parametrize("event", ["language_chosen", "lane_chosen"])
def test_a_choice_that_comes_late_moves_nobody(state: str, event: str) -> None:
    assert call_step(state, event) == Step(state, late=True)


@pytest.mark.parametrize(
    ("state", "event"), [("greeting", "both_in_room"), ("menu", "accepted"), ("waiting", "unanswered")]
)
def test_what_can_never_happen_is_refused(state: str, event: str) -> None:
    with pytest.raises(IllegalMove):
        call_step(state, event)


@pytest.mark.parametrize("event", sorted({name for state in LEG.states for name in LEG.events(state)}))
def test_nothing_reopens_an_ended_leg(event: str) -> None:
    assert leg_step("ended", event) == Step("ended", late=True)


@pytest.mark.parametrize(("machine", "late"), [(CALL, LATE_CALL), (LEG, LATE_LEG)])
def test_an_event_is_either_lawful_or_late(machine: Machine, late: Mapping[str, frozenset[str]]) -> None:
    assert set(late) == machine.states
    assert all(machine.events(state).isdisjoint(late[state]) for state in machine.states)


@pytest.mark.parametrize("step", [call_step, leg_step])
def test_an_unknown_word_is_no_state_change(step: Callable[[str, str], Step]) -> None:
    with pytest.raises(IllegalMove):
        step("ended", "exploded")


@pytest.mark.parametrize("event", ["go_away", "leave", "come", "offer", "withdraw", "miss"])
def test_nothing_but_the_call_itself_takes_a_screener_off_it(event: str) -> None:
    assert not PRESENCE.allows("on_call", event)


def test_a_room_says_nothing_of_anybody_and_follows_from_the_leg() -> None:
    leg_id = uuid.uuid4()
    assert states.room_of(leg_id) == states.room_of(leg_id) == f"room-{leg_id.hex}"
