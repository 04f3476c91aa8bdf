"""The code with which somebody comes back to a report, and the number that confirms it: made, and read as typed (pure).

Sixteen signs of Crockford's alphabet are 80 random bits: nobody finds such a code by trying, so it needs no second
secret beside it (which would stand on the same piece of paper). Signs that look alike are read as one.
"""

from __future__ import annotations

import secrets

_SIGNS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_ALIKE = str.maketrans("OILU", "011V")
_GROUP = 4
CODE_SIGNS = 16
NUMBER_SIGNS = 8
_LONGEST = 60
"""What is typed with spaces and dashes is never longer."""


def new_code() -> str:
    """A fresh code, for example `7F3K-2Q9M-VX10-8HTB`."""
    return _grouped(_random(CODE_SIGNS))


def new_number() -> str:
    """A fresh number of confirmation, for example `W-7F3K-2Q9M`."""
    return f"W-{_grouped(_random(NUMBER_SIGNS))}"


def read_code(typed: str) -> str | None:
    """The code that somebody typed in any usual spelling, or None for what can't be one."""
    signs = _signs(typed)
    return _grouped(signs) if len(signs) == CODE_SIGNS and set(signs) <= set(_SIGNS) else None


def read_number(typed: str) -> str | None:
    """The number of confirmation that somebody typed, or None for what can't be one."""
    signs = _signs(typed)
    if len(signs) == NUMBER_SIGNS + 1 and signs.startswith("W"):
        signs = signs[1:]
    is_one = len(signs) == NUMBER_SIGNS and set(signs) <= set(_SIGNS)
    return f"W-{_grouped(signs)}" if is_one else None


def _signs(typed: str) -> str:
    if len(typed) > _LONGEST:
        return ""
    return "".join(sign for sign in typed.upper().translate(_ALIKE) if sign.isalnum())


def _random(count: int) -> str:
    return "".join(secrets.choice(_SIGNS) for _ in range(count))


def _grouped(signs: str) -> str:
    return "-".join(signs[at : at + _GROUP] for at in range(0, len(signs), _GROUP))
