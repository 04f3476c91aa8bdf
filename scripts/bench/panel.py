"""From an answer to the panel that says what the rules make of it, in a real browser.

The hand of this script clicks one answer back and forth, each time another one than before, so that the panel has
something new to say.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from playwright.sync_api import Error as BrowserError
from playwright.sync_api import Page, sync_playwright

from hotline.base.errors import HotlineError
from hotline.demo.day.people import Person
from scripts.bench.load import percentile
from scripts.browser import on_system

COUNT = 40
WARM = 4
WANTED_MS = 300
"""The panel speaks of a saved field within this time."""

_PATIENCE = 20_000
_QUESTION = "decision/immediate_danger"
_WATCH = """
window.times = {};
document.addEventListener("change", () => { times = { typed: performance.now() }; }, true);
document.addEventListener("field-saved", () => { times.saved = performance.now(); });
document.addEventListener("part-changed", ({ target }) => {
  if (target.dataset.live === "panel") times.shown = performance.now();
});
"""
_WAIT = """async () => {
  const limit = performance.now() + 20000;
  while (!(times.shown > times.saved)) {
    if (performance.now() > limit) throw new Error("The panel stayed as it was.");
    await new Promise((resolve) => { setTimeout(resolve, 5); });
  }
  return times;
}"""


@dataclass(frozen=True)
class Panel:
    """Milliseconds until the panel shows what an answer changed: after it was saved, and after it was clicked."""

    saved_p50: float
    saved_p95: float
    clicked_p50: float
    clicked_p95: float


def measure(settings: Mapping[str, str], people: Sequence[Person], count: int = COUNT) -> Panel:
    """Answer one question of a report again and again. HotlineError when the panel stays as it is."""
    screener = next(person for person in people if person.role == "screener")
    try:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=on_system(), args=["--no-sandbox"])
            try:
                page = browser.new_page(viewport={"width": 1280, "height": 900})
                page.set_default_timeout(_PATIENCE)
                page.add_init_script(_WATCH)
                _open_report(page, settings, screener)
                times = [_answer(page, ("yes", "no")[number % 2]) for number in range(count + WARM)][WARM:]
            finally:
                browser.close()
    except BrowserError as error:
        raise HotlineError("The panel did not speak of a saved answer.") from error
    saved = [one["shown"] - one["saved"] for one in times]
    clicked = [one["shown"] - one["typed"] for one in times]
    return Panel(
        percentile(saved, 0.50), percentile(saved, 0.95), percentile(clicked, 0.50), percentile(clicked, 0.95)
    )


def _open_report(page: Page, settings: Mapping[str, str], screener: Person) -> None:
    page.goto(f"{settings['PUBLIC_WEB_URL']}/sign-in")
    page.locator("input[name=email]").fill(screener.email)
    page.locator("input[name=password]").fill(screener.password)
    page.locator("main form button[type=submit]").click()
    page.wait_for_url("**/console")
    # It may be folded away.
    page.locator('form[action="/console/reports"]').first.evaluate("form => form.requestSubmit()")
    page.wait_for_url("**/console/reports/*")


def _answer(page: Page, value: str) -> dict[str, float]:
    control = page.locator(f'[name="{_QUESTION}"][value="{value}"]').get_attribute("id")
    page.locator(f'label[for="{control}"]').click()
    found: dict[str, float] = page.evaluate(_WAIT)
    return found
