"""A professional reports from a telephone in Spanish, with scripts and without, and a screener hands it in."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect
from sqlalchemy import select

from hotline.reports.models import Report
from tests.support.browsing import barriers
from tests.support.reporter import CALM_GATE, NAME, NUMBER, STORY, Reporter
from tests.support.screener import Screener
from tests.support.site import served

PHONE = {"width": 320, "height": 640}


@dataclass
class Telephone:
    """The browser of a reporter's telephone."""

    page: Page
    url: str
    barriers: dict[str, object] = field(default_factory=dict)

    def open(self, path: str) -> None:
        self.page.goto(f"{self.url}{path}")

    def look(self, state: str) -> None:
        """Note what would stand in somebody's way, and what runs out of the narrow page."""
        found = barriers(self.page)
        wide = self.page.evaluate("document.documentElement.scrollWidth > innerWidth")
        if found or wide:
            self.barriers[state] = found or "too wide"

    def passes_the_gate(self) -> str:
        """Answer every question with no; the code."""
        for question in CALM_GATE:
            self.page.locator(f"label[for=gate-{question}-no]").click()
        self.page.locator("label[for=category-education]").click()
        self.page.locator("main form button").click()
        return self.page.locator("#code").inner_text()

    def goes_on(self) -> None:
        """Save the section and go on."""
        self.page.locator("button[name=save]").click()

    def answers(self, question: str, value: str) -> None:
        """Mark an answer by its label."""
        self.page.locator(f"label[for=f-decision-{question}-{value}]").click()


@pytest.fixture
def server(screener: Screener) -> Iterator[str]:
    with served(screener.desk.app) as url:
        yield url


Lend = Callable[[bool], Telephone]


@pytest.fixture
def lend(browser: Browser, server: str) -> Iterator[Lend]:
    """Telephones in Spanish, each with a browser that knows nothing; the question is whether scripts run."""
    contexts: list[BrowserContext] = []

    def one(scripts: bool) -> Telephone:
        contexts.append(
            browser.new_context(
                viewport={"width": PHONE["width"], "height": PHONE["height"]},
                locale="es-MX",
                java_script_enabled=scripts,
            )
        )
        contexts[-1].set_default_timeout(15_000)
        return Telephone(contexts[-1].new_page(), server)

    yield one
    for context in contexts:
        context.close()


def hand_in(screener: Screener, number: str) -> Report:
    """A screener takes what was sent under this number, and submits it."""
    assert number in screener.get("/console/online")
    online = Reporter.at(screener.desk.app, screener.desk.database).online_id
    path = str(screener.post(f"/console/online/{online}/take").location)
    assert NAME in screener.get(path)
    screener.post(f"{path}/submit")
    with screener.desk.database.transaction() as session:
        report = session.scalars(select(Report)).one()
        session.expunge(report)
    return report


def test_with_scripts_every_word_is_saved_as_typed_and_found_again_by_the_code(
    screener: Screener, lend: Lend
) -> None:
    telephone = lend(True)
    page = telephone.page
    telephone.open("/online")
    telephone.look("start")
    page.locator("a[href='/online/begin/kern']").click()
    telephone.look("gate")
    code = telephone.passes_the_gate()
    telephone.look("code")
    page.locator("main a[href='/online/report']").click()
    page.locator('[name="reporter/name"]').fill(NAME)
    page.locator('[name="reporter/phone"]').fill("no lo digo")
    expect(page.locator("#f-reporter-phone-problem")).to_contain_text("No es un número de teléfono.")
    telephone.look("refused")
    page.locator('[name="reporter/phone"]').fill(NUMBER)
    expect(page.locator("#save-state")).to_have_text("Todo guardado")
    telephone.look("saved")

    other = lend(True)
    page = other.page
    other.open("/online/resume")
    page.locator("#code").fill(code.lower())
    other.look("resume")
    page.locator("main form button").click()
    expect(page.locator('[name="reporter/name"]')).to_have_value(NAME)
    other.goes_on()
    other.open("/online/report/decision")
    other.answers("indian_child", "yes")
    expect(page.locator('[name="decision/tribe"]')).to_be_visible()
    page.context.set_offline(True)
    page.locator('[name="decision/tribe"]').fill("Yokuts")
    expect(page.locator("#not-saved")).to_contain_text("Se perdió la conexión.")
    other.look("away")
    page.context.set_offline(False)
    expect(page.locator("#save-state")).to_have_text("Todo guardado")
    expect(page.locator("#not-saved")).to_be_hidden()
    other.answers("indian_child", "no")
    expect(page.locator('[name="decision/tribe"]')).to_have_count(0)
    other.answers("without_caregiver", "unknown")
    expect(page.locator("#save-state")).to_have_text("Todo guardado")
    other.open("/online/report/narrative")
    page.locator('[name="narrative/story"]').fill(STORY)
    # The button posts what stands there, whether the script was faster or not.
    other.goes_on()
    other.open("/online/review")
    expect(page.locator("main")).to_contain_text(STORY)
    expect(page.locator("main")).to_contain_text("Por favor, llame ahora")
    other.look("review, with danger")
    page.locator("form.submit button").click()
    expect(page.locator("h1")).to_have_text("Su reporte se recibió")
    other.look("sent, with danger")
    report = hand_in(screener, page.locator("#confirmation").inner_text())
    assert (report.channel, report.state) == ("online", "submitted")
    assert telephone.barriers | other.barriers == {}


def test_without_scripts_the_same_is_done_by_buttons(screener: Screener, lend: Lend) -> None:
    telephone = lend(False)
    page = telephone.page
    telephone.open("/online/begin/kern")
    code = telephone.passes_the_gate()
    telephone.open("/online/report")
    page.locator('[name="reporter/name"]').fill(NAME)
    page.locator('[name="reporter/phone"]').fill(NUMBER)
    telephone.goes_on()
    page.locator("[action$='/leave'] button").click()
    page.locator("#code").fill(code)
    page.locator("main form button").click()
    expect(page.locator('[name="reporter/name"]')).to_have_value(NAME)
    telephone.open("/online/report/children")
    page.locator('[name="children/1/age"]').fill("9")
    page.locator("button[name=add]").click()
    page.locator('[name="children/2/age"]').fill("4")
    telephone.goes_on()
    telephone.open("/online/report/narrative")
    page.locator('[name="narrative/story"]').fill(STORY)
    telephone.goes_on()
    telephone.open("/online/report/decision")
    telephone.answers("indian_child", "yes")
    telephone.goes_on()
    page.locator('[name="decision/tribe"]').fill("Yokuts")
    telephone.goes_on()
    page.locator("form.submit button").click()
    report = hand_in(screener, page.locator("#confirmation").inner_text())
    assert (report.channel, report.state) == ("online", "submitted")
