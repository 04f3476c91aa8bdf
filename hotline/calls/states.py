"""Lawful moves of calls, legs and screeners' presence, as data (pure).

The phone company tells things late, twice and in any order. So every event that can come after the fact is
named in a table of late events: it is expected, changes nothing and never reopens what has ended. Anything that
stands in neither table is refused with IllegalMove.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from hotline.base.states import Machine

CALL = Machine(
    "call",
    {
        "greeting": {
            "language_chosen": "menu",
            "lane_chosen": "waiting",
            "hung_up": "ended",
            "diverted": "ended",
        },
        "menu": {"lane_chosen": "waiting", "hung_up": "ended", "diverted": "ended"},
        "waiting": {
            "accepted": "connecting",
            "to_voicemail": "voicemail",
            "diverted": "ended",
            "hung_up": "ended",
            "closed": "ended",
        },
        "voicemail": {"back_in_line": "waiting", "diverted": "ended", "hung_up": "ended"},
        "connecting": {
            "both_in_room": "talking",
            "screener_lost": "waiting",
            "hung_up": "ended",
            "unanswered": "ended",
        },
        "talking": {
            "screener_lost": "waiting",
            "handed_on": "waiting",
            "hung_up": "ended",
            "closed": "ended",
        },
        "ended": {},
    },
)
"""`hung_up`: the caller's own leg is gone; `closed`: we end the call; `diverted`: the caller chose a callback, left
a message or was served at a backup number; `handed_on`: a cold transfer, back to the front of another line;
`unanswered`: whom we called did not answer. Inbound calls begin in `greeting`, callbacks in `waiting`, other outbound
calls in `connecting`.
"""

_AFTER_MENU = frozenset({"language_chosen", "lane_chosen"})
LATE_CALL: Mapping[str, frozenset[str]] = {
    "greeting": frozenset(),
    "menu": frozenset({"language_chosen"}),
    "waiting": _AFTER_MENU | {"both_in_room", "screener_lost", "handed_on", "back_in_line"},
    "voicemail": _AFTER_MENU | {"to_voicemail"},
    "connecting": _AFTER_MENU | {"back_in_line", "to_voicemail"},
    "talking": _AFTER_MENU | {"both_in_room", "back_in_line", "to_voicemail", "unanswered"},
    "ended": _AFTER_MENU
    | {
        "hung_up",
        "closed",
        "both_in_room",
        "screener_lost",
        "handed_on",
        "diverted",
        "unanswered",
        "to_voicemail",
        "back_in_line",
    },
}
"""Events that come when the call has moved on already."""

LEG = Machine(
    "leg",
    {
        "wanted": {"dial": "dialing", "answer": "answered", "join": "in_room", "end": "ended"},
        "dialing": {
            "ring": "ringing",
            "answer": "answered",
            "join": "in_room",
            "close": "closing",
            "end": "ended",
        },
        "ringing": {
            "answer": "answered",
            "move": "moving",
            "join": "in_room",
            "close": "closing",
            "end": "ended",
        },
        "answered": {"move": "moving", "join": "in_room", "close": "closing", "end": "ended"},
        "moving": {"join": "in_room", "come_back": "answered", "close": "closing", "end": "ended"},
        "in_room": {"come_back": "answered", "close": "closing", "end": "ended"},
        "closing": {"end": "ended"},
        "ended": {},
    },
)
"""`moving`: on the way into the room; `closing`: we want it ended and the phone company has not done so yet."""

LATE_LEG: Mapping[str, frozenset[str]] = {
    "wanted": frozenset(),
    "dialing": frozenset({"dial"}),
    "ringing": frozenset({"dial", "ring", "come_back"}),
    "answered": frozenset({"dial", "ring", "answer", "come_back"}),
    "moving": frozenset({"dial", "ring", "answer", "move"}),
    "in_room": frozenset({"dial", "ring", "answer", "move", "join"}),
    "closing": frozenset({"dial", "ring", "answer", "move", "join", "come_back", "close"}),
    "ended": frozenset({"dial", "ring", "answer", "move", "join", "come_back", "close", "end"}),
}

PRESENCE = Machine(
    "screener",
    {
        "offline": {"come": "available", "take_by_phone": "on_call"},
        "available": {
            "come": "available",
            "offer": "offered",
            "call_out": "on_call",
            "take_by_phone": "on_call",
            "go_away": "away",
            "leave": "offline",
        },
        "offered": {
            "accept": "on_call",
            "decline": "available",
            "withdraw": "available",
            "miss": "away",
            "go_away": "away",
            "leave": "offline",
        },
        "on_call": {"call_ended": "wrap_up", "lose": "away", "release": "available"},
        "wrap_up": {
            "finish": "available",
            "finish_away": "away",
            # Somebody on call at night has no console to finish the last call with.
            "take_by_phone": "on_call",
            "go_away": "away",
            "leave": "offline",
        },
        "away": {
            "come": "available",
            "call_out": "on_call",
            "take_by_phone": "on_call",
            "go_away": "away",
            "leave": "offline",
            "finish": "away",
            "finish_away": "away",
        },
    },
)
"""Nothing but the end of a call, or the loss of the leg, takes a screener away from a caller.

