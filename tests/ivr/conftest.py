"""A voice application on a database of the test's own, with a line, two screeners and a supervisor."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from uuid import UUID

import pytest

from hotline.base.config import Settings
from hotline.base.database import Database
from hotline.calls import service
from tests.support.calls import add_line, add_person, add_supervisor
from tests.support.voice import Voice


@pytest.fixture
def line(database: Database) -> None:
    """A line, and a supervisor on duty."""
    with database.transaction() as session:
        add_line(session)
        add_supervisor(session)


@pytest.fixture
def voice(settings: Settings, line: None) -> Iterator[Voice]:
    """The application. A page that fails leaves its request in the spool, so at the end that must be empty."""
    voice = Voice(settings)
    voice.gateway.refresh_lines()
    yield voice
    voice.close()
    assert voice.gateway.spool.waiting() == 0, "a page failed: see the log of this test"


@pytest.fixture
def on_duty(database: Database) -> Callable[..., UUID]:
    """Lets a screener come on duty: `on_duty("ann", "en", "es")`."""

    def come(name: str, *languages: str, phone_address: str | None = None) -> UUID:
        with database.transaction() as session:
            user_id = add_person(session, name, languages=languages or ("en",), phone_address=phone_address)
            service.set_available(session, user_id)
            return user_id

    return come
