"""Compile every message catalog (`translations/LANGUAGE/LC_MESSAGES/NAME.po` to `.mo`) that has changed."""

from __future__ import annotations

import sys
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import PoFileError, read_po

ROOT = Path(__file__).resolve().parents[1]
FOLDERS = ("hotline", "ivr", "screening_forms", "workers")


def outdated(root: Path = ROOT) -> list[Path]:
    """Catalogs whose compiled form is missing or older."""
    catalogs = [path for folder in FOLDERS for path in (root / folder).glob("**/translations/**/*.po")]
    return [path for path in catalogs if not _is_fresh(path.with_suffix(".mo"), path)]


def _is_fresh(compiled: Path, source: Path) -> bool:
    return compiled.exists() and compiled.stat().st_mtime >= source.stat().st_mtime


def compile_catalog(path: Path) -> None:
    """Write the `.mo` beside the `.po`. ValueError names the first faulty message."""
    try:
        with path.open("rb") as source:
            catalog = read_po(source, locale=path.parent.parent.name, abort_invalid=True)
    except PoFileError as error:
        raise ValueError(f"{path}: {error}") from error
    for message, faults in catalog.check():
        raise ValueError(f"{path}:{(message.lineno or 0)}: {faults[0]}")
    with path.with_suffix(".mo").open("wb") as target:
        write_mo(target, catalog)


def main() -> int:
    """Compile what is outdated; 1 when a catalog is faulty."""
    try:
        for path in outdated():
            compile_catalog(path)
    except ValueError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
