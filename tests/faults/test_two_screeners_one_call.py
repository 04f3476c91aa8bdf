"""Several screeners and several tabs reach for one call at the same moment: exactly one of them has it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from uuid import UUID

from sqlalchemy import func, select

from hotline.accounts.models import User
from hotline.base.database import Database
from hotline.calls.models import Call, CallLeg, Offer, Presence
from hotline.demo.day.pages import Browser, Page
from hotline.demo.day.people import Person
from hotline.demo.day.stack import Stack
from hotline.demo.day.telephone import Caller, PhoneCompany
from tests.support.cases import load_case
from tests.support.journeys import call_in, screeners
from tests.support.waiting import until

ROUNDS = 8
GONE = "no longer yours"

Press = Callable[[], Page | None]


@contextmanager
def tabs(stack: Stack, person: Person, count: int) -> Iterator[list[Browser]]:
    """Several tabs of the same person, as separate connections."""
    opened = [Browser(stack.web_url) for _ in range(count)]
    try:
        for tab in opened:
            tab.sign_in(person.email, person.password)
        yield opened
    finally:
        for tab in opened:
            tab.close()


def press(tab: Browser, offer_id: UUID, answer: str) -> Press:
    """A press on a button of the offer, made ready: the form is on the screen already."""
    page = tab.open("/console")
    form = next(
        (one for one in page.forms if str(offer_id) in one.action and one.buttons[0].value == answer), None
    )
    if form is None:
        # Somebody who never saw the offer can only send what the other's page would.
        form = page.form_to("/presence")
        form.action = f"{page.url.split('/console')[0]}/console/offers/{offer_id}"
        return lambda: tab.send(form, {"answer": answer})
    return lambda: tab.send(form, button=answer)


def take_next(tab: Browser, over: threading.Event) -> Press:
    """Accept whatever is offered to this person as soon as it is."""

    def go() -> Page | None:
        while not over.wait(0.02):
            page = tab.open("/console")
            form = page.find("/offers/")
            if form is not None:
                return tab.send(form, button="accept")
        return None

    return go


def state_of(database: Database, caller: Caller) -> tuple[Call, list[Offer], int]:
    """The call, its offers that were accepted, and how many screener legs are wanted for it."""
    with database.transaction() as session:
        call = session.scalars(select(Call).where(Call.sid == caller.sid)).one()
        accepted = session.scalars(
            select(Offer).where(Offer.call_id == call.id, Offer.state == "accepted")
        ).all()
        legs = session.scalar(
            select(func.count())
            .select_from(CallLeg)
            .where(CallLeg.call_id == call.id, CallLeg.kind == "screener")
        )
        session.expunge_all()
        return call, list(accepted), legs or 0


def open_offer(database: Database, caller: Caller) -> Offer:
    """The offer of the caller's call, as soon as there is one."""
    found: list[Offer] = []

    def offered() -> bool:
        with database.transaction() as session:
            found[:] = session.scalars(
                select(Offer).join(Call).where(Call.sid == caller.sid, Offer.state == "open")
            ).all()
            session.expunge_all()
        return bool(found)

    until(offered, 15)
    return found[0]


def come(tab: Browser) -> None:
    """Take calls, unless this person does already."""
    form = tab.open("/console").form_to("/presence")
    if any(button.value == "available" for button in form.buttons):
        tab.send(form, button="available")


def all_at_once(
    presses: list[Press], until_done: Callable[[], bool], over: threading.Event
) -> list[Page | None]:
    """Let every press happen at the same moment; the page that each of them led to."""
    gate = threading.Barrier(len(presses))

    def one(press: Press) -> Page | None:
        gate.wait()
        return press()

    with ThreadPoolExecutor(len(presses)) as pool:
        sent = [pool.submit(one, press) for press in presses]
        until(until_done, 15)
        over.set()
        return [future.result() for future in sent]


def one_round(
    database: Database, caller: Caller, desks: dict[UUID, list[Browser]], second_wish: str
) -> tuple[bool, list[Browser]]:
    """Everybody reaches for the caller at once; whether the one who was asked has the call, and who has it.

    Who was asked accepts in one tab and does `second_wish` in another. The other screener grabs for that offer,
    and takes what is offered after a decline.
    """
    offer, over = open_offer(database, caller), threading.Event()
    asked = desks[offer.screener_id]
    other = next(desk for user_id, desk in desks.items() if user_id != offer.screener_id)
    presses: list[Press] = [
        press(asked[0], offer.id, "accept"),
        press(asked[1], offer.id, second_wish),
        press(other[0], offer.id, "accept"),
        take_next(other[1], over),
    ]
    pages = all_at_once(presses, lambda: len(state_of(database, caller)[1]) == 1, over)
    call, accepted, legs = state_of(database, caller)
    assert [one.screener_id for one in accepted] == [call.screener_id]
    assert legs == 1
    grabbed, lost = pages[2], pages[0]
    assert grabbed is not None and grabbed.status == 404
    was_asked = call.screener_id == offer.screener_id
    if not was_asked:
        assert lost is not None and GONE in lost.text
    return was_asked, asked if was_asked else other


def test_one_of_many_who_reach_for_a_call_at_once_has_it_and_the_others_are_told(
    stack: Stack, stack_database: Database, phones: PhoneCompany
) -> None:
    pair = screeners(stack, stack_database, "en")[:2]
    with stack_database.transaction() as session:
        ids = {user.email: user.id for user in session.scalars(select(User))}
    with tabs(stack, pair[0], 2) as first, tabs(stack, pair[1], 2) as second:
        desks = {ids[pair[0].email]: first, ids[pair[1].email]: second}
        for number in range(ROUNDS):
            for desk in desks.values():
                come(desk[0])
            caller = call_in(phones, load_case("CA-01"))
            second_wish = "decline" if number % 2 else "accept"
            was_asked, winner = one_round(stack_database, caller, desks, second_wish)
            assert was_asked or second_wish == "decline"
            finish(stack_database, caller, winner[0])


def finish(database: Database, caller: Caller, tab: Browser) -> None:
    """End the call and its wrap-up, so that both are free again."""
    caller.hang_up()
    until(lambda: state_of(database, caller)[0].ended_at is not None, 15)
    tab.send(tab.open("/console").form_to("/finish"), {"disposition": "other_non_report"})

    def nobody_is_busy() -> bool:
        with database.transaction() as session:
            busy = session.scalar(
                select(func.count())
                .select_from(Presence)
                .where(Presence.state.in_(["offered", "on_call", "wrap_up"]))
            )
            return busy == 0

    until(nobody_is_busy, 15)
