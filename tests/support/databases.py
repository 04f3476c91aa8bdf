"""Databases for tests: one template built by the real migrations, and cheap copies of it."""

from __future__ import annotations

import contextlib
import queue
import threading
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from alembic import command
from alembic.config import Config
from psycopg import sql

from hotline.demo.postgres import LocalPostgres

ROOT = Path(__file__).resolve().parents[2]
TEMPLATE = "hotline_template"


def alembic_config(url: str) -> Config:
    """What alembic's commands need to work on the database at `url`."""
    config = Config()
    config.set_main_option("script_location", str(ROOT / "migrations"))
    # A per cent sign in a value is the start of a reference in alembic's configuration.
    config.set_main_option("sqlalchemy.url", url.replace("%", "%%"))
    return config


def migrate(url: str, revision: str = "head") -> None:
    """Bring the database at `url` up to `revision` with the real migrations."""
    command.upgrade(alembic_config(url), revision)


def execute(server: LocalPostgres, statement: str, name: str, *more: str) -> None:
    """Run a statement of administration; each {} in it is a database's name."""
    with server.administer() as connection:
        connection.execute(sql.SQL(statement).format(*map(sql.Identifier, (name, *more))))


def build_template(server: LocalPostgres) -> None:
    """Make the template that `copy_of_template` copies."""
    execute(server, "CREATE DATABASE {}", TEMPLATE)
    migrate(server.url(TEMPLATE))


@contextmanager
def copy_of_template(server: LocalPostgres) -> Iterator[str]:
    """The address of a fresh copy (about 50 ms); it is dropped afterwards, open connections or not."""
    name = f"test_{uuid.uuid4().hex}"
    execute(server, "CREATE DATABASE {} TEMPLATE {}", name, TEMPLATE)
    try:
        yield server.url(name)
    finally:
        try:
            execute(server, "DROP DATABASE {} WITH (FORCE)", name)
        except psycopg.OperationalError as error:
            # A test that broke its server has nothing left to drop.
            if server.answers():
                raise error


class Copies:
    """Copies of the template that are made and dropped in a thread, so that tests do not wait for them."""

    def __init__(self, server: LocalPostgres, ahead: int = 3) -> None:
        self._server = server
        self._ready: queue.Queue[str | Exception] = queue.Queue(maxsize=ahead)
        self._used: queue.SimpleQueue[str] = queue.SimpleQueue()
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._work, name="copies", daemon=True)
        self._thread.start()

    @contextmanager
    def one(self) -> Iterator[str]:
        """The address of a fresh copy; it is dropped some time afterwards. Raises what kept it from being made."""
        name = self._ready.get(timeout=60)
        if isinstance(name, Exception):
            raise name
        try:
            yield self._server.url(name)
        finally:
            self._used.put(name)

    def close(self) -> None:
        """Make no more. What is left vanishes with the server."""
        self._ended.set()
        with contextlib.suppress(queue.Empty):
            self._ready.get_nowait()
        self._thread.join(10)

    def _work(self) -> None:
        try:
            while not self._ended.is_set():
                name = f"test_{uuid.uuid4().hex}"
                execute(self._server, "CREATE DATABASE {} TEMPLATE {}", name, TEMPLATE)
                self._ready.put(name)
                while not self._used.empty():
                    execute(self._server, "DROP DATABASE {} WITH (FORCE)", self._used.get())
        except Exception as error:
            self._ready.put(error)
