"""Lawful moves of a callback, when it is tried again, and how it may end (pure)."""

from __future__ import annotations

from datetime import datetime, timedelta

from hotline.base.states import Machine
from hotline.lines.hours import Opening, is_open

CALLBACK = Machine(
    "callback",
    {
        "asked": {"confirm": "waiting", "close": "closed"},
        "waiting": {"put_in_line": "in_line", "close": "closed"},
        "in_line": {
            "not_reached": "waiting",
            "give_up": "with_person",
            "take_back": "waiting",
            "close": "closed",
        },
        "with_person": {"put_in_line": "in_line", "close": "closed"},
        "closed": {},
    },
)
"""`asked`: the caller has not said yet whether it is safe; `waiting` for its time; `in_line`: it waits to be offered,
or somebody is calling; `with_person`: a person decides whether and when somebody calls.
"""

CLOSE_REASONS = (
    "reached_otherwise",
    "not_safe",
    "not_reached",
    "wrong_number",
    "no_longer_needed",
)
"""How a person may close a callback."""

RESOLUTIONS = (*CLOSE_REASONS, "reached", "called_again", "asked_again", "not_confirmed", "settled")
"""How a callback ends; `called_again`: the caller rang by themselves and was answered; `settled`: the matter that it
belongs to was settled by a person."""

GAPS = (timedelta(minutes=15), timedelta(hours=1))
"""How long after the first, second … attempt that reached nobody the next is made. After the last a person decides."""

_STEP = timedelta(minutes=15)
_HORIZON = timedelta(days=14)


def next_attempt(attempts: int, at: datetime, line: Opening) -> datetime | None:
    """When to call again after so many attempts that reached nobody, the last of them at `at`.

    Never while the line is closed: then at its next opening, to the quarter of an hour. None when a person decides.
    """
    if attempts > len(GAPS):
        return None
    wanted = at + GAPS[attempts - 1]
    moment = wanted
    while not is_open(line, moment) and moment - wanted < _HORIZON:
        # Quarters of an hour by the clock on the wall, not counted from the last attempt.
        moment = moment.replace(minute=moment.minute // 15 * 15, second=0, microsecond=0) + _STEP
    return moment
