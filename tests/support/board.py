"""The coordinator's board as a person uses it, for Playwright."""

from __future__ import annotations

from playwright.sync_api import Locator, Page, expect

from hotline.demo.day.people import Person
from hotline.demo.day.stack import Stack
from tests.support.browsing import sign_in


class Board:
    """A coordinator's browser. It never reloads: what changes must appear by itself."""

    def __init__(self, page: Page, stack: Stack, person: Person) -> None:
        self.page, self._stack = page, stack
        sign_in(page, stack, person)

    def show(self, what: str) -> None:
        """Narrow the board to `pressing`, `open` or `acknowledged`."""
        self.page.goto(f"{self._stack.web_url}/board?show={what}")

    def line(self, *words: str) -> Locator:
        """The lines that contain all of these words."""
        found = self.page.locator("#lines tbody tr")
        for word in words:
            found = found.filter(has_text=word)
        return found

    def wait_for(self, *words: str) -> Locator:
        """The one line with these words, as soon as it is there."""
        expect(self.line(*words)).to_have_count(1, timeout=15_000)
        return self.line(*words)

    def wait_for_no(self, *words: str) -> None:
        """Return once no line has these words."""
        expect(self.line(*words)).to_have_count(0, timeout=15_000)
