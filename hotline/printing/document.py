"""What stands in a printed document, in one language (pure). A page of the browser and a PDF show the same."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Line:
    """A label and what stands beside it; the text may have several lines."""

    label: str
    text: str = field(repr=False)


@dataclass(frozen=True)
class Part:
    """A heading with pairs and points below it. `small`: a part of the part before."""

    title: str
    lines: tuple[Line, ...] = ()
    points: tuple[str, ...] = field(default=(), repr=False)
    small: bool = False


@dataclass(frozen=True)
class Document:
    """A document of letter size.

    `title` also stands in the file's properties: a reference, never a name. `mark` stands on every page
    ("Confidential"), `foot` below every page, before the words for "page x of y" with {page} and {pages}.
    """

    title: str
    language: str
    mark: str
    foot: str
    page_words: str
    unshown_words: str
    """Said at the end when {count} signs of a text have no form in the typeface."""
    parts: tuple[Part, ...]
