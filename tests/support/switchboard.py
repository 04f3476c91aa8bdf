"""A phone company with a memory: who is in which room and how, and news of it that may come in any order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from urllib.parse import parse_qs, urlsplit

from hotline.base import clock
from hotline.telephony.port import LIVE, CallGone, TryAgain
from ivr.events import CallEvent
from tests.support.calls import sid as new_sid
from tests.support.telephones import PaperPhones


@dataclass
class Participant:
    """How somebody is in a room."""

    held: bool = False
    muted: bool = False


@dataclass
class Room:
    """A conference that goes on."""

    name: str
    sid: str = field(default_factory=lambda: new_sid("CF"))
    sequence: int = 0
    people: dict[str, Participant] = field(default_factory=dict)


@dataclass
class Switchboard(PaperPhones):
    """Calls that it placed or took by sid, rooms by name, and what it has yet to tell (`news`).

    `callers` are the sids whose leaving ends the room. `moved` notes callers who were sent elsewhere. While `mute_line`
    it does what is asked, and its answers are lost.
    """

    statuses: dict[str, str | None] = field(default_factory=dict)
    open_rooms: dict[str, Room] = field(default_factory=dict)
    legs: dict[str, str] = field(default_factory=dict)
    callers: set[str] = field(default_factory=set)
    moved: list[str] = field(default_factory=list)
    news: list[CallEvent] = field(default_factory=list)
    mute_line: bool = False

    def _answer(self) -> None:
        if self.mute_line:
            raise TryAgain

    def dial(
        self, to: str, from_: str, url: str, status_callback: str, timeout: int, digits: str | None = None
    ) -> str:
        made = super().dial(to, from_, url, status_callback, timeout, digits)
        self.statuses[made] = "ringing"
        self.legs[made] = parse_qs(urlsplit(url).query)["leg"][0]
        self._answer()
        return made

    def live_calls_to(self, to: str) -> Sequence[str]:
        return [sid for sid in super().live_calls_to(to) if self.statuses[sid] in LIVE]

    def end_call(self, sid: str) -> None:
        super().end_call(sid)
        if self.statuses.get(sid) not in ("ringing", "in-progress"):
            raise CallGone
        self.hangs_up(sid, "completed")
        self._answer()

    def redirect_call(self, sid: str, url: str) -> None:
        super().redirect_call(sid, url)
        if self.statuses.get(sid) != "in-progress":
            raise CallGone
        self.leaves(sid, "participant_updated_via_api")
        self.moved.append(sid)
        self._answer()

    def participants(self, room: str) -> Sequence[str] | None:
        super().participants(room)
        return list(self.open_rooms[room].people) if room in self.open_rooms else None

    def change_participant(
        self,
        room: str,
        sid: str,
        *,
        muted: bool | None = None,
        held: bool | None = None,
        hold_url: str | None = None,
    ) -> None:
        super().change_participant(room, sid, muted=muted, held=held, hold_url=hold_url)
        person = self._in(room).people.get(sid)
        if person is None:
            raise CallGone
        if held is not None and held != person.held:
            person.held = held
            self._tell(self._in(room), sid, "participant-hold" if held else "participant-unhold")
        if muted is not None and muted != person.muted:
            person.muted = muted
            self._tell(self._in(room), sid, "participant-mute" if muted else "participant-unmute")
        self._answer()

    def remove_participant(self, room: str, sid: str) -> None:
        super().remove_participant(room, sid)
        if sid not in self._in(room).people:
            raise CallGone
        self.leaves(sid, "participant_updated_via_api")
        self._answer()

    def joins(self, sid: str, room: str) -> None:
        """A call that goes on comes into a room."""
        if self.statuses.get(sid) != "in-progress" or self.room_of(sid) is not None:
            return
        there = self.open_rooms.setdefault(room, Room(room))
        there.people[sid] = Participant()
        self._tell(there, sid, "participant-join")

    def leaves(self, sid: str, reason: str = "participant_hung_up") -> None:
        """A call goes out of its room; a caller takes everybody along, and theirs end."""
        room = self.room_of(sid)
        if room is None:
            return
        self._tell(room, sid, "participant-leave", ReasonParticipantLeft=reason)
        del room.people[sid]
        if sid in self.callers or not room.people:
            del self.open_rooms[room.name]
            for other in list(room.people):
                self._tell(
                    room, other, "participant-leave", ReasonParticipantLeft="moderator_ended_conference"
                )
                del room.people[other]
                self.hangs_up(other, "completed")

    def hangs_up(self, sid: str, status: str) -> None:
        """A call ends, with the phone company's word for how."""
        if self.statuses.get(sid) not in ("ringing", "in-progress"):
            return
        self.leaves(sid)
        self.statuses[sid] = status
        query = {"leg": self.legs[sid]} if sid in self.legs else {}
        form = {"CallSid": sid, "CallStatus": status, "Direction": "outbound-api" if query else "inbound"}
        self._put(CallEvent("call-status", f"status:{sid}:{status}", sid, form, query, clock.now()))

    def room_of(self, sid: str) -> Room | None:
        """Where a call is."""
        return next((room for room in self.open_rooms.values() if sid in room.people), None)

    def _in(self, room: str) -> Room:
        if room not in self.open_rooms:
            raise CallGone
        return self.open_rooms[room]

    def _tell(self, room: Room, sid: str, what: str, **more: str) -> None:
        room.sequence += 1
        person = room.people[sid]
        form = {
            "CallSid": sid,
            "ConferenceSid": room.sid,
            "FriendlyName": room.name,
            "StatusCallbackEvent": what,
            "SequenceNumber": str(room.sequence),
            "Hold": str(person.held).lower(),
            "Muted": str(person.muted).lower(),
            **more,
        }
        key = f"conference:{room.sid}:{room.sequence}"
        self._put(CallEvent("conference", key, sid, form, {}, clock.now()))

    def _put(self, event: CallEvent) -> None:
        self.news.append(event)
