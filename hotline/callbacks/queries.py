"""Reading callbacks: what the page of callbacks shows. Numbers stay in the vault."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from hotline.accounts.models import User
from hotline.callbacks import service
from hotline.callbacks.models import Callback
from hotline.calls.models import Call
from hotline.lines.models import Line


@dataclass(frozen=True)
class CallbackView:
    """An open callback as a screen shows it. Times are UTC."""

    callback_id: UUID
    call_id: UUID
    origin: str
    """`queue`, `abandoned` or `voicemail`."""
    state: str
    line: str
    language: str
    lane: str
    since: datetime
    """When the caller began to wait, and so the place in line."""
    attempts: int
    next_at: datetime | None
    safe: bool | None
    caller: str | None
    """Name of the person who is calling at this moment."""
    version: int


def open_callbacks(session: Session, jurisdiction: str, limit: int = 200) -> tuple[CallbackView, ...]:
    """The open callbacks of a jurisdiction, who waited longest first."""
    rows = session.execute(
        select(Callback, Line.name)
        .join(Line, Line.id == Callback.line_id)
        .where(Callback.jurisdiction == jurisdiction, Callback.state.in_(service.OPEN))
        .order_by(Callback.queued_at, Callback.id)
        .limit(limit)
    )
    return tuple(_view(session, callback, line) for callback, line in rows)


def _view(session: Session, callback: Callback, line: str) -> CallbackView:
    return CallbackView(
        callback_id=callback.id,
        call_id=callback.call_id,
        origin=callback.origin,
        state=callback.state,
        line=line,
        language=callback.language,
        lane=callback.lane,
        since=callback.queued_at,
        attempts=callback.attempts,
        next_at=callback.next_at,
        safe=callback.safe_to_call,
        caller=_who_calls(session, callback),
        version=callback.version,
    )


def _who_calls(session: Session, callback: Callback) -> str | None:
    if callback.state != "in_line":
        return None
    call: Call | None = service.placed(session, callback)
    if call is None or call.screener_id is None:
        return None
    return session.get_one(User, call.screener_id).name
