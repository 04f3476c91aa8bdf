"""The project's own files, as the checks of the project see them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("hotline", "ivr", "screening_forms", "workers", "migrations")
CODE = (*PACKAGES, "tests", "scripts")
NOT_OURS = {"__pycache__", "node_modules", "vendor", "build"}


def files(*folders: str, suffix: str = "") -> Iterator[Path]:
    """Every file below `folders` of the project (all of it when none is named) that is kept in the repository."""
    for start in [ROOT / folder for folder in folders] or [ROOT]:
        yield from _walk(start, suffix)


def _walk(folder: Path, suffix: str) -> Iterator[Path]:
    for entry in sorted(folder.iterdir()):
        if entry.is_dir():
            hidden = entry.name.startswith(".") and entry.name != ".ci"
            if not hidden and entry.name not in NOT_OURS and not entry.name.endswith(".egg-info"):
                yield from _walk(entry, suffix)
        elif entry.name.endswith(suffix) and entry.suffix != ".mo":
            yield entry


def name_of(path: Path) -> str:
    """The path as seen from the top of the project."""
    return path.relative_to(ROOT).as_posix()
