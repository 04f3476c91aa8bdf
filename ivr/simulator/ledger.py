"""The simulator's own truth: what it sent, what it was answered, and how each call ended."""

import json
import threading
from collections import deque
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from ivr.simulator.clock import iso, wall

KEPT_ENTRIES = 20_000


class Ledger:
    """Entries in order of writing; the newest are kept in memory, all of them in the file."""

    def __init__(self, path: Path | None = None) -> None:
        self._lock = threading.Lock()
        self._entries: deque[dict[str, Any]] = deque(maxlen=KEPT_ENTRIES)
        self._path = path
        if path is not None:
            path.parent.mkdir(parents=True, exist_ok=True)

    def write(self, kind: str, **fields: object) -> None:
        """Add one entry of a kind (webhook, rest, call, warning, chaos) with the real time."""
        entry: dict[str, Any] = {"at": iso(wall()), "kind": kind, **fields}
        line = json.dumps(entry, ensure_ascii=False)
        with self._lock:
            self._entries.append(entry)
            if self._path is not None:
                with self._path.open("a", encoding="utf-8") as file:
                    file.write(line + "\n")

    def entries(self, kind: str | None = None, call_sid: str | None = None) -> list[dict[str, Any]]:
        """The kept entries, oldest first, of one kind or call if asked."""
        with self._lock:
            found = list(self._entries)
        return [
            entry
            for entry in found
            if (kind is None or entry["kind"] == kind)
            and (call_sid is None or call_sid in (entry.get("call_sid"), entry.get("sid")))
        ]


def is_callers(summary: Mapping[str, Any]) -> bool:
    """Whether a leg is that of somebody who rang a line; a browser that calls the application is none."""
    return summary["direction"] == "inbound" and not str(summary["from"]).startswith("client:")


def totals(summaries: Iterable[Mapping[str, Any]]) -> dict[str, int]:
    """Count the callers' outcomes: offered = answered + abandoned + diverted + open.

    Takes the summaries of callers' calls (`Call.summary`). `failed` counts the diverted ones
    that ended in an application error; it is no part of the sum.
    """
    counts = {"offered": 0, "answered": 0, "abandoned": 0, "diverted": 0, "open": 0, "failed": 0}
    for summary in summaries:
        counts["offered"] += 1
        counts[str(summary["outcome"])] += 1
        if summary["status"] == "failed":
            counts["failed"] += 1
    return counts
