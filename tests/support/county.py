"""The small county of `kern`, built once for all tests of a file."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from sqlalchemy.engine import Connection
from sqlalchemy.orm import Session

from hotline.base import clock
from hotline.base.database import Database
from tests.support.kern import Kern, build


@contextmanager
def built(database: Database, at: datetime) -> Iterator[tuple[Connection, Kern]]:
    """A connection in whose open transaction the county was built at `at`; nothing of it is ever committed."""
    with database.engine.connect() as connection:
        outer = connection.begin()
        try:
            with clock.frozen(at), Session(connection, join_transaction_mode="create_savepoint") as session:
                kern = build(session)
                session.commit()
            yield connection, kern
        finally:
            outer.rollback()
