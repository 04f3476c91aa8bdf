"""Two people type into the same answer: whatever they do, no word of either is lost, or a person is asked."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotline.reports.merging import merge_choices, merge_text, writes_on

WORDS = st.sampled_from(["the", "boy", "was", "alone", "ñandú", "at", "night", "4"])
LINES = st.lists(WORDS, max_size=4).map(" ".join)
TEXTS = st.lists(LINES, max_size=8).map("\n".join)
MARKS = st.lists(st.sampled_from("abcdef"), unique=True)


@st.composite
def edited(draw: st.DrawFn) -> tuple[str, str, str]:
    """A text, and what two people made of it: lines changed, put in or taken out."""
    base = draw(st.lists(LINES, min_size=1, max_size=10))
    return "\n".join(base), _edit(draw, base), _edit(draw, base)


def _edit(draw: st.DrawFn, base: list[str]) -> str:
    lines = list(base)
    for _ in range(draw(st.integers(0, 3))):
        place = draw(st.integers(0, len(lines)))
        lines[place : place + draw(st.integers(0, 1))] = draw(st.lists(LINES, max_size=2))
    return "\n".join(lines)


def words(text: str) -> Counter[str]:
    return Counter(text.split())


@given(edited())
def test_no_word_that_anybody_typed_is_lost_and_none_is_invented(texts: tuple[str, str, str]) -> None:
    base, mine, theirs = texts
    merged = merge_text(base, mine, theirs)
    if merged is None:
        return
    for typed in (mine, theirs):
        assert words(merged) >= words(typed) - words(base)
    assert words(merged) <= words(mine) + words(theirs)
    # What neither side took away is still there.
    gone = (words(base) - words(mine)) + (words(base) - words(theirs))
    assert words(merged) >= words(base) - gone


@given(edited())
def test_who_saved_first_makes_no_difference_to_what_is_kept(texts: tuple[str, str, str]) -> None:
    base, mine, theirs = texts
    one, other = merge_text(base, mine, theirs), merge_text(base, theirs, mine)
    assert (one is None) == (other is None)
    if one is not None and other is not None:
        assert Counter(one.split("\n")) == Counter(other.split("\n"))


@given(TEXTS, TEXTS)
def test_a_side_that_changed_nothing_takes_the_others(base: str, other: str) -> None:
    assert merge_text(base, other, base) == other
    assert merge_text(base, base, other) == other
    assert merge_text(base, other, other) == other


@given(TEXTS, st.text("abc \n", max_size=9), st.text("abc \n", max_size=9))
def test_ones_own_later_keystrokes_hold_the_earlier_ones(base: str, first: str, second: str) -> None:
    earlier, later = base + first, base + first + second
    assert writes_on(base, earlier, later)
    for mine, theirs in ((later, earlier), (earlier, later)):
        merged = merge_text(base, mine, theirs, own=True)
        assert merged is not None
        assert words(merged) >= words(later)


@given(MARKS, MARKS, MARKS)
def test_each_mark_that_one_side_set_or_took_away_is_set_or_gone(
    base: list[str], mine: list[str], theirs: list[str]
) -> None:
    merged = merge_choices(base, mine, theirs)
    assert len(set(merged)) == len(merged)
    for mark in "abcdef":
        changed = [side for side in (mine, theirs) if (mark in side) != (mark in base)]
        wanted = mark not in base if changed else mark in base
        assert (mark in merged) == wanted


@pytest.mark.parametrize(
    ("base", "mine", "theirs", "merged"),
    [
        ("a\nb\nc", "A\nb\nc", "a\nb\nC", "A\nb\nC"),
        ("a\nb", "a\nb\nmine", "a\nb\ntheirs", "a\nb\ntheirs\nmine"),
        ("a\nb\nc", "a\nc", "a\nb\nc\nd", "a\nc\nd"),
        ("a", "a1", "a2", None),
        ("a\nb", "A\nb", "a\nB", None),
        ("", "mine", "theirs", None),
        ("a\nb", "a", "a\nb and more", None),
        ("No", "No food", "Nobody", None),
    ],
    ids=[
        "apart",
        "both at the end",
        "out and in",
        "same line",
        "next to each other",
        "from nothing",
        "gone and longer",
        "half words",
    ],
)
def test_paragraphs_apart_go_together_and_the_same_place_asks_a_person(
    base: str, mine: str, theirs: str, merged: str | None
) -> None:
    assert merge_text(base, mine, theirs) == merged


def test_a_text_of_endless_lines_is_left_to_a_person() -> None:
    assert merge_text("\n" * 5000, "\n" * 5001, "\n" * 4999) is None
