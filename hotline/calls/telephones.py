"""A person's own part in a live call: the leg that they speak on, are wanted on, or have lost."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from hotline.calls import control
from hotline.calls.models import Call, CallLeg


@dataclass(frozen=True)
class OwnLeg:
    """A person's part in a live call. `leg_id` is None when their leg was lost and they may come back (`lost`)."""

    call_id: UUID
    leg_id: UUID | None
    state: str
    """By `states.LEG`, or `lost`."""


def own_leg(session: Session, user_id: UUID) -> OwnLeg | None:
    """The leg on which the person speaks or is wanted now; None when they are in no call."""
    leg = session.scalar(
        select(CallLeg)
        .join(Call, Call.id == CallLeg.call_id)
        .where(
            CallLeg.user_id == user_id,
            CallLeg.kind.in_(control.COLLEAGUES | {"supervisor"}),
            CallLeg.state.not_in(control.OVER),
            Call.ended_at.is_(None),
        )
        .order_by(CallLeg.created_at.desc(), CallLeg.id)
        .limit(1)
    )
    if leg is not None:
        return OwnLeg(leg.call_id, leg.id, leg.state)
    left = session.scalar(select(Call.id).where(Call.screener_id == user_id, Call.state == "talking"))
    return OwnLeg(left, None, "lost") if left is not None else None