`call_out`: the screener calls somebody as the hotline; `take_by_phone`: an on-call person pressed 1; `release`: a
colleague who was only consulted is free again without wrap-up; `finish_away`: the end of a wrap-up of somebody who
does not want the next call at once.
"""

LANES = ("danger", "youth", "mandated", "general")
"""The callers' menu choices, the most urgent first."""

DISPOSITIONS = (
    "report",
    "information_and_referral",
    "law_enforcement_matter",
    "other_county",
    "wrong_number",
    "silent",
    "prank",
    "test_call",
    "follow_up",
    "reached",
    "not_reached",
    "other_non_report",
)
"""What a call was about, as the screener closes it. `reached` and `not_reached` are of calls that we place: a machine
that answered, or the wrong person, is not reached."""

OUTCOMES = ("answered", "abandoned", "diverted", "unanswered")
"""`unanswered` is of calls that we place; the ledger of callers counts inbound calls and knows only the others."""

BREAKS = ("break", "meal", "training", "documentation", "supervision", "technical", "other")
"""Why a screener takes no calls, as they choose it; the line itself sets other reasons (`missed_offer`, …)."""

TELEPHONES = ("softphone", "ring", "desk")
"""How a screener's leg comes about: see `models.Presence.telephone`."""

FLAGS = ("silent", "hostile", "prank")
"""What a supervisor may note of the calls from one number."""

STAGES = ("greeting", "menu", "queue", "ring", "talk", "hold", "transfer", "voicemail")
"""Where an inbound call was when it ended, finer than its state."""


@dataclass(frozen=True)
class Step:
    """Where an event leads. `late`: it came after the fact, so nothing changes."""

    state: str
    late: bool


def call_step(state: str, event: str) -> Step:
    """What `event` does to a call; raises IllegalMove when it is neither lawful nor a known latecomer."""
    return _step(CALL, LATE_CALL, state, event)


def leg_step(state: str, event: str) -> Step:
    """What `event` does to a leg; raises IllegalMove when it is neither lawful nor a known latecomer."""
    return _step(LEG, LATE_LEG, state, event)


def _step(machine: Machine, late: Mapping[str, frozenset[str]], state: str, event: str) -> Step:
    if event in late[state]:
        return Step(state, late=True)
    return Step(machine.next(state, event), late=False)


def room_of(leg_id: UUID) -> str:
    """The room in which a screener's leg meets the caller: random like the id, so it says nothing of anybody.

    It follows from the leg alone, so that both legs find it while the database is away.
    """
    return f"room-{leg_id.hex}"
