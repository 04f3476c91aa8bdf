"""What is spoken on the line, and what is understood, by language, from `spoken/<language>.toml` (pure).

A line may have sentences of its own (`Line.prompts`), read aloud or recorded. Another language is another file:
nothing here names one.
"""

from __future__ import annotations

import string
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from hotline.base.errors import ConfigurationError

SPOKEN = Path(__file__).with_name("spoken")
VOICES = Path(__file__).with_name("voices.toml")
DEFAULT = "en"

OwnWords = Mapping[str, Mapping[str, Mapping[str, str]]]
"""Sentences of one line: language -> name -> `{"text": …}` or `{"recording": <address>}`."""


class Speaker(Protocol):
    """A TwiML element that can speak."""

    def say(self, message: str, *, language: str, voice: str) -> object:
        """Read aloud."""

    def play(self, url: str) -> object:
        """Play a recording."""


@dataclass(frozen=True)
class Listening:
    """How speech of a language is recognised. With a `model` the end of speech is told by a number of seconds.

    `profanity_filter`: `false` where the phone company allows it, so that a caller's words are not masked; None
    leaves it alone.
    """

    language: str
    model: str
    profanity_filter: bool | None = None


@dataclass(frozen=True)
class Spoken:
    """One language: its voice, its sentences, the recordings that replace some, and the words it understands."""

    language: str
    voice: str
    words: Mapping[str, str]
    recordings: Mapping[str, str]
    listening: Listening
    heard: Mapping[str, Sequence[str]]


class Prompts:
    """Every sentence in every language. Construction fails when a language lacks one that another has."""

    def __init__(self, languages: Mapping[str, Spoken], own: OwnWords | None = None) -> None:
        self._languages, self._own = languages, own or {}

    def for_line(self, own: OwnWords) -> Prompts:
        """The same with a line's own sentences in place of the usual ones."""
        return Prompts(self._languages, own) if own else self

    @property
    def languages(self) -> tuple[str, ...]:
        """The codes of the languages that are spoken."""
        return tuple(self._languages)

    def fields(self) -> Mapping[str, frozenset[str]]:
        """Every sentence's name with what is filled in where it has braces."""
        return {name: _fields(text) for name, text in self._languages[DEFAULT].words.items()}

    def text(self, language: str, name: str, **values: object) -> str:
        """A sentence; a language that we don't speak is answered in English."""
        own = self._own.get(language, {}).get(name, {})
        return own.get("text", self._spoken(language).words[name]).format(**values)

    def say(self, speaker: Speaker, language: str, name: str, **values: object) -> None:
        """Let `speaker` say a sentence, from its recording if there is one."""
        spoken, own = self._spoken(language), self._own.get(language, {}).get(name, {})
        recording = own.get("recording") or (None if own else spoken.recordings.get(name))
        if recording:
            speaker.play(recording)
        else:
            speaker.say(self.text(language, name, **values), language=spoken.language, voice=spoken.voice)

    def read_aloud(self, speaker: Speaker, language: str, name: str) -> None:
        """Let `speaker` read a sentence, even where there is a recording of it: its host may be away."""
        spoken = self._spoken(language)
        speaker.say(self.text(language, name), language=spoken.language, voice=spoken.voice)

    def listening(self, language: str) -> Listening:
        """How to understand somebody who speaks the language."""
        return self._spoken(language).listening

    def heard(self, language: str, name: str) -> Sequence[str]:
        """The words by which a caller says `name` in the language."""
        return self._spoken(language).heard[name]

    def _spoken(self, language: str) -> Spoken:
        return self._languages.get(language, self._languages[DEFAULT])


def load(folder: Path = SPOKEN) -> Prompts:
    """Read every language of the folder; raises ConfigurationError that names the faulty file and what is wrong."""
    pairs = voices()
    languages = {path.stem: _language(path, pairs) for path in sorted(folder.glob("*.toml"))}
    model = languages[DEFAULT]
    for code, spoken in languages.items():
        different = (set(model.words) ^ set(spoken.words)) | (set(model.heard) ^ set(spoken.heard))
        if different:
            raise ConfigurationError(f"spoken/{code}.toml: missing or unknown: {sorted(different)}.")
        wrong = [name for name, text in spoken.words.items() if _fields(text) != _fields(model.words[name])]
        if wrong:
            raise ConfigurationError(
                f"spoken/{code}.toml: other words in braces than en.toml: {sorted(wrong)}."
            )
    return Prompts(languages)


def voices(file: Path = VOICES) -> Mapping[str, frozenset[str]]:
    """The pairs of language and voice that exist: language -> its voices."""
    listed: Mapping[str, Sequence[str]] = tomllib.loads(file.read_text(encoding="utf-8"))["voices"]
    return {language: frozenset(names) for language, names in listed.items()}


def catalogue() -> Mapping[str, Mapping[str, frozenset[str]]]:
    """What the product says: language -> name of a sentence -> what is filled in there."""
    prompts = load()
    return {language: prompts.fields() for language in prompts.languages}


def _language(path: Path, pairs: Mapping[str, frozenset[str]]) -> Spoken:
    try:
        content: Mapping[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))
        listening = content["listening"]
        spoken = Spoken(
            language=content["voice"]["language"],
            voice=content["voice"]["name"],
            words=content["words"],
            recordings=content["recordings"],
            listening=Listening(listening["language"], listening["model"], listening.get("profanity_filter")),
            heard={name: tuple(phrases) for name, phrases in content["heard"].items()},
        )
    except (tomllib.TOMLDecodeError, KeyError) as error:
        raise ConfigurationError(f"spoken/{path.name}: can't be read ({error}).") from error
    if spoken.voice not in pairs.get(spoken.language, frozenset()):
        raise ConfigurationError(f"spoken/{path.name}: no such pair of language and voice (see voices.toml).")
    return spoken


def _fields(text: str) -> frozenset[str]:
    return frozenset(name for _, name, _, _ in string.Formatter().parse(text) if name)
