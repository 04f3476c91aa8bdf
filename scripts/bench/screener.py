"""A screener with a standard report in a real browser: keys, clicks and time, and how soon the page is there.

The person of this script never thinks: the seconds are those of the product alone.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from playwright.sync_api import Browser, Page, StorageState, expect, sync_playwright

from hotline.base.errors import HotlineError
from hotline.demo.day.callers import choose
from hotline.demo.day.people import Person
from hotline.demo.day.telephone import PhoneCompany
from scripts.bench.dispatch import ANSWERS
from scripts.browser import on_system

LOADS = 5
USABLE_MS = 1000
"""A page may take so long, on the same machine, until somebody can type into it."""

_PATIENCE = 20_000
_COUNT = """
window.hand = { keys: 0, clicks: 0 };
addEventListener("keydown", (event) => { if (event.isTrusted) hand.keys += 1; }, true);
addEventListener("pointerdown", (event) => { if (event.isTrusted) hand.clicks += 1; }, true);
"""


@dataclass(frozen=True)
class Hand:
    """What a standard report took: from the offer to the decision, without a moment of thought."""

    answers: int
    keys: int
    clicks: int
    seconds: float
    usable_ms: float
    """From asking for the page of a report until it can be typed into, nothing kept from before; the median."""


def measure(settings: Mapping[str, str], people: Sequence[Person]) -> Hand:
    """Take one call by the key, write the standard report and submit it. HotlineError when the page does not let us."""
    screener = next(person for person in people if person.role == "screener")
    phones = PhoneCompany(settings["TWILIO_API_BASE_URL"])
    try:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=on_system(), args=["--no-sandbox"])
            try:
                return _work(browser, settings, screener, phones)
            finally:
                browser.close()
    except AssertionError as error:
        raise HotlineError("The console did not do what the scripted screener waited for.") from error
    finally:
        phones.hang_up_all()
        phones.close()


def _work(browser: Browser, settings: Mapping[str, str], screener: Person, phones: PhoneCompany) -> Hand:
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    context.set_default_timeout(_PATIENCE)
    expect.set_options(timeout=_PATIENCE)
    page = context.new_page()
    _sign_in(page, settings, screener)
    page.keyboard.press("v")
    expect(page.locator("#go-away")).to_be_visible()
    caller = phones.dial()
    choose(caller, "en", "general")
    expect(page.locator("[data-offer]")).to_be_visible()
    began = time.perf_counter()
    page.keyboard.press("a")
    page.wait_for_url("**/console/reports/*")
    address = page.url
    page.evaluate(_COUNT)
    for path, answer in ANSWERS.items():
        for one in [answer] if isinstance(answer, str) else answer:
            _answer(page, path, one)
    expect(page.locator("#save-state")).to_have_text("All saved")
    hand = page.evaluate("hand")
    page.locator("form.submit button").click()
    expect(page.locator("#panel-title")).to_have_text("What the rules decided")
    seconds = time.perf_counter() - began
    state = context.storage_state()
    usable = [_usable(browser, state, address) for _ in range(LOADS)]
    # The key that accepted, and the click that submitted.
    return Hand(len(ANSWERS), hand["keys"] + 1, hand["clicks"] + 1, seconds, statistics.median(usable))


def _sign_in(page: Page, settings: Mapping[str, str], screener: Person) -> None:
    page.goto(f"{settings['PUBLIC_WEB_URL']}/sign-in")
    page.locator("input[name=email]").fill(screener.email)
    page.locator("input[name=password]").fill(screener.password)
    page.locator("main form button[type=submit]").click()
    page.wait_for_url("**/console")


def _answer(page: Page, path: str, value: str) -> None:
    """One question as a quick hand answers it: click and type; for a choice, click its words."""
    field = page.locator(f'[name="{path}"]:not([type=hidden])')
    expect(field.first).to_be_attached()
    if field.first.get_attribute("type") in ("radio", "checkbox"):
        control = page.locator(f'[name="{path}"][value="{value}"]')
        page.locator(f'label[for="{control.get_attribute("id")}"]').click()
    elif field.first.evaluate("element => element.nodeName") == "SELECT":
        # Typing the first letters of a choice chooses it.
        field.press_sequentially(field.locator(f'option[value="{value}"]').inner_text()[:6])
        expect(field).to_have_value(value)
    else:
        field.click()
        field.press_sequentially(value)


def _usable(browser: Browser, signed_in: StorageState, address: str) -> float:
    """Milliseconds until the page at `address` can be used, in a browser that has kept nothing but its cookie."""
    context = browser.new_context(viewport={"width": 1280, "height": 900}, storage_state=signed_in)
    try:
        page = context.new_page()
        page.set_default_timeout(_PATIENCE)
        page.goto(address)
        # Scripts are modules: they have run when the document is said to be complete.
        return float(page.evaluate("performance.getEntriesByType('navigation')[0].domContentLoadedEventEnd"))
    finally:
        context.close()
