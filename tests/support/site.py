"""An application on a port, for tests in which a real browser is the point."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Condition, Thread
from typing import TYPE_CHECKING

from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import BrowserContext, Locator, Page, expect
from werkzeug.serving import make_server

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment


class _Watched:
    """Knows the requests in hand, so that nobody takes the database away under one."""

    def __init__(self, app: WSGIApplication) -> None:
        self._app, self._in_hand, self._changed = app, 0, Condition()

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        with self._changed:
            self._in_hand += 1
        try:
            # Our pages are whole before the first byte goes out: the database has done its part.
            return self._app(environ, start_response)
        finally:
            with self._changed:
                self._in_hand -= 1
                self._changed.notify_all()

    def wait(self) -> None:
        """Return once every request was answered."""
        with self._changed:
            assert self._changed.wait_for(lambda: self._in_hand == 0, 20), "a request hangs"


@contextmanager
def served(app: Flask) -> Iterator[str]:
    """Serve the application until the block ends; its address."""
    watched = _Watched(app)
    server = make_server("127.0.0.1", 0, watched, threaded=True)
    thread = Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
        watched.wait()


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
