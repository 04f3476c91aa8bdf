"""Earlier reports in a real browser: the panel while typing, search before add by keyboard, the call on every page."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.support.calls import CALLER
from tests.support.history import MATEO, stored, submitted
from tests.support.screener import Screener, another
from tests.support.site import enter, served

AXE = (Path(__file__).parents[1] / "vendor" / "axe-core" / "axe.min.js").read_text(encoding="utf-8")
AXE_RUN = "async () => (await axe.run(document)).violations.map(one => `${one.id}: ${one.nodes[0].target}`)"


@dataclass
class Site:
    """A hotline on a port with an earlier report about Mateo, and a browser in which its screener has signed in."""

    screener: Screener
    url: str
    page: Page
    earlier: str

    def open(self, path: str) -> None:
        self.page.goto(f"{self.url}{path}")

    def is_readable(self, state: str) -> None:
        self.page.evaluate(AXE)
        assert self.page.evaluate(AXE_RUN) == [], state
        assert self.page.evaluate("document.documentElement.scrollWidth <= innerWidth"), state

    def types(self, path: str, value: str) -> None:
        """Somebody types a name and goes on to the next question."""
        field = self.page.locator(f'[name="{path}"]')
        field.fill(value)
        field.press("Tab")


@pytest.fixture
def site(screener: Screener, context: BrowserContext, page: Page) -> Iterator[Site]:
    earlier = submitted(another(screener))
    with served(screener.desk.app) as url:
        enter(context, screener.client, url)
        page.set_default_timeout(30_000)
        expect.set_options(timeout=30_000)
        yield Site(screener, url, page, earlier)
        context.close()


@pytest.mark.parametrize("language", ["en", "es"])
def test_earlier_reports_come_up_while_typing_and_are_judged_without_leaving_the_form(
    site: Site, language: str
) -> None:
    page, screener = site.page, site.screener
    screener.post("/language", language=language)
    site.open(screener.begin())
    site.types("children/1/first_name", "Matteo")
    site.types("children/1/last_name", "Quintanila")
    site.types("children/1/birth_date", "4/3/2021")
    prior = page.locator(".prior")
    expect(prior).to_have_count(1)
    expect(prior).to_contain_text(stored(screener, site.earlier).reference)
    expect(prior).to_contain_text("Mateo Quintanilla")
    expect(page.locator("#history-count")).to_contain_text("1")
    expect(page.locator("#history-number")).to_have_text("1")
    site.is_readable("an earlier report is suggested")
    story = page.locator('[name="narrative/story"]')
    story.fill("The neighbor hears them")
    page.locator('.prior-acts [value="confirm"]').focus()
    page.keyboard.press("Enter")
    expect(page.locator(".prior-confirmed")).to_be_visible()
    expect(page.locator(".prior-acts button").first).to_be_focused()
    expect(story).to_have_value("The neighbor hears them")
    site.is_readable("confirmed")
    page.locator('.prior-acts [value="reject"]').focus()
    page.keyboard.press("Enter")
    expect(page.locator("#rejected-priors")).to_be_visible()
    page.locator("#rejected-priors summary").press("Enter")
    page.locator("#rejected-priors h3 a").press("Enter")
    expect(page.locator("#who-is-who")).to_contain_text("Mateo Quintanilla")
    site.is_readable("the earlier report is read")


def test_a_person_is_searched_for_and_added_by_keyboard_alone(site: Site) -> None:
    page, screener = site.page, site.screener
    site.open(screener.begin())
    expect(page.locator("#search-people")).to_be_visible()
    page.locator('[name="children/1/school"]').fill("Pine Elementary")
    page.locator("h1").first.evaluate("() => document.activeElement.blur()")
    page.keyboard.press("s")
    expect(page.locator("#search-first")).to_be_visible()
    page.locator("#search-first").focus()
    page.keyboard.type("Mateo")
    page.keyboard.press("Tab")
    page.keyboard.type("Quintanilla")
    page.keyboard.press("Enter")
    expect(page.locator("#found-title")).to_contain_text("1")
    assert "Mateo" not in page.url
    site.is_readable("found")
    place = page.locator("#entry-1")
    place.focus()
    place.select_option("caregivers")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator('[name="caregivers/1/first_name"]')).to_have_value("Mateo")
    expect(page.locator('[name="children/1/school"]')).to_have_value("Pine Elementary")
    expect(page.locator("#who-box")).to_contain_text("(2)")
    page.locator("#who-box summary").press("Enter")
    expect(page.locator("#who-is-who")).to_contain_text("Mateo Quintanilla")
    site.is_readable("who is who")


def test_a_call_is_told_and_taken_on_a_page_outside_the_console(site: Site) -> None:
    page, screener = site.page, site.screener
    site.open("/returns")
    said = page.locator("#incoming-said")
    expect(said).to_have_text("")
    screener.takes_calls()
    screener.rings(number=CALLER, lane="danger")
    expect(said).to_contain_text("Danger right now. Press A to accept.")
    expect(page).to_have_title("☎ Incoming call · Callbacks and messages · Hotline")
    site.is_readable("a call comes in elsewhere")
    page.keyboard.press("a")
    page.wait_for_url("**/console/reports/*")
    expect(page.locator("#call-line")).to_have_text("Test line")


def test_seals_additions_and_the_number_are_readable(site: Site) -> None:
    page, screener = site.page, site.screener
    own = submitted(screener, **{"children/1/first_name": "Noé"})
    site.open(own)
    page.locator("#seal summary").press("Enter")
    page.locator("#seal-why").fill("She works here.")
    page.locator('#seal [value="seal"]').press("Enter")
    expect(page.locator("#seal summary")).to_contain_text("Sealed")
    page.locator("#addition-text").fill("He was seen again.")
    page.locator('label[for="addition-danger"]').click()
    page.locator("#additions button").press("Enter")
    expect(page.locator("#added")).to_contain_text("He was seen again.")
    page.locator("#seal summary").press("Enter")
    expect(page.locator("#seal")).to_contain_text("She works here.")
    site.is_readable("sealed, with an addition")
    screener.takes_calls()
    call = screener.rings(number=CALLER)
    report = screener.accepts()
    screener.meets(call)
    site.open(report)
    page.locator("#whole-number").press("Enter")
    page.locator("#number-reason").select_option("line_cut")
    site.is_readable("why the number")
    page.locator("#call-panel form button").press("Enter")
    expect(page.locator("#act-said")).to_contain_text("(661) 555-0142")
    assert MATEO["reporter/name"] not in page.content()
