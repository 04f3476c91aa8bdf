"""Addresses of the pages that the voice process serves, as the phone company must ask for them (pure)."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode


@dataclass(frozen=True)
class Links:
    """`base` is PUBLIC_VOICE_URL: the address that is signed."""

    base: str

    def to(self, page: str, **query: str | int | None) -> str:
        """The absolute address of a page. Query keys stand in alphabetical order: they are part of what is signed."""
        pairs = sorted((key, str(value)) for key, value in query.items() if value is not None)
        return f"{self.base}/voice/{page}" + (f"?{urlencode(pairs)}" if pairs else "")
