"""Lawful moves of a message that a caller leaves, and what its news may lead to (pure)."""

from __future__ import annotations

from hotline.base.states import Machine

VOICEMAIL = Machine(
    "voicemail",
    {
        "recording": {"leave": "left", "find_empty": "empty"},
        "empty": {"leave": "left"},
        "left": {"keep": "kept", "miss": "missing"},
        "missing": {"keep": "kept", "hear": "heard"},
        "kept": {"hear": "heard"},
        "heard": {"keep": "heard", "hear": "heard"},
    },
)
"""`recording`: the caller was asked to speak; `left`: the sound is still at the phone company; `kept`: we have it;
`missing`: it did not come in time. News comes in any order and twice: what leads nowhere changes nothing.
"""

RESULTS = ("report_begun", "called_back", "report_known", "no_report_needed", "not_understood")
"""What a person did about a message."""

SHORTEST = 2
"""Seconds: less is a caller who hung up, not a message."""


def is_message(seconds: int) -> bool:
    """Whether a recording of that length is one."""
    return seconds >= SHORTEST
