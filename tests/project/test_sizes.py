"""Files and functions stay small enough to read."""

from __future__ import annotations

import ast
from pathlib import Path

from tests.support.tree import CODE, ROOT, files, name_of

LONGEST_FILE = 400
LONGEST_FUNCTION = 60


def counted() -> list[Path]:
    """Our Python, but for the migrations: those list whole tables and are never edited again."""
    versions = ROOT / "migrations" / "versions"
    return [path for path in files(*CODE, suffix=".py") if versions not in path.parents]


def test_no_file_is_longer_than_400_lines() -> None:
    lengths = {name_of(path): len(path.read_text().splitlines()) for path in counted()}
    assert len(lengths) > 20
    assert {name: length for name, length in lengths.items() if length > LONGEST_FILE} == {}


def test_no_function_is_longer_than_60_lines() -> None:
    too_long = []
    for path in counted():
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                length = (node.end_lineno or node.lineno) - node.lineno + 1
                if length > LONGEST_FUNCTION:
                    too_long.append(f"{name_of(path)}:{node.lineno} {node.name} has {length} lines")
    assert too_long == []


def test_no_file_is_named_after_nothing() -> None:
    meaningless = {"utils.py", "util.py", "helpers.py", "misc.py", "common.py"}
    assert [name_of(path) for path in files(*CODE, suffix=".py") if path.name in meaningless] == []
