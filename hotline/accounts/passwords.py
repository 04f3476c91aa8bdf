"""Passwords: argon2id with the library's present defaults."""

from __future__ import annotations

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

_hasher = PasswordHasher()
_NOBODY = _hasher.hash("no account has this password")
"""Verified when the address is unknown, so that the time taken does not tell who has an account."""


def hash_password(password: str) -> str:
    """The hash to store."""
    return _hasher.hash(password)


def verify(stored: str | None, password: str) -> bool:
    """Whether `password` fits; with no stored hash it takes as long and is False."""
    try:
        _hasher.verify(stored or _NOBODY, password)
    except (VerificationError, InvalidHashError):
        return False
    return stored is not None
