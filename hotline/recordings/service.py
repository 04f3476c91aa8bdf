"""Starting, pausing and stopping the recording of a call, and what the phone company tells of it.

People say what they want (`wanted`), the job `steer_recording` brings the phone company there, and `state` is what
it does. Every function works in the caller's transaction, takes the lock of the calls first and never commits.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from hotline.audit.record import Actor, record
from hotline.base import clock, outbox
from hotline.base.errors import Conflict, NotFound
from hotline.base.ids import new_id
from hotline.calls import pool
from hotline.calls.consent import require, rule_of
from hotline.calls.control import own_call
from hotline.calls.models import Call
from hotline.calls.monitoring import end_all
from hotline.calls.telling import open_for_supervisors
from hotline.policy.loader import Shelf
from hotline.recordings.models import Recording
from hotline.recordings.states import RECORDING, RUNNING
from hotline.recordings.transcripts import start_transcript, stop_for, stop_transcript

__all__ = [
    "pause",
    "record_consent",
    "resume",
    "start",
    "start_transcript",
    "stop",
    "stop_transcript",
]

LOOK_INTO_WITHIN = timedelta(hours=4)
"""By when somebody has looked into a recording that the law asked for and that failed."""

FETCH_ANYWAY_AFTER = timedelta(seconds=90)
"""When the sound of a stopped recording is fetched although the phone company never told that it is ready."""

SYSTEM = Actor.system("recordings")


def record_consent(session: Session, call_id: UUID, user_id: UUID, given: bool) -> Call:
    """The caller's answer, as the screener heard it. A refusal ends at once whatever listens to the call.

    Raises NotFound when it is not the person's call, Conflict when it has ended.
    """
    call = own_call(session, call_id, user_id)
    answer = "given" if given else "refused"
    if call.consent == answer:
        return call
    call.consent = answer
    pool.touch(call)
    record(session, Actor.user(user_id), f"consent:{answer}", "call", call.id)
    if not given:
        recording = running(session, call.id)
        if recording is not None:
            want(session, recording, "stopped")
        stop_for(session, call.id)
        end_all(session, call, "caller_refused")
    session.flush()
    return call


def start(session: Session, packs: Shelf, call_id: UUID, user_id: UUID) -> Recording:
    """The screener wants the call recorded from now on; with a recording that goes on nothing changes.

    Raises NotFound when it is not their call, Conflict when line, law or caller are against it.
    """
    call = own_call(session, call_id, user_id)
    if call.state != "talking":
        raise Conflict("Wait until you talk with the caller.")
    allowed = require(session, packs, call, "recording")
    present = running(session, call.id)
    if present is not None:
        return want(session, present, "on", user_id)
    return begin(session, packs, call, allowed.code, user_id)


def begin(session: Session, packs: Shelf, call: Call, consent: str, user_id: UUID | None) -> Recording:
    """A new recording under the consent of that code; `user_id` None: the line records every call."""
    rule = rule_of(packs, call, "recording")
    recording = Recording(
        id=new_id(),
        call_id=call.id,
        wanted="on",
        state="asked",
        consent=consent,
        required=rule is not None and rule.rule == "required",
        started_by=user_id,
        asked_at=clock.now(),
    )
    session.add(recording)
    session.flush()
    actor = Actor.user(user_id) if user_id is not None else SYSTEM
    record(session, actor, "recording:started", "call", call.id, {"consent": consent})
    steer(session, recording)
    return recording


def pause(session: Session, call_id: UUID, user_id: UUID) -> Recording:
    """Silence in the recording from now on. Raises NotFound when nothing of their call is recorded."""
    return want(session, _of_own_call(session, call_id, user_id), "paused", user_id)


def resume(session: Session, packs: Shelf, call_id: UUID, user_id: UUID) -> Recording:
    """Go on after a pause; otherwise like `start`, so the permission is asked for again."""
    recording = _of_own_call(session, call_id, user_id)
    require(session, packs, session.get_one(Call, recording.call_id), "recording")
    return want(session, recording, "on", user_id)


def stop(session: Session, call_id: UUID, user_id: UUID) -> Recording:
    """No recording from now on. Raises Conflict where the law asks for one."""
    recording = _of_own_call(session, call_id, user_id)
    if recording.required:
        raise Conflict("The rules of this county require the recording. You can pause it.")
    return want(session, recording, "stopped", user_id)


def want(session: Session, recording: Recording, wanted: str, user_id: UUID | None = None) -> Recording:
    """Write down what is wanted of a running recording, and have it done. The same wish again changes nothing."""
    if recording.wanted == wanted:
        return recording
    recording.wanted = wanted
    actor = Actor.user(user_id) if user_id is not None else SYSTEM
    verb = {"on": "resumed", "paused": "paused", "stopped": "stopped"}[wanted]
    record(session, actor, f"recording:{verb}", "call", recording.call_id)
    steer(session, recording)
    return recording


def steer(session: Session, recording: Recording) -> None:
    """Let a worker compare what is wanted with what is."""
    _touch(session, recording)
    outbox.enqueue(
        session, "steer_recording", recording.id, key=f"steer_recording:{recording.id}:{recording.version}"
    )


def announced(session: Session, recording_id: UUID) -> None:
    """The room was told to say that the recording begins."""
    locked(session, recording_id).announced_at = clock.now()
    session.flush()


def told(
    session: Session,
    recording_id: UUID,
    event: str,
    *,
    sid: str | None = None,
    seconds: int | None = None,
    at: datetime | None = None,
) -> Recording:
    """Something happened at the phone company: an event of `states.RECORDING`, maybe late or for the second time.

    Raises NotFound for a recording that we do not have.
    """
    recording = locked(session, recording_id)
    recording.sid = recording.sid or sid
    if seconds is not None:
        recording.seconds = seconds
    if not RECORDING.allows(recording.state, event):
        session.flush()
        return recording
    recording.state, when = RECORDING.next(recording.state, event), at or clock.now()
    if event == "begun":
        recording.started_at = when
    if event == "ended":
        recording.wanted, recording.stopped_at = "stopped", when
        outbox.enqueue(
            session,
            "keep_recording",
            recording.id,
            key=f"keep_recording:{recording.id}:late",
            due_at=clock.now() + FETCH_ANYWAY_AFTER,
        )
    _touch(session, recording)
    return recording


def sound_ready(session: Session, recording: Recording) -> None:
    """The phone company says that the sound can be fetched."""
    if recording.state == "stopped":
        outbox.enqueue(session, "keep_recording", recording.id, key=f"keep_recording:{recording.id}")


def kept(session: Session, recording_id: UUID, media_vault_id: UUID) -> None:
    """The sound is sealed in the vault."""
    recording = told(session, recording_id, "kept")
    recording.media_vault_id = media_vault_id
    record(session, SYSTEM, "recording:kept", "call", recording.call_id)
    session.flush()


def failed(session: Session, recording_id: UUID, code: str) -> None:
    """It can't be recorded, or the sound is lost. A person looks into it where the law asks for the recording."""
    recording = locked(session, recording_id)
    if not RECORDING.allows(recording.state, "failed"):
        return
    recording.state, recording.failure = RECORDING.next(recording.state, "failed"), code
    recording.wanted = "stopped"
    _touch(session, recording)
    record(session, SYSTEM, "recording:failed", "call", recording.call_id, {"reason": code})
    if not recording.required:
        return
    call = session.get_one(Call, recording.call_id)
    open_for_supervisors(
        session,
        kind="recording_failed",
        jurisdiction=call.jurisdiction,
        subject_kind="call",
        subject_id=call.id,
        reason=code,
        due_in=LOOK_INTO_WITHIN,
    )


def running(session: Session, call_id: UUID) -> Recording | None:
    """The call's recording that goes on, is paused or is about to begin."""
    return session.scalar(
        select(Recording)
        .where(Recording.call_id == call_id, Recording.state.in_(RUNNING))
        .execution_options(populate_existing=True)
    )


def locked(session: Session, recording_id: UUID) -> Recording:
    """A recording as it stands now, kept from others until the transaction ends. Raises NotFound."""
    call_id = session.scalar(select(Recording.call_id).where(Recording.id == recording_id))
    if call_id is None:
        raise NotFound("No such recording.")
    pool.locked_call(session, call_id)
    return session.get_one(Recording, recording_id, populate_existing=True, with_for_update=True)


def _of_own_call(session: Session, call_id: UUID, user_id: UUID) -> Recording:
    recording = running(session, own_call(session, call_id, user_id).id)
    if recording is None:
        raise NotFound("Nothing is recorded.")
    return recording


def _touch(session: Session, recording: Recording) -> None:
    recording.version += 1
    call = pool.locked_call(session, recording.call_id)
    pool.touch(call)
    session.flush()
