"""Reviews in a real browser: from a question to its answer, in both languages, readable by everybody."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.support.browsing import barriers
from tests.support.kern import PATH_1
from tests.support.screener import Screener
from tests.support.site import enter, served
from tests.web.test_screener_lists import QUESTION, WHO, decided, written

SHOTS = os.environ.get("SCREENSHOTS_OF_REVIEWS", "")


@dataclass
class Site:
    """A hotline on a port, with a report that was evaluated out, in a browser."""

    screener: Screener
    context: BrowserContext
    page: Page
    url: str
    report: str

    def open(self, path: str) -> None:
        self.page.goto(f"{self.url}{path}")

    def becomes(self, key: str) -> None:
        """Somebody else sits here."""
        self.context.clear_cookies()
        enter(self.context, self.screener.desk.signed_in(key), self.url)

    def is_readable(self, state: str) -> None:
        assert barriers(self.page) == [], state
        assert self.page.evaluate("document.documentElement.scrollWidth <= innerWidth"), state
        if SHOTS:
            self.page.screenshot(path=str(Path(SHOTS) / f"{state.replace(' ', '-')}.png"), full_page=True)


@pytest.fixture
def site(screener: Screener, context: BrowserContext, page: Page) -> Iterator[Site]:
    report = written(screener, {**PATH_1, "location/home_town": "Lamont"})
    screener.post(f"{report}/collaterals", who=WHO, reason="saw_injury", within="4")
    assert screener.post(f"{report}/submit").status_code == 303
    decided(screener, report)
    with served(screener.desk.app) as url:
        page.set_default_timeout(30_000)
        expect.set_options(timeout=30_000)
        yield Site(screener, context, page, url, report)
        context.close()


def in_language(site: Site, language: str) -> None:
    if language == "es":
        site.page.locator("button[name=language][value=es]").click()
        expect(site.page.locator("html")).to_have_attribute("lang", "es")


@pytest.mark.parametrize("language", ["en", "es"])
def test_a_supervisor_asks_and_the_writer_answers(site: Site, language: str) -> None:
    page = site.page
    site.becomes("supervisor")
    site.open("/reviews")
    in_language(site, language)
    site.is_readable(f"reviews {language}")
    page.locator("tbody tr a").first.click()
    site.is_readable(f"review {language}")
    page.locator("#question").fill(QUESTION)
    page.locator("form[action$='/return'] button").click()
    expect(page.locator("blockquote")).to_have_text(QUESTION)
    site.is_readable(f"review returned {language}")

    site.becomes("screener")
    site.open("/console")
    in_language(site, language)
    row = page.locator("[id^=returned-]").filter(has_text=QUESTION)
    expect(row).to_have_count(1)
    site.is_readable(f"lists {language}")
    row.locator("a").click()
    expect(page.locator("#question-title")).to_be_visible()
    expect(page.get_by_text(QUESTION)).to_be_visible()
    site.is_readable(f"report returned {language}")
    page.locator("form.submit button").click()
    expect(page.locator("#question-title")).to_have_count(0)
