"""What a person on call hears (pure): a question before anything else, so that no answering machine gets a caller."""

from __future__ import annotations

from uuid import UUID

from twilio.twiml.voice_response import Gather, VoiceResponse

from hotline.telephony.links import Links
from ivr.prompts import Prompts

PRESS_SECONDS = 8
MOMENT_SECONDS = 3


def ask(prompts: Prompts, links: Links, language: str, leg_id: UUID) -> str:
    """ "Press 1 to take it", twice: the telephone may not be at the ear yet. Nothing pressed is told to us, too."""
    response = VoiceResponse()
    action = links.to("on-call", asked="yes", leg=str(leg_id))
    gather = Gather(input="dtmf", num_digits=1, timeout=PRESS_SECONDS, action=action, method="POST")
    prompts.say(gather, language, "screener_press")
    gather.pause(length=1)
    prompts.say(gather, language, "screener_press")
    response.append(gather)
    response.redirect(action, method="POST")
    return str(response)


def taken(prompts: Prompts, language: str) -> str:
    """The caller hung up, or somebody else was faster."""
    response = VoiceResponse()
    prompts.say(response, language, "on_call_taken")
    response.hangup()
    return str(response)


def moment(prompts: Prompts, links: Links, language: str, leg_id: UUID, tries: int) -> str:
    """Our database is away: the person on call is asked to stay a moment."""
    response = VoiceResponse()
    prompts.say(response, language, "moment")
    response.pause(length=MOMENT_SECONDS)
    response.redirect(links.to("on-call", leg=str(leg_id), tries=tries + 1), method="POST")
    return str(response)
