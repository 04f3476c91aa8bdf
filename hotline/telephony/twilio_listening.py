"""Twilio's REST interface for recordings of live calls, real-time transcription, announcements and coaching."""

from __future__ import annotations

from twilio.base import values

from hotline.telephony.listening import RecordingChange
from hotline.telephony.port import CallGone
from hotline.telephony.twilio_client import ask
from hotline.telephony.twilio_media import TwilioMedia

_RECORDING_EVENTS = ["in-progress", "completed", "absent"]
_LIVE = frozenset({"in-progress", "paused"})
_LOCALES = {"en": "en-US", "es": "es-US"}
"""Our languages as the speech recogniser names them; of others it is given the bare code."""


class TwilioListening(TwilioMedia):
    """The part of a `telephony.port.PhoneCompany` that is about listening."""

    def announce(self, room: str, url: str) -> None:
        sid = self._open_room(room)
        ask(lambda: self._client.conferences(sid).update(announce_url=url, announce_method="POST"))

    def start_recording(self, call_sid: str, status_callback: str) -> str:
        recording = ask(
            lambda: self._client.calls(call_sid).recordings.create(
                recording_status_callback=status_callback,
                recording_status_callback_event=_RECORDING_EVENTS,
                recording_status_callback_method="POST",
                recording_channels="dual",
                recording_track="both",
            )
        )
        return str(recording.sid)

    def live_recordings(self, call_sid: str) -> list[str]:
        recordings = ask(lambda: self._client.calls(call_sid).recordings.list(limit=20))
        return [str(recording.sid) for recording in recordings if recording.status in _LIVE]

    def change_recording(self, call_sid: str, sid: str, change: RecordingChange) -> None:
        behaviour = "silence" if change == "paused" else values.unset
        ask(
            lambda: (
                self._client.calls(call_sid).recordings(sid).update(status=change, pause_behavior=behaviour)
            )
        )

    def start_transcript(self, call_sid: str, name: str, status_callback: str, language: str) -> str:
        transcription = ask(
            lambda: self._client.calls(call_sid).transcriptions.create(
                name=name,
                track="both_tracks",
                status_callback_url=status_callback,
                status_callback_method="POST",
                partial_results=True,
                language_code=_LOCALES.get(language, language),
                # The words that the filter masks are those that a screener has to know.
                profanity_filter=False,
                enable_automatic_punctuation=True,
            )
        )
        return str(transcription.sid)

    def stop_transcript(self, call_sid: str, name: str) -> None:
        ask(lambda: self._client.calls(call_sid).transcriptions(name).update(status="stopped"))

    def take_part(self, room: str, sid: str, *, muted: bool, coached: str | None) -> None:
        room_sid = self._open_room(room)
        ask(
            lambda: (
                self._client.conferences(room_sid)
                .participants(sid)
                .update(muted=muted, coaching=coached is not None, call_sid_to_coach=coached or values.unset)
            )
        )

    def _open_room(self, room: str) -> str:
        rooms = ask(lambda: self._client.conferences.list(friendly_name=room, limit=20))
        for one in rooms:
            if one.status != "completed":
                return str(one.sid)
        raise CallGone
