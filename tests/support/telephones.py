"""A phone company on paper: it does as it is told, notes it, and can be told to fail."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from hotline.telephony.listening import RecordingChange
from hotline.telephony.port import MediaGone, PhoneCompany
from tests.support.calls import sid


@dataclass
class PaperPhones(PhoneCompany):
    """`asked` lists the requests; `failing` maps the name of a request to what it raises."""

    asked: list[tuple[str, ...]] = field(default_factory=list)
    failing: dict[str, Exception] = field(default_factory=dict)
    statuses: dict[str, str | None] = field(default_factory=dict)
    live: dict[str, list[str]] = field(default_factory=dict)
    rooms: dict[str, list[str]] = field(default_factory=dict)
    recorded: dict[str, list[str]] = field(default_factory=dict)
    """Call -> its recordings that go on."""
    recordings: dict[str, bytes] = field(default_factory=dict)

    def _note(self, *request: str) -> None:
        self.asked.append(request)
        if request[0] in self.failing:
            raise self.failing[request[0]]

    def names(self) -> list[str]:
        """The requests by name, in order."""
        return [request[0] for request in self.asked]

    def redirect_call(self, sid: str, url: str) -> None:
        self._note("redirect_call", sid, url)

    def dial(
        self, to: str, from_: str, url: str, status_callback: str, timeout: int, digits: str | None = None
    ) -> str:
        self._note("dial", to, from_, url, status_callback, str(timeout), *([digits] if digits else []))
        new = sid()
        self.live.setdefault(to, []).append(new)
        return new

    def end_call(self, sid: str) -> None:
        self._note("end_call", sid)

    def call_status(self, sid: str) -> str | None:
        self._note("call_status", sid)
        return self.statuses.get(sid, "in-progress")

    def live_calls_to(self, to: str) -> Sequence[str]:
        self._note("live_calls_to", to)
        return self.live.get(to, [])

    def participants(self, room: str) -> Sequence[str] | None:
        self._note("participants", room)
        return self.rooms.get(room)

    def change_participant(
        self,
        room: str,
        sid: str,
        *,
        muted: bool | None = None,
        held: bool | None = None,
        hold_url: str | None = None,
    ) -> None:
        self._note("change_participant", room, sid, f"muted={muted}", f"held={held}", hold_url or "")

    def remove_participant(self, room: str, sid: str) -> None:
        self._note("remove_participant", room, sid)

    def fetch_recording(self, sid: str) -> bytes:
        self._note("fetch_recording", sid)
        if sid not in self.recordings:
            raise MediaGone
        return self.recordings[sid]

    def delete_recording(self, sid: str) -> None:
        self._note("delete_recording", sid)
        self.recordings.pop(sid, None)

    def announce(self, room: str, url: str) -> None:
        self._note("announce", room, url)

    def start_recording(self, call_sid: str, status_callback: str) -> str:
        self._note("start_recording", call_sid, status_callback)
        new = sid("RE")
        self.recorded.setdefault(call_sid, []).append(new)
        return new

    def live_recordings(self, call_sid: str) -> Sequence[str]:
        self._note("live_recordings", call_sid)
        return self.recorded.get(call_sid, [])

    def change_recording(self, call_sid: str, sid: str, change: RecordingChange) -> None:
        self._note("change_recording", call_sid, sid, change)
        if change == "stopped" and sid in self.recorded.get(call_sid, []):
            self.recorded[call_sid].remove(sid)

    def start_transcript(self, call_sid: str, name: str, status_callback: str, language: str) -> str:
        self._note("start_transcript", call_sid, name, status_callback, language)
        return sid("GT")

    def stop_transcript(self, call_sid: str, name: str) -> None:
        self._note("stop_transcript", call_sid, name)

    def take_part(self, room: str, sid: str, *, muted: bool, coached: str | None) -> None:
        self._note("take_part", room, sid, f"muted={muted}", f"coached={coached}")
