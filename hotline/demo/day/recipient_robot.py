"""The recipients: whoever gets an e-mail opens its link, signs in and acknowledges."""

from __future__ import annotations

import html
import re
import threading
from collections.abc import Iterable
from typing import Any

import httpx

from hotline.demo.day.director import Director
from hotline.demo.day.pages import Browser, PageProblem
from hotline.demo.day.people import Person

LOOK_EVERY = 0.5
ROLES = frozenset({"area_office", "on_call", "partner"})


class RecipientRobots(threading.Thread):
    """All recipients' readers in one: looks at the mail server and acts for each addressee in turn."""

    def __init__(
        self, web_url: str, mail_url: str, people: Iterable[Person], director: Director, after: int
    ) -> None:
        super().__init__(name="recipients", daemon=True)
        self._web_url = web_url
        self._mail = httpx.Client(base_url=mail_url, timeout=20, trust_env=False)
        self._people = {person.email: person for person in people if person.role in ROLES}
        self._browsers: dict[str, Browser] = {}
        self._director, self._read = director, after
        self._link = re.compile(re.escape(web_url) + r"[^\s<>\"']+")

    def run(self) -> None:
        while not self._director.over.wait(LOOK_EVERY):
            try:
                self._look()
            except (PageProblem, httpx.HTTPError) as error:
                words = error.message if isinstance(error, PageProblem) else type(error).__name__
                self._director.trouble(f"Recipients: {words}")
        for browser in self._browsers.values():
            browser.close()
        self._mail.close()

    def _look(self) -> None:
        messages: list[dict[str, Any]] = self._mail.get("/messages.json").raise_for_status().json()
        for message in messages[self._read :]:
            for address in message["to"]:
                if address in self._people:
                    self._act(self._people[address], int(message["number"]))
            self._read += 1

    def _act(self, person: Person, number: int) -> None:
        words = html.unescape(self._mail.get(f"/messages/{number}").raise_for_status().text)
        link = self._link.search(words)
        if link is None:
            raise PageProblem(f"Message {number} has no link to the portal.")
        browser = self._browser_of(person)
        page = browser.open(link[0].rstrip("."))
        form = page.find("/acknowledge")
        if form is not None:
            browser.send(form)

    def _browser_of(self, person: Person) -> Browser:
        if person.email not in self._browsers:
            browser = Browser(self._web_url)
            browser.sign_in(person.email, person.password)
            self._browsers[person.email] = browser
        return self._browsers[person.email]
