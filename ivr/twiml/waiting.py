"""Waiting in the line (pure)."""

from __future__ import annotations

from dataclasses import dataclass

from twilio.twiml.voice_response import Enqueue, Gather, VoiceResponse

from hotline.telephony.links import Links
from ivr.prompts import Prompts, Speaker

QUEUE = "hotline"
"""One queue at the phone company: who is next is decided by us, not by it."""

PAUSE_SECONDS = 12
PLACE_EVERY = 2
"""The place in line is told in every second round: about twice a minute."""

_OWN_WORDS = frozenset({"danger", "youth"})
"""Lanes whose callers hear words of their own."""

_MINUTE, _TEN_MINUTES, _HOUR = 60, 600, 3600


@dataclass(frozen=True)
class Place:
    """Where a caller stands in the line."""

    lane: str
    position: int = 1
    expected: int | None = None
    """Seconds still to wait, measured; None: no number is spoken."""
    round: int = 0
    """How often this caller has heard from us in this wait."""
    returned: bool = False
    """The caller lost a screener."""
    handed_on: bool = False
    """The screener passed the caller on to somebody else."""
    closed: bool = False
    """Nobody is in the office: people on call are telephoned."""
    nobody_speaks: bool = False
    """Screeners are on duty, and none of them speaks the caller's language."""
    callback: bool = False
    """The caller may choose to be called back."""


def enqueue(prompts: Prompts, links: Links, language: str, *, notice: bool = False) -> str:
    """Put the caller into the line; `/voice/waiting` says what they hear there.

    `notice`: that the call may be recorded is said to a caller who has not come through the menu.
    """
    response = VoiceResponse()
    if notice:
        prompts.say(response, language, "recording_notice")
    response.append(
        Enqueue(
            name=QUEUE,
            action=links.to("queue-left", language=language),
            method="POST",
            wait_url=links.to("waiting", language=language),
            wait_url_method="POST",
        )
    )
    return str(response)


def tells_place(round_: int) -> bool:
    """Whether the place in line is told in that round."""
    return round_ % PLACE_EVERY == 0


def waiting(prompts: Prompts, links: Links, language: str, place: Place) -> str:
    """A few words and a pause, then the next round. Key 1 chooses the callback, at any moment of a round."""
    response = VoiceResponse()
    if not place.callback:
        _speak(response, prompts, language, place)
        response.pause(length=PAUSE_SECONDS)
    else:
        action = links.to("callback", language=language)
        gather = Gather(input="dtmf", num_digits=1, timeout=1, action=action, method="POST")
        _speak(gather, prompts, language, place)
        if tells_place(place.round):
            prompts.say(gather, language, "callback_offer")
        gather.pause(length=PAUSE_SECONDS)
        response.append(gather)
    response.redirect(links.to("waiting", language=language, round=place.round + 1), method="POST")
    return str(response)


def _speak(speaker: Speaker, prompts: Prompts, language: str, place: Place) -> None:
    own = f"{place.lane}_" if place.lane in _OWN_WORDS else ""
    if place.round > 0:
        prompts.say(speaker, language, f"{own}comfort")
    elif place.handed_on:
        prompts.say(speaker, language, "handed_on")
    elif place.returned:
        prompts.say(speaker, language, "returned")
    else:
        prompts.say(speaker, language, f"{own or 'first_'}wait")
        if place.closed:
            prompts.say(speaker, language, "closed_wait")
        if place.nobody_speaks:
            prompts.say(speaker, language, "nobody_speaks")
    if not tells_place(place.round):
        return
    if place.position == 1:
        prompts.say(speaker, language, "next")
    else:
        prompts.say(speaker, language, "position", position=place.position)
    if place.expected is not None:
        _speak_wait(speaker, prompts, language, place.expected)


def _speak_wait(speaker: Speaker, prompts: Prompts, language: str, seconds: int) -> None:
    """Rounded up: to a minute at first, to five minutes beyond ten. Nobody is told less than was measured."""
    step = _MINUTE if seconds <= _TEN_MINUTES else 5 * _MINUTE
    minutes = -(-seconds // step) * step // _MINUTE
    if seconds > _HOUR:
        prompts.say(speaker, language, "wait_long")
    elif minutes == 1:
        prompts.say(speaker, language, "wait_minute")
    else:
        prompts.say(speaker, language, "wait_minutes", minutes=minutes)


def leave() -> str:
    """Take the caller out of the line: the action of the queue says where to."""
    response = VoiceResponse()
    response.leave()
    return str(response)
