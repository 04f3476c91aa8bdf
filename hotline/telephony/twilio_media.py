"""Sounds that Twilio keeps for us: fetched with credentials, then deleted there.

Twilio, "Recordings resource": the sound lies below the resource's address, with `.mp3` as MP3.
"""

from __future__ import annotations

import contextlib

import httpx

from hotline.base.config import Settings
from hotline.base.logging import get_logger
from hotline.telephony.port import CallGone, MediaGone, Refused, TryAgain
from hotline.telephony.twilio_client import ask, make_client

MEDIA_TYPE = "audio/mpeg"
TIMEOUT = 20.0
"""Seconds without a byte; the sound of a long call comes in many pieces."""

LARGEST = 256 * 1024 * 1024
"""Bytes; four hours of talk are far smaller."""

_TOO_LARGE = 413
_TOO_MANY = 429
_log = get_logger("telephony")


class TwilioMedia:
    """The part of a `telephony.port.PhoneCompany` that is about recordings."""

    def __init__(self, settings: Settings) -> None:
        self._client = make_client(settings)
        self._folder = f"{settings.twilio_api_base_url}/2010-04-01/Accounts/{settings.twilio_account_sid}"
        self._credentials = (settings.twilio_account_sid, settings.twilio_auth_token)

    def fetch_recording(self, sid: str) -> bytes:
        try:
            # Twilio sends the asker on to a store of another host, to which the credentials are not sent.
            with httpx.stream(
                "GET",
                f"{self._folder}/Recordings/{sid}.mp3",
                auth=self._credentials,
                timeout=TIMEOUT,
                follow_redirects=True,
                trust_env=False,
            ) as answer:
                _check(answer.status_code)
                return _all_of(answer)
        except httpx.HTTPError as error:
            _log.warning("phone_company_silent", error=type(error).__name__)
            raise TryAgain from error

    def delete_recording(self, sid: str) -> None:
        with contextlib.suppress(CallGone):
            ask(lambda: self._client.recordings(sid).delete())


def _check(status: int) -> None:
    if status == httpx.codes.OK:
        return
    _log.warning("recording_refused", status=status)
    if status in (httpx.codes.NOT_FOUND, httpx.codes.GONE):
        raise MediaGone
    if status == _TOO_MANY or status >= 500:
        raise TryAgain
    raise Refused(status)


def _all_of(answer: httpx.Response) -> bytes:
    sound = bytearray()
    for piece in answer.iter_bytes():
        sound += piece
        if len(sound) > LARGEST:
            raise Refused(_TOO_LARGE)
    return bytes(sound)
