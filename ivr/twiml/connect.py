"""The room in which caller and screener meet (pure). Both legs name the same callback: the first one in sets it."""

from __future__ import annotations

from uuid import UUID

from twilio.twiml.voice_response import Dial, Gather, VoiceResponse

from hotline.telephony.links import Links
from ivr.prompts import Prompts

EVENTS = "start end join leave mute hold modify"
BACK_AFTER = 2
PRESS_SECONDS = 8
MOMENT_PAUSE = 8


def caller_room(prompts: Prompts, links: Links, language: str, room: str) -> str:
    """The caller goes into the room; when the caller leaves, the room ends.

    A room that can't be entered lets the document go on: then the caller asks again where they belong.
    """
    response = VoiceResponse()
    prompts.say(response, language, "connecting")
    dial = Dial(action=links.to("call-over", language=language), method="POST")
    enter_room(dial, links, language, room, ends_with_this_leg=True)
    response.append(dial)
    response.pause(length=BACK_AFTER)
    response.redirect(links.to("connect", language=language), method="POST")
    return str(response)


def callee_room(links: Links, language: str, room: str) -> str:
    """Somebody whom we called goes into the room in which the screener waits; when they leave, the room ends.

    Not a word before: it may be the wrong person who answers, or a machine that keeps what it hears.
    """
    response = VoiceResponse()
    dial = Dial(action=links.to("call-over", language=language), method="POST")
    enter_room(dial, links, language, room, ends_with_this_leg=True)
    response.append(dial)
    return str(response)


def screener_room(links: Links, language: str, leg_id: UUID, room: str) -> str:
    """The screener goes into the room; when the screener leaves, the caller stays."""
    response = VoiceResponse()
    dial = Dial(action=links.to("screener-over", leg=str(leg_id)), method="POST")
    enter_room(dial, links, language, room, label=leg_id, ends_with_this_leg=False)
    response.append(dial)
    return str(response)


def enter_room(
    dial: Dial,
    links: Links,
    language: str,
    room: str,
    *,
    ends_with_this_leg: bool,
    label: UUID | None = None,
) -> None:
    """The noun for a leg that goes into a room.

    `label`: the leg's own id, by which news of it is known before its sid is. The caller has none: a label that is
    in the room already keeps the leg out, and the caller may come in twice.
    """
    dial.conference(
        room,
        start_conference_on_enter=True,
        end_conference_on_exit=ends_with_this_leg,
        participant_label=str(label) if label is not None else None,
        beep="false",
        # Without one of ours the first leg in the room would hear music from a place that we don't control.
        wait_url=links.to("hold", language=language),
        wait_method="POST",
        status_callback=links.to("conference"),
        status_callback_event=EVENTS,
        status_callback_method="POST",
    )


def ask_screener(prompts: Prompts, links: Links, language: str, leg_id: UUID, room: str | None = None) -> str:
    """A screener on an ordinary telephone presses 1, so that an answering machine never gets a caller.

    `room`: the room that the address named, for the case that the database is away when the key is pressed.
    """
    response = VoiceResponse()
    action = links.to("screener", asked="yes", leg=str(leg_id), room=room)
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
