"""The life of a report that somebody writes online (pure)."""

from __future__ import annotations

from hotline.base.states import Machine

ONLINE = Machine(
    "online report",
    {
        "writing": {"send": "sent", "expire": "expired"},
        "sent": {"take": "taken"},
        "taken": {},
        "expired": {},
    },
)
"""`expired`: never sent, or thrown away by its writer; what was written is destroyed. A sent one never expires."""
