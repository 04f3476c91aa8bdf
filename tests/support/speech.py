"""Language files of a test's own."""

from __future__ import annotations

from pathlib import Path

from ivr import prompts


def spoken_file(folder: Path, name: str, **changes: str) -> None:
    """The language's own file in `folder`, with some of its texts replaced."""
    content = (prompts.SPOKEN / f"{name}.toml").read_text(encoding="utf-8")
    for old, new in changes.items():
        content = content.replace(old, new)
    (folder / f"{name}.toml").write_text(content, encoding="utf-8")
