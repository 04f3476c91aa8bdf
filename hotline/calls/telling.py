"""Telling a person in charge of what calls left to be done: a named owner, or an alarm when there is nobody."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from hotline.accounts.models import User
from hotline.base.logging import get_logger
from hotline.rosters import service as rosters
from hotline.worklist import service as worklist
from hotline.worklist.models import WorklistItem

_IN_CHARGE = frozenset({"supervisor", "coordinator", "administrator"})
_log = get_logger("calls")


def open_for_supervisors(
    session: Session,
    *,
    kind: str,
    jurisdiction: str,
    subject_kind: str,
    subject_id: UUID | str,
    reason: str,
    due_in: timedelta,
    detail: Mapping[str, Any] | None = None,
    owner_id: UUID | None = None,
) -> WorklistItem | None:
    """Open an item of the supervisors' team for `owner_id`, else for whoever answers for calls now.

    None, with an alarm in the log, when there is nobody: an empty roster must never lose the call itself.
    """
    owner = owner_id or owner_of(session, jurisdiction)
    if owner is None:
        _log.critical("nobody_to_tell", kind=kind, subject=str(subject_id))
        return None
    return worklist.open_item(
        session,
        kind=kind,
        jurisdiction=jurisdiction,
        subject_kind=subject_kind,
        subject_id=subject_id,
        team=rosters.supervisors(jurisdiction),
        reason=reason,
        due_in=due_in,
        detail=detail,
        owner_id=owner,
    )


def owner_of(session: Session, jurisdiction: str) -> UUID | None:
    """Who answers for calls now: the supervisors' ladder, else the coordinators', else anybody in charge."""
    for team in (rosters.supervisors(jurisdiction), rosters.coordinators(jurisdiction)):
        people = rosters.ladder(session, team)
        if people:
            return people[0]
    staff = session.scalars(select(User).where(User.active).order_by(User.created_at, User.id))
    return next((user.id for user in staff if _IN_CHARGE.intersection(user.roles)), None)
