"""The whole system for a test: real processes on free ports, with a database and a Redis of their own."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager

from hotline.base.database import Database
from hotline.demo.day.people import Person
from hotline.demo.day.stack import Stack, own_stack
from hotline.demo.servers import children_of
from tests.support.servers import temporary_directory


@contextmanager
def running_stack(*, speed: float = 10.0, durable: bool = False, **changes: str) -> Iterator[Stack]:
    """Everything that the demonstration runs, with the agency seeded; gone at the end of the block.

    `speed`: callers' seconds per real second, so that nobody listens to a whole greeting. `durable=True` for a
    test that kills a server. `changes` replaces settings by name.
    """
    with temporary_directory("stack") as folder:
        # PostgreSQL may run under another account, which has to reach its own folder inside.
        folder.chmod(0o711)
        with own_stack(folder / "run", speed=speed, durable=durable, changes=changes) as stack:
            yield stack


@contextmanager
def database_of(stack: Stack) -> Iterator[Database]:
    """The stack's database, to look at or to move a deadline in."""
    database = Database(stack.settings["DATABASE_URL"], pool_size=4)
    try:
        yield database
    finally:
        database.dispose()


def everybody(stack: Stack, role: str) -> list[Person]:
    """The people of a role, in the order of the seed."""
    return [person for person in stack.people if person.role == role]


def kill(stack: Stack, program: str) -> int:
    """Kill a program and all of its children with -9, as a power cut would; the process id that it had."""
    pid = stack.supervisor.pid(program)
    assert pid is not None, f"{program} does not run"
    for one in [*children_of(pid), pid]:
        os.kill(one, signal.SIGKILL)
    return pid
