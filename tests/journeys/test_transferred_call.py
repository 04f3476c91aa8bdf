"""One caller, three screeners, an interpreter and the police: everybody comes and goes, and the caller stays."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import select

from hotline.accounts.models import User
from hotline.base.database import Database
from hotline.calls.models import CallLeg
from hotline.contacts.models import Contact
from hotline.demo.day.pages import Browser, Page
from hotline.demo.day.people import Person
from hotline.demo.day.stack import Stack
from hotline.demo.day.telephone import Caller, PhoneCompany
from tests.support.cases import load_case
from tests.support.journeys import call_in, call_of, report_of, screeners
from tests.support.waiting import until

CASE = load_case("CA-01")
SPANISH_SERVICE, DISPATCH_CENTER = "+16615550160", "+16615550170"


@dataclass
class Desk:
    """A screener at a browser without scripts."""

    stack: Stack
    person: Person
    browser: Browser = field(init=False)
    report: str = ""

    def __post_init__(self) -> None:
        self.browser = Browser(self.stack.web_url)
        self.browser.sign_in(self.person.email, self.person.password)

    def home(self) -> Page:
        return self.browser.open("/console")

    def takes_calls(self) -> None:
        self.browser.send(self.home().form_to("/console/presence"), button="available")

    def accepts(self) -> Page:
        """Take what is offered, as soon as it is."""
        until(lambda: self.home().find("/console/offers/") is not None, 20)
        return self.browser.send(self.home().form_to("/console/offers/"), button="accept")

    def does(self, act: str) -> None:
        """Press the button of the call's controls whose value begins so."""
        until(lambda: self._button(act) is not None, 20)
        self.browser.send(self.home().form_to("/act"), button=self._button(act))

    def chooses(self, panel: str, act: str, **choice: str) -> None:
        """Open one of the longer choices, and send the form that does this."""
        link = next(to for to, _ in self.home().links if f"/with/{panel}" in to)
        for form in self.browser.open(link).forms:
            if "/act" in form.action and (form.values.get("act") == [act] or _has(form, act)):
                self.browser.send(form, {"act": act, **choice}, button=act if _has(form, act) else None)
                return
        raise AssertionError(f"no form for {act}")

    def _button(self, act: str) -> str | None:
        form = self.home().find("/act")
        buttons = [] if form is None else form.buttons
        return next((one.value for one in buttons if one.value.split("/")[0] == act), None)


def _has(form: Any, act: str) -> bool:
    return any(button.value == act for button in form.buttons)


@contextmanager
def desks(stack: Stack, *people: Person) -> Iterator[list[Desk]]:
    made = [Desk(stack, person) for person in people]
    try:
        yield made
    finally:
        for desk in made:
            desk.browser.close()


def leg_to(phones: PhoneCompany, number: str) -> dict[str, Any]:
    """The newest call to a telephone, as that telephone knows it."""
    found = [one for one in phones.calls() if one["to"] == number]
    assert found, f"nobody called {number}"
    return phones.get(f"/sim/calls/{found[-1]['sid']}", {})


def in_room_with(phones: PhoneCompany, caller: Caller, number: str) -> Callable[[], bool]:
    """Whether somebody at that number can talk with the caller now."""

    def check() -> bool:
        legs = [one for one in phones.calls(live=True) if one["to"] == number]
        return bool(legs) and bool(phones.get(f"/sim/calls/{legs[-1]['sid']}", {})["talking"])

    return check


def states(database: Database, caller: Caller, kind: str) -> list[tuple[str, str | None]]:
    """State and reason of the call's legs of a kind, oldest first."""
    call = call_of(database, caller)
    with database.transaction() as session:
        legs = session.scalars(
            select(CallLeg)
            .where(CallLeg.call_id == call.id, CallLeg.kind == kind)
            .order_by(CallLeg.created_at, CallLeg.id)
        )
        return [(leg.state, leg.reason) for leg in legs]


def dispatch_center(database: Database) -> UUID:
    with database.transaction() as session:
        return session.scalars(select(Contact.id).where(Contact.number == DISPATCH_CENTER)).one()


def everybody_is_gone(database: Database, call_id: UUID) -> bool:
    """Whether each leg of a call has ended in our books too."""
    with database.transaction() as session:
        return set(session.scalars(select(CallLeg.state).where(CallLeg.call_id == call_id))) == {"ended"}


