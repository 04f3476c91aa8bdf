"""Lawful moves of recordings and transcriptions, as data (pure).

The phone company tells of a recording before and after the end of the call, twice and in any order; an event that
the state does not know changes nothing.
"""

from __future__ import annotations

from hotline.base.states import Machine

RECORDING = Machine(
    "recording",
    {
        "asked": {"begun": "on", "ended": "stopped", "called_off": "called_off", "failed": "failed"},
        "on": {"paused": "paused", "ended": "stopped", "failed": "failed"},
        "paused": {"resumed": "on", "ended": "stopped", "failed": "failed"},
        "stopped": {"kept": "kept", "failed": "failed"},
        "kept": {},
        "failed": {"ended": "stopped"},
        "called_off": {"ended": "stopped"},
    },
)
"""`called_off`: it was stopped before it had begun; `kept`: the sound is with us, and no longer with them.

A recording that we had given up may have been made all the same: then its end is told, and its sound is taken over.
"""

TRANSCRIPTION = Machine(
    "transcription",
    {
        "asked": {"begun": "on", "ended": "stopped", "failed": "failed"},
        "on": {"ended": "stopped", "failed": "failed"},
        "stopped": {},
        "failed": {},
    },
)

WANTED = frozenset({"on", "paused", "stopped"})
RUNNING = frozenset({"asked", "on", "paused"})
"""States in which there is something to steer."""


def target(wanted: str, call_state: str, *, caller_held: bool) -> str:
    """What the phone company should be doing now: `on`, `paused` or `stopped`.

    Nothing is recorded while the caller is alone, on hold or back in the line: what they say then is not for us.
    """
    if wanted == "stopped" or call_state == "ended":
        return "stopped"
    if wanted == "paused" or call_state != "talking" or caller_held:
        return "paused"
    return "on"
