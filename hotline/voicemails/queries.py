"""Reading messages: what the page of messages shows. Sound and words stay in the vault until somebody opens them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Text, cast, select
from sqlalchemy.orm import Session

from hotline.accounts.models import User
from hotline.calls.models import Call
from hotline.voicemails.models import Voicemail
from hotline.voicemails.service import KIND
from hotline.worklist.models import WorklistItem


@dataclass(frozen=True)
class VoicemailView:
    """A message that waits for a person. Times are UTC."""

    voicemail_id: UUID
    call_id: UUID
    state: str
    language: str
    lane: str
    seconds: int | None
    left_at: datetime
    due_at: datetime
    owner: str
    has_sound: bool
    has_text: bool
    can_call: bool
    """A number came with the call."""


def waiting(session: Session, jurisdiction: str, limit: int = 200) -> tuple[VoicemailView, ...]:
    """Messages that nobody has settled, the most urgent first."""
    rows = session.execute(
        select(Voicemail, Call, WorklistItem, User.name)
        .join(Call, Call.id == Voicemail.call_id)
        .join(WorklistItem, WorklistItem.subject_id == cast(Voicemail.id, Text))
        .join(User, User.id == WorklistItem.owner_id)
        .where(
            Voicemail.jurisdiction == jurisdiction,
            WorklistItem.kind == KIND,
            WorklistItem.closed_at.is_(None),
        )
        .order_by(WorklistItem.due_at, Voicemail.id)
        .limit(limit)
    )
    return tuple(
        VoicemailView(
            voicemail_id=voicemail.id,
            call_id=call.id,
            state=voicemail.state,
            language=voicemail.language,
            lane=call.lane or "general",
            seconds=voicemail.seconds,
            left_at=voicemail.received_at or voicemail.started_at,
            due_at=item.due_at,
            owner=name,
            has_sound=voicemail.media_vault_id is not None,
            has_text=voicemail.text_vault_id is not None,
            can_call=call.caller_kind == "number",
        )
        for voicemail, call, item, name in rows
    )
