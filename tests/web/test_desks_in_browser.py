"""Board, portal and audit page in a real browser: live, with the keyboard, without scripts, on a telephone."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from uuid import UUID

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect
from sqlalchemy import select

from hotline.base import clock
from hotline.base.config import Settings
from hotline.dispatch.models import Dispatch
from tests.support import kern as county
from tests.support.browsing import barriers
from tests.support.desk import Desk
from tests.support.kern import EMERGENCY, PATH_1, PATH_2, Kern
from tests.support.site import served


@dataclass
class Site:
    """The application on a port, with a small county behind it."""

    desk: Desk
    kern: Kern
    url: str

    def decided(self, answers: dict[str, str | list[str]], town: str) -> list[Dispatch]:
        with self.desk.database.transaction() as session:
            report_id = county.decided(session, self.kern, answers, town=town).report_id
            return list(session.scalars(select(Dispatch).where(Dispatch.report_id == report_id)))

    def enter(self, context: BrowserContext, user_id: UUID, language: str = "en") -> None:
        cookie = self.desk.signed_in(user_id, language).get_cookie("hotline_session")
        assert cookie is not None
        context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": self.url}])


@pytest.fixture
def site(settings: Settings) -> Iterator[Site]:
    with Desk.opened(settings) as desk:
        with desk.database.transaction() as session:
            kern = county.build(session)
        desk.person("auditor")
        with served(desk.app) as url:
            yield Site(desk, kern, url)


@pytest.fixture
def opened(browser: Browser) -> Iterator[Callable[..., BrowserContext]]:
    """A browser profile of the test's own choosing; all are closed afterwards."""
    contexts: list[BrowserContext] = []

    def open_context(**options: object) -> BrowserContext:
        contexts.append(browser.new_context(**options))  # type: ignore[arg-type]
        contexts[-1].set_default_timeout(30_000)
        return contexts[-1]

    yield open_context
    for context in contexts:
        context.close()


def coordinator(site: Site, context: BrowserContext, page: Page, language: str = "en") -> None:
    site.enter(context, site.kern.coordinators[0].user_id, language)
    page.goto(f"{site.url}/board")


def test_a_new_line_appears_by_itself_and_disturbs_nothing(
    site: Site, context: BrowserContext, page: Page
) -> None:
    (old,) = site.decided(PATH_1, "Lamont")
    coordinator(site, context, page)
    take = page.locator(f"#take-dispatch-{old.id}")
    take.locator("summary").click()
    reason = take.locator("select")
    reason.select_option("supervisor_asked")
    reason.focus()
    # Its clock is sooner: it comes in above the line that is open.
    (new,) = site.decided(EMERGENCY, "Shafter")
    expect(page.locator(f"#dispatch-{new.id}")).to_be_visible()
    expect(page.locator("#lines tbody tr").first).to_have_id(f"dispatch-{new.id}")
    expect(take).to_have_attribute("open", "")
    expect(reason).to_be_focused()
    expect(reason).to_have_value("supervisor_asked")


def test_a_line_that_turns_red_rises_and_the_others_stay_open(
    site: Site, context: BrowserContext, page: Page
) -> None:
    (first,) = site.decided(EMERGENCY, "Shafter")
    (second,) = site.decided(PATH_1, "Lamont")
    coordinator(site, context, page)
    why = page.locator(f"#why-dispatch-{first.id}")
    why.locator("summary").click()
    with site.desk.database.transaction() as session:
        session.get_one(Dispatch, second.id).red_at = clock.now()
    expect(page.locator("#lines tbody tr").first).to_have_id(f"dispatch-{second.id}")
    expect(page.locator(f"#dispatch-{second.id}")).to_contain_text("Red")
    expect(why).to_have_attribute("open", "")
    expect(page.locator("#lines tbody tr")).to_have_count(2)


