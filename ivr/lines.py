"""What must be known of our lines without asking: what a caller hears first, and all there is during an outage.

Kept in memory and in a file beside the spool, so that a process which starts during an outage knows them too.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, literal_column, select
from sqlalchemy.orm import Session

from hotline.base.logging import get_logger
from hotline.lines.models import Line
from hotline.telephony.numbers import same_number

_log = get_logger("lines")
_VERSION: ColumnElement[str] = literal_column("lines.xmin::text")
"""Which transaction wrote the row: another one, another row."""


@dataclass(frozen=True)
class KnownLine:
    """A line as it was when the database was last read; see `hotline.lines.models.Line` for its fields.

    `version` tells whether the row is still the one that was read; `id` is empty for a line that nobody entered.
    """

    number: str
    languages: Sequence[str]
    backup_numbers: Sequence[str]
    id: str = ""
    version: str = ""
    jurisdiction: str = ""
    active: bool = True
    team: str | None = None
    time_zone: str = "UTC"
    hours: Mapping[str, Any] = field(default_factory=dict)
    holidays: Sequence[str] = ()
    menu: Mapping[str, str] = field(default_factory=dict)
    prompts: Mapping[str, Any] = field(default_factory=dict)
    callback_offered: bool = True
    recording: str = "off"

    @classmethod
    def of(cls, row: Line, version: str = "") -> KnownLine:
        """What is known of a line that was just read."""
        return cls(
            number=row.number,
            languages=row.languages,
            backup_numbers=row.backup_numbers,
            id=str(row.id),
            version=version,
            jurisdiction=row.jurisdiction,
            active=row.active,
            team=row.team,
            time_zone=row.time_zone,
            hours=row.hours,
            holidays=row.holidays,
            menu=row.menu,
            prompts=row.prompts,
            callback_offered=row.callback_offered,
            recording=row.recording,
        )

    @property
    def line_id(self) -> UUID:
        """Its id; raises ValueError for a line that nobody entered."""
        return UUID(self.id)


_UNKNOWN = KnownLine("", ("en", "es"), ())


class LineBook:
    """The lines of the installation by number."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / "lines.json"
        self._lock = threading.Lock()
        self._lines = self._read()

    def line(self, dialled: str) -> KnownLine:
        """The line with that number; else the first one; else one that speaks English and Spanish."""
        lines = self._lines
        return self.find(dialled) or (lines[0] if lines else _UNKNOWN)

    def find(self, dialled: str) -> KnownLine | None:
        """The line with exactly that number."""
        lines = self._lines
        for line in lines:
            # The phone company spells numbers as we do, nearly always: reading them is slower by far.
            if line.number == dialled:
                return line
        return next((line for line in lines if same_number(line.number, dialled)), None)

    def refresh(self, session: Session) -> None:
        """Read the lines again, and keep them on the disk when they have changed."""
        rows = session.execute(
            select(Line, _VERSION).order_by(Line.number).execution_options(populate_existing=True)
        )
        lines = [KnownLine.of(row, version) for row, version in rows]
        with self._lock:
            if lines != self._lines:
                self._lines = lines
                self._write()

    def _read(self) -> list[KnownLine]:
        try:
            content: list[Mapping[str, Any]] = json.loads(self._path.read_text())
            return [KnownLine(**item) for item in content]
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
