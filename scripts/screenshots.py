"""Take the pictures of the documentation from a running demonstration: `.venv/bin/python -m scripts.screenshots`.

Rings the line in the simulator, takes the call as a screener, writes part of a report and photographs the console.
Run it after `make demo FRESH=1` in another terminal, so that the pictures show the same numbers each time.
"""

from __future__ import annotations

import json
import os
from pathlib import Path

import httpx
from playwright.sync_api import Browser, Page, expect, sync_playwright

from scripts import browser as browsers

ROOT = Path(__file__).resolve().parents[1]
IMAGES = ROOT / "docs" / "images"
WIDTH, HEIGHT = 1360, 900
ANSWERS = {
    "children/1/first_name": "Mateo",
    "children/1/age": "2",
    "location/home_town": "Ridgecrest",
}


def main() -> None:
    """Photograph the console in the middle of a call."""
    folder = Path(os.environ.get("HOTLINE_DEMO_DIR", ROOT / ".demo"))
    signins = json.loads((folder / "signins.json").read_text())
    web = os.environ.get("PUBLIC_WEB_URL", "http://127.0.0.1:8000")
    simulator = f"http://127.0.0.1:{os.environ.get('HOTLINE_SIMULATOR_PORT', '8002')}"
    IMAGES.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=browsers.on_system(), args=["--no-sandbox"])
        screener = [person for person in signins if person["role"] == "screener"][-1]
        page = sign_in(browser, web, screener["email"], screener["password"])
        photograph_console(page, simulator)
        browser.close()


def sign_in(browser: Browser, web: str, email: str, password: str) -> Page:
    """A page on which that person is signed in."""
    page = browser.new_page(viewport={"width": WIDTH, "height": HEIGHT})
    page.goto(web)
    page.locator("input[name=email]").fill(email)
    page.locator("input[name=password]").fill(password)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    return page


def photograph_console(page: Page, simulator: str) -> None:
    """Take a call that rings now, write a few answers, photograph, and end the call."""
    page.get_by_role("button", name="Take calls").click()
    with httpx.Client(base_url=simulator, timeout=10) as company:
        sid = company.post("/sim/calls", json={"from": "+16615550177", "to": "+16615550100"}).json()["sid"]
        expect(page.get_by_role("button", name="Accept")).to_be_visible(timeout=60_000)
        page.keyboard.press("a")
        page.wait_for_url("**/console/reports/*")
        for path, value in ANSWERS.items():
            page.locator(f"[name='{path}']").fill(value)
        for question in ("caregiver_impaired", "injury_unexplained"):
            page.locator(f"label[for='f-decision-{question}-yes']").click()
        expect(page.get_by_text("All saved")).to_be_visible()
        page.evaluate("window.scrollTo(0, 0)")
        page.wait_for_timeout(1500)  # the panel shows what the last answer changed
        page.screenshot(path=IMAGES / "console.png")
        company.post(f"/sim/calls/{sid}/hangup")


if __name__ == "__main__":
    main()
