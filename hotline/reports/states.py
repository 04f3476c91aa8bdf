"""The life of a report (pure)."""

from __future__ import annotations

from hotline.base.states import Machine

REPORT = Machine(
    "report",
    {
        "draft": {"submit": "submitted", "drop": "dropped"},
        "submitted": {"wait": "waiting", "dispatch": "dispatched", "close": "closed"},
        "waiting": {"dispatch": "dispatched", "close": "closed", "wait": "waiting", "return": "returned"},
        "returned": {"submit": "submitted"},
        "dispatched": {"wait": "waiting", "return": "returned"},
        "closed": {"return": "returned", "dispatch": "dispatched", "wait": "waiting"},
        "dropped": {},
    },
)
"""`waiting`: a person must decide or choose the recipient. `closed`: ended without dispatch for a lawful reason.

`returned`: a supervisor asks for more work; the writer changes it and submits it again. Its clocks go on, and what
was dispatched stays dispatched. A closed report goes on when a supervisor finds that somebody must go.

`dropped`: a draft that became no report of its own, for a reason of `DROPS`.
"""

DROPS = ("no_report", "attached")
"""`no_report`: nothing was ever answered in it; `attached`: what it says belongs to another report."""

RETURNED = "returned_report"
"""The kind of the worklist item by which a returned report waits for its writer."""

WRITABLE = frozenset({"draft", "returned"})
"""States in which the writer may change answers."""

COLLATERAL = "collateral"
"""The kind of the worklist item by which somebody who is asked is waited for."""

COLLATERAL_REASONS = (
    "knows_child",
    "saw_injury",
    "school_record",
    "medical_opinion",
    "police_record",
    "earlier_file",
    "other",
)
"""Why somebody is asked before the decision."""

COLLATERAL_RESULTS = ("answered", "not_reached", "no_longer_needed")
"""How the waiting for somebody who was asked came to its end."""

CHANNELS = ("telephone", "walk_in", "letter", "fax", "online")
"""How a report came in."""
