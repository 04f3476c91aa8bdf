"""What the console shows of recording, transcript and consent."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from hotline.audit.models import AuditEntry
from hotline.audit.record import Actor, record
from hotline.base.errors import NotFound
from hotline.calls import monitoring
from hotline.calls.consent import permission, rule_of
from hotline.calls.models import Call
from hotline.calls.monitoring import Listener
from hotline.policy.consent import Allowed, Refused
from hotline.policy.loader import Shelf
from hotline.policy.telephone import ConsentRule
from hotline.recordings.models import Recording, Transcription, TranscriptPiece
from hotline.vault.service import Vault


@dataclass(frozen=True)
class RecordingView:
    """The state of listening on one call. States are those of `recordings.states`; None: there was none."""

    call_id: UUID
    consent: str | None
    """The caller's word: `given`, `refused`, or None (not asked)."""
    consent_matters: bool
    """Whether the line allows anything that the caller can agree to."""
    rule: ConsentRule | None
    state: str | None
    wanted: str | None
    failure: str | None
    required: bool
    recording_allowed: bool
    transcript_state: str | None
    transcript_wanted: str | None
    transcript_failure: str | None
    transcript_allowed: bool
    why: str | None
    """Why recording is not allowed: a code of `policy.consent.Refused`."""
    transcript_why: str | None
    listeners: tuple[Listener, ...]

    @property
    def is_recorded(self) -> bool:
        """Whether what is said now may be in a recording."""
        return self.state == "on"

    @property
    def is_idle(self) -> bool:
        """Whether there is nothing at all to show: the line does none of it."""
        return not self.consent_matters and self.state is None and self.transcript_state is None


@dataclass(frozen=True)
class Line:
    """A piece of the transcript."""

    track: str
    text: str
    final: bool


def view(session: Session, packs: Shelf, call_id: UUID) -> RecordingView:
    """The newest recording and transcript of a call, and what may be started. Raises NotFound."""
    call = session.get(Call, call_id)
    if call is None:
        raise NotFound("No such call.")
    recording = _newest_recording(session, call_id)
    transcript = _newest_transcription(session, call_id)
    may_record = permission(session, packs, call, "recording")
    may_write = permission(session, packs, call, "transcription")
    may_monitor = permission(session, packs, call, "monitoring")
    everything = (may_record, may_write, may_monitor)
    rule = rule_of(packs, call, "recording")
    return RecordingView(
        call_id=call.id,
        consent=call.consent,
        consent_matters=any(isinstance(one, Allowed) or one.why in _CALLERS_WORD for one in everything),
        rule=rule,
        state=recording.state if recording else None,
        wanted=recording.wanted if recording else None,
        failure=recording.failure if recording else None,
        required=rule is not None and rule.rule == "required",
        recording_allowed=isinstance(may_record, Allowed),
        transcript_state=transcript.state if transcript else None,
        transcript_wanted=transcript.wanted if transcript else None,
        transcript_failure=transcript.failure if transcript else None,
        transcript_allowed=isinstance(may_write, Allowed),
        why=_why(may_record),
        transcript_why=_why(may_write),
        listeners=monitoring.shown_to_screener(session, packs, call),
    )


_CALLERS_WORD = frozenset({"ask_caller", "caller_refused"})


def _why(found: Allowed | Refused) -> str | None:
    return found.why if isinstance(found, Refused) else None


def transcript(session: Session, vault: Vault, call_id: UUID, user_id: UUID) -> tuple[Line, ...]:
    """What was said on a call of this person's, in order. The first look of a person is audited.

    Raises NotFound when it is not their call.
    """
    call = session.get(Call, call_id)
    if call is None or call.screener_id != user_id:
        raise NotFound("No such call.")
    rows = session.execute(
        select(TranscriptPiece, Transcription.asked_at)
        .join(Transcription, Transcription.id == TranscriptPiece.transcription_id)
        .where(Transcription.call_id == call_id)
        .order_by(Transcription.asked_at, TranscriptPiece.sequence)
    ).all()
    pieces = [row[0] for row in rows]
    if not pieces:
        return ()
    _note_reading(session, call_id, user_id)
    words = vault.show(session, [piece.vault_id for piece in pieces])
    return tuple(
        Line(piece.track, str(words[piece.vault_id]["text"]), piece.final)
        for piece in pieces
        if piece.vault_id in words
    )


def kept(session: Session, call_ids: Collection[UUID]) -> dict[UUID, list[UUID]]:
    """The recordings of these calls whose sound we hold: call -> recordings, oldest first."""
    rows = session.execute(
        select(Recording.call_id, Recording.id)
        .where(Recording.call_id.in_(call_ids), Recording.media_vault_id.is_not(None))
        .order_by(Recording.asked_at, Recording.id)
    )
    found: dict[UUID, list[UUID]] = {}
    for call_id, recording_id in rows:
        found.setdefault(call_id, []).append(recording_id)
    return found


def sound(session: Session, vault: Vault, recording_id: UUID, actor: Actor) -> bytes:
    """The sound of a kept recording as MP3; every listening is audited. Raises NotFound when there is none."""
    recording = session.get(Recording, recording_id)
    if recording is None or recording.media_vault_id is None:
        raise NotFound("There is no sound of this recording.")
    return vault.reveal_bytes(session, recording.media_vault_id, actor, "recording")


def _note_reading(session: Session, call_id: UUID, user_id: UUID) -> None:
    actor = Actor.user(user_id)
    seen = exists().where(
        AuditEntry.subject_kind == "call",
        AuditEntry.subject_id == str(call_id),
        AuditEntry.action == "transcript:read",
        AuditEntry.actor_id == actor.id,
    )
    if not session.scalar(select(seen)):
        record(session, actor, "transcript:read", "call", call_id)


def _newest_recording(session: Session, call_id: UUID) -> Recording | None:
    return session.scalar(
        select(Recording)
        .where(Recording.call_id == call_id)
        .order_by(Recording.asked_at.desc(), Recording.id)
        .limit(1)
    )


def _newest_transcription(session: Session, call_id: UUID) -> Transcription | None:
    return session.scalar(
        select(Transcription)
        .where(Transcription.call_id == call_id)
        .order_by(Transcription.asked_at.desc(), Transcription.id)
        .limit(1)
    )
