"""What every way of reaching a person has in common."""

from __future__ import annotations

from dataclasses import dataclass

from hotline.base.errors import HotlineError


@dataclass(frozen=True)
class Notice:
    """A message without a story: who is to look where, and by when. `key` is the same on every repeat."""

    key: str
    to: str
    subject: str
    text: str


class NotSent(HotlineError):
    """The channel could not take the message now; trying again may help."""


class Unreachable(HotlineError):
    """The channel can't reach this person at all, for example because the address does not exist."""
