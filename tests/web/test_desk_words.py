"""Every code that the core can hand to the board, the portal or the audit page has words there."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import get_args

import pytest

from hotline.dispatch import states
from hotline.geography.locate import Status
from hotline.partners.coverage import Why
from hotline.web.board.pages import SETTLEMENTS
from hotline.web.shared import audit_words, dispatch_words
from tests.support.tree import files
from workers import notices

CORE = ("hotline", "workers", "ivr")


def calls(*names: str) -> Iterator[ast.Call]:
    """Every call of a function or method of one of these names in the core."""
    for path in files(*CORE, suffix=".py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call):
                called = (
                    node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
                )
                if called in names:
                    yield node


def texts(call: ast.Call) -> list[str]:
    """The texts among the positional arguments, conditional ones included."""
    constants = (node for argument in call.args for node in ast.walk(argument))
    return [
        node.value for node in constants if isinstance(node, ast.Constant) and isinstance(node.value, str)
    ]


def recorded() -> set[str]:
    return {text for call in calls("record") for text in texts(call) if ":" in text and " " not in text}


def test_every_recorded_action_has_words_and_no_words_are_left_over() -> None:
    # A code that ends in a colon is the beginning of one that is put together.
    begun = tuple(code for code in recorded() if code.endswith(":"))
    assert recorded() - set(begun) <= set(audit_words.ACTIONS)
    assert {code for code in audit_words.ACTIONS if not code.startswith(begun)} <= recorded()


@pytest.mark.parametrize("state", ["available", "away", "offline"])
def test_every_presence_that_is_recorded_has_words(state: str) -> None:
    assert f"presence:{state}" in audit_words.ACTIONS


def test_every_part_of_the_system_that_acts_has_a_name() -> None:
    parts = {text for call in calls("system") for text in texts(call)} - {"demo"}
    assert parts <= set(audit_words.SYSTEM_PARTS)


def test_every_kind_of_matter_has_words() -> None:
    opened = list(calls("open_item", "open_for_supervisors"))
    kinds = {
        keyword.value.value
        for call in opened
        for keyword in call.keywords
        if keyword.arg == "kind" and isinstance(keyword.value, ast.Constant)
    }
    kinds |= {text for call in opened for text in texts(call) if text.isidentifier()}
    kinds |= {"place_not_served", *(f"place_{status}" for status in get_args(Status) if status != "found")}
    assert kinds - {"person", "told"} <= set(dispatch_words.ITEM_KINDS)
    assert set(SETTLEMENTS) <= set(dispatch_words.ITEM_KINDS)
    assert set(notices.ITEMS) == set(dispatch_words.ITEM_KINDS)


def test_every_piece_of_evidence_of_a_place_has_words() -> None:
    noted = {text for call in calls("_note", "_of") for text in texts(call) if text.isidentifier()}
    assert {code for code in noted if "_" in code} <= set(dispatch_words.EVIDENCE)


@pytest.mark.parametrize(
    ("codes", "words"),
    [
        (states.TAKE_OVER_REASONS, dispatch_words.TAKE_OVER),
        (states.REASSIGN_REASONS, dispatch_words.REASSIGN),
        (states.ASSIGN_REASONS, dispatch_words.ASSIGN),
        (states.CLOSE_REASONS, dispatch_words.CLOSE),
        (states.DISPATCH.states, dispatch_words.DISPATCH_STATES),
        (get_args(Why), dispatch_words.CHOICES),
        (get_args(Status), dispatch_words.PLACEMENTS),
    ],
)
def test_the_words_are_those_of_the_codes(codes: tuple[str, ...], words: dict[str, str]) -> None:
    assert set(codes) == set(words)
