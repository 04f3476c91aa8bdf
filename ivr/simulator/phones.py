"""The other people's telephones: what each does when it rings."""

import threading
from dataclasses import dataclass, field, replace
from typing import Any

from ivr.simulator.legs import Call

BEHAVIOURS = ("answer", "no-answer", "busy", "reject", "failed", "manual")


@dataclass(frozen=True)
class Habit:
    """What a telephone does. `delay`: callers' seconds of ringing; `presses`: keys pressed at the
    first Gather that listens; `hang_up_after`: callers' seconds of talking; `capacity`: calls at
    once (0 = no limit), more get a busy tone."""

    behaviour: str = "answer"
    delay: float = 0.3
    presses: str = ""
    hang_up_after: float | None = None
    capacity: int = 0


@dataclass
class Phone:
    """One telephone and the legs that ring or talk on it."""

    address: str
    habit: Habit
    legs: dict[str, Call] = field(default_factory=dict)
    picked_up: set[str] = field(default_factory=set)

    def view(self) -> dict[str, Any]:
        """The telephone as the control interface shows it."""
        live = [call for call in self.legs.values() if not call.over]
        return {
            "address": self.address,
            "behaviour": self.habit.behaviour,
            "delay": self.habit.delay,
            "presses": self.habit.presses,
            "hang_up_after": self.habit.hang_up_after,
            "capacity": self.habit.capacity,
            "ringing": [call.sid for call in live if call.answered_at is None],
            "calls": [call.sid for call in live if call.answered_at is not None],
        }


class PhoneBook:
    """Every telephone that was set or rung. An unknown one answers after a moment."""

    def __init__(self, lock: threading.RLock) -> None:
        self._lock = lock
        self._phones: dict[str, Phone] = {}

    def phone(self, address: str) -> Phone:
        """The telephone at an address. A softphone (`client:`) takes one call at a time."""
        with self._lock:
            if address not in self._phones:
                capacity = 1 if address.startswith("client:") else 0
                self._phones[address] = Phone(address, Habit(capacity=capacity))
            return self._phones[address]

    def all(self) -> list[Phone]:
        """Every known telephone, by address."""
        with self._lock:
            return [self._phones[address] for address in sorted(self._phones)]

    def change(self, address: str, **wishes: Any) -> Phone:
        """Change a telephone's habit. Raises ValueError for an unknown key or value."""
        behaviour = wishes.get("behaviour", "answer")
        if behaviour not in BEHAVIOURS:
            raise ValueError(f"behaviour must be one of {', '.join(BEHAVIOURS)}")
        unknown = set(wishes) - {"behaviour", "delay", "presses", "hang_up_after", "capacity"}
        if unknown:
            raise ValueError(f"unknown key {sorted(unknown)[0]!r}")
        for name in ("delay", "hang_up_after", "capacity"):
            value = wishes.get(name, 0)
            if not (isinstance(value, int | float) or (value is None and name == "hang_up_after")):
                raise ValueError(f"{name} must be a number")
        with self._lock:
            phone = self.phone(address)
            phone.habit = replace(phone.habit, **wishes)
            for call in phone.legs.values():
                call.wake()
            return phone

    def take(self, call: Call) -> Phone | None:
        """A leg reaches its telephone; None when the telephone is engaged."""
        with self._lock:
            phone = self.phone(call.to)
            live = [leg for leg in phone.legs.values() if not leg.over]
            phone.legs = {leg.sid: leg for leg in live}
            if phone.habit.capacity and len(live) >= phone.habit.capacity:
                return None
            phone.legs[call.sid] = call
            return phone

    def pick_up(self, address: str) -> Call | None:
        """The person answers the longest-ringing leg; None when nothing rings."""
        with self._lock:
            phone = self.phone(address)
            for call in phone.legs.values():
                if call.status == "ringing" and call.sid not in phone.picked_up:
                    phone.picked_up.add(call.sid)
                    call.wake()
                    return call
            return None

    def put_down(self, address: str) -> list[Call]:
        """The person hangs up or rejects what rings; the legs that ended."""
        with self._lock:
            phone = self.phone(address)
            return [
                call
                for call in phone.legs.values()
                if call.end("far end", None if call.answered_at is not None else "busy")
            ]
