"""Let the phone company write a call down, or stop it."""

from __future__ import annotations

import contextlib

from hotline.calls.models import Call
from hotline.recordings import transcripts
from hotline.recordings.models import Transcription
from hotline.telephony.links import Links
from hotline.telephony.port import CallGone, Refused, TryAgain
from workers.announcing import announce
from workers.end_call import later
from workers.job import Work, job

USUAL_ATTEMPTS = 2
"""One run announces, the next one starts."""


@job
def steer_transcript(work: Work) -> None:
    """Announce and start, or stop. Twice is harmless."""
    with work.database.transaction() as session:
        transcription = session.get(Transcription, work.id)
        call = session.get(Call, transcription.call_id) if transcription is not None else None
    if transcription is None or call is None or transcription.state not in transcripts.RUNNING:
        return
    try:
        if transcription.wanted == "stopped" or call.ended_at is not None:
            _stop(work, call)
        elif transcription.state == "asked" and call.state == "talking":
            _announce(work, transcription, call)
            _start(work, transcription, call)
    except TryAgain as error:
        raise later(work, error) from error
    except CallGone:
        _tell(work, "ended")
    except Refused:
        with work.database.transaction() as session:
            transcripts.failed(session, work.id, "transcript_refused")


def _stop(work: Work, call: Call) -> None:
    # What is gone or was never begun need not be stopped.
    with contextlib.suppress(CallGone, Refused):
        work.phone.stop_transcript(call.sid or "", str(work.id))
    _tell(work, "ended")


def _announce(work: Work, transcription: Transcription, call: Call) -> None:
    if transcription.consent != "one_party":
        said = transcription.announced_at
        announce(
            work,
            "transcript_on",
            call.conference,
            call.language,
            said,
            lambda session: transcripts.announced(session, work.id),
        )


def _start(work: Work, transcription: Transcription, call: Call) -> None:
    if work.attempt > USUAL_ATTEMPTS:
        # A worker that died after it had asked may have left one behind under the same name.
        with contextlib.suppress(CallGone, Refused):
            work.phone.stop_transcript(call.sid or "", str(work.id))
    links = Links(work.settings.public_voice_url)
    sid = work.phone.start_transcript(
        call.sid or "",
        str(work.id),
        links.to("transcription", transcript=str(work.id)),
        transcription.language,
    )
    _tell(work, "begun", sid)


def _tell(work: Work, event: str, sid: str | None = None) -> None:
    with work.database.transaction() as session:
        transcripts.told(session, work.id, event, sid=sid)
