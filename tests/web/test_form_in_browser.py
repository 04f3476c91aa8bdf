"""Nothing typed into the form is lost, and nothing is overwritten unseen, whatever happens to browser and network."""

from __future__ import annotations

import os
import re
import signal
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser, BrowserContext, Route, expect
from sqlalchemy import update

from hotline.accounts.models import SignInSession
from hotline.base import clock
from scripts import browser as browsers
from tests.conftest import BROWSER_ARGUMENTS
from tests.support.browsing import barriers
from tests.support.desk import PASSWORD
from tests.support.screener import Screener
from tests.support.site import FormPage, enter, served
from tests.support.waiting import until

STORY, NAME, TOWN = "narrative/story", "children/1/first_name", "location/home_town"
DANGER = "decision/immediate_danger"


@dataclass
class Site:
    """A hotline on a port, and a browser in which its screener has signed in."""

    screener: Screener
    context: BrowserContext
    url: str

    def opens(self, report: str, *, with_clock: bool = False) -> FormPage:
        """A new window with the form of a report."""
        page = self.context.new_page()
        page.on("dialog", lambda dialog: dialog.accept())
        if with_clock:
            page.clock.install()
        page.goto(f"{self.url}{report}")
        return FormPage(page, self.url)

    def kept(self, report: str, path: str) -> str:
        """What is saved of a text."""
        page = self.screener.get(report)
        found = re.search(rf'name="{path}" rows="\d+"[^>]*>\n([^<]*)</textarea>', page)
        found = found or re.search(rf'name="{path}" value="([^"]*)"', page)
        assert found, path
        return found[1]


@pytest.fixture
def site(screener: Screener, context: BrowserContext) -> Iterator[Site]:
    with served(screener.desk.app) as url:
        enter(context, screener.client, url)
        yield Site(screener, context, url)
        context.close()


def test_f37_a_reload_in_mid_word_loses_nothing(site: Site) -> None:
    report = site.screener.begin()
    window = site.opens(report)
    window.field(STORY).press_sequentially("The neighbor hears th")
    window.page.reload()
    expect(window.field(STORY)).to_have_value("The neighbor hears th")
    window.field(STORY).press("Control+End")
    window.field(STORY).press_sequentially("em every night.")
    window.is_saved()
    assert site.kept(report, STORY) == "The neighbor hears them every night."
    window.stores_nothing()


def test_f37_a_save_that_arrives_after_the_reloaded_page_was_made_is_no_conflict(site: Site) -> None:
    report = site.screener.begin()
    window = site.opens(report)
    # The old page's last words were on their way while this page was made.
    site.screener.save(report, STORY, "The neighbor hears th")
    site.screener.save(report, NAME, "An")
    window.field(STORY).fill("The neighbor hears them every night.")
    window.field(NAME).fill("Ana")
    window.is_saved()
    assert site.kept(report, STORY) == "The neighbor hears them every night."
    assert site.kept(report, NAME) == "Ana"


def test_f37_a_killed_browser_leaves_the_call_and_every_finished_field(site: Site, browser: Browser) -> None:
    screener = site.screener
    call = screener.rings()
    screener.takes_calls()
    report = screener.accepts()
    screener.meets(call)
    victim = browser.browser_type.launch(executable_path=browsers.on_system(), args=BROWSER_ARGUMENTS)
    context = victim.new_context()
    enter(context, screener.client, site.url)
    window = FormPage(context.new_page(), site.url)
    window.page.goto(f"{site.url}{report}")
    window.field(NAME).fill("Ilse")
    window.mark(DANGER, "no")
    window.is_saved()
    window.field(STORY).press_sequentially("Half a wor")
    told = victim.new_browser_cdp_session().send("SystemInfo.getProcessInfo")
    os.kill(next(one["id"] for one in told["processInfo"] if one["type"] == "browser"), signal.SIGKILL)

    enter(site.context, screener.desk.signed_in("screener"), site.url)
    page = site.context.new_page()
    page.goto(f"{site.url}/console")
    expect(page.locator("#call-title")).to_have_text("On a call")
    page.locator(f'a[href="{report}"]').first.click()
    again = FormPage(page, site.url)
    expect(again.field(NAME)).to_have_value("Ilse")
    expect(page.locator(f'[name="{DANGER}"][value=no]')).to_be_checked()
    assert "Half a wor".startswith(again.field(STORY).input_value())


