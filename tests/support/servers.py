"""Servers of a test's own, in a temporary directory that goes away with them."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from hotline.demo.postgres import LocalPostgres
from hotline.demo.redis_server import LocalRedis


@contextmanager
def temporary_directory(prefix: str) -> Iterator[Path]:
    """A directory that is removed afterwards, whoever it was given to meanwhile."""
    path = Path(tempfile.mkdtemp(prefix=f"hotline-{prefix}-"))
    try:
        yield path
    finally:
        shutil.rmtree(path, ignore_errors=True)


@contextmanager
def temporary_postgres(*, durable: bool = False) -> Iterator[LocalPostgres]:
    """A running PostgreSQL without tables. Tests that kill it use `durable=True`."""
    with temporary_directory("postgres") as directory:
        server = LocalPostgres(directory, durable=durable)
        server.start()
        try:
            yield server
        finally:
            server.stop()


@contextmanager
def temporary_redis(*, durable: bool = False) -> Iterator[LocalRedis]:
    """A running, empty Redis."""
    with temporary_directory("redis") as directory:
        server = LocalRedis(directory, durable=durable)
        server.start()
        try:
            yield server
        finally:
            server.stop()
