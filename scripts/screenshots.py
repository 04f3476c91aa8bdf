"""Take the pictures of the README and the docs from the running demonstration.

`python -m scripts.screenshots` starts servers and programs of its own; `--demo DIR` uses a demonstration that runs
(it takes two calls there). Everybody in the pictures is invented.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol

import click
from playwright.sync_api import Browser, Page, expect, sync_playwright

from hotline.demo.day.callers import choose
from hotline.demo.day.command import exported
from hotline.demo.day.people import Person, read_people
from hotline.demo.day.stack import own_stack
from hotline.demo.day.telephone import Caller, PhoneCompany
from scripts import browser as browsers
from tests.support.browsing import Console, sign_in

TARGET = Path(__file__).parents[1] / "docs" / "images"
SIZE = {"width": 1360, "height": 900}
NUMBER = "+16615550142"
OWN_PHONE_SPEED = 10.0

EARLIER: dict[str, str | list[str]] = {
    "reporter/mandated": "yes",
    "children/1/first_name": "Robin",
    "children/1/last_name": "Marsh-Delgado",
    "children/1/birth_date": "3/14/2019",
    "children/1/age": "7",
    "caregivers/1/first_name": "Jessie",
    "caregivers/1/last_name": "Marsh",
    "location/home_street": "418 Larkspur Lane",
    "location/home_town": "Shafter",
    "location/home_county": "kern",
    "location/child_now": "home",
    "allegations/1/types": ["general_neglect"],
    "narrative/story": "He comes to school hungry and without a coat.",
    "decision/immediate_danger": "no",
    "decision/without_caregiver": "no",
    "decision/meets_definition": "yes",
    "decision/risk": "moderate",
    "decision/services_likely": "yes",
    "decision/domestic_violence": "no",
}
NOW: dict[str, str | list[str]] = {
    "children/1/first_name": "Robin",
    "children/1/last_name": "Marsh",
    "children/1/birth_date": "3/14/2019",
    "location/home_street": "418 Larkspur Lane",
    "location/home_town": "Shafter",
    "location/home_county": "kern",
    "narrative/story": "The neighbor hears the boy cry at night. Nobody answers the door.",
}
THEN: dict[str, str | list[str]] = {
    "reporter/mandated": "no",
    "children/1/age": "7",
    "location/child_now": "home",
    "allegations/1/types": ["general_neglect"],
    "decision/immediate_danger": "no",
    "decision/without_caregiver": "yes",
    "decision/caregiver_impaired": "unknown",
    "decision/meets_definition": "yes",
    "decision/risk": "high",
    "decision/services_likely": "no",
    "decision/domestic_violence": "no",
}


class Running(Protocol):
    """A demonstration that can be opened in a browser."""

    @property
    def web_url(self) -> str: ...

    @property
    def phone_url(self) -> str: ...

    @property
    def people(self) -> list[Person]: ...


class Elsewhere:
    """The demonstration that runs in a folder."""

    def __init__(self, folder: Path) -> None:
        settings = exported((folder / "environment").read_text(encoding="utf-8"))
        self.web_url, self.phone_url = settings["PUBLIC_WEB_URL"], settings["TWILIO_API_BASE_URL"]
        self.people = read_people(folder / "signins.json")


@contextmanager
def demonstration(folder: Path | None) -> Iterator[Running]:
    """The one that runs in `folder`, else one of its own."""
    if folder is not None:
        yield Elsewhere(folder)
        return
    with tempfile.TemporaryDirectory(prefix="hotline-pictures-", ignore_cleanup_errors=True) as name:
        Path(name).chmod(0o711)
        with own_stack(Path(name) / "run", speed=OWN_PHONE_SPEED, durable=False) as stack:
            yield stack


def shoot(page: Page, name: str) -> None:
    """One picture of what the window shows."""
    page.evaluate("document.fonts.ready")
    page.screenshot(path=TARGET / f"{name}.png")
    click.echo(f"docs/images/{name}.png")


def rings(company: PhoneCompany) -> Caller:
    """Somebody calls in English and waits in line."""
    caller = company.dial(NUMBER)
    choose(caller, "en", "general")
    return caller


def take_pictures(running: Running, browser: Browser) -> None:
    """Two calls about one child, seen by the screener who takes them and by the coordinator."""
    company = PhoneCompany(running.phone_url)
    by_role: dict[str, Person] = {person.role: person for person in reversed(running.people)}
    page = browser.new_context(viewport=SIZE).new_page()  # type: ignore[arg-type]  # a plain dict is one
    stack: Any = running
    console = Console(page, stack, by_role["screener"])
    console.take_calls()
    first = rings(company)
    console.accept()
    console.wait_for_talk()
    console.fill(EARLIER)
    console.submit()
    console.hang_up()
    console.finish()
    first.wait_for_end()

    rings(company)
    console.wait_for_offer()
    shoot(page, "offer")
    console.accept()
    console.wait_for_talk()
    console.fill(NOW)
    expect(page.locator("#history")).to_contain_text("Robin", timeout=15_000)
    page.locator("h1").scroll_into_view_if_needed()
    shoot(page, "console")
    page.locator('[name="children/1/first_name"]').scroll_into_view_if_needed()
    shoot(page, "form")
    page.locator("#history").scroll_into_view_if_needed()
    shoot(page, "history")
    console.fill(THEN)
    console.submit()
    page.locator("#rules").scroll_into_view_if_needed()
    shoot(page, "decision")
    console.hang_up()
    console.finish()

    board = browser.new_context(viewport=SIZE).new_page()  # type: ignore[arg-type]  # a plain dict is one
    sign_in(board, stack, by_role["coordinator"])
    shoot(board, "board")


@click.command()
@click.option("--demo", "folder", type=click.Path(path_type=Path, file_okay=False, exists=True))
def main(folder: Path | None) -> None:
    """Write the pictures into docs/images."""
    TARGET.mkdir(parents=True, exist_ok=True)
    with demonstration(folder) as running, sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=browsers.on_system(), args=["--no-sandbox", "--disable-gpu"]
        )
        take_pictures(running, browser)
        browser.close()


if __name__ == "__main__":
    main()
