"""Fixtures: tools over a database of the test's own, a small Kern County in it, and a mail server."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from hotline.base.config import Settings, load_settings
from hotline.base.database import Database
from tests.support import kern as county
from tests.support.kern import Kern
from tests.support.mailhouse import MailHouse, mail_house
from workers import tools
from workers.tools import Tools


@pytest.fixture
def house() -> Iterator[MailHouse]:
    """A mail server that takes everything."""
    with mail_house() as running:
        yield running


@pytest.fixture
def settings(environ: dict[str, str], house: MailHouse) -> Settings:
    """Settings that point at the mail server."""
    return load_settings(environ | {"SMTP_URL": house.url})


@pytest.fixture
def equipment(settings: Settings) -> Iterator[Tools]:
    """What a worker process has."""
    made = tools.make(settings, pool_size=8)
    yield made
    made.database.dispose()
    made.bell.close()


@pytest.fixture
def kern(database: Database) -> Kern:
    """The county in the test's own database, committed."""
    with database.transaction() as session:
        return county.build(session)