def test_the_keyboard_alone_takes_a_dispatch_over(site: Site, context: BrowserContext, page: Page) -> None:
    (dispatch,) = site.decided(PATH_1, "Lamont")
    coordinator(site, context, page)
    page.locator(f"#take-dispatch-{dispatch.id} summary").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.type("A sup")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status").filter(has_text="You have taken it over.")).to_be_visible()
    expect(page.locator(f"#dispatch-{dispatch.id}")).to_contain_text("has taken it over")


def test_a_recipient_acknowledges_on_a_telephone_without_scripts(
    site: Site, opened: Callable[..., BrowserContext]
) -> None:
    (dispatch,) = site.decided(PATH_1, "Lamont")
    context = opened(viewport={"width": 320, "height": 640}, java_script_enabled=False)
    site.enter(context, site.kern.lamont[0].user_id)
    page = context.new_page()
    page.goto(f"{site.url}/portal")
    page.get_by_role("link", name="Open KERN-").click()
    button = page.get_by_role("button", name="Acknowledge")
    box = button.bounding_box()
    assert box is not None and box["height"] >= 44 and box["x"] + box["width"] <= 320
    button.click()
    expect(page.locator("#acknowledge")).to_contain_text("Ines")
    with site.desk.database.transaction() as session:
        assert session.get_one(Dispatch, dispatch.id).acknowledged_by == site.kern.lamont[0].user_id


def test_an_acknowledgement_leaves_the_board_by_itself(
    site: Site, context: BrowserContext, page: Page, opened: Callable[..., BrowserContext]
) -> None:
    (dispatch,) = site.decided(PATH_1, "Lamont")
    coordinator(site, context, page)
    theirs = opened()
    site.enter(theirs, site.kern.lamont[1].user_id)
    packet = theirs.new_page()
    packet.goto(f"{site.url}/portal/dispatches/{dispatch.id}")
    packet.get_by_role("button", name="Acknowledge").click()
    expect(page.locator(f"#dispatch-{dispatch.id}")).to_have_count(0)
    expect(page.locator("#nothing")).to_contain_text("The board is empty")


@pytest.mark.parametrize("language", ["en", "es"])
def test_nothing_stands_in_the_way_of_anybody(
    site: Site, opened: Callable[..., BrowserContext], language: str
) -> None:
    office, _ = site.decided(PATH_2, "Lamont")
    (red,) = site.decided(EMERGENCY, "Shafter")
    site.decided(PATH_1, "Frazier Park")
    with site.desk.database.transaction() as session:
        session.get_one(Dispatch, red.id).red_at = clock.now()
    pages = {
        site.kern.coordinators[0].user_id: [
            "/board",
            "/board?show=acknowledged",
            f"/board/dispatches/{red.id}",
        ],
        site.kern.office[0].user_id: ["/portal", f"/portal/dispatches/{office.id}"],
        site.desk.people["auditor"]: ["/audit", "/audit?report=none&until=x"],
    }
    for user_id, paths in pages.items():
        context = opened(viewport={"width": 1280, "height": 900})
        site.enter(context, user_id, language)
        page = context.new_page()
        if "/board" in paths:
            page.goto(f"{site.url}/board?show=pressing")
            paths.append(str(page.locator("th a[href*='/items/']").get_attribute("href")))
        for path in paths:
            page.goto(site.url + path)
            assert barriers(page) == [], path
            assert page.locator("h1").count() == 1, path
            assert page.locator("html").get_attribute("lang") == language


@pytest.mark.parametrize("path", ["/board", "/board?show=pressing"])
def test_the_board_fits_a_window_enlarged_four_times(
    site: Site, opened: Callable[..., BrowserContext], path: str
) -> None:
    site.decided(PATH_1, "Frazier Park")
    context = opened(viewport={"width": 320, "height": 256})
    site.enter(context, site.kern.coordinators[0].user_id)
    page = context.new_page()
    page.goto(site.url + path)
    # The table scrolls in its own frame; the page does not.
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
