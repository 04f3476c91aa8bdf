"""Rooms: who is in them, who hears whom, and the events that are told about them."""

import secrets
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from ivr.simulator.clock import rfc2822, wall
from ivr.simulator.documents import Request
from ivr.simulator.legs import Call, Subscription
from ivr.simulator.post import Outgoing

# Names in `statusCallbackEvent` -> events that they subscribe to.
EVENTS = {
    "start": {"conference-start"},
    "end": {"conference-end"},
    "join": {"participant-join"},
    "leave": {"participant-leave"},
    "mute": {"participant-mute", "participant-unmute"},
    "hold": {"participant-hold", "participant-unhold"},
    "modify": {"participant-modify"},
    "speaker": {"participant-speech-start", "participant-speech-stop"},
    "announcement": {"announcement-end", "announcement-fail"},
}

HUNG_UP = "participant_hung_up"
MOVED = "participant_updated_via_api"
ADD_FAILED = "participant_add_failed"


class DuplicateLabel(Exception):
    """The room already has a participant with this label (Twilio error 16025)."""


class RoomFull(Exception):
    """The room has as many participants as it may."""


def event_names(words: str) -> frozenset[str]:
    """The events that a `statusCallbackEvent` such as "start end join" subscribes to."""
    chosen: set[str] = set()
    for word in words.split():
        chosen |= EVENTS.get(word, set())
    return frozenset(chosen)


@dataclass
class Entry:
    """How a leg wants to enter a room."""

    muted: bool = False
    start_on_enter: bool = True
    end_on_exit: bool = False
    label: str | None = None
    coaching: str | None = None
    limit: int = 250
    subscription: Subscription | None = None


@dataclass
class Participant:
    """A leg in a room; `gone` is the reason why it left."""

    call: Call
    entry: Entry
    muted: bool
    hold: bool = False
    hold_document: Request | None = None
    """What is heard on hold, asked for again whenever it ends; None: the phone company's own music."""
    gone: str | None = None
    joined_at: datetime = field(default_factory=wall)


