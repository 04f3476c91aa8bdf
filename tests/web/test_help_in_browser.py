"""Panel, address and directory in a real browser: by keyboard alone, readable by everybody, in both languages."""

from __future__ import annotations

import yaml
from playwright.sync_api import BrowserContext, Page, expect

from hotline.audit.record import Actor
from hotline.calls.models import Call
from hotline.demo.agency import AGENCY
from hotline.partners import directory
from tests.support.browsing import barriers
from tests.support.screener import Screener
from tests.support.site import FormPage, enter, served


def fill_directory(screener: Screener) -> None:
    with screener.desk.database.transaction() as session:
        for entry in yaml.safe_load(AGENCY.read_text(encoding="utf-8"))["directory"]:
            directory.put(session, Actor.system("test"), jurisdiction="kern", **entry)


def begin_talking(screener: Screener) -> tuple[Call, str]:
    screener.takes_calls()
    call = screener.rings()
    report = screener.accepts()
    screener.meets(call)
    return call, report


def leave_fields(page: Page) -> None:
    """Keys act only while nobody types."""
    page.evaluate("document.activeElement.blur()")


def use_the_panel(window: FormPage) -> None:
    page = window.page
    link = page.locator("#panel-missing a[data-key='q']")
    target = link.get_attribute("data-question")
    leave_fields(page)
    page.keyboard.press("q")
    expect(page.locator(f"#{target}-group :focus")).to_have_count(1)
    leave_fields(page)
    window.mark("decision/immediate_danger", "no")
    window.is_saved()
    expect(page.locator("#panel-changes")).to_contain_text("Is a child in danger right now?")
    page.locator("#panel-changes a", has_text="Is a child in danger right now?").first.press("Enter")
    expect(page.locator('[name="decision/immediate_danger"][value="no"]')).to_be_focused()


def find_the_place(window: FormPage) -> None:
    page = window.page
    box = page.locator('[data-place="location/home"]')
    town = window.field("location/home_town")
    town.press_sequentially("Bakersfield")
    expect(box).to_contain_text("Several areas fit")
    expect(box.locator("button")).to_have_count(3)
    assert barriers(page) == [], "candidates"
    box.locator("button", has_text="Oildale").press("Enter")
    expect(town).to_have_value("Oildale")
    expect(town).to_be_focused()
    expect(box).to_contain_text("Area found")
    expect(box.locator("button")).to_have_count(0)
    window.is_saved()
    town.fill("")
    window.field("location/home_zip").fill("93215")
    box.locator("button", has_text="Delano").click()
    expect(town).to_have_value("Delano")
    expect(window.field("location/home_county")).to_have_value("kern")
    window.is_saved()
    assert "Delano" not in page.url


def look_for_help(window: FormPage, screener: Screener, call: Call) -> None:
    page = window.page
    leave_fields(page)
    page.keyboard.press("d")
    expect(page.locator("#call-panel-title")).to_be_focused()
    expect(page.locator("#directory-place")).to_have_value("Delano")
    page.keyboard.press("Tab")
    expect(page.locator("#directory-need")).to_be_focused()
    page.locator("#directory-words").press_sequentially("despnsa")
    expect(page.locator(".directory-entry")).to_have_count(0)
    page.locator("#directory-place").fill("Lamont")
    expect(page.locator(".directory-entry")).to_have_count(1)
    assert barriers(page) == [], "directory under the bar"
    page.locator(".directory-entry button").press("Enter")
    expect(page.locator(".directory-entry")).to_contain_text("The caller was told of it")
    expect(page.locator("#referred")).to_contain_text("Food pantry")
    page.keyboard.press("Escape")
    expect(page.locator("#call-panel")).to_be_hidden()
    screener.hangs_up(call)
    page.reload()
    expect(page.locator("#referred")).to_contain_text("Food pantry")
    assert barriers(page) == [], "wrap-up"


def test_panel_address_and_directory_by_keyboard(
    screener: Screener, context: BrowserContext, page: Page
) -> None:
    fill_directory(screener)
    call, report = begin_talking(screener)
    page.set_default_timeout(15_000)
    expect.set_options(timeout=15_000)
    with served(screener.desk.app) as url:
        enter(context, screener.client, url)
        page.goto(f"{url}{report}")
        window = FormPage(page, url)
        assert barriers(page) == [], "form"
        use_the_panel(window)
        find_the_place(window)
        look_for_help(window, screener, call)
        enter(context, screener.desk.signed_in("screener", "es"), url)
        page.goto(f"{url}{report}")
        expect(page.locator("#rules")).to_contain_text("Qué lo cambiaría")
        expect(page.locator('[data-place="location/home"]')).to_contain_text("Zona encontrada")
        assert barriers(page) == [], "form in Spanish"
        leave_fields(page)
        page.keyboard.press("d")
        expect(page.locator(".directory-entry").first).to_be_visible()
        assert barriers(page) == [], "directory in Spanish"
        page.close()
