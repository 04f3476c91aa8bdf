"""What kind of file some bytes are (pure): by their content, never by a name or what a sender says."""

from __future__ import annotations

import unicodedata

SUFFIXES = {
    "application/pdf": ".pdf",
    "image/png": ".png",
    "image/jpeg": ".jpg",
    "image/tiff": ".tif",
    "text/plain": ".txt",
}
"""The kinds that are taken, with the ending that a file of each gets when it is handed out."""

_STARTS = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"II*\x00", "image/tiff"),
    (b"MM\x00*", "image/tiff"),
)
_PDF_WITHIN = 1024
"""Fax servers put lines of their own before a document; readers look so far for its beginning."""

_LONGEST_NAME = 120
_PLAIN_CONTROLS = frozenset("\t\n\r\f")


def media_type(content: bytes) -> str | None:
    """The kind, one of SUFFIXES; None for anything else, and for nothing at all."""
    for start, kind in _STARTS:
        if content.startswith(start):
            return kind
    if b"%PDF-" in content[:_PDF_WITHIN]:
        return "application/pdf"
    return "text/plain" if _is_plain_text(content) else None


def clean_name(name: str, kind: str) -> str:
    """A name to show and to save under: no folder, nothing invisible, at most 120 characters, the kind's own ending."""
    last = name.replace("\\", "/").rpartition("/")[2]
    seen = "".join(" " if one.isspace() else one for one in last if _is_visible(one))
    stem = " ".join(seen.split()).strip(". ")
    suffix = SUFFIXES[kind]
    for ending in (*SUFFIXES.values(), ".jpeg", ".tiff"):
        if stem.lower().endswith(ending):
            stem = stem[: -len(ending)].rstrip(". ")
            break
    return f"{stem[: _LONGEST_NAME - len(suffix)] or 'file'}{suffix}"


def _is_visible(one: str) -> bool:
    # Format marks would turn a name around ("fdp.exe"); lone surrogates can't be written anywhere.
    return one.isspace() or unicodedata.category(one) not in ("Cc", "Cf", "Cs", "Co", "Cn")


def _is_plain_text(content: bytes) -> bool:
    if not content.strip():
        return False
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return False
    return not any(unicodedata.category(one) == "Cc" and one not in _PLAIN_CONTROLS for one in text)
