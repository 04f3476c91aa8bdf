"""What callers hear while the database is away (pure): nobody is hung up on, and nobody is forgotten."""

from __future__ import annotations

from collections.abc import Sequence

from twilio.twiml.voice_response import Dial, VoiceResponse

from hotline.telephony.links import Links
from ivr.prompts import Prompts

PAUSE_SECONDS = 5
BACKUP_AFTER = 4
"""So many rounds are waited for our own recovery before a backup number is called (about 40 seconds)."""

BACKUP_EVERY = 4
"""When no backup number answers: again after so many rounds."""

RING_SECONDS = 25


def hold(
    prompts: Prompts,
    links: Links,
    language: str,
    *,
    chosen: str | None = None,
    lane: str | None = None,
    tries: int = 0,
    backups: Sequence[str] = (),
) -> str:
    """Stay on the line and come back in a moment, with what the caller has chosen so far.

    `language` is what is spoken, `chosen` the language to go on in (None: the caller has not been asked yet).
    `tries` is how often this caller has been held already; `backups` are the line's backup numbers (E.164), all
    of which ring at once.
    """
    response = VoiceResponse()
    if backups and tries >= BACKUP_AFTER and (tries - BACKUP_AFTER) % BACKUP_EVERY == 0:
        prompts.say(response, language, "backup")
        action = links.to("call-over", diverted="yes", lane=lane, language=chosen, tries=tries + 1)
        dial = Dial(action=action, method="POST", timeout=RING_SECONDS)
        for number in backups:
            dial.number(number)
        response.append(dial)
        return str(response)
    prompts.say(response, language, "stay")
    response.pause(length=PAUSE_SECONDS)
    response.redirect(links.to("incoming", lane=lane, language=chosen, tries=tries + 1), method="POST")
    return str(response)


def hold_in_line(prompts: Prompts, language: str) -> str:
    """The same for a caller in the queue, whose document is asked for again by itself."""
    response = VoiceResponse()
    prompts.say(response, language, "comfort")
    response.pause(length=PAUSE_SECONDS)
    return str(response)
