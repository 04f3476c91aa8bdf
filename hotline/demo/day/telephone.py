"""The callers' side of the simulated phone company: dial, listen, press, speak, hang up."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any

import httpx

from hotline.base.errors import HotlineError


class NotHeard(HotlineError):
    """What a caller waited for did not happen in time; the message tells what happened instead."""


class PhoneCompany:
    """The control interface of the simulator at `url`. Callers look every `poll` seconds what has become of them."""

    def __init__(self, url: str, *, poll: float = 0.05) -> None:
        self.poll = poll
        self._http = httpx.Client(base_url=url, timeout=20, trust_env=False)

    def dial(self, from_: str = "+16615550142", to: str | None = None) -> Caller:
        """Somebody with the number `from_` (any text; "anonymous" withholds it) rings the line `to`."""
        wishes = {"from": from_} if to is None else {"from": from_, "to": to}
        return Caller(self, str(self.post("/sim/calls", wishes)["sid"]))

    def calls(self, *, live: bool = False) -> list[dict[str, Any]]:
        """Every leg, or only those that are not over, as the simulator sums it up."""
        found: list[dict[str, Any]] = self.get("/sim/calls", {"live": "1"} if live else {})["calls"]
        return found

    def ledger(self) -> dict[str, Any]:
        """The simulator's own account: `totals`, `calls`, `pending_callbacks` and `entries`."""
        return self.get("/sim/ledger", {})

    def set_phone(self, address: str, **habit: object) -> None:
        """Change what a telephone does when it rings, for example `behaviour="no-answer"`."""
        self._http.put(f"/sim/phones/{address}", json=habit).raise_for_status()

    def hang_up_all(self) -> None:
        """End every living leg."""
        for call in self.calls(live=True):
            self._http.post(f"/sim/calls/{call['sid']}/hangup")

    def get(self, path: str, query: dict[str, str]) -> dict[str, Any]:
        """Ask the control interface; raises httpx.HTTPError."""
        answer: dict[str, Any] = self._http.get(path, params=query).raise_for_status().json()
        return answer

    def post(self, path: str, document: dict[str, Any]) -> dict[str, Any]:
        """Tell the control interface something; raises httpx.HTTPError."""
        answer: dict[str, Any] = self._http.post(path, json=document).raise_for_status().json()
        return answer

    def close(self) -> None:
        """Close the connections."""
        self._http.close()


@dataclass(frozen=True)
class Caller:
    """One person at a telephone."""

    company: PhoneCompany
    sid: str

    def view(self) -> dict[str, Any]:
        """The call as the simulator shows it: `stage`, `heard`, `waiting_for`, `talking`, `outcome`, …"""
        return self.company.get(f"/sim/calls/{self.sid}", {})

    def heard(self) -> list[str]:
        """Everything that was said to the caller so far."""
        return [str(one["text"]) for one in self.view()["heard"]]

    def wait_for_menu(self, seconds: float = 20, *, after: int = 0) -> int:
        """Return once the line listens for a key, at the Gather of number `after` + 1 or later: its number."""
        view = self._until(
            lambda now: now["waiting_for"] is not None and now["gathers"] > after, seconds, "a menu"
        )
        return int(view["gathers"])

    def wait_for_stage(self, *stages: str, seconds: float = 20) -> None:
        """Return once the call is in one of these stages (ringing, speaking, gather, queue, conference, over)."""
        self._until(lambda now: now["stage"] in stages, seconds, " or ".join(stages))

    def wait_for_talk(self, seconds: float = 20) -> None:
        """Return once the caller can talk with somebody."""
        self._until(lambda now: bool(now["talking"]), seconds, "somebody to talk with")

    def wait_for_end(self, seconds: float = 20) -> dict[str, Any]:
        """Return the last view once the call is over."""
        return self._until(lambda now: now["stage"] == "over", seconds, "the end of the call")

    def press(self, digits: str) -> None:
        """Press keys."""
        self.company.post(f"/sim/calls/{self.sid}/digits", {"digits": digits})

    def say(self, text: str) -> None:
        """Say something to whoever listens."""
        self.company.post(f"/sim/calls/{self.sid}/speak", {"text": text})

    def hang_up(self) -> None:
        """Hang up; harmless when the call is over."""
        try:
            self.company.post(f"/sim/calls/{self.sid}/hangup", {})
        except httpx.HTTPStatusError as error:
            if error.response.status_code != httpx.codes.CONFLICT:
                raise

    def _until(self, condition: Any, seconds: float, what: str) -> dict[str, Any]:
        deadline = time.monotonic() + seconds
        while True:
            view = self.view()
            if condition(view):
                return view
            if time.monotonic() > deadline or view["stage"] == "over":
                heard = " | ".join(str(one["text"]) for one in view["heard"][-4:])
                raise NotHeard(
                    f"The caller waited {seconds:g} s for {what}; the call is in stage "
                    f"'{view['stage']}' ({view['outcome']}) and last heard: {heard}"
                )
            time.sleep(self.company.poll)
