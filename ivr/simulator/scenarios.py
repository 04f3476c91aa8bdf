"""Scripted callers: read a script, and play it over the control interface."""

import time
import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

import httpx

DEFAULT_WITHIN = 30.0
# However fast the simulator's clock runs, the product needs real time to answer.
LEAST_REAL_SECONDS = 5.0
LOOK_EVERY_SECONDS = 0.02
STAGES = (
    "ringing",
    "speaking",
    "gather",
    "greeting",
    "menu",
    "queue",
    "dial",
    "conference",
    "talking",
    "over",
)
ACTIONS = ("wait_for", "press", "say", "pause", "wait_until", "hang_up_at", "hang_up", "expect")


class BadScript(Exception):
    """A script cannot be read or makes no sense; the message says what and where."""


class NotMet(Exception):
    """The line did not do what a step expects."""


@dataclass(frozen=True)
class Step:
    """One step: an action, its value, and the callers' seconds within which it must be possible."""

    action: str
    value: Any
    within: float

    def __str__(self) -> str:
        return f"{self.action} = {self.value!r}"


@dataclass(frozen=True)
class Script:
    """A caller: who calls which line (None = the first one) and what they do."""

    name: str
    about: str
    from_: str
    to: str | None
    steps: tuple[Step, ...]


def names() -> list[str]:
    """The scripts that come with the simulator."""
    folder = files("ivr.simulator") / "scripts"
    return sorted(
        entry.name.removesuffix(".toml") for entry in folder.iterdir() if entry.name.endswith(".toml")
    )


def load(name_or_path: str) -> Script:
    """A script by its name, or from a TOML file. Raises BadScript."""
    if name_or_path in names():
        text = (files("ivr.simulator") / "scripts" / f"{name_or_path}.toml").read_text(encoding="utf-8")
        return parse(name_or_path, text)
    path = Path(name_or_path)
    if not path.is_file():
        raise BadScript(f"There is no script {name_or_path!r}: give a file, or one of {', '.join(names())}")
    return parse(path.stem, path.read_text(encoding="utf-8"))


def parse(name: str, text: str) -> Script:
    """A script from its TOML text. Raises BadScript."""
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise BadScript(f"{name}: {error}") from error
    unknown = set(document) - {"about", "from", "to", "steps"}
    if unknown:
        raise BadScript(f"{name}: unknown key {sorted(unknown)[0]!r}")
    steps = document.get("steps", [])
    if not isinstance(steps, list) or not steps:
        raise BadScript(f"{name}: there are no [[steps]]")
    return Script(
        name,
        str(document.get("about", "")),
        str(document.get("from", "anonymous")),
        document.get("to"),
        tuple(_step(name, number, step) for number, step in enumerate(steps, 1)),
    )


def _step(name: str, number: int, step: dict[str, Any]) -> Step:
    actions = [action for action in ACTIONS if action in step]
    if len(actions) != 1 or set(step) - {"within", *ACTIONS}:
        raise BadScript(
            f"{name}: step {number} needs exactly one of {', '.join(ACTIONS)} (and perhaps within)"
        )
    action = actions[0]
    value = step[action]
    if action in ("wait_until", "hang_up_at") and value not in STAGES:
        raise BadScript(f"{name}: step {number}: {action} must be one of {', '.join(STAGES)}")
    if action == "expect" and not isinstance(value, dict):
        raise BadScript(f'{name}: step {number}: expect needs fields, such as {{ outcome = "answered" }}')
    if action == "pause" and not isinstance(value, int | float):
        raise BadScript(f"{name}: step {number}: pause needs a number of seconds")
    return Step(action, value, float(step.get("within", DEFAULT_WITHIN)))


@dataclass(frozen=True)
class Played:
    """How a script went: `problem` is None when every step was met; `call` as the simulator shows it."""

    script: str
    problem: str | None
    call: dict[str, Any]


