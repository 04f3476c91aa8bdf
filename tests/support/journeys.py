"""What several journeys do: bring a caller to a screener, and find what came of the report."""

from __future__ import annotations

import html
import re
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

import httpx
from playwright.sync_api import Page
from sqlalchemy import select

from hotline.accounts.models import User
from hotline.base.database import Database
from hotline.calls.models import Call
from hotline.demo.day.callers import choose
from hotline.demo.day.filling import fill
from hotline.demo.day.pages import Browser as PlainBrowser
from hotline.demo.day.people import Person
from hotline.demo.day.stack import Stack
from hotline.demo.day.telephone import Caller, PhoneCompany
from hotline.dispatch.models import Delivery, Dispatch, TrackDecision
from hotline.partners.models import Organization
from hotline.reports.models import Report
from tests.support.browsing import Console
from tests.support.cases import Case
from tests.support.stack import everybody
from tests.support.waiting import until


@dataclass(frozen=True)
class Told:
    """A dispatch with its recipient, and the person who was written to first."""

    dispatch_id: UUID
    organization: str
    kind: str
    role: str
    service: str
    person: Person
    mail_key: str


def screeners(stack: Stack, database: Database, language: str) -> list[Person]:
    """Those who take calls in that language, those with the fewest languages first."""
    with database.transaction() as session:
        languages = {user.email: list(user.languages) for user in session.scalars(select(User))}
    able = [one for one in everybody(stack, "screener") if language in languages[one.email]]
    return sorted(able, key=lambda one: (len(languages[one.email]), one.email))


def call_in(phones: PhoneCompany, case: Case) -> Caller:
    """The case's caller dials, listens, presses the keys and waits in line."""
    caller = phones.dial(case.from_)
    choose(caller, case.language, case.lane)
    return caller


def take_down(console: Console, phones: PhoneCompany, case: Case, **more: str) -> tuple[Caller, str]:
    """A whole call: offered, accepted by key, talked through, written down, hung up, submitted, finished.

    Returns the caller and the report's number; `more` are further answers by the last part of their path.
    """
    console.take_calls()
    caller = call_in(phones, case)
    console.accept()
    caller.wait_for_talk()
    console.wait_for_talk()
    caller.say(case.words)
    answers = {**case.answers, **{f"decision/{name}": value for name, value in more.items()}}
    console.fill(answers)
    reference = console.reference
    console.hang_up()
    caller.wait_for_end()
    console.submit()
    console.finish()
    return caller, reference


def write_report(stack: Stack, case: Case, person: Person) -> str:
    """A report without a call, written by plain forms and submitted; its number."""
    browser = PlainBrowser(stack.web_url)
    browser.sign_in(person.email, person.password)
    page = browser.send(browser.open("/console").form_to("/console/reports"))
    page = fill(browser, page, case.answers)
    page = browser.send(browser.open(page.url).form_to("/submit"))
    browser.close()
    found = re.search(r"[A-Z]+-\d{6}", page.text)
    assert found and page.find("/submit") is None, f"not submitted (status {page.status})"
    return found[0]


def report_of(database: Database, reference: str) -> Report:
    """The report with that number."""
    with database.transaction() as session:
        report = session.scalars(select(Report).where(Report.reference == reference)).one()
        session.expunge(report)
        return report


def decision_of(database: Database, reference: str) -> TrackDecision:
    """What was decided on the report, as soon as it is."""
    found: list[TrackDecision] = []

    def decided() -> bool:
        with database.transaction() as session:
            rows = session.scalars(
                select(TrackDecision).join(Report).where(Report.reference == reference)
            ).all()
            session.expunge_all()
            found[:] = rows
        return bool(found)

    until(decided, 15)
    return found[0]


def call_of(database: Database, caller: Caller) -> Call:
    """The row of a caller's call."""
    with database.transaction() as session:
        call = session.scalars(select(Call).where(Call.sid == caller.sid)).one()
        session.expunge(call)
        return call


def told(stack: Stack, database: Database, reference: str) -> list[Told]:
    """Every dispatch of a report, once it is decided and all first messages have gone out; the lead first."""
    decision_of(database, reference)
    until(lambda: all(row[1].state == "sent" for row in _told(database, reference)), 15)
    people = {person.email: person for person in stack.people}
    return [
        Told(
            dispatch_id=dispatch.id,
            organization=organization.name,
            kind=organization.kind,
            role=dispatch.role,
            service=dispatch.service,
            person=people[user.email],
            mail_key=delivery.key,
        )
        for dispatch, delivery, organization, user in _told(database, reference)
    ]


def _told(database: Database, reference: str) -> Sequence[tuple[Dispatch, Delivery, Organization, User]]:
    with database.transaction() as session:
        rows = session.execute(
            select(Dispatch, Delivery, Organization, User)
            .join(Report, Report.id == Dispatch.report_id)
            .join(Organization, Organization.id == Dispatch.recipient_id)
            .join(Delivery, Delivery.dispatch_id == Dispatch.id)
            .join(User, User.id == Delivery.user_id)
            .where(Report.reference == reference, Delivery.channel == "email", Delivery.level == 0)
            .order_by(Dispatch.role)
        ).all()
        session.expunge_all()
        return [(row[0], row[1], row[2], row[3]) for row in rows]


def mail_with(stack: Stack, key: str) -> str:
    """The words of the message with that key, waiting for it to arrive."""
    found: list[int] = []

    def arrived() -> bool:
        found[:] = [
            one["number"]
            for one in httpx.get(f"{stack.mail_url}/messages.json", trust_env=False).json()
            if one["message_id"].startswith(f"<{key}@")
        ]
        return bool(found)

    until(arrived, 15)
    assert len(found) == 1, f"the message {key} came {len(found)} times"
    page = httpx.get(f"{stack.mail_url}/messages/{found[0]}", trust_env=False).text
    return html.unescape(re.sub(r"<[^>]+>", "", page))


def link_in(stack: Stack, words: str) -> str:
    """The link to the web application in a message."""
    found = re.search(re.escape(stack.web_url) + r"[^\s<>\"']+", words)
    assert found, f"no link in: {words}"
    return found[0].rstrip(".")


def open_link(page: Page, stack: Stack, person: Person, link: str) -> None:
    """Follow a message's link in a browser where nobody is signed in yet."""
    page.goto(link)
    page.locator("input[name=email]").fill(person.email)
    page.locator("input[name=password]").fill(person.password)
    page.locator("main form button[type=submit]").click()
    page.wait_for_url(link)
