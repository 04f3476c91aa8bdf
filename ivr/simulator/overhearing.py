"""Recordings and live transcripts of calls, as REST starts and stops them."""

import json
import secrets
import threading
from collections.abc import Callable
from dataclasses import dataclass

from ivr.simulator.clock import iso, rfc2822, wall
from ivr.simulator.legs import Call, Subscription
from ivr.simulator.post import Outgoing
from ivr.simulator.sounds import Recorded

LIVE = frozenset({"in-progress", "paused"})
_TRACKS = {"inbound": "inbound_track", "outbound": "outbound_track"}

Tell = Callable[[Outgoing], None]


class Recording:
    """A recording of a call until it is stopped or the call ends. Only what is said while it runs counts."""

    def __init__(
        self,
        call: Call,
        recorded: Recorded,
        subscription: Subscription | None,
        track: str,
        url: str,
        tell: Tell,
    ) -> None:
        self.call, self.recorded, self.track = call, recorded, track
        self._subscription, self._url, self._tell = subscription, url, tell
        self._began = call.clock.now()
        self._report("in-progress")
        threading.Thread(target=self._until_the_end, name=recorded.sid, daemon=True).start()

    @property
    def live(self) -> bool:
        """Whether it runs or is paused."""
        return self.recorded.status in LIVE

    def change(self, status: str) -> None:
        """Pause, go on or stop. Pausing with `silence` (the default) keeps the length."""
        with self.call.changed:
            if self.live:
                self.recorded.status = status
                self.call.changed.notify_all()

    def _until_the_end(self) -> None:
        call = self.call
        with call.changed:
            call.changed.wait_for(lambda: call.over or not self.live)
            self.recorded.seconds = max(1, round(call.clock.now() - self._began))
            self.recorded.status = "completed"
        self._report("completed")

    def _report(self, status: str) -> None:
        subscription = self._subscription
        if subscription is None or status not in subscription.events:
            return
        recorded = self.recorded
        fields = {
            "AccountSid": recorded.account_sid,
            "CallSid": recorded.call_sid,
            "ErrorCode": "0",
            "RecordingChannels": str(recorded.channels),
            "RecordingSid": recorded.sid,
            "RecordingSource": recorded.source,
            "RecordingStartTime": rfc2822(recorded.started_at) or "",
            "RecordingStatus": status,
            "RecordingTrack": self.track,
        }
        if status == "completed":
            fields["RecordingDuration"] = str(recorded.seconds)
            fields["RecordingUrl"] = self._url
        self._tell(Outgoing(recorded.sid, "recording", subscription.url, fields, subscription.method))


@dataclass
class Wishes:
    """How a live transcript was asked for."""

    name: str | None
    track: str
    subscription: Subscription | None
    partial: bool
    language: str


class Transcription:
    """A live transcript of one leg: what its person says, and what they hear of the others."""

    def __init__(self, call: Call, wishes: Wishes, tell: Tell) -> None:
        self.sid = "GT" + secrets.token_hex(16)
        self.call, self.wishes = call, wishes
        self.status = "in-progress"
        self.updated_at = wall()
        self._tell = tell
        self._sequence = 0
        self._report("transcription-started", {"TrackCount": "2"})
        threading.Thread(target=self._until_the_end, name=self.sid, daemon=True).start()

    def stop(self) -> None:
        """Write no more down."""
        with self.call.changed:
            self.status = "stopped"
            self.updated_at = wall()
            self.call.changed.notify_all()

    def overhear(self, speaker: Call, text: str) -> None:
        """Somebody said something; only what reaches this leg is written down."""
        if self.status != "in-progress":
            return
        if speaker is self.call:
            track = _TRACKS["inbound"]
        elif _heard(self.call, speaker, text):
            track = _TRACKS["outbound"]
        else:
            return
        if self.wishes.track not in (track, "both_tracks"):
            return
        words = text.split()
        if self.wishes.partial and len(words) > 1:
            self._words(track, " ".join(words[: len(words) // 2]), final=False)
        self._words(track, text, final=True)

    def _words(self, track: str, text: str, *, final: bool) -> None:
        data = {"transcript": text, "confidence": 0.98} if final else {"transcript": text}
        fields = {
            "Final": "true" if final else "false",
            "Track": track,
            "TranscriptionData": json.dumps(data),
        }
        if not final:
            fields["Stability"] = "0.9"
        self._report("transcription-content", fields)

    def _until_the_end(self) -> None:
        call = self.call
        with call.changed:
            call.changed.wait_for(lambda: call.over or self.status == "stopped")
            self.status = "stopped"
        self._report("transcription-stopped", {})

    def _report(self, event: str, more: dict[str, str]) -> None:
        subscription = self.wishes.subscription
        if subscription is None:
            return
        self._sequence += 1
        fields = {
            "AccountSid": self.call.account_sid,
            "CallSid": self.call.sid,
            "LanguageCode": self.wishes.language,
            "SequenceId": str(self._sequence),
            "Timestamp": iso(wall()) or "",
            "TranscriptionEvent": event,
            "TranscriptionSid": self.sid,
            **more,
        }
        self._tell(Outgoing(self.sid, "transcription", subscription.url, fields, subscription.method))


def _heard(call: Call, speaker: Call, text: str) -> bool:
    last = call.heard[-1] if call.heard else None
    return last is not None and (last.kind, last.voice, last.text) == ("speech", speaker.sid, text)


class Ears:
    """Every recording and transcript of an exchange. Guard it with the exchange's lock."""

    def __init__(self) -> None:
        self.recordings: dict[str, Recording] = {}
        self.transcriptions: dict[str, Transcription] = {}

    def overhear(self, speaker: Call, text: str) -> None:
        """Somebody said something on a leg."""
        for transcription in list(self.transcriptions.values()):
            transcription.overhear(speaker, text)

    def recordings_of(self, call_sid: str) -> list[Recording]:
        """Those of one call, newest first."""
        return [one for one in reversed(self.recordings.values()) if one.call.sid == call_sid]

    def transcription(self, call_sid: str, which: str) -> Transcription | None:
        """One of a call by its sid or its name."""
        for one in reversed(self.transcriptions.values()):
            if one.call.sid == call_sid and which in (one.sid, one.wishes.name):
                return one
        return None
