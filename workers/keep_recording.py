"""Take the sound of a recording into the vault, and have the phone company's copy destroyed."""

from __future__ import annotations

from datetime import timedelta

from hotline.recordings import service
from hotline.recordings.models import Recording
from hotline.telephony.port import MediaGone, Refused, TryAgain
from workers.end_call import later
from workers.job import Retry, Work, job

AGAIN = timedelta(seconds=10)
PATIENT = 12
"""So often is asked for a sound that is not there yet: two minutes."""

KIND = "recording"


@job
def keep_recording(work: Work) -> None:
    """Fetch, seal, then delete over there. Twice is harmless: what is sealed is only deleted again."""
    with work.database.transaction() as session:
        recording = session.get(Recording, work.id)
    if recording is None or recording.sid is None or recording.state not in ("stopped", "kept"):
        return
    try:
        if recording.state == "stopped":
            _keep(work, recording.sid)
        work.phone.delete_recording(recording.sid)
    except TryAgain as error:
        raise later(work, error) from error
    except MediaGone as error:
        if work.attempt <= PATIENT:
            raise Retry(AGAIN) from error
        with work.database.transaction() as session:
            service.failed(session, work.id, "sound_missing")
    except Refused:
        with work.database.transaction() as session:
            service.failed(session, work.id, "sound_refused")


def _keep(work: Work, sid: str) -> None:
    sound = work.phone.fetch_recording(sid)
    with work.database.transaction() as session:
        # Another run may have been faster: its copy is the one.
        if service.locked(session, work.id).state == "stopped":
            service.kept(session, work.id, work.vault.put_bytes(session, KIND, sound))
