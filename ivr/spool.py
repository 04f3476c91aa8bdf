"""Requests that could not be written into the database: encrypted, appended to a file, forced to the disk.

Each process has a file of its own. Whoever replays takes every process's file away under its lock, so that a
writer begins a new one and nothing is appended to what is being read.
"""

from __future__ import annotations

import base64
import binascii
import contextlib
import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from hotline.base.crypto import CannotOpen, Keyring, new_key, seal, unseal
from hotline.base.errors import ConfigurationError
from hotline.base.ids import new_id
from hotline.base.logging import get_logger
from ivr.events import CallEvent

_PLACE = b"spool"
_log = get_logger("spool")


@dataclass(frozen=True)
class Taken:
    """Files that were taken away for a replay, and what could be read in them, oldest first."""

    paths: tuple[Path, ...]
    events: tuple[CallEvent, ...]


class Spool:
    """The folder of spool files. Entries open only with the installation's vault keys."""

    def __init__(self, folder: Path, keyring: Keyring) -> None:
        try:
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        except OSError as error:
            raise ConfigurationError(f"HOTLINE_SPOOL_DIR: can't use {folder} ({error.strerror}).") from error
        self._folder, self._keyring = folder, keyring
        self._name = f"{new_id().hex}.spool"

    def append(self, event: CallEvent) -> None:
        """Write an event down; it is on the disk when this returns. Raises OSError when the disk refuses."""
        key = new_key()
        key_id, wrapped = self._keyring.wrap(key, _PLACE)
        parts = (key_id.encode(), wrapped, seal(key, event.to_json().encode(), _PLACE))
        line = b".".join(base64.b64encode(part) for part in parts) + b"\n"
        path = self._folder / self._name
        while True:
            descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX)
                if _is_still(descriptor, path):
                    _write_whole(descriptor, line)
                    os.fsync(descriptor)
                    _sync_folder(self._folder)
                    return
            finally:
                os.close(descriptor)

    def waiting(self) -> int:
        """How many files hold events that are not in the database yet."""
        return sum(1 for path in self._folder.iterdir() if path.suffix in (".spool", ".replay"))

    @contextmanager
    def replay_alone(self) -> Iterator[bool]:
        """True inside the block when no other process replays meanwhile."""
        descriptor = os.open(self._folder / "replay.lock", os.O_WRONLY | os.O_CREAT, 0o600)
        try:
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                yield False
                return
            yield True
        finally:
            os.close(descriptor)

    def take(self) -> Taken:
        """Take every file away from its writer and read them all, those of an unfinished replay too."""
        for path in sorted(self._folder.glob("*.spool")):
            with path.open("rb") as file:
                fcntl.flock(file, fcntl.LOCK_EX)
                path.rename(path.with_name(f"{new_id().hex}.replay"))
        paths = tuple(sorted(self._folder.glob("*.replay")))
        events = [event for path in paths for event in self._read(path)]
        return Taken(paths, tuple(sorted(events, key=lambda event: event.received_at)))

    def done(self, taken: Taken) -> None:
        """Everything that was taken is in the database."""
        for path in taken.paths:
            path.unlink(missing_ok=True)

    def set_aside(self, event: CallEvent) -> None:
        """Keep an event that the product can't digest, for a person to look at; it is not tried again."""
        aside = Spool(self._folder / "rejected", self._keyring)
        aside.append(event)
        _log.critical("spooled_event_rejected", page=event.page, key=event.key)

    def _read(self, path: Path) -> Iterator[CallEvent]:
        for number, line in enumerate(path.read_bytes().splitlines(keepends=True), 1):
            try:
                if not line.endswith(b"\n"):
                    raise ValueError("the end is missing")
                yield self._open(line)
            except (ValueError, KeyError, TypeError, CannotOpen, binascii.Error):
                # Power failed while the line was written, or it was altered: the others still count.
                _log.error("spool_line_unreadable", line=number)
                self._keep_unreadable(line)

    def _open(self, line: bytes) -> CallEvent:
        key_id, wrapped, sealed = (base64.b64decode(part, validate=True) for part in line.strip().split(b"."))
        key = self._keyring.unwrap(key_id.decode(), wrapped, _PLACE)
        return CallEvent.from_json(unseal(key, sealed, _PLACE).decode())

    def _keep_unreadable(self, line: bytes) -> None:
        with contextlib.suppress(OSError):
            folder = self._folder / "rejected"
            folder.mkdir(exist_ok=True, mode=0o700)
            with (folder / "unreadable").open("ab") as file:
                file.write(line.rstrip(b"\n") + b"\n")


def _is_still(descriptor: int, path: Path) -> bool:
    """Whether the open file is the one that stands at `path`: it may have been taken away meanwhile."""
    try:
        there = path.stat()
    except FileNotFoundError:
        return False
    here = os.fstat(descriptor)
    return (here.st_dev, here.st_ino) == (there.st_dev, there.st_ino)


def _write_whole(descriptor: int, data: bytes) -> None:
    """Append all of `data` or nothing: half a line would spoil the one after it."""
    before = os.fstat(descriptor).st_size
    try:
        while data:
            data = data[os.write(descriptor, data) :]
    except OSError:
        os.ftruncate(descriptor, before)
        raise


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
