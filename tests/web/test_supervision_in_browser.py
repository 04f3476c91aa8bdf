"""The supervisors' page in a real browser: it lives, works by keyboard and without scripts, and stops nobody."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from hotline.base.config import Settings
from tests.support.browsing import barriers
from tests.support.calls import Hotline, add_line
from tests.support.desk import Desk
from tests.support.site import served


class Site:
    """The application on a port: a caller talks with Ann, another waits for somebody who speaks Spanish."""

    def __init__(self, desk: Desk, url: str) -> None:
        self.desk, self.url = desk, url
        desk.person("supervisor")
        with desk.database.transaction() as session:
            add_line(session).team = "north"
            hotline = Hotline(session)
            self.ann = hotline.screener("ann", "en", "es")
            hotline.staffs(self.ann, skills={"language:es": 3, "medical": 1}, teams=["north", "south"])
            hotline.talks(self.ann, "danger")
            self.waiting = hotline.waits("youth", "es").id

    def enter(self, context: BrowserContext, language: str = "en") -> Page:
        cookie = self.desk.signed_in("supervisor", language).get_cookie("hotline_session")
        assert cookie is not None
        context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": self.url}])
        page = context.new_page()
        page.goto(f"{self.url}/supervision")
        return page


@pytest.fixture
def site(settings: Settings) -> Iterator[Site]:
    with Desk.opened(settings) as desk:
        with served(desk.app) as url:
            yield Site(desk, url)


def test_the_page_lives_and_is_worked_by_keyboard(site: Site, context: BrowserContext) -> None:
    page = site.enter(context)
    expect(page.locator(f"#waits-{site.waiting}")).to_contain_text("Spanish")
    page.locator(f"#flag-{site.waiting} summary").focus()
    page.keyboard.press("Enter")
    with site.desk.database.transaction() as session:
        second = Hotline(session).waits("danger").id
    # The new caller is more urgent; what was opened stays open.
    expect(page.locator("#waiting tbody tr").first).to_have_attribute("id", f"waits-{second}")
    expect(page.locator(f"#flag-{site.waiting}")).to_have_attribute("open", "")
    page.keyboard.press("Tab")
    page.keyboard.type("Hostile")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status").filter(has_text="The number is flagged.")).to_be_visible()
    expect(page.locator(f"#waits-{site.waiting}")).to_contain_text("Hostile calls")


def test_without_scripts_a_queue_is_moved_and_nothing_stands_in_the_way_of_anybody(
    site: Site, browser: Browser
) -> None:
    context = browser.new_context(java_script_enabled=False, viewport={"width": 1280, "height": 900})
    try:
        page = site.enter(context)
        page.locator("#to-north").select_option("south")
        page.locator("#queue-north").get_by_role("button", name="Move the queue").click()
        expect(page.locator(f"#waits-{site.waiting}")).to_contain_text("served by south")
    finally:
        context.close()
    for language in ("en", "es"):
        context = browser.new_context(viewport={"width": 1280, "height": 900})
        try:
            page = site.enter(context, language)
            for path in ("/supervision", f"/supervision/people/{site.ann}"):
                page.goto(site.url + path)
                assert barriers(page) == [], path
            page.set_viewport_size({"width": 320, "height": 640})
            for path in ("/supervision", f"/supervision/people/{site.ann}"):
                page.goto(site.url + path)
                assert page.evaluate("document.documentElement.scrollWidth") <= 320, path
        finally:
            context.close()
