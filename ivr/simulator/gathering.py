"""Gather: listen for keys or speech, also while something is being said."""

from functools import partial
from typing import Any
from xml.etree.ElementTree import Element

from ivr.simulator.documents import Request
from ivr.simulator.legs import Broken
from ivr.simulator.player import Player, Verb, flag, number
from ivr.simulator.speaking import pause, play, say

DEFAULT_TIMEOUT_SECONDS = 5.0
KEYS = "0123456789*#"
_NESTED: dict[str, Verb] = {"Say": say, "Play": play, "Pause": pause}


class GatherListener:
    """What one Gather has taken so far. Guard it with the exchange's lock."""

    def __init__(self, element: Element) -> None:
        inputs = element.get("input", "dtmf").split()
        self.takes_keys = "dtmf" in inputs
        self.takes_speech = "speech" in inputs
        self.wanted = int(number(element, "numDigits", 0))
        self.finish_key = element.get("finishOnKey", "#")
        self.speech_stops_prompt = flag(element, "bargeIn", default=True)
        self.timeout = number(element, "timeout", DEFAULT_TIMEOUT_SECONDS)
        self.digits = ""
        self.speech = ""
        self.finished_on_key = ""
        self.finished = False
        self.touched = False

    @property
    def listening(self) -> bool:
        """Whether it still takes input."""
        return not self.finished

    @property
    def waits_for(self) -> dict[str, Any]:
        """What it listens for, as the control interface shows it."""
        return {
            "digits": self.takes_keys,
            "num_digits": self.wanted or None,
            "finish_on_key": self.finish_key,
            "speech": self.takes_speech,
        }

    def changed_since(self, digits: str) -> bool:
        """Whether it is finished or took another key."""
        return self.finished or self.digits != digits

    def take_key(self, key: str) -> bool:
        """A key was pressed; says whether it was for this Gather."""
        if not self.takes_keys or self.finished or key not in KEYS:
            return False
        self.touched = True
        if self.finish_key and key in self.finish_key:
            self.finished_on_key = key
            self.finished = True
            return True
        self.digits += key
        if self.wanted and len(self.digits) >= self.wanted:
            self.finished = True
        return True

    def take_speech(self, text: str) -> bool:
        """Something was said; the first kind of input wins."""
        if not self.takes_speech or self.finished or self.digits or not text.strip():
            return False
        self.touched = self.touched or self.speech_stops_prompt
        self.speech = text
        self.finished = True
        return True


def gather(player: Player, element: Element) -> Request | None:
    """Listen; ask for `action` with what was taken, else go on with the next verb."""
    call = player.call
    listener = GatherListener(element)
    with call.at("gather"):
        with call.changed:
            call.listener = listener
            call.gathers += 1
        try:
            _prompt(player, element, listener)
            _listen(player, listener)
        finally:
            with call.changed:
                listener.finished = True
                call.listener = None
    return _result(player, element, listener)


def _prompt(player: Player, element: Element, listener: GatherListener) -> None:
    token = object()
    try:
        with player.call.breaking(token, lambda: listener.touched):
            for nested in element:
                verb = _NESTED.get(nested.tag)
                if verb is None:
                    player.exchange.warn(player.call, f"12200 <{nested.tag}> is not played in a Gather")
                    continue
                verb(player, nested)
    except Broken as broken:
        if broken.token is not token:
            raise


def _listen(player: Player, listener: GatherListener) -> None:
    phone = player.exchange.phones.phone(player.call.to)
    if player.call.direction != "inbound" and phone.habit.presses and player.call.gathers == 1:
        player.exchange.press(player.call, phone.habit.presses)
    while player.call.wait(listener.timeout, until=partial(listener.changed_since, listener.digits)):
        if listener.finished:
            return


def _result(player: Player, element: Element, listener: GatherListener) -> Request | None:
    fields = {"msg": "Gather End"}
    if listener.speech:
        fields = {
            "SpeechResult": listener.speech,
            "Confidence": "0.93",
            "Language": element.get("language", "en-US"),
        }
    elif listener.digits or flag(element, "actionOnEmptyResult"):
        fields |= {"Digits": listener.digits, "FinishedOnKey": listener.finished_on_key}
    else:
        return None
    request = player.action(element, fields)
    if request is None:
        # Without an action the same document is asked for again.
        verb = "GET" if element.get("method", "").upper() == "GET" else "POST"
        request = Request(player.document.resolve(""), verb, fields, "action")
    return request
