"""The life of a report (pure)."""

from __future__ import annotations

from hotline.base.states import Machine

REPORT = Machine(
    "report",
    {
        "draft": {"submit": "submitted"},
        "submitted": {"wait": "waiting", "dispatch": "dispatched", "close": "closed"},
        "waiting": {"dispatch": "dispatched", "close": "closed", "wait": "waiting"},
        "dispatched": {"wait": "waiting"},
        "closed": {},
    },
)
"""`waiting`: a person must decide or choose the recipient. `closed`: ended without dispatch for a lawful reason."""
