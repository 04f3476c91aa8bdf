"""Fixtures of the whole running system; `tests/conftest.py` offers them to every folder."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page
from sqlalchemy import select, update

from hotline.base import clock
from hotline.base.database import Database
from hotline.calls.models import Call, Presence
from hotline.demo.day.stack import Stack
from hotline.demo.day.telephone import PhoneCompany
from tests.support.stack import database_of, running_stack
from tests.support.waiting import until


@pytest.fixture(scope="session")
def stack() -> Iterator[Stack]:
    """The whole system, one per test process. Do not kill parts of this one."""
    with running_stack() as stack:
        yield stack


@pytest.fixture(scope="session")
def stack_database(stack: Stack) -> Iterator[Database]:
    """The running system's database."""
    with database_of(stack) as database:
        yield database


@pytest.fixture
def phones(stack: Stack, stack_database: Database) -> Iterator[PhoneCompany]:
    """The phone company, with nobody on the line. Afterwards all calls are ended and everybody is off duty."""
    company = PhoneCompany(stack.phone_url)
    try:
        yield company
    finally:
        company.hang_up_all()
        until(lambda: nobody_on_the_line(stack_database), 30)
        everybody_off_duty(stack_database)
        company.close()


def nobody_on_the_line(database: Database) -> bool:
    """Whether every call has ended in our books."""
    with database.transaction() as session:
        return session.scalar(select(Call.id).where(Call.ended_at.is_(None)).limit(1)) is None


def everybody_off_duty(database: Database) -> None:
    """What the end of a shift leaves behind: no one available, no wrap-up unfinished."""
    with database.transaction() as session:
        session.execute(
            update(Call)
            .where(Call.ended_at.is_not(None), Call.disposition.is_(None), Call.screener_id.is_not(None))
            .values(disposition="other_non_report", disposed_at=clock.now())
        )
        session.execute(
            update(Presence).values(state="offline", reason=None, telephone="ring", auto_available=True)
        )


@pytest.fixture
def opened(browser: Browser) -> Iterator[Callable[..., Page]]:
    """Opens a browser of its own for each person of a test: `opened()`, or `opened(java_script_enabled=False)`."""
    contexts: list[BrowserContext] = []

    def a_page(**wishes: Any) -> Page:
        context = browser.new_context(viewport={"width": 1280, "height": 900}, **wishes)
        context.set_default_timeout(30_000)
        contexts.append(context)
        return context.new_page()

    yield a_page
    for context in contexts:
        context.close()
