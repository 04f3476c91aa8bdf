"""Waiting in the line (pure)."""

from __future__ import annotations

from twilio.twiml.voice_response import Enqueue, VoiceResponse

from hotline.telephony.links import Links
from ivr.prompts import Prompts

QUEUE = "hotline"
"""One queue at the phone company: who is next is decided by us, not by it."""

PAUSE_SECONDS = 12
_FIRST_WORDS = {"danger": "danger_wait", "youth": "youth_wait"}


def enqueue(links: Links, language: str) -> str:
    """Put the caller into the line; `/voice/waiting` says what they hear there."""
    response = VoiceResponse()
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


def waiting(prompts: Prompts, language: str, lane: str, position: int, *, first: bool, returned: bool) -> str:
    """A few words and a pause. The phone company asks again when it ends."""
    response = VoiceResponse()
    if not first:
        prompts.say(response, language, "comfort")
    elif returned:
        prompts.say(response, language, "returned")
    else:
        prompts.say(response, language, _FIRST_WORDS.get(lane, "first_wait"))
    if position == 1:
        prompts.say(response, language, "next")
    else:
        prompts.say(response, language, "position", position=position)
    response.pause(length=PAUSE_SECONDS)
    return str(response)


def leave() -> str:
    """Take the caller out of the line: the action of the queue says where to."""
    response = VoiceResponse()
    response.leave()
    return str(response)
