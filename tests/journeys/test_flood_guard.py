"""A supervisor guards the line against a flood: whoever gives a sign of life comes first, and nobody is lost."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page, expect

from hotline.base.database import Database
from hotline.demo.day.stack import Stack
from hotline.demo.day.telephone import PhoneCompany
from tests.support.browsing import Console, sign_in
from tests.support.cases import load_case
from tests.support.journeys import call_in, call_of, screeners
from tests.support.stack import everybody


def test_a_caller_who_pressed_a_key_is_served_before_the_silent_ones_who_came_earlier(
    stack: Stack, stack_database: Database, phones: PhoneCompany, opened: Callable[..., Page]
) -> None:
    silent = [phones.dial(f"+166155501{number}") for number in (71, 72)]
    for one in silent:
        one.wait_for_stage("queue")
    page = opened()
    sign_in(page, stack, everybody(stack, "supervisor")[0])
    page.locator("header nav a", has_text="Supervision").click()
    page.get_by_role("button", name="Turn the guard on").first.click()
    waiting = [page.locator(f"#waits-{call_of(stack_database, one).id}") for one in silent]
    for row in waiting:
        expect(row).to_contain_text("no sign of life: behind the others")

    caller = call_in(phones, load_case("CA-01"))
    caller.wait_for_stage("queue")
    real = call_of(stack_database, caller)
    # The page follows by itself.
    expect(page.locator("#waiting tbody tr").first).to_have_attribute(
        "id", f"waits-{real.id}", timeout=15_000
    )

    console = Console(opened(), stack, screeners(stack, stack_database, "en")[0])
    # Callers wait, so the first of them is offered with coming on duty: maybe before the page is there again.
    with console.page.expect_navigation():
        console.page.keyboard.press("v")
    console.accept()
    caller.wait_for_talk()
    expect(page.locator(f"#live-{real.id}")).to_contain_text("talking", timeout=15_000)
    assert [call_of(stack_database, one).state for one in silent] == ["waiting", "waiting"]
    for row in waiting:
        expect(row).to_have_count(1)

    page.get_by_role("button", name="Turn the guard of").first.click()
    expect(page.get_by_role("status").filter(has_text="in the usual order again")).to_be_visible()
    for one in (caller, *silent):
        one.hang_up()
        one.wait_for_end()
    console.finish("other_non_report")
