"""The fixtures themselves: what other tests rely on."""

from __future__ import annotations

import urllib.request
from pathlib import Path

import psycopg
import pytest
import redis
from playwright.sync_api import BrowserContext, Page
from pytest_socket import SocketConnectBlockedError
from sqlalchemy import text
from sqlalchemy.orm import Session

from hotline.base import clock as base_clock
from hotline.base.clock import FrozenClock
from hotline.base.config import Settings
from hotline.base.database import Database

MAKE = text("CREATE TABLE IF NOT EXISTS left_behind (number int)")
COUNT = text("SELECT count(*) FROM pg_tables WHERE tablename = 'left_behind'")


def test_what_is_committed_in_a_session_is_gone_afterwards(
    session: Session, shared_database: Database
) -> None:
    session.execute(MAKE)
    session.commit()
    assert session.scalar(COUNT) == 1
    with shared_database.transaction() as other:
        assert other.scalar(COUNT) == 0


def test_a_database_of_its_own_commits_for_others_to_see(database: Database, database_url: str) -> None:
    with database.transaction() as session:
        session.execute(MAKE)
    with psycopg.connect(database_url) as other:
        assert other.execute("SELECT count(*) FROM left_behind").fetchone() == (0,)


def test_a_database_of_its_own_has_the_real_tables(database: Database) -> None:
    with database.transaction() as session:
        assert session.scalar(text("SELECT count(*) FROM alembic_version")) == 1


def test_every_setting_is_there(settings: Settings, tmp_path: Path) -> None:
    assert settings.spool_dir.parent == tmp_path


@pytest.mark.parametrize("round_number", [1, 2])
def test_redis_is_empty_at_the_start_of_a_test(redis_url: str, round_number: int) -> None:
    with redis.Redis.from_url(redis_url) as client:
        assert client.dbsize() == 0
        client.set("left", round_number)


def test_the_clock_stands_still(clock: FrozenClock) -> None:
    assert base_clock.now() == base_clock.now()


def test_nothing_outside_this_machine_is_reached() -> None:
    with pytest.raises(SocketConnectBlockedError):
        urllib.request.urlopen("http://192.0.2.1/", timeout=2)


def test_a_tab_shows_a_page(page: Page) -> None:
    page.set_content("<main><h1>Guten Tag</h1></main>")
    assert page.get_by_role("heading").inner_text() == "Guten Tag"


def test_every_test_begins_with_a_browser_without_history(context: BrowserContext) -> None:
    assert context.cookies() == []
    assert context.pages == []
