"""Whole calls with the browser as the telephone: it dials in by itself, comes back after a reload, and hands over."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page, expect
from sqlalchemy import select

from hotline.base.database import Database
from hotline.calls.models import CallLeg
from hotline.demo.day.stack import Stack
from hotline.demo.day.telephone import Caller, PhoneCompany
from tests.support.browsing import Console
from tests.support.cases import load_case
from tests.support.journeys import call_in, call_of, screeners
from tests.support.waiting import until

LINE_OPEN = "Telephone: line open"


def talks(console: Console, phones: PhoneCompany) -> Caller:
    """Somebody calls, and the screener takes it with one key."""
    console.take_calls()
    caller = call_in(phones, load_case("CA-01"))
    console.accept()
    caller.wait_for_talk()
    console.wait_for_talk()
    return caller


def ready(page: Page) -> None:
    expect(page.locator("#own-line")).to_have_attribute("data-telephone", "softphone", timeout=15_000)


def legs(database: Database, caller: Caller) -> list[CallLeg]:
    call_id = call_of(database, caller).id
    with database.transaction() as session:
        rows = session.scalars(
            select(CallLeg).where(CallLeg.call_id == call_id).order_by(CallLeg.created_at)
        ).all()
        session.expunge_all()
        return list(rows)


def states(database: Database, caller: Caller) -> list[str]:
    """Of the screener's legs, oldest first."""
    return [leg.state for leg in legs(database, caller) if leg.kind == "screener"]


def test_the_browser_dials_in_and_a_reload_in_the_talk_brings_it_back(
    stack: Stack, stack_database: Database, phones: PhoneCompany, opened: Callable[..., Page]
) -> None:
    console = Console(opened(), stack, screeners(stack, stack_database, "en")[0])
    page = console.page
    ready(page)
    caller = talks(console, phones)
    expect(page.locator("#softphone-state")).to_have_text(LINE_OPEN)
    rung = [call for call in phones.calls(live=True) if call["to"].startswith("client:")]
    assert rung == [], "the browser was called although it dials in by itself"

    page.reload()
    until(lambda: states(stack_database, caller) == ["ended", "in_room"], 15)
    caller.wait_for_talk()
    assert (call_of(stack_database, caller).state, caller.view()["stage"]) == ("talking", "conference")

    page.keyboard.press("h")
    expect(page.locator("#state-caller")).to_have_text("Caller on hold")
    until(lambda: not caller.view()["talking"], 10)
    page.keyboard.press("h")
    expect(page.locator("#state-caller")).to_have_text("Caller on the line")
    caller.wait_for_talk()

    page.keyboard.press("i")
    page.locator("#call-panel button[value=interpreter]").click()
    expect(page.locator(".party .state-good")).to_be_visible(timeout=15_000)
    console.hang_up()
    caller.wait_for_end()
    console.finish("information_and_referral")


def test_a_colleague_is_consulted_and_takes_the_call_over_with_the_form(
    stack: Stack, stack_database: Database, phones: PhoneCompany, opened: Callable[..., Page]
) -> None:
    people = screeners(stack, stack_database, "en")
    first = Console(opened(), stack, people[0])
    ready(first.page)
    caller = talks(first, phones)
    first.fill({"children/1/first_name": "Ilse"})
    reference = first.reference
    second = Console(opened(), stack, people[1])
    ready(second.page)
    second.take_calls()

    first.page.evaluate("document.activeElement.blur()")
    first.page.keyboard.press("c")
    first.page.locator("#call-panel button[name=colleague]", has_text=people[1].name).click()
    second.accept()
    expect(second.page.locator("#call-title")).to_have_text("Helping a colleague")
    expect(second.page.locator("main")).to_contain_text("Ilse")
    until(lambda: not caller.view()["talking"], 10)
    first.page.locator("#hand-over").click(timeout=20_000)

    expect(second.page.locator("#call-title")).to_have_text("On a call", timeout=15_000)
    caller.wait_for_talk()
    expect(first.page.locator("#call-title")).to_have_count(0, timeout=15_000)
    second.page.locator("#reads-along a").click()
    expect(second.page.locator('[name="children/1/first_name"]')).to_have_value("Ilse")
    assert second.reference == reference
    second.fill({"children/1/last_name": "Hale"})
    # Opening the form was another page: the line came back by itself.
    until(lambda: [leg.state for leg in legs(stack_database, caller) if leg.user_id][-1] == "in_room", 15)
    caller.wait_for_talk()
    second.hang_up()
    caller.wait_for_end()
    second.finish("other_non_report")
