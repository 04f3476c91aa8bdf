"""Two versions of an answer that grew out of the same one, made into one without losing a word (pure).

Texts are compared by lines, because people write a story in paragraphs. Where both sides changed the same place in
different ways there is no result: a person chooses.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

MOST_LINES = 1000
"""A longer text is not merged: comparing takes time that grows with the square."""


@dataclass(frozen=True)
class _Change:
    """Lines `start` to `end` (exclusive) of the base became `lines`."""

    start: int
    end: int
    lines: tuple[str, ...]


def merge_text(base: str, mine: str, theirs: str, *, own: bool = False) -> str | None:
    """One text with the changes of both, or None where they contradict each other.

    Each change is taken as a whole: what either side added is in the result, and only what a side took away from
    the base is gone. Where both put new paragraphs in the same place, theirs come first.

    `own` says that the same person wrote both, as when a page is reloaded while it saves: there a text that only
    goes on where the other one stopped, be it in mid-word, stands for both.
    """
    if mine == theirs or (own and writes_on(base, theirs, mine)):
        return mine
    if own and writes_on(base, mine, theirs):
        return theirs
    lines = base.split("\n")
    if max(len(lines), mine.count("\n"), theirs.count("\n")) >= MOST_LINES:
        return None
    merged: list[str] = []
    place = 0
    for change in _together(lines, _changes(lines, mine), _changes(lines, theirs), own):
        if change is None:
            return None
        merged += [*lines[place : change.start], *change.lines]
        place = change.end
    return "\n".join([*merged, *lines[place:]])


def merge_choices(base: Sequence[str], mine: Sequence[str], theirs: Sequence[str]) -> list[str]:
    """The marks of both: each mark that one side set or took away is set or gone, for every mark stands by itself."""
    kept = [one for one in theirs if one in mine or one not in base]
    return [*kept, *(one for one in mine if one not in base and one not in kept)]


def writes_on(base: str, earlier: str, later: str) -> bool:
    """Whether `later` only goes on where `earlier` stopped, and that only where the base did."""
    return earlier.startswith(base) and later.startswith(earlier)


def _changes(base: list[str], text: str) -> list[_Change]:
    other = text.split("\n")
    blocks = SequenceMatcher(None, base, other, autojunk=False).get_opcodes()
    return [
        _Change(start, end, tuple(other[first:last]))
        for kind, start, end, first, last in blocks
        if kind != "equal"
    ]


def _together(
    base: list[str], mine: list[_Change], theirs: list[_Change], own: bool
) -> Iterator[_Change | None]:
    """The changes of both in order; None for the first place that both changed in different ways."""
    while mine and theirs:
        one, other = mine[0], theirs[0]
        if one.end < other.start:
            yield mine.pop(0)
        elif other.end < one.start:
            yield theirs.pop(0)
        else:
            mine.pop(0)
            theirs.pop(0)
            found = _same_place(base, one, other, own)
            yield found
            if found is None:
                return
    yield from mine or theirs


def _same_place(base: list[str], mine: _Change, theirs: _Change, own: bool) -> _Change | None:
    if (mine.start, mine.end) != (theirs.start, theirs.end):
        return None
    if mine.lines == theirs.lines:
        return mine
    before = "\n".join(base[mine.start : mine.end])
    ours, others = "\n".join(mine.lines), "\n".join(theirs.lines)
    if own and writes_on(before, others, ours):
        return mine
    if own and writes_on(before, ours, others):
        return theirs
    if mine.start == mine.end:
        return _Change(mine.start, mine.end, theirs.lines + mine.lines)
    return None
