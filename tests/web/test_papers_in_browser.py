"""Papers, files and the printed page in a real browser: readable by everybody, in both languages, by script or not."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from hotline.audit.record import Actor
from hotline.base import clock
from hotline.written_reports import papers
from tests.support.browsing import barriers
from tests.support.kern import VAULT
from tests.support.screener import Screener
from tests.support.site import served

PDF = b"%PDF-1.4 a scanned letter"


@pytest.fixture
def url(screener: Screener) -> Iterator[str]:
    """The hotline on a port."""
    with served(screener.desk.app) as url:
        yield url


def enter(screener: Screener, context: BrowserContext, url: str, language: str) -> None:
    cookie = screener.desk.signed_in("screener", language).get_cookie("hotline_session")
    assert cookie is not None
    context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": url}])


def a_fax(screener: Screener) -> str:
    with screener.desk.database.transaction() as session:
        paper = papers.register(
            session,
            VAULT,
            Actor.user(screener.user_id),
            screener.user_id,
            jurisdiction="kern",
            channel="fax",
            received_at=clock.now(),
            files=[papers.Upload("page 1.pdf", PDF)],
        )
        return f"/papers/{paper.id}"


def test_a_letter_goes_from_the_scanner_to_a_report_and_every_page_of_its_way_is_readable(
    screener: Screener, context: BrowserContext, page: Page, url: str, tmp_path: Path
) -> None:
    page.set_default_timeout(30_000)
    letter = tmp_path / "carta.pdf"
    letter.write_bytes(PDF)
    fax = a_fax(screener)
    for language in ("en", "es"):
        enter(screener, context, url, language)
        page.goto(f"{url}{fax}")
        assert barriers(page) == [], f"paper {language}"
        page.goto(f"{url}/papers")
        page.locator("#waiting-title ~ details summary").click()
        assert barriers(page) == [], f"papers {language}"
    page.goto(f"{url}/console")
    page.locator("#begin-report summary").click()
    assert barriers(page) == [], "console, es"
    page.locator("#begin-channel").select_option("letter")
    page.locator("#begin-received").fill("2026-02-27T09:15")
    page.locator("#begin-files").set_input_files(letter)
    page.locator("#begin-report button").click()
    page.wait_for_url(re.compile("/console/reports/"))
    expect(page.locator("#files")).to_contain_text("carta.pdf")
    assert barriers(page) == [], "report with a file, es"
    with page.expect_download() as saved:
        page.locator("#files a[download]").click()
    assert Path(saved.value.path()).read_bytes() == PDF
    assert saved.value.suggested_filename == "carta.pdf"
    page.get_by_role("link", name="Imprimir").click()
    page.wait_for_url(re.compile("/print$"))
    assert barriers(page) == [], "print, es"
    assert page.pdf(prefer_css_page_size=True).startswith(b"%PDF-")
