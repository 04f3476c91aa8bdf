"""Names of rows: random 128-bit ids, safe to show in a URL because they say nothing."""

from __future__ import annotations

import uuid

from hotline.base.errors import NotFound


def new_id() -> uuid.UUID:
    """A fresh random id."""
    return uuid.uuid4()


def parse_id(text: str) -> uuid.UUID:
    """The id written as `text`; a malformed one names nothing, so it raises NotFound."""
    try:
        return uuid.UUID(text)
    except ValueError as error:
        raise NotFound("No such record.") from error
