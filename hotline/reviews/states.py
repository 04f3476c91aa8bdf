"""The life of the review of one decision (pure)."""

from __future__ import annotations

from hotline.base.states import Machine

REVIEW = Machine(
    "review",
    {
        "open": {
            "approve": "approved",
            "approve_first": "half",
            "return": "returned",
            "propose": "proposed",
            "override": "overridden",
        },
        "half": {
            "approve": "approved",
            "return": "returned",
            "propose": "proposed",
            "override": "overridden",
        },
        "proposed": {
            "confirm": "overridden",
            "refuse": "open",
            "return": "returned",
            "override": "overridden",
        },
        "approved": {"return": "returned", "propose": "proposed", "override": "overridden"},
        "returned": {"take": "returned"},
        "overridden": {},
    },
)
"""`half`: the first of two people has agreed. `proposed`: somebody wants a lesser track, and a second person decides.

A decision that was returned or overridden has had its day: the next one has a review of its own.
"""

ACTS = ("approved", "confirmed", "returned", "proposed", "refused", "overridden", "taken")
"""What a person did in a review."""
