"""What we ask of a phone company about recordings, live transcripts, announcements and supervisors who listen."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, Protocol

RecordingChange = Literal["paused", "in-progress", "stopped"]


class ListeningCompany(Protocol):
    """Each method raises TryAgain, Refused or CallGone (the call, room or recording is no longer there)."""

    def announce(self, room: str, url: str) -> None:
        """Let everybody in a conference room hear the document at `url`."""

    def start_recording(self, call_sid: str, status_callback: str) -> str:
        """Record a call until it is stopped or ends, whatever room it goes through; the new recording's sid."""

    def live_recordings(self, call_sid: str) -> Sequence[str]:
        """Sids of the call's recordings that go on or are paused."""

    def change_recording(self, call_sid: str, sid: str, change: RecordingChange) -> None:
        """Pause (what is said meanwhile is silence in the recording), go on, or stop for good."""

    def start_transcript(self, call_sid: str, name: str, status_callback: str, language: str) -> str:
        """Write down what is said on a call, word by word to `status_callback`; the new transcription's sid.

        `name` is ours and can stand for the sid; `language` is ours too (`en`).
        """

    def stop_transcript(self, call_sid: str, name: str) -> None:
        """Write no more down. `name` may be the sid."""

    def take_part(self, room: str, sid: str, *, muted: bool, coached: str | None) -> None:
        """Change how a call takes part in a room: unheard, or heard only by the call `coached`."""
