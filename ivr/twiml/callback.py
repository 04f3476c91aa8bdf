"""Choosing to be called back, while the caller keeps waiting (pure).

These documents are heard in the line, where only a few verbs work. Silence and any other key always lead back to the
line with the place kept.
"""

from __future__ import annotations

from twilio.twiml.voice_response import Gather, VoiceResponse

from hotline.telephony.links import Links
from ivr.prompts import Prompts

CHOICE_SECONDS = 6
KEYING_SECONDS = 10
"""Between two digits: somebody may be reading them from a slip of paper."""

DIGITS = 10


def which_number(prompts: Prompts, links: Links, language: str) -> str:
    """To this number, to another, or go on waiting."""
    return _choice(prompts, links, language, "callback_which", "callback-number")


def key_in(prompts: Prompts, links: Links, language: str, tries: int = 0) -> str:
    """Ten digits and the number sign. `tries`: how often what was keyed in was no number."""
    response = VoiceResponse()
    action = links.to("callback-keyed", language=language, tries=tries or None)
    gather = Gather(
        input="dtmf",
        finish_on_key="#",
        # One more than wanted: a leading 1 does no harm.
        num_digits=DIGITS + 1,
        timeout=KEYING_SECONDS,
        action=action,
        method="POST",
    )
    prompts.say(gather, language, "callback_key_again" if tries else "callback_key_in")
    response.append(gather)
    _to_line(response, links, language)
    return str(response)


def is_it_safe(prompts: Prompts, links: Links, language: str, keyed: str | None = None) -> str:
    """Whether it is safe to call back; `keyed` is read out first: the digits as the caller keyed them in."""
    response = VoiceResponse()
    gather = _one_key(links, language, "callback-safe")
    if keyed is not None:
        prompts.say(gather, language, "callback_keyed", digits=", ".join(keyed))
    prompts.say(gather, language, "callback_safe")
    response.append(gather)
    _to_line(response, links, language)
    return str(response)


def promised(prompts: Prompts, language: str) -> str:
    """The place is kept, and the call ends."""
    response = VoiceResponse()
    prompts.say(response, language, "callback_promised")
    response.hangup()
    return str(response)


def not_called(prompts: Prompts, links: Links, language: str) -> str:
    """Nobody will call; the caller may go on waiting."""
    return _back(prompts, links, language, "callback_not_safe")


def still_waiting(prompts: Prompts, links: Links, language: str) -> str:
    """Back to the line."""
    return _back(prompts, links, language, "callback_still_waiting")


def _choice(prompts: Prompts, links: Links, language: str, words: str, page: str) -> str:
    response = VoiceResponse()
    gather = _one_key(links, language, page)
    prompts.say(gather, language, words)
    response.append(gather)
    _to_line(response, links, language)
    return str(response)


def _one_key(links: Links, language: str, page: str) -> Gather:
    action = links.to(page, language=language)
    return Gather(input="dtmf", num_digits=1, timeout=CHOICE_SECONDS, action=action, method="POST")


def _back(prompts: Prompts, links: Links, language: str, words: str) -> str:
    response = VoiceResponse()
    prompts.say(response, language, words)
    _to_line(response, links, language)
    return str(response)


def _to_line(response: VoiceResponse, links: Links, language: str) -> None:
    response.redirect(links.to("waiting", language=language, round=1), method="POST")
