"""The pages as a person uses them, for Playwright: few words for what a journey does on each."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from playwright.sync_api import Page, expect

from hotline.demo.day.people import Person
from hotline.demo.day.stack import Stack

Value = str | list[str]

_AXE = (Path(__file__).parents[1] / "vendor" / "axe-core" / "axe.min.js").read_text(encoding="utf-8")
_AXE_RUN = "async () => (await axe.run(document)).violations.map(one => `${one.id}: ${one.nodes[0].target}`)"


def barriers(page: Page) -> list[str]:
    """What stands in somebody's way on the page, by axe; what is folded away must be as good."""
    page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
    page.evaluate(_AXE)
    found: list[str] = page.evaluate(_AXE_RUN)
    return found


def sign_in(page: Page, stack: Stack, person: Person) -> None:
    """Sign in and arrive on the page where the person's role starts."""
    page.goto(f"{stack.web_url}/sign-in")
    page.locator("input[name=email]").fill(person.email)
    page.locator("input[name=password]").fill(person.password)
    page.locator("main form button[type=submit]").click()
    page.wait_for_url(lambda url: "/sign-in" not in url)


class Console:
    """A screener's browser."""

    def __init__(self, page: Page, stack: Stack, person: Person) -> None:
        self.page, self.person = page, person
        sign_in(page, stack, person)

    def go_home(self) -> None:
        """To the console's own page, from a report."""
        self.page.locator("header nav a", has_text="Console").click()
        expect(self.page.locator("h1")).to_have_text("Console")

    def take_calls(self) -> None:
        """Come on duty by the key, away from any field, unless the end of the last wrap-up has done it."""
        if not self.page.locator("#go-away").count():
            self.page.keyboard.press("v")
        expect(self.page.locator("#go-away")).to_be_visible()

    def wait_for_offer(self) -> None:
        """Return once a call is offered."""
        expect(self.page.locator("[data-offer]")).to_be_visible(timeout=15_000)

    def accept(self) -> None:
        """Take the offered call with the one key; its report opens."""
        self.wait_for_offer()
        self.page.keyboard.press("a")
        self.page.wait_for_url("**/console/reports/*")

    def decline(self) -> None:
        """Send the offered call on to the next."""
        self.wait_for_offer()
        self.page.locator("button[value=decline]").click()
        expect(self.page.locator("[data-offer]")).to_have_count(0)

    def wait_for_talk(self) -> None:
        """Return once caller and screener are in the room."""
        expect(self.page.locator("#call-title")).to_have_text("On a call", timeout=15_000)

    def answer(self, path: str, value: Value) -> None:
        """Answer one question; what it asks for appears by itself when it depends on others."""
        field = self.page.locator(f'[name="{path}"]:not([type=hidden])')
        expect(field.first).to_be_attached()
        kind = field.first.get_attribute("type")
        if kind in ("radio", "checkbox"):
            for one in [value] if isinstance(value, str) else value:
                self._mark(path, one)
        elif field.first.evaluate("element => element.tagName") == "SELECT":
            field.first.select_option(str(value))
        else:
            field.first.fill(str(value))

    def _mark(self, path: str, value: str) -> None:
        control = self.page.locator(f'[name="{path}"][value="{value}"]')
        if not control.is_checked():
            # The control itself lies outside the page; people click its label.
            self.page.locator(f'label[for="{control.get_attribute("id")}"]').click()

    def fill(self, answers: Mapping[str, Value]) -> None:
        """Answer every question, one after the other, and wait until all of it is saved."""
        for path, value in answers.items():
            self._make_room(path)
            self.answer(path, value)
        self.wait_until_saved()

    def _make_room(self, path: str) -> None:
        """Ask for one more child, caregiver … when the path names one that is not there."""
        parts = path.split("/")
        if len(parts) == 3 and not self.page.locator(f'[name="{path}"]').count():
            self.wait_until_saved()
            self.page.locator(f'button[name=add][value="{parts[0]}"]').click()
            expect(self.page.locator(f'[name="{path}"]').first).to_be_attached()

    def wait_until_saved(self) -> None:
        """Return once the page says that nothing is unsaved."""
        expect(self.page.locator("#save-state")).to_have_text("All saved", timeout=15_000)

    def hang_up(self) -> None:
        """End the call."""
        self.page.locator("form[action*='/hang-up'] button").click()
        expect(self.page.locator("#call-title")).to_have_text("The call has ended", timeout=15_000)

    def submit(self) -> None:
        """Hand the report to the rules, and wait until they have answered."""
        self.page.locator("form.submit button").click()
        expect(self.page.locator("#rules #panel-title")).to_have_text(
            "What the rules decided", timeout=15_000
        )

    def finish(self, disposition: str = "report") -> None:
        """End the wrap-up."""
        self.page.locator("select[name=disposition]").select_option(disposition)
        self.page.locator("form[action*='/finish'] button:not([name])").click()
        expect(self.page.locator("form[action*='/finish']")).to_have_count(0)

    @property
    def reference(self) -> str:
        """The number of the report on the page."""
        return self.page.locator("h1").inner_text().split()[-1]

    @property
    def rules(self) -> str:
        """What the panel of the rules says."""
        return self.page.locator("#rules").inner_text()