def test_f38_five_minutes_without_network_lose_nothing_and_merge(site: Site) -> None:
    report = site.screener.draft(**{STORY: "First.\n\nSecond.", NAME: "Ana"})
    window = site.opens(report, with_clock=True)
    banner = window.page.locator("#not-saved")
    expect(banner).to_be_hidden()
    site.context.set_offline(True)
    window.field(STORY).fill("First, says the teacher.\n\nSecond.")
    window.field(NAME).fill("Anna")
    window.field(TOWN).fill("Taft")
    window.mark(DANGER, "yes")
    expect(banner).to_contain_text("Not saved yet: 4")
    expect(banner.locator("li")).to_have_count(4)
    expect(banner.locator("li")).to_contain_text(["Child 1): First name"])
    banner.locator("a", has_text="First name").click()
    expect(window.field(NAME)).to_be_focused()
    # Meanwhile the same person writes in another place.
    assert site.screener.save(report, STORY, "First.\n\nSecond, at night.", base=1).status_code == 200
    assert site.screener.save(report, NAME, "Eva", base=1).status_code == 200
    window.page.clock.fast_forward(300_000)
    expect(banner).to_be_visible()
    window.stores_nothing()
    site.context.set_offline(False)
    expect(window.box(NAME)).to_contain_text("Saved elsewhere: Eva")
    expect(banner).to_be_hidden()
    expect(window.field(STORY)).to_have_value("First, says the teacher.\n\nSecond, at night.")
    expect(window.field(NAME)).to_have_value("Anna")
    assert site.kept(report, NAME) == "Eva"
    window.box(NAME).locator("button", has_text="Keep mine").click()
    window.is_saved()
    assert site.kept(report, NAME) == "Anna"
    assert site.kept(report, STORY) == "First, says the teacher.\n\nSecond, at night."
    assert site.kept(report, TOWN) == "Taft"


def test_f38_an_answer_that_was_lost_makes_no_conflict_with_oneself(site: Site) -> None:
    report = site.screener.begin()
    window = site.opens(report)
    lost: list[str] = []

    def lose_the_answer(route: Route) -> None:
        if not lost:
            lost.append(route.fetch().text())
            route.abort()
        else:
            route.fallback()

    window.page.route("**/fields", lose_the_answer)
    window.mark(DANGER, "yes")
    until(lambda: lost, also=lambda: window.page.wait_for_timeout(20))
    window.mark(DANGER, "no")
    window.is_saved()
    assert '"version":1' in lost[0].replace(" ", "")
    page = site.screener.get(report)
    assert re.search(rf'name="{DANGER}" value="no"\s+checked', page)
    expect(window.box(DANGER).locator(".usa-error-message")).to_have_count(0)


def test_f39_an_ended_session_is_renewed_over_the_form_and_nothing_is_lost(site: Site) -> None:
    screener = site.screener
    report = screener.begin()
    window = site.opens(report)
    window.field(STORY).press_sequentially("Before. ")
    window.is_saved()
    with screener.desk.database.transaction() as session:
        session.execute(update(SignInSession).values(ended_at=clock.now()))
    # At once: the overlay, which any request may bring, takes the keys.
    window.field(STORY).fill("Before. After.")
    overlay = window.page.locator("#sign-in-again")
    expect(overlay).to_be_visible()
    overlay.locator("[name=email]").fill("screener@hotline.test")
    overlay.locator("[name=password]").fill(PASSWORD)
    overlay.locator("button[type=submit]").click()
    expect(overlay).to_be_hidden()
    window.is_saved()
    expect(window.field(STORY)).to_have_value("Before. After.")
    screener.client = screener.desk.signed_in("screener")
    assert site.kept(report, STORY) == "Before. After."


def test_f40_what_one_window_saved_appears_in_the_other_where_nobody_types(site: Site) -> None:
    report = site.screener.begin()
    one, other = site.opens(report), site.opens(report, with_clock=True)
    other.field(STORY).fill("I write here.")
    other.is_saved()
    other.field(STORY).press_sequentially(" And on")
    one.field(NAME).fill("Ana")
    one.mark(DANGER, "yes")
    one.is_saved()
    other.later()
    expect(other.field(NAME)).to_have_value("Ana")
    expect(other.page.locator(f'[name="{DANGER}"][value=yes]')).to_be_checked()
    expect(other.field(STORY)).to_have_value("I write here. And on")
    expect(other.field(STORY)).to_be_focused()
    # It is theirs to change: no conflict.
    other.field(NAME).fill("Anabel")
    other.is_saved()
    assert site.kept(report, NAME) == "Anabel"
    assert site.kept(report, STORY) == "I write here. And on"


