"""Say, Play and Pause: what a person on a leg hears, and how long it takes."""

import io
import wave
from xml.etree.ElementTree import Element

from ivr.simulator.documents import Request
from ivr.simulator.player import Player, number
from ivr.simulator.post import Outgoing

# About 150 English words in a minute.
CHARACTERS_PER_SECOND = 15.0
SHORTEST_SECONDS = 0.3
MAX_SAY_CHARACTERS = 4096
UNKNOWN_RECORDING_SECONDS = 3.0
MAX_LOOPS = 1000

# The language that a voice speaks; with another one the phone company fails the Say.
_VOICES = {
    "Polly.Joanna": "en-US",
    "Polly.Matthew": "en-US",
    "Polly.Danielle": "en-US",
    "Polly.Ruth": "en-US",
    "Polly.Lupe": "es-US",
    "Polly.Pedro": "es-US",
    "Polly.Mia": "es-MX",
    "Polly.Conchita": "es-ES",
}


def say(player: Player, element: Element) -> Request | None:
    """Read a text aloud; it takes as long as reading it would."""
    text = " ".join("".join(element.itertext()).split())
    voice, language = element.get("voice", ""), element.get("language", "")
    spoken = _VOICES.get(voice.removesuffix("-Neural").removesuffix("-Generative"))
    if spoken is not None and language and language != spoken:
        player.exchange.warn(player.call, f"13520 {voice} does not speak {language}: nothing was said")
        return None
    if len(text) > MAX_SAY_CHARACTERS:
        player.exchange.warn(player.call, f"13520 the text has more than {MAX_SAY_CHARACTERS} characters")
        text = text[:MAX_SAY_CHARACTERS]
    if not text:
        return None
    for round_ in range(_loops(element)):
        if round_ == 0:
            player.call.hear(text, "say", language or spoken or "en-US", voice)
        player.call.wait(max(SHORTEST_SECONDS, len(text) / CHARACTERS_PER_SECOND))
    return None


def play(player: Player, element: Element) -> Request | None:
    """Play a recording, fetched from its address, or keys (`digits`)."""
    digits = element.get("digits", "")
    if digits:
        player.call.hear(digits, "tone")
        player.call.wait(0.3 * len(digits))
        return None
    url = player.document.resolve(element.text or "")
    seconds = _recording_seconds(player, url)
    if seconds is None:
        return None
    for round_ in range(_loops(element)):
        if round_ == 0:
            player.call.hear(url, "play")
        player.call.wait(seconds)
    return None


def pause(player: Player, element: Element) -> Request | None:
    """Say nothing for `length` callers' seconds (1 without it)."""
    player.call.wait(max(0.0, number(element, "length", 1.0)))
    return None


def _loops(element: Element) -> int:
    loops = int(number(element, "loop", 1.0))
    return MAX_LOOPS if loops == 0 else min(max(loops, 1), MAX_LOOPS)


def _recording_seconds(player: Player, url: str) -> float | None:
    """How long the recording at an address lasts; None when it cannot be had."""
    call = player.call
    outgoing = Outgoing(call.sid, "media", url, {}, "GET", call.webhook_seconds)
    future = player.exchange.post.ask(outgoing)
    future.add_done_callback(lambda _: call.wake())
    call.wait(until=future.done)
    answer = future.result()
    # A recording may be larger than a document: 11750 is the limit of documents only.
    if answer.error is not None and answer.error.code != 11750:
        player.exchange.warn(call, f"{answer.error.code} {answer.error.message} at {url}: nothing was played")
        return None
    try:
        with wave.open(io.BytesIO(answer.body)) as recording:
            return float(recording.getnframes() / recording.getframerate())
    except (wave.Error, EOFError, ZeroDivisionError):
        return UNKNOWN_RECORDING_SECONDS
