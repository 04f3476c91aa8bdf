"""What must be known of our lines while the database is away: languages and backup numbers.

Kept in memory and in a file beside the spool, so that a process which starts during an outage knows them too.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from hotline.base.logging import get_logger
from hotline.lines.models import Line
from hotline.telephony.numbers import same_number

_log = get_logger("lines")


@dataclass(frozen=True)
class KnownLine:
    """A line as it was when the database was last read."""

    number: str
    languages: Sequence[str]
    backup_numbers: Sequence[str]


_UNKNOWN = KnownLine("", ("en", "es"), ())


class LineBook:
    """The lines of the installation by number."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / "lines.json"
        self._lock = threading.Lock()
        self._lines = self._read()

    def line(self, dialled: str) -> KnownLine:
        """The line with that number; else the first one; else one that speaks English and Spanish."""
        for line in self._lines:
            if same_number(line.number, dialled):
                return line
        return self._lines[0] if self._lines else _UNKNOWN

    def refresh(self, session: Session) -> None:
        """Read the lines again, and keep them on the disk when they have changed."""
        rows = session.scalars(select(Line).order_by(Line.number))
        lines = [KnownLine(row.number, row.languages, row.backup_numbers) for row in rows]
        with self._lock:
            if lines != self._lines:
                self._lines = lines
                self._write()

    def _read(self) -> list[KnownLine]:
        try:
            content: list[Mapping[str, object]] = json.loads(self._path.read_text())
            return [KnownLine(**item) for item in content]  # type: ignore[arg-type]  # our own file
        except FileNotFoundError:
            return []
        except (OSError, ValueError, TypeError) as error:
            _log.warning("known_lines_unreadable", error=type(error).__name__)
            return []

    def _write(self) -> None:
        new = self._path.with_suffix(".new")
        try:
            new.write_text(json.dumps([asdict(line) for line in self._lines]))
            new.replace(self._path)
        except OSError as error:
            _log.warning("known_lines_not_kept", error=type(error).__name__)
