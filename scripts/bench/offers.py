"""From a caller who is ready to the offer on a free screener's screen, with an HTTP client in the browser's place."""

from __future__ import annotations

import contextlib
import queue
import socket
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import httpx

from hotline.base.errors import HotlineError
from hotline.demo.day.pages import Browser
from hotline.demo.day.people import Person
from hotline.demo.settings import HOST
from scripts.bench.load import converse, percentile
from scripts.bench.phone import Phone

COUNT = 40
PATIENCE = 10.0


@dataclass(frozen=True)
class Reach:
    """Milliseconds from the menu's request: until the stream told, and until the screen showed the offer."""

    told_p50: float
    told_p95: float
    shown_p50: float
    shown_p95: float


class Console:
    """A screener's page: it listens to the live stream and asks for its bar when told."""

    def __init__(self, settings: Mapping[str, str], person: Person) -> None:
        self._browser = Browser(settings["PUBLIC_WEB_URL"])
        self._browser.sign_in(person.email, person.password)
        self._told: queue.SimpleQueue[float] = queue.SimpleQueue()
        self._web = httpx.Client(
            base_url=settings["PUBLIC_WEB_URL"], cookies=self._browser.cookies, trust_env=False
        )
        self._stream = httpx.Client(cookies=self._browser.cookies, timeout=None, trust_env=False)
        self._address = f"{settings['PUBLIC_LIVE_URL']}/events"
        self._reader = threading.Thread(target=self._listen, name="stream", daemon=True)

    def open(self) -> None:
        """Come on duty and listen."""
        page = self._browser.open("/console")
        self._browser.send(page.form_to("/presence"), button="available")
        self._reader.start()
        self._told.get(timeout=PATIENCE)

    def _listen(self) -> None:
        # Whoever measures ends the servers first, and this connection with them.
        with (
            contextlib.suppress(httpx.HTTPError),
            self._stream.stream("GET", self._address) as answer,
        ):
            for line in answer.iter_lines():
                if line in ("event: told", "event: ready"):
                    self._told.put(time.perf_counter())

    def forget(self) -> None:
        """What was told until now is no news."""
        while not self._told.empty():
            self._told.get()

    def wait_for_offer(self, wanted: bool = True) -> tuple[float, float]:
        """When the stream told of what then showed an offer (or no offer any more), and when that was on the screen."""
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            told = self._told.get(timeout=PATIENCE)
            if self.shows_offer() == wanted:
                return told, time.perf_counter()
        raise HotlineError("The screener's console was not told of the offer.")

    def shows_offer(self) -> bool:
        """What the page does when it is told: ask for its bar."""
        answer = self._web.get("/console/state", headers={"X-Script": "1", "Accept": "text/html"})
        return "data-offer" in answer.text

    def close(self) -> None:
        """Leave: the daemon that still listens ends with its connection."""
        self._browser.close()
        self._web.close()


def measure(settings: Mapping[str, str], people: Sequence[Person], count: int = COUNT) -> Reach:
    """Let one caller after another become ready while one screener is free. HotlineError when an offer stays away."""
    port = int(settings["PUBLIC_VOICE_URL"].rpartition(":")[2])
    console = Console(settings, next(person for person in people if person.role == "screener"))
    told, shown = list[float](), list[float]()
    try:
        console.open()
        with socket.create_connection((HOST, port), timeout=PATIENCE) as connection:
            for number in range(count + 1):
                phone = Phone(settings, f"http://{HOST}:{port}")
                _ask(connection, phone.rings(), phone.request("language", Digits="1"))
                console.forget()
                began = time.perf_counter()
                _ask(connection, phone.request("menu", {"language": "en"}, Digits="0"))
                at = console.wait_for_offer()
                # The first finds everything cold, and is not counted.
                if number:
                    told.append((at[0] - began) * 1000)
                    shown.append((at[1] - began) * 1000)
                console.forget()
                _ask(connection, phone.request("call-status", status="completed"))
                console.wait_for_offer(False)
    finally:
        console.close()
    return Reach(
        percentile(told, 0.50), percentile(told, 0.95), percentile(shown, 0.50), percentile(shown, 0.95)
    )


def _ask(connection: socket.socket, *requests: bytes) -> None:
    _, failed = converse(connection, requests, b"<Response", PATIENCE)
    if failed:
        raise HotlineError("The voice process did not answer as it should.")
