"""A definition that reports were written on is never edited, and neither is what it includes."""

from __future__ import annotations

import hashlib

from screening_forms.loader import DEFINITIONS, definitions

_V1 = "california/child_abuse_report.v1.yaml"
USED = {_V1: "d4ab01e9ce3dde6dda57778980d407e3598fef872e6f6d25bf31ce1444035a32"}
"""Definitions that were in use -> SHA-256 of the file. A version joins the list when it has been released."""


def test_a_used_definition_is_as_it_was() -> None:
    found = {
        file.relative_to(DEFINITIONS).as_posix(): hashlib.sha256(file.read_bytes()).hexdigest()
        for file in DEFINITIONS.glob("*/*.yaml")
    }
    assert {name: found.get(name) for name in USED} == USED


def test_every_shared_file_is_included_by_a_definition() -> None:
    texts = "".join(file.read_text(encoding="utf-8") for file in DEFINITIONS.glob("*/*.yaml"))
    assert [
        file.name for file in (DEFINITIONS / "shared").glob("*.yaml") if f"{file.name}#" not in texts
    ] == []
    assert len(definitions(DEFINITIONS)) >= 3
