"""Waiting lines of the phone company: first in, first out."""

import secrets
import threading
from dataclasses import dataclass, field
from datetime import datetime

from ivr.simulator.bridge import Bridge
from ivr.simulator.clock import Clock, wall
from ivr.simulator.documents import Request
from ivr.simulator.legs import Call

DEFAULT_MAX_SIZE = 1000


@dataclass
class Member:
    """A waiting caller. `agent` is the leg that took the caller out, `greeting` what the caller
    hears before `bridge` connects them."""

    call: Call
    since: float
    at: datetime = field(default_factory=wall)
    agent: Call | None = None
    greeting: Request | None = None
    bridge: Bridge | None = None


class CallQueue:
    """One queue, made when it is first named. `lock` is the exchange's."""

    def __init__(self, account_sid: str, name: str, clock: Clock, lock: threading.RLock) -> None:
        self.sid = "QU" + secrets.token_hex(16)
        self.account_sid = account_sid
        self.name = name
        self.max_size = DEFAULT_MAX_SIZE
        self.created_at = wall()
        self.members: list[Member] = []
        self._clock = clock
        self._lock = lock

    @property
    def full(self) -> bool:
        """Whether nobody else may wait here."""
        return len(self.members) >= self.max_size

    @property
    def average_wait(self) -> int:
        """Callers' seconds that those now waiting have waited on average."""
        if not self.members:
            return 0
        return round(sum(self.waited(member) for member in self.members) / len(self.members))

    def waited(self, member: Member) -> int:
        """Callers' seconds that one caller has waited."""
        return int(self._clock.now() - member.since)

    def join(self, call: Call) -> Member | None:
        """A caller goes to the end of the line; None when the queue is full."""
        with self._lock:
            if self.full:
                return None
            member = Member(call, self._clock.now())
            self.members.append(member)
            return member

    def part(self, member: Member) -> None:
        """A caller is out of the line."""
        with self._lock:
            if member in self.members:
                self.members.remove(member)

    def take_first(self, agent: Call, greeting: Request | None) -> Member | None:
        """An agent takes the first caller out; None when nobody waits any more."""
        with self._lock:
            if not self.members:
                return None
            member = self.members.pop(0)
            member.agent, member.greeting = agent, greeting
            member.call.wake()
            return member

    def give_back(self, member: Member, agent: Call) -> None:
        """The agent went before they were connected: the caller is first in line again."""
        with self._lock:
            if member.agent is agent and member.bridge is None and not member.call.over:
                member.agent = None
                self.members.insert(0, member)
                member.call.wake()

    def connect(self, member: Member, agent: Call) -> Bridge | None:
        """Connect a caller with the agent who took them out; None when that agent has gone."""
        with self._lock:
            if member.agent is not agent or agent.over:
                return None
            member.bridge = Bridge(member.call, agent, "queue", self._lock)
            agent.wake()
            return member.bridge

    def find(self, which: str) -> Member | None:
        """The member with this call id, or the first one for "Front"."""
        if which == "Front":
            return self.members[0] if self.members else None
        return next((member for member in self.members if member.call.sid == which), None)

    def parameters(self, member: Member) -> dict[str, str]:
        """The form fields of a request for what a waiting caller hears."""
        with self._lock:
            place = self.members.index(member) + 1 if member in self.members else 0
            return self._parameters(member, place)

    def _parameters(self, member: Member, place: int) -> dict[str, str]:
        return {
            "AvgQueueTime": str(self.average_wait),
            "CurrentQueueSize": str(len(self.members)),
            "MaxQueueSize": str(self.max_size),
            "QueuePosition": str(place),
            "QueueSid": self.sid,
            "QueueTime": str(self.waited(member)),
        }