@pytest.mark.parametrize(
    ("button", "kept"),
    [("Keep mine", "Mine."), ("Take theirs", "Theirs."), ("Keep both", "Theirs.\nMine.")],
    ids=["mine", "theirs", "both"],
)
def test_f40_two_windows_in_the_same_line_ask_which_text_stays(site: Site, button: str, kept: str) -> None:
    report = site.screener.begin()
    window = site.opens(report)
    site.screener.save(report, STORY, "Theirs.")
    window.field(STORY).fill("Mine.")
    expect(window.box(STORY)).to_contain_text("Saved elsewhere: Theirs.")
    assert site.kept(report, STORY) == "Theirs."
    window.box(STORY).locator("button", has_text=button).click()
    expect(window.box(STORY).locator(".usa-error-message")).to_have_count(0)
    window.is_saved()
    assert site.kept(report, STORY) == kept


def test_a_person_who_is_added_while_an_older_answer_is_on_its_way_appears(site: Site) -> None:
    report = site.screener.begin()
    window = site.opens(report)
    held: list[Route] = []
    window.page.route("**/form?*", lambda route: held.append(route) if not held else route.fallback())
    site.screener.save(report, TOWN, "Delano")
    window.page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    until(lambda: bool(held), 20, also=lambda: window.page.wait_for_timeout(50))
    window.page.locator("button[name=add][value=children]").click()
    held[0].fallback()
    expect(window.field("children/2/first_name")).to_be_focused()
    expect(window.field(TOWN)).to_have_value("Delano")


def test_a_new_person_is_offered_in_the_allegations_while_somebody_goes_on_typing(site: Site) -> None:
    report = site.screener.begin()
    window = site.opens(report)
    page = window.page
    suspect = window.field("allegations/1/suspect")
    expect(suspect.locator("option")).to_have_text(["- Choose -", "Not known"])
    page.locator("button[name=add][value=caregivers]").click()
    second = window.field("caregivers/2/first_name")
    expect(second).to_be_focused()
    second.fill("Marta")
    # The form is made anew beneath this typing.
    window.field(STORY).press_sequentially("She says that Marta ")
    expect(suspect.locator("option", has_text="Marta")).to_be_attached()
    window.field(STORY).press_sequentially("shouts.")
    expect(window.field(STORY)).to_be_focused()
    suspect.select_option("caregivers/2")
    child = window.field("allegations/1/child")
    child.select_option("unknown")
    window.mark("allegations/1/types", "general_neglect")
    window.is_saved()
    expect(window.field(STORY)).to_have_value("She says that Marta shouts.")
    page.reload()
    expect(suspect).to_have_value("caregivers/2")
    expect(page.locator('[name="allegations/1/types"][value=general_neglect]')).to_be_checked()


def test_each_section_says_how_much_is_to_answer_and_is_one_key_away(site: Site) -> None:
    report = site.screener.begin()
    window = site.opens(report)
    story = window.page.locator("[data-open=narrative]")
    expect(story).to_have_text("1 to answer")
    key = window.page.locator("#sections li", has=story).locator("a").get_attribute("data-key")
    window.page.keyboard.press(str(key))
    expect(window.field(STORY)).to_be_focused()
    window.field(STORY).fill("The neighbor hears them.")
    expect(story).to_be_hidden()
    window.page.keyboard.press("Escape")
    window.page.keyboard.press("2")
    expect(window.field(NAME)).to_be_focused()
    window.page.keyboard.press("Escape")
    window.page.keyboard.press("?")
    expect(window.page.locator("#keys")).to_contain_text("To a section of the form")


def test_axe_finds_nothing_on_the_form_offline_in_conflict_or_at_200_percent(site: Site) -> None:
    report = site.screener.begin()
    window = site.opens(report)
    # Else this window may show what the other one saved before anything is typed here.
    window.page.route("**/form?*", lambda route: route.abort())
    site.screener.save(report, NAME, "Eva")
    window.field(NAME).fill("Ana")
    expect(window.box(NAME)).to_contain_text("Saved elsewhere: Eva")
    window.page.unroute("**/form?*")
    site.context.set_offline(True)
    window.field(STORY).fill("Nobody hears this.")
    expect(window.page.locator("#not-saved")).to_be_visible()
    assert barriers(window.page) == []
    window.page.set_viewport_size({"width": 640, "height": 450})
    assert window.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    site.context.set_offline(False)
    expect(window.page.locator("#not-saved")).to_be_hidden()


def test_f41_after_submitting_the_back_button_shows_no_form_to_submit_again(site: Site) -> None:
    report = site.screener.draft()
    window = site.opens(report)
    window.page.locator("form.submit button").dblclick()
    expect(window.page.locator("#panel-title")).to_have_text(re.compile("What the rules"))
    expect(window.page.locator("form.submit")).to_have_count(0)
    window.page.go_back()
    expect(window.page.locator("form.submit")).to_have_count(0)
    assert site.screener.save(report, NAME, "late").status_code == 409
