"""Twilio's REST interface for calls and rooms."""

from __future__ import annotations

from twilio.base import values

from hotline.telephony.port import LIVE, CallGone
from hotline.telephony.twilio_client import ask
from hotline.telephony.twilio_listening import TwilioListening

_PROGRESS = ["initiated", "ringing", "answered", "completed"]


class TwilioRest(TwilioListening):
    """A `telephony.port.PhoneCompany`."""

    def redirect_call(self, sid: str, url: str) -> None:
        ask(lambda: self._client.calls(sid).update(url=url, method="POST"))

    def dial(
        self, to: str, from_: str, url: str, status_callback: str, timeout: int, digits: str | None = None
    ) -> str:
        call = ask(
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
        ask(lambda: self._client.calls(sid).update(status="completed"))

    def call_status(self, sid: str) -> str | None:
        try:
            return str(ask(lambda: self._client.calls(sid).fetch()).status)
        except CallGone:
            return None

    def live_calls_to(self, to: str) -> list[str]:
        calls = ask(lambda: self._client.calls.list(to=to, limit=20))
        return [str(call.sid) for call in calls if call.status in LIVE and call.direction == "outbound-api"]

    def participants(self, room: str) -> list[str] | None:
        rooms = ask(lambda: self._client.conferences.list(friendly_name=room, limit=20))
        # A room with one person in it has not begun, and yet somebody is there.
        open_rooms = [one for one in rooms if one.status != "completed"]
        if not open_rooms:
            return None
        people = ask(lambda: self._client.conferences(str(open_rooms[0].sid)).participants.list(limit=20))
        return [str(person.call_sid) for person in people]

    def change_participant(
        self,
        room: str,
        sid: str,
        *,
        muted: bool | None = None,
        held: bool | None = None,
        hold_url: str | None = None,
    ) -> None:
        room_sid = self._open_room(room)
        ask(
            lambda: (
                self._client.conferences(room_sid)
                .participants(sid)
                .update(
                    muted=values.unset if muted is None else muted,
                    hold=values.unset if held is None else held,
                    hold_url=hold_url or values.unset,
                    hold_method="POST" if hold_url else values.unset,
                )
            )
        )

    def remove_participant(self, room: str, sid: str) -> None:
        # A participant has no status that could be set: to be put out is to be deleted.
        room_sid = self._open_room(room)
        ask(lambda: self._client.conferences(room_sid).participants(sid).delete())
