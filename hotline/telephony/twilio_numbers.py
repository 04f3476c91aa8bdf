"""Twilio's list of calls, and the numbers and applications of our account."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

from twilio.base import values

from hotline.base import clock
from hotline.base.config import Settings
from hotline.telephony.books import Application, ListedCall, Pointing, Rented, Texting
from hotline.telephony.port import CallGone
from hotline.telephony.twilio_client import HOME, ask, make_client

PAGE = 1000
"""Calls to a page of the list: the most that is given at once."""

CHILDREN = 50
_POST = "POST"
_REGISTERED = "VERIFIED"


class TwilioBook:
    """A `telephony.books.CallBook`."""

    def __init__(self, settings: Settings) -> None:
        self._client = make_client(settings)

    def calls_to(self, number: str, since: datetime, until: datetime) -> Iterator[ListedCall]:
        yield from self._listed(since, until, to=number)

    def calls_from(self, number: str, since: datetime, until: datetime) -> Iterator[ListedCall]:
        yield from self._listed(since, until, from_=number)

    def children(self, sid: str) -> Sequence[ListedCall]:
        return [
            _listed(call)
            for call in ask(lambda: self._client.calls.list(parent_call_sid=sid, limit=CHILDREN))
        ]

    def _listed(self, since: datetime, until: datetime, **whose: str) -> Iterator[ListedCall]:
        found = ask(
            lambda: self._client.calls.list(
                start_time_after=since.astimezone(UTC),
                start_time_before=until.astimezone(UTC),
                page_size=PAGE,
                **whose,
            )
        )
        return (_listed(call) for call in found)


def _listed(call: Any) -> ListedCall:
    return ListedCall(
        sid=str(call.sid),
        status=str(call.status),
        direction=str(call.direction),
        from_=str(call._from),
        to=str(call.to),
        started_at=call.start_time or call.date_created or clock.now(),
        ended_at=call.end_time,
        seconds=int(call.duration or 0),
        parent_sid=call.parent_call_sid,
    )


class TwilioOffice:
    """A `telephony.books.Office`."""

    def __init__(self, settings: Settings) -> None:
        self._client = make_client(settings)
        self._account = settings.twilio_account_sid

    def find(self, number: str) -> Rented | None:
        # The filter is a pattern: it may find more than the number that was asked for.
        found = ask(lambda: self._client.incoming_phone_numbers.list(phone_number=number, limit=20))
        for one in found:
            if one.phone_number == number:
                return _rented(one)
        return None

    def point(self, sid: str, pointing: Pointing) -> None:
        # Taking an application off takes a trunk off with it only when there was one, so each is named.
        current = ask(lambda: self._client.incoming_phone_numbers(sid).fetch())
        ask(
            lambda: self._client.incoming_phone_numbers(sid).update(
                voice_url=pointing.voice_url,
                voice_method=pointing.voice_method,
                voice_fallback_url=pointing.fallback_url,
                voice_fallback_method=pointing.fallback_method,
                status_callback=pointing.status_url,
                status_callback_method=pointing.status_method,
                voice_application_sid="" if current.voice_application_sid else values.unset,
                trunk_sid="" if current.trunk_sid else values.unset,
            )
        )

    def application(self, sid: str) -> Application | None:
        try:
            return _application(ask(lambda: self._client.applications(sid).fetch()))
        except CallGone:
            return None

    def applications(self, name: str) -> list[Application]:
        found = ask(lambda: self._client.applications.list(friendly_name=name, limit=20))
        return [_application(one) for one in found if one.friendly_name == name]

    def create_application(self, name: str, voice_url: str, voice_method: str) -> Application:
        return _application(
            ask(
                lambda: self._client.applications.create(
                    friendly_name=name, voice_url=voice_url, voice_method=voice_method
                )
            )
        )

    def update_application(self, sid: str, voice_url: str, voice_method: str) -> None:
        ask(lambda: self._client.applications(sid).update(voice_url=voice_url, voice_method=voice_method))

    def texting(self) -> Texting:
        services = self._client.messaging.v1.services
        try:
            found = ask(lambda: services.list(limit=20))
        except CallGone:
            return Texting(0, registered=False)
        return Texting(len(found), any(self._is_registered(str(one.sid)) for one in found))

    def _is_registered(self, service_sid: str) -> bool:
        campaigns = self._client.messaging.v1.services(service_sid).us_app_to_person
        return any(one.campaign_status == _REGISTERED for one in ask(lambda: campaigns.list(limit=20)))

    def now(self) -> datetime | None:
        path = f"{HOME}/2010-04-01/Accounts/{self._account}/IncomingPhoneNumbers.json"
        answer = ask(lambda: self._client.request("GET", path, params={"PageSize": 1}))
        date = (answer.headers or {}).get("Date")
        return parsedate_to_datetime(date) if date else None


def _rented(one: Any) -> Rented:
    return Rented(
        sid=str(one.sid),
        number=str(one.phone_number),
        voice=bool((one.capabilities or {}).get("voice")),
        pointing=Pointing(
            voice_url=one.voice_url or "",
            voice_method=one.voice_method or _POST,
            fallback_url=one.voice_fallback_url or "",
            fallback_method=one.voice_fallback_method or _POST,
            status_url=one.status_callback or "",
            status_method=one.status_callback_method or _POST,
        ),
        overruled_by=one.voice_application_sid or one.trunk_sid or None,
    )


def _application(one: Any) -> Application:
    return Application(str(one.sid), str(one.friendly_name), one.voice_url or "", one.voice_method or _POST)