class Caller:
    """Plays scripts against a running simulator. Raises httpx.HTTPError when it does not answer."""

    def __init__(self, client: httpx.Client) -> None:
        self._client = client
        self._sid = ""
        self._heard_up_to = 0

    def play(self, script: Script, from_: str | None = None, to: str | None = None) -> Played:
        """Call, do every step, and hang up if the call still lives."""
        speed = float(self._ask("GET", "/healthz")["speed"])
        dialled = {"from": script.from_ if from_ is None else from_, "to": to or script.to}
        self._sid = str(self._ask("POST", "/sim/calls", dialled)["sid"])
        self._heard_up_to = 0
        problem = None
        for number, step in enumerate(script.steps, 1):
            try:
                self._do(step, speed)
            except NotMet as failure:
                problem = f"step {number} ({step}): {failure}"
                break
        if self._look()["stage"] != "over":
            self._hang_up()
        return Played(script.name, problem, self._look())

    def _do(self, step: Step, speed: float) -> None:
        patience = max(step.within / speed, LEAST_REAL_SECONDS)
        if step.action == "pause":
            time.sleep(step.value / speed)
        elif step.action == "hang_up":
            self._hang_up()
        elif step.action == "press":
            self._until(_listens_for_keys, patience, "the line listened for keys")
            self._ask("POST", f"/sim/calls/{self._sid}/digits", {"digits": str(step.value)})
        elif step.action == "say":
            self._until(_listens_for_speech, patience, "somebody listened")
            self._ask("POST", f"/sim/calls/{self._sid}/speak", {"text": str(step.value)})
        elif step.action == "wait_for":
            self._wait_for(str(step.value), patience)
        elif step.action == "expect":
            self._expect(step.value, patience)
        else:
            self._until(lambda call: at_stage(call, step.value), patience, f"the call was at {step.value!r}")
            if step.action == "hang_up_at":
                self._hang_up()

    def _wait_for(self, text: str, patience: float) -> None:
        def heard(call: dict[str, Any]) -> bool:
            for index, entry in enumerate(call["heard"][self._heard_up_to :], self._heard_up_to):
                if text.casefold() in entry["text"].casefold():
                    self._heard_up_to = index + 1
                    return True
            return False

        self._until(heard, patience, f"{text!r} was heard")

    def _expect(self, wanted: dict[str, Any], patience: float) -> None:
        def agrees(call: dict[str, Any]) -> bool:
            return all(call.get(name) == value for name, value in wanted.items())

        try:
            self._until(agrees, patience, "it was so", even_over=True)
        except NotMet:
            call = self._look()
            found = ", ".join(f"{name} is {call.get(name)!r}" for name in wanted)
            raise NotMet(found) from None

    def _until(
        self, met: Callable[[dict[str, Any]], bool], patience: float, what: str, even_over: bool = False
    ) -> None:
        deadline = time.monotonic() + patience
        while True:
            call = self._look()
            if met(call):
                return
            if call["stage"] == "over" and not even_over:
                raise NotMet(f"the call ended ({call['status']}, by {call['ended_by']}) before {what}")
            if time.monotonic() > deadline:
                last = call["heard"][-1]["text"] if call["heard"] else "nothing"
                raise NotMet(f"{patience:.0f} s passed before {what}; at {call['stage']}, last heard: {last}")
            time.sleep(LOOK_EVERY_SECONDS)

    def _hang_up(self) -> None:
        if self._look()["stage"] != "over":
            self._client.post(f"/sim/calls/{self._sid}/hangup")

    def _look(self) -> dict[str, Any]:
        return self._ask("GET", f"/sim/calls/{self._sid}")

    def _ask(self, method: str, path: str, document: dict[str, Any] | None = None) -> dict[str, Any]:
        answer = self._client.request(method, path, json=document)
        found = answer.json()
        if answer.is_error:
            raise NotMet(str(found.get("error", answer.status_code)))
        assert isinstance(found, dict)
        return found


def at_stage(call: dict[str, Any], stage: str) -> bool:
    """Whether a call is at a stage of a script: the simulator's own, or as a caller would say it
    (greeting: before any key; menu: the second question or a later one; talking: with a person)."""
    if stage == "greeting":
        return call["stage"] in ("speaking", "gather") and int(call["gathers"]) <= 1
    if stage == "menu":
        return call["stage"] == "gather" and int(call["gathers"]) >= 2
    if stage == "talking":
        return call["talking"] is True
    found: str = call["stage"]
    return found == stage


def _listens_for_keys(call: dict[str, Any]) -> bool:
    return bool((call["waiting_for"] or {}).get("digits"))


def _listens_for_speech(call: dict[str, Any]) -> bool:
    return bool(call["talking"] or (call["waiting_for"] or {}).get("speech"))
