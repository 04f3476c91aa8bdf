"""The key of a report, and texts sealed under it."""

from __future__ import annotations

from uuid import UUID

from hotline.base import crypto
from hotline.base.errors import InvalidInput
from hotline.reports.models import Report
from hotline.vault.service import RecordKey, Vault

LONGEST = 5_000
"""The most characters of a note or a written reason."""


def key_of(vault: Vault, report: Report) -> RecordKey:
    """The data key under which the report's answers lie; raises CannotOpen when it was destroyed."""
    return vault.open_key(report.key_id, report.wrapped_key or b"", place(report.id))


def place(report_id: UUID) -> str:
    """What the key of a report is bound to."""
    return f"report:{report_id}"


def seal_text(vault: Vault, report: Report, seat: str, text: str) -> bytes:
    """`text` under the report's key, bound to `seat`: at another place it does not open."""
    return crypto.seal(key_of(vault, report).plain, text.encode(), f"report:{report.id}:{seat}".encode())


def open_text(vault: Vault, report: Report, seat: str, sealed: bytes) -> str:
    """The text again."""
    seat_ = f"report:{report.id}:{seat}".encode()
    return crypto.unseal(key_of(vault, report).plain, sealed, seat_).decode()


def written(text: str, field: str, empty: str) -> str:
    """A text as somebody wrote it; raises InvalidInput with `empty` for none, and for one that can't be kept."""
    said = text.strip()
    if not said:
        raise InvalidInput(field, empty)
    if len(said) > LONGEST or "\0" in said:
        raise InvalidInput(field, "Write at most 5,000 characters.")
    return said
