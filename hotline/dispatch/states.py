"""The life of a dispatch, and the reasons that people may give (pure)."""

from __future__ import annotations

from hotline.base.states import Machine

DISPATCH = Machine(
    "dispatch",
    {
        "assigned": {"deliver": "delivered", "acknowledge": "acknowledged", "withdraw": "withdrawn"},
        "delivered": {"deliver": "delivered", "acknowledge": "acknowledged", "withdraw": "withdrawn"},
        "acknowledged": {"deliver": "acknowledged", "acknowledge": "acknowledged", "withdraw": "withdrawn"},
        "withdrawn": {"assign_again": "assigned"},
    },
)
"""`delivered`: somebody of the recipient was told by a message that left this house. A withdrawn dispatch may be
given to the same recipient again."""

REVIEW_HELD, REVIEW_OWED = REVIEW_KINDS = ("review_held", "review_owed")
"""Worklist items of the supervisors: of a report that waits for their review, and of a decision whose review goes on
beside the response. They are settled by a review alone."""

TAKE_OVER_REASONS = ("nobody_answers", "supervisor_asked", "other_reason")
"""Why a coordinator takes a dispatch into their own hands."""

REASSIGN_REASONS = (
    "wrong_place",
    "nobody_answers",
    "recipient_declined",
    "conflict_of_interest",
    "other_reason",
)
"""Why a coordinator chooses another recipient."""

ASSIGN_REASONS = (
    "place_clarified",
    "nearest_recipient",
    "agreed_by_telephone",
    "person_decided",
    "other_reason",
)
"""Why a person sends what the rules left open to this recipient."""

CLOSE_REASONS = (
    "no_recipient_serves_place",
    "referred_to_other_county",
    "referred_to_law_enforcement",
    "referred_by_telephone",
    "evaluated_out_by_person",
    "duplicate_of_known_report",
)
"""The lawful reasons for which a person may end a report without dispatch."""
