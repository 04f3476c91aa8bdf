"""Record: listen for a message until silence, a key, the longest length or the caller's hanging up."""

import secrets
from functools import partial
from typing import Any
from xml.etree.ElementTree import Element

from ivr.simulator.clock import wall
from ivr.simulator.documents import Request
from ivr.simulator.legs import HungUp
from ivr.simulator.player import Player, flag, method, number
from ivr.simulator.post import Outgoing
from ivr.simulator.sounds import Recorded

DEFAULT_SILENCE_SECONDS = 5.0
DEFAULT_MAX_SECONDS = 3600.0
MIN_TRANSCRIBED_SECONDS, MAX_TRANSCRIBED_SECONDS = 2, 120


class RecordListener:
    """What one Record has taken so far. Guard it with the exchange's lock."""

    def __init__(self, finish_keys: str) -> None:
        self.finish_keys = finish_keys
        self.key = ""
        self.words: list[str] = []

    @property
    def utterances(self) -> int:
        """How often something was said."""
        return len(self.words)

    @property
    def listening(self) -> bool:
        """Whether it still records."""
        return not self.key

    @property
    def waits_for(self) -> dict[str, Any]:
        """What it listens for, as the control interface shows it."""
        return {"digits": True, "num_digits": 1, "finish_on_key": self.finish_keys, "speech": True}

    def changed_since(self, utterances: int) -> bool:
        """Whether it was ended by a key or heard something else."""
        return bool(self.key) or self.utterances != utterances

    def take_key(self, key: str) -> bool:
        """A key was pressed; says whether it ended the recording."""
        if key in self.finish_keys:
            self.key = key
        return bool(self.key)

    def take_speech(self, text: str) -> bool:
        """Something was said into the recording."""
        self.words.append(text)
        return True


def record(player: Player, element: Element) -> Request | None:
    """Record; then ask for `action`, or for the same document again without one."""
    call = player.call
    listener = RecordListener(element.get("finishOnKey", "1234567890*#"))
    silence = number(element, "timeout", DEFAULT_SILENCE_SECONDS)
    started = call.clock.now()
    latest = started + number(element, "maxLength", DEFAULT_MAX_SECONDS)
    sid = "RE" + secrets.token_hex(16)
    with call.at("record"):
        if element.get("playBeep", "true") == "true":
            call.hear("(beep)", "tone")
        with call.changed:
            call.listener = listener
        try:
            while listener.listening and call.clock.now() < latest:
                left = min(silence, latest - call.clock.now())
                if not call.wait(left, until=partial(listener.changed_since, listener.utterances)):
                    break
        except HungUp as hung_up:
            fields = _fields(player, sid, call.clock.now() - started, "hangup")
            _keep(player, element, fields, listener.words)
            player.close(element, fields, hung_up)
        finally:
            with call.changed:
                call.listener = None
    if not listener.utterances and not listener.key:
        return None  # Nothing was said: the next verb.
    fields = _fields(player, sid, call.clock.now() - started, listener.key)
    _keep(player, element, fields, listener.words)
    request = player.action(element, fields)
    return request or Request(player.document.resolve(""), method(element), fields, "action")


def _fields(player: Player, sid: str, seconds: float, digits: str) -> dict[str, str]:
    settings = player.exchange.settings
    path = f"/2010-04-01/Accounts/{settings.account_sid}/Recordings/{sid}"
    return {
        "Digits": digits,
        "RecordingDuration": str(max(1, round(seconds))),
        "RecordingSid": sid,
        "RecordingUrl": f"http://127.0.0.1:{settings.port}{path}",
    }


def _keep(player: Player, element: Element, fields: dict[str, str], words: list[str]) -> None:
    call, seconds = player.call, int(fields["RecordingDuration"])
    recorded = Recorded(fields["RecordingSid"], call.account_sid, call.sid, "RecordVerb", wall(), seconds)
    with player.exchange.lock:
        player.exchange.recordings[recorded.sid] = recorded
    _tell_status(player, element, fields)
    if flag(element, "transcribe"):
        _tell_words(player, element, fields, words)


def _tell_words(player: Player, element: Element, fields: dict[str, str], words: list[str]) -> None:
    """The written words of a short English recording (Twilio, "Record": `transcribe`)."""
    request = player.address(element, "transcribeCallback", "transcribeCallbackMethod")
    if request is None:
        return
    call, sid = player.call, "TR" + secrets.token_hex(16)
    short = MIN_TRANSCRIBED_SECONDS < int(fields["RecordingDuration"]) <= MAX_TRANSCRIBED_SECONDS
    told = {
        **call.parameters(),
        "RecordingSid": fields["RecordingSid"],
        "RecordingUrl": fields["RecordingUrl"],
        "TranscriptionSid": sid,
        "TranscriptionStatus": "completed" if short else "failed",
        "TranscriptionText": " ".join(words) if short else "",
        "TranscriptionUrl": f"{fields['RecordingUrl']}/Transcriptions/{sid}",
    }
    player.exchange.post.tell(Outgoing(call.sid, "transcription", request.url, told, request.method))


def _tell_status(player: Player, element: Element, fields: dict[str, str]) -> None:
    request = player.address(element, "recordingStatusCallback", "recordingStatusCallbackMethod")
    if request is None:
        return
    call = player.call
    told = {
        "AccountSid": call.account_sid,
        "CallSid": call.sid,
        **{name: value for name, value in fields.items() if name != "Digits"},
        "RecordingChannels": "1",
        "RecordingSource": "RecordVerb",
        "RecordingStatus": "completed",
    }
    player.exchange.post.tell(Outgoing(call.sid, "recording", request.url, told, request.method))
