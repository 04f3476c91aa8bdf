"""How a caller gets through the greeting and the menu, and where an impatient one hangs up."""

from __future__ import annotations

from hotline.demo.day.telephone import Caller

LANGUAGE_KEYS = {"en": "1", "es": "2"}
LANE_KEYS = {"danger": "1", "mandated": "2", "youth": "3", "general": "0"}


def choose(caller: Caller, language: str, lane: str, patience: float = 20) -> None:
    """Press the keys of language and menu, and return once the caller waits in line."""
    first = caller.wait_for_menu(patience)
    caller.press(LANGUAGE_KEYS[language])
    caller.wait_for_menu(patience, after=first)
    caller.press(LANE_KEYS[lane])
    caller.wait_for_stage("queue", seconds=patience)


def stay_silent(caller: Caller, patience: float = 60) -> None:
    """Press nothing, and return once the caller waits in line all the same."""
    caller.wait_for_stage("queue", seconds=patience)
