"""The greeting with the choice of language, and the menu (pure). Silence always goes on, never round.

Every choice can be made by a key or by a word, while the prompt still speaks.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from twilio.twiml.voice_response import Gather, VoiceResponse

from hotline.telephony.links import Links
from ivr.prompts import Prompts

CHOICE_SECONDS = 3
MENU_SECONDS = 4
SPEECH_SECONDS = 1
"""Silence that ends a spoken choice. With a speech model it must be a number."""

MENU = {"1": "danger", "2": "mandated", "3": "youth", "0": "general"}
"""Key -> lane where neither the line nor its pack says otherwise."""

AT_ONCE = "0"
"""The key, in the greeting too, of somebody who wants a screener and nothing else."""

MAX_HINTS = 100
"""Characters in one hint: the phone company takes no longer ones."""


def greeting(prompts: Prompts, links: Links, languages: Sequence[str]) -> str:
    """The emergency notice and the choice among the line's languages, in each of them."""
    response = VoiceResponse()
    hints = [word for language in languages for word in prompts.heard(language, "language")]
    hints += [word for name in ("danger", "general") for word in prompts.heard(languages[0], name)]
    gather = _gather(prompts, languages[0], hints, CHOICE_SECONDS, links.to("language"))
    for key, language in enumerate(languages, 1):
        prompts.say(gather, language, "emergency")
        if len(languages) > 1:
            prompts.say(gather, language, "choose_language", key=key)
    response.append(gather)
    response.redirect(links.to("language"), method="POST")
    return str(response)


def menu(
    prompts: Prompts, links: Links, language: str, lanes: Mapping[str, str] = MENU, *, notice: bool = False
) -> str:
    """Why the caller calls, in the caller's language. `lanes`: key -> lane, in the order in which they are told.

    `notice`: that the call may be recorded is said first, where no key can cut it short.
    """
    response = VoiceResponse()
    if notice:
        prompts.say(response, language, "recording_notice")
    action = links.to("menu", language=language)
    hints = [word for lane in lanes.values() for word in prompts.heard(language, lane)]
    gather = _gather(prompts, language, hints, MENU_SECONDS, action)
    for key, lane in lanes.items():
        prompts.say(gather, language, f"menu_{lane}", key=key)
    response.append(gather)
    response.redirect(action, method="POST")
    return str(response)


def _gather(prompts: Prompts, language: str, hints: Iterable[str], seconds: int, action: str) -> Gather:
    listening = prompts.listening(language)
    fitting = dict.fromkeys(hint for hint in hints if len(hint) <= MAX_HINTS)
    return Gather(
        input="dtmf speech",
        num_digits=1,
        timeout=seconds,
        action=action,
        method="POST",
        language=listening.language,
        hints=", ".join(fitting),
        speech_model=listening.model,
        speech_timeout=SPEECH_SECONDS,
        profanity_filter=listening.profanity_filter,
    )
