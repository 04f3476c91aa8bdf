"""The room in which caller and screener meet (pure). Both legs name the same callback: the first one in sets it."""

from __future__ import annotations

from uuid import UUID

from twilio.twiml.voice_response import Dial, Gather, VoiceResponse

from hotline.telephony.links import Links
from ivr.prompts import Prompts

EVENTS = "start end join leave"
PRESS_SECONDS = 8
MOMENT_PAUSE = 8


def caller_room(prompts: Prompts, links: Links, language: str, room: str) -> str:
    """The caller goes into the room; when the caller leaves, the room ends."""
    response = VoiceResponse()
    prompts.say(response, language, "connecting")
    dial = Dial(action=links.to("call-over", language=language), method="POST")
    _room(dial, links, language, room, ends_with_this_leg=True)
    response.append(dial)
    return str(response)


def screener_room(links: Links, language: str, leg_id: UUID, room: str) -> str:
    """The screener goes into the room; when the screener leaves, the caller stays."""
    response = VoiceResponse()
    dial = Dial(action=links.to("screener-over", leg=str(leg_id)), method="POST")
    _room(dial, links, language, room, ends_with_this_leg=False)
    response.append(dial)
    return str(response)


def _room(dial: Dial, links: Links, language: str, room: str, *, ends_with_this_leg: bool) -> None:
    dial.conference(
        room,
        start_conference_on_enter=True,
        end_conference_on_exit=ends_with_this_leg,
        beep="false",
        # Without one of ours the first leg in the room would hear music from a place that we don't control.
        wait_url=links.to("hold", language=language),
        wait_method="POST",
        status_callback=links.to("conference"),
        status_callback_event=EVENTS,
        status_callback_method="POST",
    )


def ask_screener(prompts: Prompts, links: Links, language: str, leg_id: UUID) -> str:
    """A screener on an ordinary telephone presses 1, so that an answering machine never gets a caller."""
    response = VoiceResponse()
    action = links.to("screener", asked="yes", leg=str(leg_id))
    gather = Gather(input="dtmf", num_digits=1, timeout=PRESS_SECONDS, action=action, method="POST")
    prompts.say(gather, language, "screener_press")
    response.append(gather)
    response.hangup()
    return str(response)


def moment(prompts: Prompts, links: Links, language: str) -> str:
    """What the first leg in the room hears until the other one comes."""
    response = VoiceResponse()
    prompts.say(response, language, "moment")
    response.pause(length=MOMENT_PAUSE)
    response.redirect(links.to("hold", language=language), method="POST")
    return str(response)


def goodbye(prompts: Prompts, language: str) -> str:
    """The call has ended in our books."""
    response = VoiceResponse()
    prompts.say(response, language, "goodbye")
    response.hangup()
    return str(response)


def hang_up() -> str:
    """End a leg without words."""
    response = VoiceResponse()
    response.hangup()
    return str(response)


def nothing() -> str:
    """The answer to news that asks for nothing."""
    return str(VoiceResponse())
