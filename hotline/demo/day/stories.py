"""What callers report on a rehearsed day."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

FILE = Path(__file__).with_name("stories.yaml")


@dataclass(frozen=True)
class Story:
    """`answers` fill the form's fields by path; `words` is what the caller says, by language."""

    lane: str
    disposition: str
    words: dict[str, str]
    answers: dict[str, str | list[str]]

    def told_in(self, language: str, caller: str) -> dict[str, str | list[str]]:
        """Everything that the screener writes down when a caller of that name tells it in that language."""
        return {
            "reporter/name": caller,
            **self.answers,
            "narrative/story": self.words[language],
        }


@cache
def stories() -> dict[str, Story]:
    """Every story by name."""
    document: dict[str, Any] = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    return {name: Story(**story) for name, story in document["stories"].items()}
