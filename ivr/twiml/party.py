"""What people from outside hear when they are called into a caller's room, and what is heard on hold (pure)."""

from __future__ import annotations

from uuid import UUID

from twilio.twiml.voice_response import Dial, VoiceResponse

from hotline.telephony.links import Links
from ivr.prompts import DEFAULT, Prompts
from ivr.twiml.connect import enter_room

HOLD_PAUSE = 20


def party_room(prompts: Prompts, links: Links, leg_id: UUID, room: str) -> str:
    """Somebody from outside goes into the room; when they leave, it goes on.

    They hear nothing that tells who calls: whoever answers may not be the one who was meant.
    """
    response = VoiceResponse()
    prompts.say(response, DEFAULT, "moment")
    dial = Dial(action=links.to("party-over", leg=str(leg_id)), method="POST")
    enter_room(dial, links, DEFAULT, room, label=leg_id, ends_with_this_leg=False)
    response.append(dial)
    return str(response)


def on_hold(prompts: Prompts, links: Links, language: str) -> str:
    """What somebody on hold hears, again and again until they are taken back."""
    response = VoiceResponse()
    prompts.say(response, language, "on_hold")
    response.pause(length=HOLD_PAUSE)
    response.redirect(links.to("hold-music", language=language), method="POST")
    return str(response)
