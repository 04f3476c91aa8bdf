"""What callers hear with the whole product down (pure): documents that ask nothing of us.

They are files on another host. So no address in them is ours, nothing can depend on what a caller pressed but the
file that comes next, and nothing is counted: each file leads on to the next one, and the last one ends the call.
Sentences are read aloud, never played: a recording may lie on the host that is down.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from twilio.twiml.voice_response import Dial, Gather, VoiceResponse

from ivr.prompts import Prompts

ALL_RING_SECONDS = 25
ONE_RINGS_SECONDS = 20
CHOICE_SECONDS = 4
TAKE_SECONDS = 8
TAKEN_FILE = "taken.xml"


@dataclass(frozen=True)
class DownLine:
    """What must be known of a line. `stem` is how the names of its files begin, `shown` the number that backup
    telephones see (E.164), `method` how the other host takes a request for a file: `GET` or `POST`."""

    stem: str
    languages: Sequence[str]
    backup_numbers: Sequence[str]
    shown: str
    method: str


def language_file(line: DownLine, language: str) -> str:
    """The name of the file that goes on in a language."""
    return f"{line.stem}-{language}.xml"


def take_file(language: str) -> str:
    """The name of the file that asks a backup telephone for a key."""
    return f"take-{language}.xml"


def entry(prompts: Prompts, line: DownLine) -> str:
    """The first document: the emergency notice, then any key for the one or the other further language."""
    first, *others = line.languages
    response = VoiceResponse()
    prompts.read_aloud(response, first, "emergency")
    for language in others:
        gather = Gather(
            input="dtmf",
            num_digits=1,
            timeout=CHOICE_SECONDS,
            action=language_file(line, language),
            method=line.method,
        )
        prompts.read_aloud(gather, language, "any_key")
        response.append(gather)
    response.redirect(language_file(line, first), method=line.method)
    return str(response)


def backups(prompts: Prompts, line: DownLine, language: str) -> str:
    """Every backup number at once, then one after the other, then a word of regret.

    A document that can't count rings again after a talk as well: hence the word to those who were helped. One after
    the other, because a mailbox that picks up first silences the others.
    """
    response = VoiceResponse()
    if language != line.languages[0]:
        prompts.read_aloud(response, language, "emergency")
    if line.backup_numbers:
        prompts.read_aloud(response, language, "backup")
        response.append(_ring(line, line.backup_numbers, ALL_RING_SECONDS))
        for number in line.backup_numbers:
            prompts.read_aloud(response, language, "helped")
            response.append(_ring(line, [number], ONE_RINGS_SECONDS))
    prompts.read_aloud(response, language, "nobody")
    response.hangup()
    return str(response)


def take(prompts: Prompts, language: str, method: str) -> str:
    """What a person hears who picks up a backup telephone; a mailbox presses no key and is left."""
    response = VoiceResponse()
    gather = Gather(input="dtmf", num_digits=1, timeout=TAKE_SECONDS, action=TAKEN_FILE, method=method)
    prompts.read_aloud(gather, language, "screener_press")
    response.append(gather)
    response.hangup()
    return str(response)


def taken() -> str:
    """The key was pressed: the two are connected."""
    return str(VoiceResponse())


def _ring(line: DownLine, numbers: Sequence[str], seconds: int) -> Dial:
    dial = Dial(timeout=seconds, caller_id=line.shown)
    for number in numbers:
        dial.number(number, url=take_file(line.languages[0]), method=line.method)
    return dial
