"""What can go wrong, by what the person in front of the screen can do about it.

Messages are shown to people: they say what is wrong and what to do, and never carry a caller's words.
"""

from __future__ import annotations


class HotlineError(Exception):
    """Any refusal that the product explains to a person."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class InvalidInput(HotlineError):
    """A value that can't be taken as it is. `field` names where it was entered."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


class NotFound(HotlineError):
    """Nothing there, or nothing that this person may know of."""


class Conflict(HotlineError):
    """Somebody else was first, or the record has moved on."""


class NotPermitted(HotlineError):
    """The person's role does not allow it."""


class ConfigurationError(HotlineError):
    """The program can't start: a setting is missing or wrong; the message names it and the remedy."""
