"""The worked cases of the county's rules, retold as test data."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parents[1] / "journeys" / "cases"
NARRATIVE_CANARY = "thimbleberry"
"""A word of every story: no message, log or queue may carry it."""
REPORTER_CANARIES = ("Quillfeather", "Zephyrine")
"""The caller's name in every case: nothing outside the vault may carry it."""


@dataclass(frozen=True)
class Case:
    """Who calls, what the screener writes down, and what the rules must make of it."""

    vignette: str
    from_: str
    language: str
    lane: str
    words: str
    answers: dict[str, str | list[str]]
    expected: dict[str, Any]

    def called_from(self, number: str) -> Case:
        """The same case from another telephone."""
        return replace(self, from_=number)

    @property
    def town(self) -> str:
        """Where the child lives."""
        return str(self.answers["location/home_town"])


def load_case(vignette: str) -> Case:
    """The case of that name; raises LookupError."""
    for path in sorted(FOLDER.glob("*.toml")):
        document = tomllib.loads(path.read_text(encoding="utf-8"))
        if document["vignette"] == vignette:
            caller = document["caller"]
            return Case(
                vignette=vignette,
                from_=caller["from"],
                language=caller["language"],
                lane=caller["lane"],
                words=caller["words"],
                answers=document["answers"],
                expected=document["expected"],
            )
    raise LookupError(f"no case {vignette} in {FOLDER}")
