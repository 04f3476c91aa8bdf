"""The greeting with the choice of language, and the menu (pure). Silence always goes on, never round."""

from __future__ import annotations

from collections.abc import Sequence

from twilio.twiml.voice_response import Gather, VoiceResponse

from hotline.telephony.links import Links
from ivr.prompts import Prompts

CHOICE_SECONDS = 3
MENU_SECONDS = 4
LANES = {"1": "danger", "2": "mandated", "3": "youth", "0": "general"}
"""Keys of the menu. Any other key, and silence, is a caller for the next free screener too."""


def greeting(prompts: Prompts, links: Links, languages: Sequence[str]) -> str:
    """The emergency notice and the choice among the line's languages, in each of them."""
    response = VoiceResponse()
    gather = Gather(
        input="dtmf", num_digits=1, timeout=CHOICE_SECONDS, action=links.to("language"), method="POST"
    )
    for key, language in enumerate(languages, 1):
        prompts.say(gather, language, "emergency")
        if len(languages) > 1:
            prompts.say(gather, language, "choose_language", key=key)
    response.append(gather)
    response.redirect(links.to("language"), method="POST")
    return str(response)


def menu(prompts: Prompts, links: Links, language: str) -> str:
    """Why the caller calls, in the caller's language."""
    response = VoiceResponse()
    action = links.to("menu", language=language)
    gather = Gather(input="dtmf", num_digits=1, timeout=MENU_SECONDS, action=action, method="POST")
    prompts.say(gather, language, "menu")
    response.append(gather)
    response.redirect(action, method="POST")
    return str(response)
