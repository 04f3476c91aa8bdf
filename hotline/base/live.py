"""Telling open screens that something has changed, in the transaction that changes it.

What is told is a topic and nothing else: `user:<id>`, `draft:<user id>` when that person saved a field,
`calls:<jurisdiction>`, `board:<jurisdiction>`, `office:<organization>`, and `session:<user id>` when somebody's
session ends. Whoever listens asks for what may be seen of it. PostgreSQL delivers at the commit, so nothing is told
that was rolled back; a word that is lost costs a moment, because screens also ask by themselves.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from sqlalchemy import event, text
from sqlalchemy.orm import Session, object_session, sessionmaker

CHANNEL = "hotline_live"
"""The name under which PostgreSQL is listened to."""

_TOLD = "live_topics"
_TELL = text("select pg_notify(:channel, topic) from unnest(cast(:topics as text[])) as topic")

M = TypeVar("M")


def tell(session: Session, *topics: str) -> None:
    """Let the listeners of these topics know, once the transaction is committed. The same topic twice is told once."""
    session.info.setdefault(_TOLD, set()).update(topics)


def told_when_changed(
    model: type[M],
) -> Callable[[Callable[[M], Iterable[str]]], Callable[[M], Iterable[str]]]:
    """Decorate the function that names the topics of a row: each new or changed row of `model` tells them.

    A bulk statement passes by: what it changes is told by `tell`, or by nobody, as a console's sign of life.
    """

    def decorate(topics: Callable[[M], Iterable[str]]) -> Callable[[M], Iterable[str]]:
        def note(mapper: Any, connection: Any, row: M) -> None:
            session = object_session(row)
            if session is not None:
                tell(session, *topics(row))

        def note_change(mapper: Any, connection: Any, row: M) -> None:
            session = object_session(row)
            if session is not None and session.is_modified(row):
                note(mapper, connection, row)

        event.listen(model, "after_insert", note)
        event.listen(model, "after_update", note_change)
        return topics

    return decorate


def announce(sessions: sessionmaker[Session]) -> None:
    """From now on each session of `sessions` hands its topics to PostgreSQL right before its commit."""

    @event.listens_for(sessions, "before_commit")
    def hand_over(session: Session) -> None:
        if session.in_nested_transaction():
            return
        # What is still to be written may have something to tell, too.
        session.flush()
        topics = session.info.pop(_TOLD, None)
        if topics:
            session.execute(_TELL, {"channel": CHANNEL, "topics": sorted(topics)})