class Room:
    """One conference. Its callback belongs to whoever came first; later wishes are ignored."""

    def __init__(
        self, account_sid: str, name: str, lock: threading.RLock, tell: Callable[[Outgoing], None]
    ) -> None:
        self.sid = "CF" + secrets.token_hex(16)
        self.account_sid = account_sid
        self.name = name
        self.status = "init"
        self.created_at = self.updated_at = wall()
        self.participants: dict[str, Participant] = {}
        self.reason_ended: str | None = None
        self.ended_by_sid: str | None = None
        self._subscription: Subscription | None = None
        self._opened = False
        self._sequence = 0
        self._lock = lock
        self._tell = tell

    @property
    def over(self) -> bool:
        """Whether the room has ended."""
        return self.status == "completed"

    def join(self, call: Call, entry: Entry) -> Participant:
        """Take a leg in. Raises DuplicateLabel and RoomFull."""
        with self._lock:
            if entry.label and any(p.entry.label == entry.label for p in self.participants.values()):
                raise DuplicateLabel(entry.label)
            if len(self.participants) >= entry.limit:
                raise RoomFull(self.name)
            self.open_for(entry.subscription)
            participant = Participant(call, entry, entry.muted)
            self.participants[call.sid] = participant
            call.room_name = self.name
            self._event("participant-join", participant)
            starters = any(p.entry.start_on_enter for p in self.participants.values())
            if self.status == "init" and starters and len(self.participants) >= 2:
                self.status = "in-progress"
                self._event("conference-start")
            self.refresh()
            return participant

    def open_for(self, subscription: Subscription | None) -> None:
        """The first one to come fixes where the room's events are told."""
        if not self._opened:
            self._opened = True
            self._subscription = subscription

    def leave(self, call: Call, reason: str) -> None:
        """A leg goes out; with `endConferenceOnExit`, or as the last one, it ends the room."""
        with self._lock:
            participant = self.participants.get(call.sid)
            if participant is None:
                return
            kicked = reason == MOVED
            self._out(participant, reason)
            if participant.entry.end_on_exit:
                how = "kicked" if kicked else "left"
                self._close(
                    f"participant-with-end-conference-on-exit-{how}", "moderator_ended_conference", call
                )
            elif not self.participants:
                self._close("last-participant-kicked" if kicked else "last-participant-left", reason, call)
            else:
                for other in self.participants.values():
                    other.call.far_end_left = not kicked
            self.refresh()

    def close_by_api(self) -> None:
        """End the room for everyone."""
        with self._lock:
            if not self.over:
                self._close("conference-ended-via-api", "conference_ended_via_api", None)
                self.refresh()

    def add_failed(self, call: Call, label: str | None) -> None:
        """A leg that was called into the room did not come."""
        with self._lock:
            if not self.over:
                ghost = Participant(call, Entry(label=label), muted=False)
                self._event("participant-leave", ghost, ReasonParticipantLeft=ADD_FAILED)

    def set_muted(self, participant: Participant, muted: bool) -> None:
        """Mute or unmute a participant, and tell of it if it changed."""
        with self._lock:
            if participant.muted != muted:
                participant.muted = muted
                self._event("participant-mute" if muted else "participant-unmute", participant)

    def set_hold(self, participant: Participant, hold: bool, document: Request | None = None) -> None:
        """Put a participant on hold or take it back, and tell of it if it changed."""
        with self._lock:
            if participant.hold != hold:
                participant.hold, participant.hold_document = hold, document if hold else None
                self._event("participant-hold" if hold else "participant-unhold", participant)
                if hold and document is None:
                    participant.call.hear("(hold music)", "music")
                participant.call.wake()
                self.refresh()

    def set_coaching(self, participant: Participant, coached: str | None) -> None:
        """Let a participant be heard by one other alone, or by everybody; tell of it if it changed."""
        with self._lock:
            if participant.entry.coaching != coached:
                participant.entry.coaching = coached
                self._event("participant-modify", participant)

    def announce(self, text: str, kind: str, language: str = "", voice: str = "") -> None:
        """Everybody in the room hears something."""
        with self._lock:
            for participant in self.participants.values():
                participant.call.hear(text, kind, language, voice)
            self._event("announcement-end")

    def speak(self, call: Call, text: str) -> bool:
        """A participant says something; says whether anybody heard it."""
        with self._lock:
            speaker = self.participants.get(call.sid)
            if speaker is None or self.status != "in-progress" or speaker.muted or speaker.hold:
                return False
            coached = speaker.entry.coaching
            hearers = [
                p
                for p in self.participants.values()
                if p is not speaker and not p.hold and (coached is None or p.call.sid == coached)
            ]
            for hearer in hearers:
                hearer.call.hear(text, "speech", voice=call.sid)
            return bool(hearers)

    def refresh(self) -> None:
        """Tell each leg with whom it can talk now."""
        present = [p for p in self.participants.values() if not p.hold and self.status == "in-progress"]
        sids = frozenset(p.call.sid for p in present)
        for participant in self.participants.values():
            within = participant in present
            participant.call.talk_with(sids - {participant.call.sid} if within else frozenset(), "room")

    def _out(self, participant: Participant, reason: str) -> None:
        del self.participants[participant.call.sid]
        participant.gone = reason
        participant.call.room_name = None
        participant.call.talk_with(frozenset(), "room")
        self._event("participant-leave", participant, ReasonParticipantLeft=reason)

    def _close(self, reason: str, leave_reason: str, ender: Call | None) -> None:
        for participant in list(self.participants.values()):
            participant.call.far_end_left = ender is not None
            self._out(participant, leave_reason)
        self.status = "completed"
        self.reason_ended = reason
        self.ended_by_sid = ender.sid if ender is not None else None
        ending = {"CallSidEndingConference": ender.sid} if ender is not None else {}
        self._event("conference-end", None, ReasonConferenceEnded=reason, **ending)

    def _event(self, event: str, participant: Participant | None = None, **more: str) -> None:
        self.updated_at = wall()
        self._sequence += 1
        subscription = self._subscription
        if subscription is None or event not in subscription.events:
            return
        fields: dict[str, str] = {
            "AccountSid": self.account_sid,
            "ConferenceSid": self.sid,
            "FriendlyName": self.name,
            "SequenceNumber": str(self._sequence),
            "StatusCallbackEvent": event,
            "Timestamp": rfc2822(self.updated_at) or "",
            **(_fields(participant) if participant is not None else {}),
            **more,
        }
        self._tell(Outgoing(self.sid, "conference", subscription.url, fields, subscription.method))


def _fields(participant: Participant) -> Mapping[str, str]:
    entry = participant.entry
    fields = {
        "CallSid": participant.call.sid,
        "Coaching": _word(entry.coaching is not None),
        "EndConferenceOnExit": _word(entry.end_on_exit),
        "Hold": _word(participant.hold),
        "Muted": _word(participant.muted),
        "ParticipantCallStatus": participant.call.status,
        "StartConferenceOnEnter": _word(entry.start_on_enter),
    }
    if entry.label:
        fields["ParticipantLabel"] = entry.label
    return fields


def _word(flag: bool) -> str:
    return "true" if flag else "false"
