"""One call leg: its states, what is heard on it, and the waiting that hanging up can interrupt."""

import re
import secrets
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from ivr.simulator.clock import Clock, iso, wall
from ivr.simulator.documents import Request
from ivr.simulator.numbers import issued_at

KEY_SECONDS = 0.2
OVER = frozenset({"completed", "busy", "no-answer", "failed", "canceled"})


class Interruption(Exception):
    """Ends what a leg was doing; each verb cleans up and lets it pass."""


class HungUp(Interruption):
    """The leg is over."""


class Moved(Interruption):
    """The leg was sent to another document by REST."""

    def __init__(self, request: Request) -> None:
        super().__init__(request.url)
        self.request = request


class Broken(Interruption):
    """A condition set by `Call.breaking` came true; `token` says which one."""

    def __init__(self, token: object) -> None:
        super().__init__("interrupted")
        self.token = token


class Listener(Protocol):
    """A Gather that is listening on a leg."""

    @property
    def listening(self) -> bool: ...
    @property
    def waits_for(self) -> dict[str, Any]: ...
    def take_key(self, key: str) -> bool: ...
    def take_speech(self, text: str) -> bool: ...


class AlreadyOver(Exception):
    """The leg has ended, so that it cannot be changed (Twilio error 21220)."""


@dataclass
class Subscription:
    """Where the progress of a leg is told, and which events of it."""

    url: str
    method: str = "POST"
    events: frozenset[str] = frozenset({"completed"})


@dataclass
class Heard:
    """Something that the person on this leg heard."""

    text: str
    kind: str
    language: str = ""
    voice: str = ""
    at: datetime = field(default_factory=wall)

    def as_json(self) -> dict[str, Any]:
        return {
            "at": iso(self.at),
            "text": self.text,
            "kind": self.kind,
            "language": self.language,
            "voice": self.voice,
        }


