"""Fixtures for every folder of tests. Servers start only when a test asks for one."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from datetime import UTC, datetime
from pathlib import Path

import hypothesis
import pytest
import redis
import structlog
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright
from sqlalchemy.orm import Session

from hotline.base import clock as base_clock
from hotline.base.clock import FrozenClock
from hotline.base.config import Settings, load_settings
from hotline.base.database import Database
from hotline.demo.day.stack import Stack
from hotline.demo.postgres import LocalPostgres
from hotline.demo.redis_server import LocalRedis
from scripts import browser as browsers
from tests.support.databases import Copies, build_template, copy_of_template
from tests.support.servers import temporary_postgres, temporary_redis
from tests.support.settings import environment
from tests.support.whole import opened, phones, stack, stack_database

__all__ = ["opened", "phones", "stack", "stack_database"]

# How long an example takes is the machine's matter, never a test's.
hypothesis.settings.register_profile("hotline", deadline=None)
hypothesis.settings.load_profile("hotline")

# A page on a busy machine takes its time; what must come soon is a matter of the fault tests and the bench.
expect.set_options(timeout=20_000)

# A Monday, 10:00 in Kern County.
MONDAY_MORNING = datetime(2026, 3, 2, 18, 0, tzinfo=UTC)
BROWSER_ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]


@pytest.fixture(autouse=True)
def logging_of_before() -> Iterator[None]:
    """A command sets the logging of its process; here that is the process of the tests."""
    before = structlog.get_config()
    yield
    structlog.configure(**before)


@pytest.fixture(scope="session")
def postgres() -> Iterator[LocalPostgres]:
    """One PostgreSQL per test process, with the migrated template database. Do not kill this one."""
    with temporary_postgres() as server:
        build_template(server)
        yield server


@pytest.fixture(scope="session")
def shared_database(postgres: LocalPostgres) -> Iterator[Database]:
    """The database behind `session`: everything done in it is rolled back."""
    with copy_of_template(postgres) as url:
        database = Database(url)
        yield database
        database.dispose()


@pytest.fixture
def session(shared_database: Database) -> Iterator[Session]:
    """A session whose every effect, commits included, is undone after the test."""
    with shared_database.engine.connect() as connection:
        outer = connection.begin()
        with Session(connection, join_transaction_mode="create_savepoint", expire_on_commit=False) as session:
            yield session
        outer.rollback()


@pytest.fixture(scope="session")
def copies(postgres: LocalPostgres) -> Iterator[Copies]:
    """Databases that wait for their test."""
    copies = Copies(postgres)
    yield copies
    copies.close()


@pytest.fixture
def database_url(copies: Copies) -> Iterator[str]:
    """The address of a migrated, empty database of this test's own."""
    with copies.one() as url:
        yield url


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """A database of this test's own, in which transactions really commit."""
    database = Database(database_url)
    yield database
    database.dispose()


@pytest.fixture(scope="session")
def redis_server() -> Iterator[LocalRedis]:
    """One Redis per test process. Do not kill this one."""
    with temporary_redis() as server:
        yield server


@pytest.fixture
def redis_url(redis_server: LocalRedis) -> str:
    """The address of a Redis that was emptied for this test."""
    with redis.Redis.from_url(redis_server.url()) as client:
        client.flushall()
    return redis_server.url()


@pytest.fixture
def environ(database_url: str, redis_url: str, tmp_path: Path) -> dict[str, str]:
    """Settings as environment variables, for this test's own database; for child processes too."""
    return environment(database_url=database_url, redis_url=redis_url, spool_dir=tmp_path / "spool")


@pytest.fixture
def settings(environ: dict[str, str]) -> Settings:
    """The same settings, loaded."""
    return load_settings(environ)


@pytest.fixture
def clock() -> Iterator[FrozenClock]:
    """The clock stands at Monday 2 March 2026, 18:00 UTC (10:00 in Kern County), until the test moves it."""
    with base_clock.frozen(MONDAY_MORNING) as frozen:
        yield frozen


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One headless Chromium per test process."""
    with sync_playwright() as playwright:
        # None lets Playwright take its own download.
        instance = playwright.chromium.launch(executable_path=browsers.on_system(), args=BROWSER_ARGUMENTS)
        yield instance
        instance.close()


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    """A browser profile without history; a second person in the same test needs `browser.new_context()`."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    context.set_default_timeout(30_000)
    yield context
    context.close()


@pytest.fixture
def page(context: BrowserContext) -> Page:
    """A browser tab."""
    return context.new_page()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """A failure shows what the programs said last."""
    report = yield
    stack = getattr(item, "funcargs", {}).get("stack")
    # A stack that was taken down with the test's last failure has no words left.
    if report.failed and isinstance(stack, Stack) and stack.log.exists():
        report.sections.append(("last words of the programs", stack.last_words()))
    return report
