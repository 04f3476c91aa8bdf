"""Every promise in docs/promises.md names tests that exist, and every test that carries a number is named there."""

from __future__ import annotations

import ast
import re

from tests.support.tree import ROOT

TRAPS = [f"T{number:02}" for number in range(1, 23)]
FAULTS = [f"F{number}" for number in range(22, 42)]
WISHES = [f"W{number:02}" for number in (*range(1, 15), 24, 25, 26, 29, 30)]
_ROW = re.compile(r"\| ([TFW]\d\d) \| (.+?) \| (.+?) \|")
_NAME = re.compile(r"`(test_\w+)`")


def promises() -> dict[str, list[str]]:
    """The rows of the page: number -> names of tests."""
    rows = [_ROW.fullmatch(line) for line in (ROOT / "docs/promises.md").read_text().splitlines()]
    return {row[1]: _NAME.findall(row[3]) for row in rows if row is not None}


def every_test() -> set[str]:
    """The names of all tests of the suite."""
    trees = (ast.parse(path.read_text()) for path in (ROOT / "tests").rglob("test_*.py"))
    return {
        node.name
        for tree in trees
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
    }


def test_every_promise_is_there_once_and_in_order() -> None:
    assert list(promises()) == [*TRAPS, *FAULTS, *WISHES]


def test_every_promise_names_tests_that_exist() -> None:
    known = every_test()
    assert {number: names for number, names in promises().items() if not names} == {}
    named = {name for names in promises().values() for name in names}
    assert named - known == set()


def test_every_test_with_a_number_keeps_the_promise_of_that_number() -> None:
    numbered = {name for name in every_test() if re.match(r"test_[tfw]\d\d_", name)}
    promised = promises()
    assert [name for name in sorted(numbered) if name not in promised.get(name[5:8].upper(), [])] == []
