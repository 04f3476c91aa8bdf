"""Leaving a message, the last resort of a wait (pure)."""

from __future__ import annotations

from twilio.twiml.voice_response import VoiceResponse

from hotline.telephony.links import Links
from ivr.prompts import Prompts

LONGEST = 300
SILENCE = 8
"""Seconds after which a message is taken to be over."""

MOST_TRIES = 2
_TRANSCRIBED = "en"


def ask(prompts: Prompts, links: Links, language: str, *, written: bool, tries: int = 0) -> str:
    """Ask for a message and record it. Silence leads to `/voice/voicemail`, which asks once more.

    `written`: the line lets the phone company write messages down; it can do so in English, up to two minutes.
    """
    response = VoiceResponse()
    prompts.say(response, language, "voicemail_again" if tries else "voicemail_ask")
    transcribe = written and language == _TRANSCRIBED
    response.record(
        action=links.to("voicemail-left", language=language),
        method="POST",
        max_length=LONGEST,
        timeout=SILENCE,
        finish_on_key="#",
        play_beep=True,
        recording_status_callback=links.to("voicemail-recording"),
        recording_status_callback_method="POST",
        recording_status_callback_event="completed absent",
        transcribe=transcribe or None,
        transcribe_callback=links.to("voicemail-text") if transcribe else None,
    )
    response.redirect(links.to("voicemail", language=language, tries=tries + 1), method="POST")
    return str(response)


def thanks(prompts: Prompts, language: str) -> str:
    """The message was kept."""
    return _last_words(prompts, language, "voicemail_kept")


def nothing_heard(prompts: Prompts, language: str) -> str:
    """Nobody spoke, twice."""
    return _last_words(prompts, language, "voicemail_empty")


def _last_words(prompts: Prompts, language: str, words: str) -> str:
    response = VoiceResponse()
    prompts.say(response, language, words)
    response.hangup()
    return str(response)
