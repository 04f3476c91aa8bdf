"""Starting and stopping the live transcript of a call, and the words as they come in."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from hotline.audit.record import Actor, record
from hotline.base import clock, live, outbox
from hotline.base.errors import Conflict, NotFound
from hotline.base.ids import new_id
from hotline.calls import pool
from hotline.calls.consent import require
from hotline.calls.models import Call
from hotline.policy.loader import Shelf
from hotline.recordings.models import Transcription, TranscriptPiece
from hotline.recordings.states import TRANSCRIPTION
from hotline.vault.service import Vault

RUNNING = ("asked", "on")
_SYSTEM = Actor.system("recordings")


def start_transcript(session: Session, packs: Shelf, call_id: UUID, user_id: UUID) -> Transcription:
    """The screener wants the talk written down from now on; with one that goes on nothing changes.

    Raises NotFound when it is not their call, Conflict when line, law or caller are against it.
    """
    call = pool.locked_call(session, call_id)
    if call.screener_id != user_id:
        raise NotFound("No such call.")
    if call.state != "talking":
        raise Conflict("Wait until you talk with the caller.")
    allowed = require(session, packs, call, "transcription")
    present = running(session, call.id)
    if present is not None and present.wanted == "on":
        return present
    if present is not None:
        raise Conflict("The last transcript is still being stopped. Try again in a moment.")
    transcription = Transcription(
        id=new_id(),
        call_id=call.id,
        wanted="on",
        state="asked",
        consent=allowed.code,
        language=call.language,
        started_by=user_id,
        asked_at=clock.now(),
    )
    session.add(transcription)
    session.flush()
    record(
        session,
        Actor.user(user_id),
        "transcript:started",
        "call",
        call.id,
        {"consent": transcription.consent},
    )
    steer(session, transcription)
    return transcription


def stop_transcript(session: Session, call_id: UUID, user_id: UUID) -> None:
    """Nothing more is written down. Raises NotFound when it is not their call."""
    call = pool.locked_call(session, call_id)
    if call.screener_id != user_id:
        raise NotFound("No such call.")
    stop_for(session, call_id, user_id)


def stop_for(session: Session, call_id: UUID, user_id: UUID | None = None) -> None:
    """End the call's transcript, if one goes on; whoever calls holds the call's lock."""
    transcription = running(session, call_id)
    if transcription is None or transcription.wanted == "stopped":
        return
    transcription.wanted = "stopped"
    actor = Actor.user(user_id) if user_id is not None else _SYSTEM
    record(session, actor, "transcript:stopped", "call", call_id)
    steer(session, transcription)


def steer(session: Session, transcription: Transcription) -> None:
    """Let a worker compare what is wanted with what is."""
    _touch(session, transcription)
    outbox.enqueue(
        session,
        "steer_transcript",
        transcription.id,
        key=f"steer_transcript:{transcription.id}:{transcription.version}",
    )


def announced(session: Session, transcription_id: UUID) -> None:
    """The room was told to say that the talk is written down from now on."""
    locked(session, transcription_id).announced_at = clock.now()
    session.flush()


def told(session: Session, transcription_id: UUID, event: str, *, sid: str | None = None) -> Transcription:
    """Something happened at the phone company: an event of `states.TRANSCRIPTION`, maybe late or twice.

    Raises NotFound for a transcription that we do not have.
    """
    transcription = locked(session, transcription_id)
    transcription.sid = transcription.sid or sid
    if TRANSCRIPTION.allows(transcription.state, event):
        transcription.state = TRANSCRIPTION.next(transcription.state, event)
        if TRANSCRIPTION.is_end(transcription.state):
            transcription.wanted, transcription.stopped_at = "stopped", clock.now()
        _touch(session, transcription)
    session.flush()
    return transcription


def failed(session: Session, transcription_id: UUID, code: str) -> None:
    """There is no transcript (any more); the screener sees why."""
    transcription = told(session, transcription_id, "failed")
    if transcription.state == "failed" and transcription.failure is None:
        transcription.failure = code
        record(session, _SYSTEM, "transcript:failed", "call", transcription.call_id, {"reason": code})
    session.flush()


def heard(
    session: Session,
    vault: Vault,
    transcription_id: UUID,
    *,
    sequence: int,
    track: str,
    final: bool,
    text: str,
) -> None:
    """Something was said on `track` (`caller` or `others`). Pieces may come late, twice and in any order.

    A piece that is not final is a guess, which the next piece of its track replaces. What is said on hold, or was
    said by a caller who has refused, is not kept.
    """
    # Not the lock of all calls: words come in all the time, and they change nothing but themselves.
    transcription = session.get(Transcription, transcription_id, with_for_update=True)
    if transcription is None:
        raise NotFound("No such transcript.")
    call = session.get_one(Call, transcription.call_id)
    if call.consent == "refused" or _caller_alone(session, call):
        return
    pieces = list(
        session.scalars(
            select(TranscriptPiece)
            .where(TranscriptPiece.transcription_id == transcription.id)
            .with_for_update()
        )
    )
    if any(piece.sequence == sequence for piece in pieces):
        return
    mine = [piece for piece in pieces if piece.track == track]
    if not final and any(piece.sequence > sequence for piece in mine):
        return
    guess = next((piece for piece in mine if not piece.final and piece.sequence < sequence), None)
    if guess is not None:
        vault.replace(session, guess.vault_id, {"text": text})
        guess.sequence, guess.final, guess.received_at = sequence, final, clock.now()
    else:
        session.add(
            TranscriptPiece(
                transcription_id=transcription.id,
                sequence=sequence,
                track=track,
                final=final,
                vault_id=vault.put(session, "transcript", {"text": text}),
                received_at=clock.now(),
            )
        )
    transcription.version += 1
    if call.screener_id is not None:
        live.tell(session, f"user:{call.screener_id}")
    session.flush()


def running(session: Session, call_id: UUID) -> Transcription | None:
    """The call's transcript that goes on or is about to begin."""
    return session.scalar(
        select(Transcription)
        .where(Transcription.call_id == call_id, Transcription.state.in_(RUNNING))
        .execution_options(populate_existing=True)
    )


def locked(session: Session, transcription_id: UUID) -> Transcription:
    """A transcription as it stands now, kept from others until the transaction ends. Raises NotFound."""
    call_id = session.scalar(select(Transcription.call_id).where(Transcription.id == transcription_id))
    if call_id is None:
        raise NotFound("No such transcript.")
    pool.locked_call(session, call_id)
    return session.get_one(Transcription, transcription_id, populate_existing=True, with_for_update=True)


def _caller_alone(session: Session, call: Call) -> bool:
    if call.ended_at is not None:
        return False  # the last words of the talk may come after its end
    return call.state != "talking" or pool.caller_leg(session, call.id).held


def _touch(session: Session, transcription: Transcription) -> None:
    transcription.version += 1
    pool.touch(pool.locked_call(session, transcription.call_id))
    session.flush()
