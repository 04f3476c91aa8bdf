"""One rehearsed day, from the first call to the comparison of the ledgers."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from hotline.base import clock
from hotline.base.database import Database
from hotline.base.errors import HotlineError
from hotline.demo.day import collect
from hotline.demo.day.caller_robot import CallerRobot
from hotline.demo.day.director import Director
from hotline.demo.day.ledgers import DatabaseLedger, MailLedger, PhoneLedger
from hotline.demo.day.people import Person
from hotline.demo.day.plan import PlannedCall, pace
from hotline.demo.day.recipient_robot import RecipientRobots
from hotline.demo.day.screener_robot import ScreenerRobot
from hotline.demo.day.telephone import PhoneCompany

SCREENERS = 3
FEWEST_SCREENERS = 2
SETTLE_WITHIN = 120.0
"""Seconds in which the system must have finished everything after the last caller has hung up."""


@dataclass(frozen=True)
class Place:
    """Where the day takes place: addresses, and who can sign in there."""

    web_url: str
    phone_url: str
    mail_url: str
    database_url: str
    people: Sequence[Person]

    @classmethod
    def of(cls, settings: Mapping[str, str], people: Sequence[Person]) -> Place:
        """The place that a demonstration's settings describe; raises KeyError for a missing one."""
        return cls(
            web_url=settings["PUBLIC_WEB_URL"],
            phone_url=settings["TWILIO_API_BASE_URL"],
            mail_url=settings["HOTLINE_DEMO_MAIL_URL"],
            database_url=settings["DATABASE_URL"],
            people=people,
        )


@dataclass(frozen=True)
class Outcome:
    """The three ledgers of the day, and what the robots did not expect."""

    phone: PhoneLedger
    mail: MailLedger
    database: DatabaseLedger
    troubles: tuple[str, ...]


def run_day(place: Place, plan: Sequence[PlannedCall], speed: float, say: Callable[[str], None]) -> Outcome:
    """Let the day happen, `speed` times as fast as life, and fetch the ledgers once everything has settled.

    Raises HotlineError when fewer than two screeners can sign in.
    """
    screeners = [person for person in place.people if person.role == "screener"][:SCREENERS]
    if len(screeners) < FEWEST_SCREENERS:
        raise HotlineError(
            f"A day needs at least {FEWEST_SCREENERS} screeners; the agency has {len(screeners)}."
        )
    database = Database(place.database_url, pool_size=8)
    company = PhoneCompany(place.phone_url, poll=0.2)
    director = Director(database)
    since = clock.now()
    already = len(collect.mail_messages(place.mail_url))
    robots: list[threading.Thread] = [
        *(ScreenerRobot(place.web_url, person, director) for person in screeners),
        RecipientRobots(place.web_url, place.mail_url, place.people, director, already),
    ]
    callers = [
        CallerRobot(company, director, call, starts_in)
        for call, starts_in in zip(plan, pace(plan, speed), strict=True)
    ]
    try:
        for thread in [*robots, *callers]:
            thread.start()
        _watch(callers, say)
        _settle(database, company, since, director)
    finally:
        director.over.set()
        for thread in [*robots, *callers]:
            thread.join(30)
    phone = collect.phone_ledger(company, since)
    for caller in callers:
        caller.compare_with_plan(phone.outcomes)
    outcome = Outcome(
        phone=phone,
        mail=collect.mail_ledger(place.mail_url, since),
        database=_our_ledger(database, since),
        troubles=tuple(director.troubles),
    )
    company.close()
    database.dispose()
    return outcome


def _watch(callers: Sequence[CallerRobot], say: Callable[[str], None]) -> None:
    """Wait for every caller, and tell now and then how many are through."""
    told = 0
    while any(caller.is_alive() for caller in callers):
        through = sum(not caller.is_alive() for caller in callers)
        if through >= told + 5:
            told = through
            say(f"{through} of {len(callers)} callers are through.")
        time.sleep(0.2)


def _settle(database: Database, company: PhoneCompany, since: datetime, director: Director) -> None:
    """Wait until nothing is left to do; what is left after the time allowed is a trouble."""
    deadline = time.monotonic() + SETTLE_WITHIN
    while True:
        with database.transaction() as session:
            left = collect.unfinished_work(session, since)
        pending = int(company.ledger()["pending_callbacks"])
        if pending:
            left.append(f"{pending} callbacks are to be posted")
        if not left:
            return
        if time.monotonic() > deadline:
            director.trouble(f"After {SETTLE_WITHIN:g} s {', '.join(left)}.")
            return
        time.sleep(0.3)


def _our_ledger(database: Database, since: datetime) -> DatabaseLedger:
    with database.transaction() as session:
        return collect.database_ledger(session, since)
