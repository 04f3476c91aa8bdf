"""The one database (PostgreSQL 15 or newer) and the transaction that every door opens."""

from __future__ import annotations

import select
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from psycopg import Error
from sqlalchemy import BigInteger, DateTime, MetaData, Text, Uuid, create_engine, event, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.engine.url import make_url
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.orm import DeclarativeBase, Session, sessionmaker

from hotline.base import live

ASK_AFTER = 30.0
"""Seconds after which a connection that lay unused is asked whether its server is still there."""

_NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    """Every table of the product is declared on this base."""

    metadata = MetaData(naming_convention=_NAMING)
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        str: Text(),
        int: BigInteger(),
        datetime: DateTime(timezone=True),
        UUID: Uuid(),
        dict[str, Any]: JSONB(),
        dict[str, int]: JSONB(),
        dict[str, str]: JSONB(),
        list[str]: JSONB(),
    }


class Database:
    """A pool of connections and the transactions on it.

    `statement_timeout` and `lock_timeout` are seconds; the server ends what takes longer, so that a lock held by
    somebody else never blocks a caller for good.
    """

    def __init__(
        self, url: str, *, pool_size: int = 5, statement_timeout: float = 10, lock_timeout: float = 5
    ) -> None:
        options = (
            f"-c statement_timeout={int(statement_timeout * 1000)} -c lock_timeout={int(lock_timeout * 1000)}"
        )
        self.engine: Engine = create_engine(
            make_url(url).set(drivername="postgresql+psycopg"),
            pool_size=pool_size,
            max_overflow=pool_size,
            pool_timeout=3,
            # The values of a failed statement may be a caller's words; an exception must not carry them.
            hide_parameters=True,
            connect_args={"connect_timeout": 3, "options": f"{options} -c timezone=UTC"},
        )
        _leave_out_the_dead(self.engine)
        self._alone = self.engine.execution_options(isolation_level="AUTOCOMMIT")
        self._sessions = sessionmaker(self.engine, expire_on_commit=False)
        self._questions = sessionmaker(self._alone, expire_on_commit=False)
        live.announce(self._sessions)

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """A session whose work is committed at the end of the block, or undone if the block raises."""
        with self._sessions.begin() as session:
            yield session

    @contextmanager
    def question(self) -> Iterator[Session]:
        """A session for one question that every request asks: each statement is a transaction of its own.

        It saves the words that begin and end a transaction. What is changed in it tells no live screen.
        """
        with self._questions.begin() as session:
            yield session

    @contextmanager
    def single(self) -> Iterator[Connection]:
        """A connection on which each statement is a transaction of its own, committed when it returns."""
        with self._alone.connect() as connection:
            yield connection

    def after_commit(self, tell: Callable[[Session], None]) -> None:
        """Call `tell` with each session right after its transaction is committed (not after a savepoint).

        The session can't be queried at that moment, and what `tell` raises reaches the door: it should not raise.
        """

        def committed(session: Session) -> None:
            if not session.in_nested_transaction():
                tell(session)

        event.listen(self._sessions, "after_commit", committed)

    def ping(self) -> None:
        """Raise if the database does not answer."""
        with self.engine.connect() as connection:
            connection.execute(text("select 1"))

    def dispose(self, *, close: bool = True) -> None:
        """Give the pool up; `close=False` only forgets it (after a fork: the parent still uses it)."""
        self.engine.dispose(close=close)


def _leave_out_the_dead(engine: Engine) -> None:
    """After a restart of the server its pool holds dead connections: none of them is given out.

    A server that ends says so on every connection, so a look at the socket is enough and costs no exchange. What
    lay unused for longer is asked, because a network in between may have forgotten it without a word.
    """

    @event.listens_for(engine, "checkin")
    def note(connection: Any, record: Any) -> None:
        record.info["used"] = time.monotonic()

    @event.listens_for(engine, "checkout")
    def check(connection: Any, record: Any, proxy: Any) -> None:
        used = record.info.get("used")
        if used is None:
            return
        try:
            if time.monotonic() - used > ASK_AFTER or _has_word(connection.fileno()):
                _ask(connection)
        except Error as error:
            raise DisconnectionError from error


def _has_word(socket: int) -> bool:
    """Whether the other end sent something that nobody has read: the end of the connection, as a rule."""
    poll = select.poll()
    poll.register(socket, select.POLLIN)
    return bool(poll.poll(0))


def _ask(connection: Any) -> None:
    before, connection.autocommit = connection.autocommit, True
    try:
        connection.execute("")
    finally:
        connection.autocommit = before
