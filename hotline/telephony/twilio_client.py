"""The one way in which requests reach Twilio, and its refusals in the words of the port."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, TypeVar
from urllib.parse import urlsplit

from requests.exceptions import RequestException
from twilio.base.exceptions import TwilioException, TwilioRestException
from twilio.http.http_client import TwilioHttpClient
from twilio.http.response import Response
from twilio.rest import Client

from hotline.base.config import Settings
from hotline.base.logging import get_logger
from hotline.telephony.port import CallGone, Refused, TryAgain

TIMEOUT = 5.0
"""Seconds for one request; the library's own default is to wait for ever."""

HOME = "https://api.twilio.com"
_ITS_HOSTS = ".twilio.com"
_NOT_IN_PROGRESS = 21220
_NO_SUCH_RESOURCE = 20404
_TOO_MANY = 429

T = TypeVar("T")
_log = get_logger("telephony")


class OwnBase(TwilioHttpClient):  # type: ignore[misc]
    """Sends requests to a configured address: the library itself knows only twilio.com.

    Whatever is asked of another of Twilio's hosts (messaging, for example) goes to that address too.
    """

    def __init__(self, base_url: str) -> None:
        super().__init__(timeout=TIMEOUT)
        self._base_url = base_url

    def request(self, method: str, url: str, *arguments: Any, **named: Any) -> Response:
        if self._base_url != HOME:
            parts = urlsplit(url)
            if (parts.hostname or "").endswith(_ITS_HOSTS):
                url = self._base_url + url.removeprefix(f"{parts.scheme}://{parts.netloc}")
        return super().request(method, url, *arguments, **named)


def make_client(settings: Settings) -> Client:
    """Twilio's own client for the account and the address of the settings. Nothing is connected yet."""
    return Client(
        settings.twilio_account_sid,
        settings.twilio_auth_token,
        http_client=OwnBase(settings.twilio_api_base_url),
    )


def ask(request: Callable[[], T]) -> T:
    """Make a request and say its failure in the words of the port: CallGone, TryAgain or Refused."""
    try:
        return request()
    except TwilioRestException as error:
        raise _refusal(error.status, error.code) from error
    except TwilioException as error:
        # A list that is refused comes as the general exception, with the answer in it.
        answer = next((part for part in error.args if isinstance(part, Response)), None)
        if answer is not None:
            raise _refusal(answer.status_code, _code_in(answer.text)) from error
        # It also stands for an answer that the library can't read.
        _log.warning("phone_company_silent", error=type(error).__name__)
        raise TryAgain from error
    except RequestException as error:
        _log.warning("phone_company_silent", error=type(error).__name__)
        raise TryAgain from error


def _refusal(status: int, code: int | None) -> CallGone | TryAgain | Refused:
    _log.warning("phone_company_refused", status=status, code=code)
    if code in (_NOT_IN_PROGRESS, _NO_SUCH_RESOURCE) or status == 404:
        return CallGone()
    if status == _TOO_MANY or status >= 500:
        return TryAgain()
    return Refused(int(code or 0))


def _code_in(text: str) -> int | None:
    try:
        code = json.loads(text).get("code")
    except (ValueError, AttributeError):
        return None
    return code if isinstance(code, int) else None
