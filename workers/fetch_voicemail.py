"""Take the sound of a message into the vault, and have the phone company's copy destroyed."""

from __future__ import annotations

from datetime import timedelta

from hotline.base import clock
from hotline.telephony.port import MediaGone, Refused, TryAgain
from hotline.voicemails import service
from hotline.voicemails.models import Voicemail
from workers.end_call import later
from workers.job import Retry, Work, job

AGAIN = timedelta(seconds=10)
KIND = "voicemail"


@job
def fetch_voicemail(work: Work) -> None:
    """Fetch, seal, then delete over there. Twice is harmless: what is sealed is only deleted again."""
    with work.database.transaction() as session:
        voicemail = session.get(Voicemail, work.id)
    if voicemail is None or voicemail.recording_sid is None:
        return
    sid = voicemail.recording_sid
    try:
        if voicemail.media_vault_id is None:
            _keep(work, work.phone.fetch_recording(sid))
        work.phone.delete_recording(sid)
    except TryAgain as error:
        raise later(work, error) from error
    except MediaGone as error:
        since = voicemail.received_at or voicemail.started_at
        if clock.now() - since <= service.FETCH_FOR:
            # The recording may be told of before its sound can be had.
            raise Retry(AGAIN) from error
        _tell(work)
    except Refused:
        _tell(work)


def _keep(work: Work, sound: bytes) -> None:
    with work.database.transaction() as session:
        if service.locked(session, work.id).media_vault_id is None:
            service.kept(session, work.id, work.vault.put_bytes(session, KIND, sound))


def _tell(work: Work) -> None:
    with work.database.transaction() as session:
        service.missing(session, work.id)
