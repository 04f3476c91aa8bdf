"""Fixtures of the screens."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy.engine import Connection

from hotline.base import clock as base_clock
from hotline.base.clock import FrozenClock
from hotline.base.config import load_settings
from hotline.base.database import Database
from hotline.demo.postgres import LocalPostgres
from tests.conftest import MONDAY_MORNING
from tests.support.county import built
from tests.support.databases import copy_of_template
from tests.support.kern import Kern
from tests.support.screener import Furnished, Screener, furnish
from tests.support.settings import environment

NO_REDIS = "redis://127.0.0.1:9/0"


@pytest.fixture(scope="session")
def hotline_of_kern(postgres: LocalPostgres, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Furnished]:
    """What the tests of this folder copy, made once. Redis is away: nothing here may need it."""
    spool: Path = tmp_path_factory.mktemp("spool")
    with copy_of_template(postgres) as url:
        settings = load_settings(environment(database_url=url, redis_url=NO_REDIS, spool_dir=spool))
        with base_clock.frozen(MONDAY_MORNING):
            made = furnish(postgres, settings)
        yield made


@pytest.fixture
def screener(hotline_of_kern: Furnished, clock: FrozenClock) -> Iterator[Screener]:
    """A screener who has signed in, at a hotline in Kern County. It is Monday, 10:00 there."""
    with hotline_of_kern.copy() as screener:
        yield screener


@pytest.fixture(scope="module")
def county_here(shared_database: Database) -> Iterator[tuple[Connection, Kern]]:
    """A small county without reports, built once for the tests of a file; `Desk.within` it undoes each test."""
    with built(shared_database, MONDAY_MORNING) as found:
        yield found
