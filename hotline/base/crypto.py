"""Sealing secrets: AES-256-GCM under named keys, and keyed hashes for equality.

A sealed value is `nonce (12 bytes) || ciphertext || tag (16 bytes)`. The additional data ties it to the place
where it belongs, so that a value copied to another row can't be opened there.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
from collections.abc import Mapping
from dataclasses import dataclass, field

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from hotline.base.errors import ConfigurationError, HotlineError

KEY_BYTES = 32
_NONCE_BYTES = 12


class CannotOpen(HotlineError):
    """The sealed value does not fit the key or the place: damaged, moved, or its key is gone."""

    def __init__(self) -> None:
        super().__init__("The protected value can't be opened: its key is missing or it was altered.")


def new_key() -> bytes:
    """A fresh 256-bit key."""
    return os.urandom(KEY_BYTES)


def seal(key: bytes, plain: bytes, place: bytes) -> bytes:
    """Encrypt `plain` so that it opens only with `key` and at the same `place`."""
    nonce = os.urandom(_NONCE_BYTES)
    return nonce + AESGCM(key).encrypt(nonce, plain, place)


def unseal(key: bytes, sealed: bytes, place: bytes) -> bytes:
    """Decrypt what `seal` made; raises CannotOpen on any mismatch."""
    try:
        return AESGCM(key).decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], place)
    except (InvalidTag, ValueError) as error:
        raise CannotOpen from error


def keyed_hash(key: bytes, text: str) -> str:
    """HMAC-SHA256 of `text` in hex: equal texts meet, and nobody without the key can guess them."""
    return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()


def decode_key(text: str, name: str) -> bytes:
    """A 32-byte key from base64; raises ConfigurationError naming the setting `name`."""
    try:
        key = base64.b64decode(text, validate=True)
    except ValueError:
        key = b""
    if len(key) != KEY_BYTES:
        raise ConfigurationError(
            f"{name}: expected 32 random bytes in base64. Make one with: "
            "python3 -c 'import base64,os; print(base64.b64encode(os.urandom(32)).decode())'"
        )
    return key


@dataclass(frozen=True)
class Keyring:
    """Master keys by id. The first seals; the others still open what they sealed (rotation)."""

    current: str
    keys: Mapping[str, bytes] = field(repr=False)

    @classmethod
    def parse(cls, text: str, name: str = "HOTLINE_VAULT_KEYS") -> Keyring:
        """Read `id:base64[,id:base64…]`; raises ConfigurationError naming the setting."""
        keys: dict[str, bytes] = {}
        for part in text.split(","):
            key_id, colon, encoded = part.strip().partition(":")
            if not colon or not key_id:
                raise ConfigurationError(f"{name}: expected 'id:base64[,id:base64…]', the current key first.")
            keys[key_id] = decode_key(encoded, name)
        return cls(current=next(iter(keys)), keys=keys)

    def wrap(self, data_key: bytes, place: bytes) -> tuple[str, bytes]:
        """Seal a record's own key under the current master key: (master key id, sealed key)."""
        return self.current, seal(self.keys[self.current], data_key, place)

    def unwrap(self, key_id: str, wrapped: bytes, place: bytes) -> bytes:
        """Open a record's own key; raises CannotOpen when the master key is not in the ring."""
        if key_id not in self.keys:
            raise CannotOpen
        return unseal(self.keys[key_id], wrapped, place)
