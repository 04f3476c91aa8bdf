"""The life of a report (pure)."""

from __future__ import annotations

from hotline.base.states import Machine

REPORT = Machine(
    "report",
    {
        "draft": {"submit": "submitted"},
        "submitted": {"wait": "waiting", "dispatch": "dispatched", "close": "closed"},
        "waiting": {"dispatch": "dispatched", "close": "closed", "wait": "waiting", "return": "returned"},
        "returned": {"submit": "submitted"},
        "dispatched": {"wait": "waiting"},
        "closed": {},
    },
)
"""`waiting`: a person must decide or choose the recipient. `closed`: ended without dispatch for a lawful reason.

`returned`: a supervisor asks for more work; the writer changes it and submits it again. Its clocks go on.
"""

WRITABLE = frozenset({"draft", "returned"})
"""States in which the writer may change answers."""

CHANNELS = ("telephone", "walk_in", "letter", "fax", "online")
"""How a report came in."""
