"""A value that was typed on an older one: merged, known again, or left to a person."""

from __future__ import annotations

import pytest

from hotline.reports.saving import Origin, Settled, Typed, settle
from screening_forms.model import Field, Kind, Option, Value
from screening_forms.words import Words

PAGE, OTHER = "0123456789abcdef", "fedcba9876543210"
LABEL = Words(en="Question", es="Pregunta")


def question(kind: Kind) -> Field:
    options = tuple(Option(value=one, label=LABEL) for one in "abc") if "select" in kind else ()
    return Field(id="question", kind=kind, label=LABEL, options=options)


def outcome(
    kind: Kind, seen: Value | None, mine: Value, theirs: Value, *, mine_from: Origin, theirs_from: Origin
) -> Settled | None:
    return settle(question(kind), theirs, theirs_from, Typed(mine, seen, mine_from))


@pytest.mark.parametrize("kind", ["text", "yes_no_unknown", "date", "long_text"])
def test_a_page_whose_answer_was_lost_goes_on_with_its_later_value(kind: Kind) -> None:
    first, second = Origin("ann", f"{PAGE}.7"), Origin("ann", f"{PAGE}.8")
    assert outcome(kind, "", "no", "yes", mine_from=second, theirs_from=first) == Settled("no", "typed")


def test_a_save_that_was_long_on_its_way_never_undoes_a_later_one() -> None:
    first, second = Origin("ann", f"{PAGE}.9"), Origin("ann", f"{PAGE}.10")
    assert outcome("text", "", "old", "new", mine_from=first, theirs_from=second) == Settled("new", "late")


@pytest.mark.parametrize(
    "stamp", ["", "x", f"{PAGE}", f"{PAGE}.", f"{PAGE}.1x", f"{PAGE[:5]}.3", f"{OTHER}.3"]
)
def test_another_page_or_an_odd_stamp_is_no_reason_to_overwrite(stamp: str) -> None:
    mine, theirs = Origin("ann", stamp), Origin("ann", f"{PAGE}.2")
    assert outcome("date", "", "2020", "2021", mine_from=mine, theirs_from=theirs) is None


def test_ones_own_name_may_grow_after_a_reload_and_somebody_elses_may_not() -> None:
    ann, bob = Origin("ann", f"{PAGE}.1"), Origin("bob", f"{OTHER}.1")
    again = Origin("ann", f"{OTHER}.1")
    assert outcome("text", "", "Anabel", "Ana", mine_from=again, theirs_from=ann) == Settled(
        "Anabel", "merged"
    )
    assert outcome("text", "", "Ana", "Anabel", mine_from=again, theirs_from=ann) == Settled(
        "Anabel", "merged"
    )
    assert outcome("text", "", "Anabel", "Ana", mine_from=bob, theirs_from=ann) is None
    assert outcome("text", None, "Anabel", "Ana", mine_from=again, theirs_from=ann) is None
    assert outcome("number", "", "12", "1", mine_from=again, theirs_from=ann) is None


def test_paragraphs_and_marks_are_merged_whoever_made_them() -> None:
    ann, bob = Origin("ann", f"{PAGE}.1"), Origin("bob", f"{OTHER}.1")
    merged = outcome("long_text", "a\nb\nc", "A\nb\nc", "a\nb\nC", mine_from=ann, theirs_from=bob)
    assert merged == Settled("A\nb\nC", "merged")
    merged = outcome("multi_select", ["a"], ["a", "b"], ["a", "c"], mine_from=ann, theirs_from=bob)
    assert merged == Settled(["a", "b", "c"], "merged")
    assert outcome("long_text", "a", "b", "c", mine_from=ann, theirs_from=bob) is None


def test_a_merge_that_would_be_too_long_is_left_to_a_person() -> None:
    ann, bob = Origin("ann"), Origin("bob")
    mine, theirs = "x" * 15_000 + "\nmiddle\nend", "start\nmiddle\n" + "y" * 15_000
    assert outcome("long_text", "start\nmiddle\nend", mine, theirs, mine_from=ann, theirs_from=bob) is None
