"""A supervisor in the room of somebody else's call, and what the room hears of a recording (pure)."""

from __future__ import annotations

from uuid import UUID

from twilio.twiml.voice_response import Dial, Gather, VoiceResponse

from hotline.telephony.links import Links
from ivr.prompts import Prompts
from ivr.twiml.connect import EVENTS, PRESS_SECONDS


def room(
    links: Links,
    language: str,
    leg_id: UUID,
    room_name: str,
    *,
    muted: bool,
    coached: str | None = None,
    plain: bool = False,
) -> str:
    """Into the room unheard, heard by the coached leg alone, or heard by everybody.

    Coaching a leg that is gone is refused (13240) and the document goes on, so its last verb tries again without.
    `plain`: this is that second try. The supervisor neither starts nor ends the room.
    """
    response = VoiceResponse()
    leg, second = str(leg_id), "yes" if plain else None
    dial = Dial(action=links.to("supervisor-over", leg=leg, plain=second), method="POST")
    dial.conference(
        room_name,
        muted=muted,
        coach=coached,
        start_conference_on_enter=False,
        end_conference_on_exit=False,
        beep="false",
        wait_url=links.to("hold", language=language),
        wait_method="POST",
        status_callback=links.to("conference"),
        status_callback_event=EVENTS,
        status_callback_method="POST",
    )
    response.append(dial)
    if coached is not None and not plain:
        response.redirect(links.to("supervisor", leg=leg, plain="yes"), method="POST")
    return str(response)


def ask(prompts: Prompts, links: Links, language: str, leg_id: UUID) -> str:
    """A supervisor on an ordinary telephone presses 1, so that an answering machine never hears a caller."""
    response = VoiceResponse()
    action = links.to("supervisor", asked="yes", leg=str(leg_id))
    gather = Gather(input="dtmf", num_digits=1, timeout=PRESS_SECONDS, action=action, method="POST")
    prompts.say(gather, language, "screener_press")
    response.append(gather)
    response.hangup()
    return str(response)


def announcement(prompts: Prompts, language: str, name: str) -> str:
    """One sentence to everybody in a room."""
    response = VoiceResponse()
    prompts.say(response, language, name)
    return str(response)
