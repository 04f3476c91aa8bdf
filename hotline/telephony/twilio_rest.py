"""Twilio's REST interface. Nothing else in the product speaks to it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from requests.exceptions import RequestException
from twilio.base import values
from twilio.base.exceptions import TwilioException, TwilioRestException
from twilio.http.http_client import TwilioHttpClient
from twilio.http.response import Response
from twilio.rest import Client

from hotline.base.config import Settings
from hotline.base.logging import get_logger
from hotline.telephony.port import LIVE, CallGone, Refused, TryAgain

TIMEOUT = 5.0
"""Seconds for one request; the library's own default is to wait for ever."""

_HOME = "https://api.twilio.com"
_NOT_IN_PROGRESS = 21220
_NO_SUCH_RESOURCE = 20404
_TOO_MANY = 429
_PROGRESS = ["initiated", "ringing", "answered", "completed"]

T = TypeVar("T")
_log = get_logger("telephony")


class _OwnBase(TwilioHttpClient):  # type: ignore[misc]
    """Sends requests to a configured address: the library itself knows only twilio.com."""

    def __init__(self, base_url: str) -> None:
        super().__init__(timeout=TIMEOUT)
        self._base_url = base_url

    def request(self, method: str, url: str, *arguments: Any, **named: Any) -> Response:
        if url.startswith(_HOME):
            url = self._base_url + url.removeprefix(_HOME)
        return super().request(method, url, *arguments, **named)


class TwilioRest:
    """A `telephony.port.PhoneCompany`."""

    def __init__(self, settings: Settings) -> None:
        self._client = Client(
            settings.twilio_account_sid,
            settings.twilio_auth_token,
            http_client=_OwnBase(settings.twilio_api_base_url),
        )

    def redirect_call(self, sid: str, url: str) -> None:
        _ask(lambda: self._client.calls(sid).update(url=url, method="POST"))

    def dial(
        self, to: str, from_: str, url: str, status_callback: str, timeout: int, digits: str | None = None
    ) -> str:
        call = _ask(
            lambda: self._client.calls.create(
                to=to,
                from_=from_,
                url=url,
                method="POST",
                status_callback=status_callback,
                status_callback_event=_PROGRESS,
                status_callback_method="POST",
                timeout=timeout,
                send_digits=digits or values.unset,
            )
        )
        return str(call.sid)

    def end_call(self, sid: str) -> None:
        _ask(lambda: self._client.calls(sid).update(status="completed"))

    def call_status(self, sid: str) -> str | None:
        try:
            return str(_ask(lambda: self._client.calls(sid).fetch()).status)
        except CallGone:
            return None

    def live_calls_to(self, to: str) -> list[str]:
        calls = _ask(lambda: self._client.calls.list(to=to, limit=20))
        return [str(call.sid) for call in calls if call.status in LIVE and call.direction == "outbound-api"]

    def participants(self, room: str) -> list[str] | None:
        rooms = _ask(lambda: self._client.conferences.list(friendly_name=room, limit=20))
        # A room with one person in it has not begun, and yet somebody is there.
        open_rooms = [one for one in rooms if one.status != "completed"]
        if not open_rooms:
            return None
        people = _ask(lambda: self._client.conferences(str(open_rooms[0].sid)).participants.list(limit=20))
        return [str(person.call_sid) for person in people]


def _ask(request: Callable[[], T]) -> T:
    """Make a request and say its failure in the words of the port."""
    try:
        return request()
    except TwilioRestException as error:
        _log.warning("phone_company_refused", status=error.status, code=error.code)
        if error.code in (_NOT_IN_PROGRESS, _NO_SUCH_RESOURCE) or error.status == 404:
            raise CallGone from error
        if error.status == _TOO_MANY or error.status >= 500:
            raise TryAgain from error
        raise Refused(int(error.code or 0)) from error
    except (RequestException, TwilioException) as error:
        # The library's general exception also stands for an answer that it can't read.
        _log.warning("phone_company_silent", error=type(error).__name__)
        raise TryAgain from error