class Call:
    """One leg. Its own thread executes documents; other threads hang up, press keys and move it.

    `lock` is shared by all legs, rooms and queues; nobody holds it while speaking HTTP.
    """

    def __init__(
        self,
        *,
        account_sid: str,
        from_: str,
        to: str,
        direction: str,
        clock: Clock,
        lock: threading.RLock,
        parent_sid: str | None = None,
    ) -> None:
        self.sid = "CA" + secrets.token_hex(16)
        self.account_sid = account_sid
        self.from_ = from_
        self.to = to
        self.direction = direction
        self.parent_sid = parent_sid
        self.clock = clock
        self.changed = threading.Condition(lock)
        self.status = "ringing" if direction == "inbound" else "queued"
        self.created_at = self.updated_at = wall()
        self.answered_at: datetime | None = None
        self.ended_at: datetime | None = None
        self.ended_by: str | None = None
        self.ended_stage: str | None = None
        self.far_end_left = False
        self.initiated = False
        self.closed = False
        self.subscription: Subscription | None = None
        self.fallback_url: str | None = None
        self.fallback_method = "POST"
        self.webhook_seconds = 15.0
        self.sequence = 0
        self.sip_code: int | None = None
        self.heard: list[Heard] = []
        self.said: list[dict[str, Any]] = []
        self.pressed = ""
        self.gathers = 0
        self.listener: Listener | None = None
        self.room_name: str | None = None
        self.microphone_off = False
        self.partners: frozenset[str] = frozenset()
        self.talked_with: set[str] = set()
        self.talked_in: set[str] = set()
        self.reached: list[str] = []
        self._answered = self._ended = self._talking_since = 0.0
        self._talked = 0.0
        self._stages: list[str] = []
        self._jump: Request | None = None
        self._breakers: list[tuple[object, Callable[[], bool]]] = []

    # --- states -------------------------------------------------------------------------------

    @property
    def over(self) -> bool:
        """Whether the leg has ended."""
        return self.status in OVER

    @property
    def stage(self) -> str:
        """ringing, speaking, gather, queue, dial, conference or over."""
        if self.over:
            return "over"
        if "queue" in self._stages:
            return "queue"
        return self._stages[-1] if self._stages else ("ringing" if self.answered_at is None else "speaking")

    @contextmanager
    def at(self, stage: str) -> Iterator[None]:
        """The leg is at this stage inside the block."""
        with self.changed:
            self._stages.append(stage)
            self.reached.append(stage)
        try:
            yield
        finally:
            with self.changed:
                self._stages.pop()

    def set_status(self, status: str) -> None:
        """Go on to a state; an ended leg stays as it ended."""
        with self.changed:
            if self.over:
                return
            self.status = status
            self.updated_at = wall()
            if status == "in-progress" and self.answered_at is None:
                self.answered_at = self.updated_at
                self._answered = self.clock.now()
            self.changed.notify_all()

    def answer(self) -> None:
        """The phone company picks up an inbound call at its first answering verb."""
        if self.status == "ringing":
            self.set_status("in-progress")

    def end(self, by: str, status: str | None = None) -> bool:
        """End the leg; says whether it was still alive. `by`: caller, system or far end."""
        with self.changed:
            if self.over:
                return False
            self.ended_stage = self.stage
            self.talk_with(frozenset(), "")
            if status is None:
                unanswered = "no-answer" if self.direction == "inbound" else "canceled"
                status = "completed" if self.answered_at is not None else unanswered
            self.status = status
            self.ended_by = by
            self.ended_at = self.updated_at = wall()
            self._ended = self.clock.now()
            self.changed.notify_all()
            return True

    def move(self, request: Request) -> None:
        """Send the leg to another document. Raises AlreadyOver."""
        with self.changed:
            if self.over:
                raise AlreadyOver(self.sid)
            self._jump = request
            self.updated_at = wall()
            self.changed.notify_all()

    # --- waiting ------------------------------------------------------------------------------

    @contextmanager
    def breaking(self, token: object, condition: Callable[[], bool]) -> Iterator[None]:
        """Inside the block, waiting ends with `Broken(token)` as soon as the condition holds."""
        with self.changed:
            self._breakers.append((token, condition))
        try:
            yield
        finally:
            with self.changed:
                self._breakers.pop()

    def check(self) -> None:
        """Raise HungUp, Moved or Broken when the leg must stop what it does."""
        with self.changed:
            if self.over:
                raise HungUp(self.sid)
            if self._jump is not None:
                request, self._jump = self._jump, None
                raise Moved(request)
            for token, condition in self._breakers:
                if condition():
                    raise Broken(token)

    def wait(self, seconds: float | None = None, until: Callable[[], bool] | None = None) -> bool:
        """Wait callers' seconds, or until a condition; says whether the condition came true.

        Raises HungUp, Moved or Broken as soon as the leg must stop.
        """
        deadline = None if seconds is None else self.clock.now() + seconds
        with self.changed:
            while True:
                self.check()
                if until is not None and until():
                    return True
                left = None if deadline is None else deadline - self.clock.now()
                if left is not None and left <= 0:
                    return False
                self.changed.wait(None if left is None else self.clock.real(left))

    def wake(self) -> None:
        """Let the leg's own thread look again at what it waits for."""
        with self.changed:
            self.changed.notify_all()

    # --- hearing and talking --------------------------------------------------------------------

    def hear(self, text: str, kind: str, language: str = "", voice: str = "") -> None:
        """The person on this leg hears something (say, play, music, speech, tone or error)."""
        with self.changed:
            self.heard.append(Heard(text, kind, language, voice))
            self.changed.notify_all()

    def hear_keys(self, keys: str) -> None:
        """Keys are pressed at the person on this leg, with pauses (`w`: half a callers' second, `W`: one)."""
        for part in re.findall(r"[wW]|[^wW]+", keys):
            if part in ("w", "W"):
                self.wait(0.5 if part == "w" else 1.0)
            else:
                self.hear(part, "tone")
                self.wait(KEY_SECONDS * len(part))

    def talk_with(self, partners: frozenset[str], kind: str) -> None:
        """From now on these legs can be talked with, in a room or over a bridge (`kind`)."""
        with self.changed:
            now = self.clock.now()
            if self.partners:
                self._talked += now - self._talking_since
            self._talking_since = now
            self.partners = partners
            self.talked_with |= partners
            if partners:
                self.talked_in.add(kind)
                self.far_end_left = False
            self.changed.notify_all()

    @property
    def seconds(self) -> int:
        """Callers' seconds from the answer to the end, or to now; 0 if never answered."""
        if self.answered_at is None:
            return 0
        return round((self._ended if self.over else self.clock.now()) - self._answered)

    @property
    def talked_seconds(self) -> float:
        """Callers' seconds in which at least one other person could be talked with."""
        running = self.clock.now() - self._talking_since if self.partners else 0.0
        return round(self._talked + running, 2)

    # --- what others are told -------------------------------------------------------------------

    def parameters(self) -> dict[str, str]:
        """The form fields that every voice request of this leg carries."""
        fields = {
            "AccountSid": self.account_sid,
            "ApiVersion": "2010-04-01",
            "CallSid": self.sid,
            "CallStatus": self.status,
            "Called": self.to,
            "Caller": self.from_,
            "Direction": self.direction,
            "From": self.from_,
            "To": self.to,
        }
        if self.parent_sid:
            fields["ParentCallSid"] = self.parent_sid
        for prefix, number in (("From", self.from_), ("Caller", self.from_), ("To", self.to)):
            fields.update(issued_at(prefix, number))
        fields.update(issued_at("Called", self.to))
        return fields

    @property
    def outcome(self) -> str:
        """open, answered (talked in a room or from a queue), abandoned (the caller gave up
        before) or diverted (ended otherwise: another number, a callback, an error)."""
        if not self.over:
            return "open"
        if self.talked_in & {"room", "queue", "client"}:
            return "answered"
        return "abandoned" if self.ended_by == "caller" and not self.talked_in else "diverted"

    def summary(self) -> dict[str, Any]:
        """How this leg went, for the ledger."""
        return {
            "sid": self.sid,
            "parent_sid": self.parent_sid,
            "direction": self.direction,
            "from": self.from_,
            "to": self.to,
            "dialed_at": iso(self.created_at),
            "answered_at": iso(self.answered_at),
            "ended_at": iso(self.ended_at),
            "seconds": self.seconds,
            "status": self.status,
            "outcome": self.outcome,
            "ended_by": self.ended_by,
            "ended_stage": self.ended_stage,
            "reached": list(dict.fromkeys(self.reached)),
            "gathers": self.gathers,
            "queued": "queue" in self.reached,
            "talked_seconds": self.talked_seconds,
            "talked_with": sorted(self.talked_with),
        }

    def view(self) -> dict[str, Any]:
        """The leg as the control interface shows it."""
        with self.changed:
            listener = self.listener
            listening = listener is not None and listener.listening and not self.over
            return {
                **self.summary(),
                "stage": self.stage,
                "heard": [heard.as_json() for heard in self.heard],
                "said": list(self.said),
                "pressed": self.pressed,
                "waiting_for": listener.waits_for if listener is not None and listening else None,
                "conference": self.room_name,
                "talking": bool(self.partners),
            }
