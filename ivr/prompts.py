"""What is spoken on the line, by language, from `spoken/<language>.toml` (pure)."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from hotline.base.errors import ConfigurationError

SPOKEN = Path(__file__).with_name("spoken")
DEFAULT = "en"

VOICES = frozenset({("en-US", "Polly.Joanna-Neural"), ("es-US", "Polly.Lupe-Neural")})
"""Pairs of language and voice that exist: with any other pair the phone company says nothing at all."""


class Speaker(Protocol):
    """A TwiML element that can speak."""

    def say(self, message: str, *, language: str, voice: str) -> object:
        """Read aloud."""

    def play(self, url: str) -> object:
        """Play a recording."""


@dataclass(frozen=True)
class Spoken:
    """One language: its voice, its sentences and the recordings that replace some of them."""

    language: str
    voice: str
    words: Mapping[str, str]
    recordings: Mapping[str, str]


class Prompts:
    """Every sentence in every language. Construction fails when a language lacks one that another has."""

    def __init__(self, languages: Mapping[str, Spoken]) -> None:
        wanted = set(languages[DEFAULT].words)
        for code, spoken in languages.items():
            different = wanted ^ set(spoken.words)
            if different:
                raise ConfigurationError(f"spoken/{code}.toml: missing or unknown: {sorted(different)}.")
            if (spoken.language, spoken.voice) not in VOICES:
                raise ConfigurationError(f"spoken/{code}.toml: no such pair of language and voice.")
        self._languages = languages

    def text(self, language: str, name: str, **values: object) -> str:
        """A sentence; a language that we don't speak is answered in English."""
        return self._spoken(language).words[name].format(**values)

    def say(self, speaker: Speaker, language: str, name: str, **values: object) -> None:
        """Let `speaker` say a sentence, from its recording if there is one."""
        spoken = self._spoken(language)
        if name in spoken.recordings:
            speaker.play(spoken.recordings[name])
        else:
            speaker.say(self.text(language, name, **values), language=spoken.language, voice=spoken.voice)

    def _spoken(self, language: str) -> Spoken:
        return self._languages.get(language, self._languages[DEFAULT])


def load(folder: Path = SPOKEN) -> Prompts:
    """Read every language of the folder; raises ConfigurationError that names the faulty file."""
    languages = {}
    for path in sorted(folder.glob("*.toml")):
        try:
            content = tomllib.loads(path.read_text(encoding="utf-8"))
            languages[path.stem] = Spoken(
                language=content["voice"]["language"],
                voice=content["voice"]["name"],
                words=content["words"],
                recordings=content["recordings"],
            )
        except (tomllib.TOMLDecodeError, KeyError) as error:
            raise ConfigurationError(f"spoken/{path.name}: can't be read ({error}).") from error
    return Prompts(languages)
