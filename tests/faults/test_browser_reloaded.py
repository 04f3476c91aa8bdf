"""The browser is reloaded or dies in mid-form: at most the field that was being typed is lost."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page, expect

from hotline.base.database import Database
from hotline.demo.day.stack import Stack
from hotline.demo.day.telephone import PhoneCompany
from tests.support.browsing import Console
from tests.support.cases import load_case
from tests.support.journeys import call_in, call_of, screeners

WRITTEN: dict[str, str | list[str]] = {
    "children/1/first_name": "Ilse",
    "location/home_town": "Taft",
    "location/home_county": "kern",
    "decision/immediate_danger": "no",
    "allegations/1/types": ["general_neglect", "other"],
}


def on_a_call(
    stack: Stack, database: Database, phones: PhoneCompany, opened: Callable[..., Page]
) -> tuple[Console, str]:
    """A screener who talks and has written half of the form; the address of the page."""
    console = Console(opened(), stack, screeners(stack, database, "en")[0])
    console.take_calls()
    caller = call_in(phones, load_case("CA-01"))
    console.accept()
    caller.wait_for_talk()
    console.wait_for_talk()
    for path, value in WRITTEN.items():
        console.answer(path, value)
    return console, call_of(database, caller).sid or ""


def assert_written(page: Page) -> None:
    for path, value in WRITTEN.items():
        if isinstance(value, list):
            for one in value:
                expect(page.locator(f'[name="{path}"][value="{one}"]')).to_be_checked()
        elif page.locator(f'[name="{path}"][type=radio]').count():
            expect(page.locator(f'[name="{path}"][value="{value}"]')).to_be_checked()
        else:
            expect(page.locator(f'[name="{path}"]:not([type=hidden])')).to_have_value(value)


def test_a_reload_loses_at_most_the_field_that_is_being_typed(
    stack: Stack, stack_database: Database, phones: PhoneCompany, opened: Callable[..., Page]
) -> None:
    console, _ = on_a_call(stack, stack_database, phones, opened)
    page = console.page
    page.on("dialog", lambda dialog: dialog.accept())
    story = page.locator('[name="narrative/story"]')
    story.press_sequentially("The neighbor hears them every")
    page.reload()
    assert_written(page)
    # Half a second of typing may be lost, and never more than this one field.
    assert "The neighbor hears them every".startswith(story.input_value())
    console.wait_for_talk()
    story.fill("The neighbor hears them every night.")
    console.wait_until_saved()


def test_a_dead_browser_loses_no_saved_field_and_the_call_goes_on(
    stack: Stack, stack_database: Database, phones: PhoneCompany, opened: Callable[..., Page]
) -> None:
    console, sid = on_a_call(stack, stack_database, phones, opened)
    console.wait_until_saved()
    address = console.page.url
    console.page.context.close()

    again = Console(opened(), stack, console.person)
    again.wait_for_talk()
    again.page.locator(f"a[href='{address.removeprefix(stack.web_url)}']").first.click()
    assert_written(again.page)
    assert [call["sid"] for call in phones.calls(live=True) if call["direction"] == "inbound"] == [sid]
    again.hang_up()