def interpreter_comes_and_goes(ann: Desk, caller: Caller, database: Database, phones: PhoneCompany) -> None:
    """An interpreter by one choice: the customer code is keyed in, and they hear each other."""
    ann.chooses("people", "interpreter", language="es")
    until(in_room_with(phones, caller, SPANISH_SERVICE), 20)
    assert [one["text"] for one in leg_to(phones, SPANISH_SERVICE)["heard"]][:2] == [
        "471100#",
        "One moment, please.",
    ]
    caller.say("Good morning.")
    until(lambda: "Good morning." in str(leg_to(phones, SPANISH_SERVICE)["heard"]), 10)
    ann.does("remove")
    until(lambda: leg_to(phones, SPANISH_SERVICE)["stage"] == "over", 20)
    until(lambda: states(database, caller, "interpreter") == [("ended", "removed")], 20)
    assert caller.view()["talking"]


def dispatch_center_comes_and_goes(
    ann: Desk, caller: Caller, database: Database, phones: PhoneCompany
) -> None:
    """The dispatch center is called into the room, and goes again by itself."""
    ann.chooses("law-enforcement", "law-enforcement", contact=str(dispatch_center(database)))
    until(in_room_with(phones, caller, DISPATCH_CENTER), 20)
    phones.post(f"/sim/calls/{leg_to(phones, DISPATCH_CENTER)['sid']}/hangup", {})
    until(lambda: states(database, caller, "law_enforcement")[0][0] == "ended", 20)
    assert caller.view()["talking"]


def test_a_caller_keeps_the_line_through_interpreter_police_and_transfers(
    stack: Stack, stack_database: Database, phones: PhoneCompany
) -> None:
    first, second = screeners(stack, stack_database, "en")[:2]
    with desks(stack, first, second) as (ann, ben):
        ann.takes_calls()
        caller = call_in(phones, CASE)
        page = ann.accepts()
        caller.wait_for_talk()
        until(lambda: call_of(stack_database, caller).state == "talking", 15)
        reference = page.text.split("<h1", 1)[1].split("</h1>")[0].split()[-1]

        interpreter_comes_and_goes(ann, caller, stack_database, phones)
        dispatch_center_comes_and_goes(ann, caller, stack_database, phones)

        # A colleague is asked in while the caller is on hold, and takes the call over with its report.
        ben.takes_calls()
        ann.chooses("colleagues", "consult", colleague=str(_id_of(stack_database, second)))
        until(lambda: "on hold" in " ".join(caller.heard()), 20)
        until(lambda: not caller.view()["talking"], 20)
        ben.accepts()
        ann.does("hand-over")
        until(lambda: call_of(stack_database, caller).screener_id == _id_of(stack_database, second), 15)
        caller.wait_for_talk()
        until(lambda: states(stack_database, caller, "screener")[0] == ("ended", "handed_over"), 20)
        report = f"/console/reports/{report_of(stack_database, reference).id}"
        assert _may_write(ben.browser.open(report))
        assert not _may_write(ann.browser.open(report))

        # And handed on without an introduction: back at the front of the line, for the one who is named.
        ben.chooses("colleagues", "hand-on", to=f"person:{_id_of(stack_database, first)}")
        until(lambda: call_of(stack_database, caller).state == "waiting", 15)
        ann.accepts()
        caller.wait_for_talk()
        until(lambda: call_of(stack_database, caller).state == "talking", 15)
        assert _may_write(ann.browser.open(report))
        assert not _may_write(ben.browser.open(report))

        caller.hang_up()
        until(lambda: call_of(stack_database, caller).ended_at is not None, 15)
        call = call_of(stack_database, caller)
        assert (call.ended_stage, call.outcome) == ("talk", "answered")
        assert call.screener_id == _id_of(stack_database, first)
        until(lambda: not phones.calls(live=True), 20)
        until(lambda: everybody_is_gone(stack_database, call.id), 20)


def _may_write(page: Page) -> bool:
    return page.find("/submit") is not None


def _id_of(database: Database, person: Person) -> UUID:
    with database.transaction() as session:
        return session.scalars(select(User.id).where(User.email == person.email)).one()
