"""How our rows write where a telephone rings (pure): an E.164 number, or a browser.

A phone company that writes a browser otherwise translates in its own file.
"""

from __future__ import annotations

BROWSER = "client:"


def browser(identity: str) -> str:
    """The address of the softphone that signs in under that identity."""
    return BROWSER + identity


def identity_of(address: str) -> str | None:
    """Whose softphone an address names; None for an ordinary telephone."""
    return address.removeprefix(BROWSER) if address.startswith(BROWSER) else None
