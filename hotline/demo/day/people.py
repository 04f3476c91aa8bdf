"""The invented agency's people, as the demonstration's seed wrote them down."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True)
class Person:
    """Somebody who can sign in."""

    role: str
    name: str
    email: str
    password: str = field(repr=False)


def read_people(path: Path) -> list[Person]:
    """Everybody in the file of sign-ins; raises OSError when there is none."""
    entries = json.loads(path.read_text(encoding="utf-8"))
    return [Person(one["role"], one["name"], one["email"], one["password"]) for one in entries]
