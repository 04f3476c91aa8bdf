"""An application on a port, for tests in which a real browser is the point."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Thread

from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import BrowserContext, Locator, Page, expect
from werkzeug.serving import make_server


@contextmanager
def served(app: Flask) -> Iterator[str]:
    """Serve the application until the block ends; its address."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def enter(context: BrowserContext, client: FlaskClient, url: str) -> None:
    """Let the browser be signed in as the test client is."""
    cookie = client.get_cookie("hotline_session")
    assert cookie is not None
    context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": url}])


@dataclass
class FormPage:
    """A window with the form of a report."""

    page: Page
    url: str

    def field(self, path: str) -> Locator:
        """The control of a question."""
        return self.page.locator(f'[name="{path}"]:not([type=hidden])')

    def box(self, path: str) -> Locator:
        """The question with all that belongs to it."""
        return self.page.locator(f'[data-field="{path}"]')

    def mark(self, path: str, value: str) -> None:
        """Click the label of one choice, as people do."""
        control = self.page.locator(f'[name="{path}"][value="{value}"]').get_attribute("id")
        self.page.locator(f'label[for="{control}"]').click()

    def is_saved(self) -> None:
        """Return once the page says so."""
        expect(self.page.locator("#save-state")).to_have_text("All saved")

    def later(self) -> None:
        """Let the page's clock, which the test has installed, go on to its next look at what is new."""
        self.page.clock.fast_forward(11_000)

    def stores_nothing(self) -> None:
        """Nothing of what was typed is kept by the browser."""
        kept = self.page.evaluate(
            "async () => [localStorage.length, sessionStorage.length, (await indexedDB.databases()).length]"
        )
        assert kept == [0, 0, 0]
