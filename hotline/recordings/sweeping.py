"""What is looked after every two seconds: calls that are to be recorded, and recordings that run on by mistake."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import and_, exists, or_, select
from sqlalchemy.orm import Session

from hotline.base import outbox
from hotline.calls import pool
from hotline.calls.consent import permission
from hotline.calls.models import Call, CallLeg
from hotline.lines.models import Line
from hotline.policy.consent import Allowed
from hotline.policy.loader import Shelf
from hotline.recordings import service, transcripts
from hotline.recordings.models import Recording, Transcription
from hotline.recordings.states import RUNNING, target


def sweep(session: Session, packs: Shelf) -> None:
    """Begin what a line always records, and steer whatever is not as the state of its call asks for."""
    for found in _never_recorded(session):
        allowed = permission(session, packs, found, "recording")
        if isinstance(allowed, Allowed):
            _begin(session, packs, found.id, allowed)
    for recording_id in _astray(session):
        recording = service.locked(session, recording_id)
        if recording.state in RUNNING:
            service.steer(session, recording)
    for transcription_id in _transcripts_astray(session):
        transcription = transcripts.locked(session, transcription_id)
        if transcription.state in transcripts.RUNNING:
            transcripts.steer(session, transcription)


def _begin(session: Session, packs: Shelf, call_id: UUID, allowed: Allowed) -> None:
    call = pool.locked_call(session, call_id)
    if call.state == "talking" and call.consent != "refused" and not service.running(session, call_id):
        service.begin(session, packs, call, allowed.code, None)


def _never_recorded(session: Session) -> list[Call]:
    return list(
        session.scalars(
            select(Call)
            .join(Line, Line.id == Call.line_id)
            .where(
                Call.ended_at.is_(None),
                Call.state == "talking",
                Line.recording == "always",
                Call.consent.is_distinct_from("refused"),
                ~exists().where(Recording.call_id == Call.id),
            )
        )
    )


def _astray(session: Session) -> list[UUID]:
    rows = session.execute(
        select(Recording.id, Recording.wanted, Recording.state, Call.state, CallLeg.held)
        .join(Call, Call.id == Recording.call_id)
        .join(CallLeg, (CallLeg.call_id == Call.id) & (CallLeg.kind == "caller"))
        .where(Recording.state.in_(RUNNING), ~outbox.in_hand("steer_recording", Recording.id))
    )
    return [row[0] for row in rows if _is_astray(row[2], target(row[1], row[3], caller_held=row[4]))]


def _is_astray(state: str, wanted: str) -> bool:
    # What has not begun can wait for the talk to go on.
    return state != wanted and not (state == "asked" and wanted == "paused")


def _transcripts_astray(session: Session) -> list[UUID]:
    to_stop = or_(Transcription.wanted == "stopped", Call.ended_at.is_not(None))
    to_start = and_(Transcription.state == "asked", Call.state == "talking")
    return list(
        session.scalars(
            select(Transcription.id)
            .join(Call, Call.id == Transcription.call_id)
            .where(
                Transcription.state.in_(transcripts.RUNNING),
                or_(to_stop, to_start),
                ~outbox.in_hand("steer_transcript", Transcription.id),
            )
        )
    )
