"""Bring the phone company's recording of a call to what is wanted of it."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session

from hotline.calls import pool
from hotline.calls.models import Call
from hotline.recordings import service
from hotline.recordings.models import Recording
from hotline.recordings.states import target
from hotline.telephony.links import Links
from hotline.telephony.port import CallGone, Refused, TryAgain
from workers.announcing import announce
from workers.end_call import later
from workers.job import Work, job


@dataclass(frozen=True)
class Situation:
    """A recording and the call that it belongs to, as they stand now. `target` is what should be going on."""

    recording: Recording
    call_sid: str
    room: str | None
    language: str
    target: str


@job
def steer_recording(work: Work) -> None:
    """Announce, start, pause, go on or stop. Twice is harmless.

    A call that has ended took its recording with it; a recording that the phone company refuses has failed.
    """
    with work.database.transaction() as session:
        now = _look(session, work)
    if now is None:
        return
    try:
        if now.recording.state == "asked":
            _begin(work, now)
        elif now.recording.state in ("on", "paused") and now.recording.state != now.target:
            _change(work, now)
    except TryAgain as error:
        raise later(work, error) from error
    except CallGone:
        _tell(work, "called_off" if now.recording.state == "asked" else "ended")
    except Refused:
        with work.database.transaction() as session:
            service.failed(session, work.id, "recording_refused")


def _look(session: Session, work: Work) -> Situation | None:
    recording = session.get(Recording, work.id)
    if recording is None:
        return None
    call = session.get_one(Call, recording.call_id)
    caller = pool.find_caller_leg(session, call.id)
    wanted = target(recording.wanted, call.state, caller_held=caller is not None and caller.held)
    return Situation(recording, call.sid or "", call.conference, call.language, wanted)


def _begin(work: Work, now: Situation) -> None:
    if now.target == "stopped":
        _call_off(work, now)
    elif now.target == "on":
        _announce(work, now)
        _start(work, now)


def _announce(work: Work, now: Situation) -> None:
    if now.recording.consent != "one_party":
        said = now.recording.announced_at
        announce(
            work,
            "recording_on",
            now.room,
            now.language,
            said,
            lambda session: service.announced(session, work.id),
        )


def _start(work: Work, now: Situation) -> None:
    # A worker that died after it had asked left a recording behind whose name nobody wrote down.
    known = list(work.phone.live_recordings(now.call_sid)) if work.attempt > 1 else []
    links = Links(work.settings.public_voice_url)
    callback = links.to("recording", recording=str(work.id))
    sid = known[0] if known else work.phone.start_recording(now.call_sid, callback)
    _tell(work, "begun", sid)


def _call_off(work: Work, now: Situation) -> None:
    """It was stopped before we knew that it had begun. What has begun all the same is stopped and taken over."""
    live = work.phone.live_recordings(now.call_sid)
    for sid in live:
        work.phone.change_recording(now.call_sid, sid, "stopped")
        _tell(work, "ended", sid)
    if not live:
        _tell(work, "called_off")


def _change(work: Work, now: Situation) -> None:
    sid = now.recording.sid or ""
    if now.target == "paused":
        work.phone.change_recording(now.call_sid, sid, "paused")
        _tell(work, "paused")
    elif now.target == "on":
        work.phone.change_recording(now.call_sid, sid, "in-progress")
        _tell(work, "resumed")
    else:
        work.phone.change_recording(now.call_sid, sid, "stopped")
        _tell(work, "ended")


def _tell(work: Work, event: str, sid: str | None = None) -> None:
    """Write down what was done, and look again if something else is wanted meanwhile."""
    with work.database.transaction() as session:
        service.told(session, work.id, event, sid=sid)
