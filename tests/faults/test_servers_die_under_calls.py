"""The servers below the whole system are killed while people call and write: no call and no report is lost."""

from __future__ import annotations

import contextlib
import re
import threading
import time
from collections.abc import Iterator

import httpx
import pytest
from sqlalchemy import select

from hotline.base import clock
from hotline.base.database import Database
from hotline.calls.models import Call
from hotline.demo.day import collect
from hotline.demo.day.callers import stay_silent
from hotline.demo.day.filling import fill
from hotline.demo.day.pages import Browser
from hotline.demo.day.stack import Stack
from hotline.demo.day.telephone import Caller, NotHeard, PhoneCompany
from hotline.dispatch.models import Dispatch
from hotline.reports.models import Report
from tests.support.cases import load_case
from tests.support.journeys import mail_with, told
from tests.support.stack import database_of, everybody, kill, running_stack
from tests.support.waiting import until

CALLERS = 12
PROMISED = 15.0
"""Seconds in which a dispatch is complete although its worker was killed."""


@pytest.fixture(scope="module")
def fragile() -> Iterator[Stack]:
    """A system whose servers may be killed: they write durably."""
    with running_stack(durable=True) as stack:
        yield stack


@pytest.fixture(scope="module")
def its_database(fragile: Stack) -> Iterator[Database]:
    with database_of(fragile) as database:
        yield database


def call_and_hang_up(company: PhoneCompany, after: float, sids: list[str]) -> None:
    """Somebody rings, presses nothing, gets into the line and gives up, or is held on the way there."""
    threading.Event().wait(after)
    caller = company.dial(f"+1661555{100 + len(sids):04d}")
    sids.append(caller.sid)
    with contextlib.suppress(NotHeard):
        stay_silent(caller, patience=25)
    caller.hang_up()


def test_no_call_is_lost_when_postgresql_is_killed_under_a_stream_of_calls(
    fragile: Stack, its_database: Database
) -> None:
    since = clock.now()
    company = PhoneCompany(fragile.phone_url)
    sids: list[str] = []
    callers = [
        threading.Thread(target=call_and_hang_up, args=(company, place * 0.5, sids))
        for place in range(CALLERS)
    ]
    for thread in callers:
        thread.start()
    until(lambda: len(sids) >= CALLERS // 3, 30)
    fragile.postgres.kill()
    until(lambda: not is_ready(fragile), 10)
    until(lambda: len(sids) >= 2 * CALLERS // 3, 30)
    fragile.postgres.start()
    for thread in callers:
        thread.join(90)
    assert len(sids) == CALLERS

    def all_told() -> bool:
        return company.ledger()["pending_callbacks"] == 0 and not unequal(company, its_database, sids)

    until(all_told, 60)
    phone = collect.phone_ledger(company, since)
    assert set(phone.outcomes) == set(sids)
    for sid in sids:
        assert_heard_only_valid_documents(company, sid)
    company.close()
    # Ready again means that nothing waits in the spool.
    until(lambda: is_ready(fragile), 30)


def is_ready(stack: Stack) -> bool:
    """Whether the voice process writes into the database and has nothing left in its spool."""
    return httpx.get(f"{stack.voice_url}/readyz", trust_env=False).status_code == 200


def unequal(company: PhoneCompany, database: Database, sids: list[str]) -> list[str]:
    """The calls whose row is missing or tells another outcome than the phone company."""
    phone = {call["sid"]: call["outcome"] for call in company.calls() if call["sid"] in sids}
    with database.transaction() as session:
        rows = session.execute(select(Call.sid, Call.outcome).where(Call.sid.in_(sids)))
        ours = {row.sid: row.outcome for row in rows}
    return [sid for sid in sids if ours.get(sid) != phone[sid]]


def assert_heard_only_valid_documents(company: PhoneCompany, sid: str) -> None:
    """The phone company never had to say that an application error has occurred."""
    view = Caller(company, sid).view()
    assert view["status"] == "completed"
    assert not [one for one in view["heard"] if one["kind"] == "error"]


def submit_report(stack: Stack, browser: Browser) -> str:
    """A report written by plain forms and submitted without waiting for anything; its number."""
    page = browser.send(browser.open("/console").form_to("/console/reports"))
    page = fill(browser, page, load_case("CA-03").answers)
    form = browser.open(page.url).form_to("/submit")
    began = time.monotonic()
    page = browser.send(form)
    assert page.status == 200 and page.find("/submit") is None
    assert time.monotonic() - began < 5
    found = re.search(r"[A-Z]+-\d{6}", page.text)
    assert found
    return found[0]


def assert_dispatched_once(stack: Stack, database: Database, reference: str, began: float) -> None:
    """The report has reached its one recipient in time, by one message."""
    until(lambda: dispatches(database, reference) == ["delivered"], began + PROMISED - time.monotonic())
    [dispatch] = told(stack, database, reference)
    assert reference in mail_with(stack, dispatch.mail_key)


def dispatches(database: Database, reference: str) -> list[str]:
    """The states of a report's dispatches."""
    with database.transaction() as session:
        return list(session.scalars(select(Dispatch.state).join(Report).where(Report.reference == reference)))


def test_reports_are_dispatched_with_redis_away_and_with_the_worker_killed(
    fragile: Stack, its_database: Database
) -> None:
    screener = everybody(fragile, "screener")[0]
    browser = Browser(fragile.web_url)
    browser.sign_in(screener.email, screener.password)
    fragile.redis.kill()
    reference = submit_report(fragile, browser)
    began = time.monotonic()
    kill(fragile, "dispatch")
    assert_dispatched_once(fragile, its_database, reference, began)

    fragile.redis.start()
    until(lambda: fragile.supervisor.pid("dispatch") is not None, 30)
    reference = submit_report(fragile, browser)
    began = time.monotonic()
    killed = kill(fragile, "dispatch")
    assert_dispatched_once(fragile, its_database, reference, began)
    until(lambda: fragile.supervisor.pid("dispatch") not in (None, killed), 30)
    browser.close()
