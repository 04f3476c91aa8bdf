"""A screener who works as a person without script would: pages, forms and buttons over HTTP."""

from __future__ import annotations

import re
import threading
import time
from uuid import UUID

from hotline.demo.day.director import Director
from hotline.demo.day.filling import fill
from hotline.demo.day.pages import Browser, Page, PageProblem
from hotline.demo.day.people import Person
from hotline.demo.day.plan import PlannedCall
from hotline.demo.day.stories import stories

LOOK_EVERY = 0.3
CALLER_NAME = "Wren Tallowmere"
"""Who every caller of a rehearsed day claims to be: a name to look for where it must not stand."""

_OFFER = re.compile(r"/offers/([0-9a-f-]{36})")
_REFERENCE = re.compile(r"\b[A-Z][A-Z-]*-\d{6}\b")


class ScreenerRobot(threading.Thread):
    """Takes calls until the day is over, then signs off."""

    def __init__(self, web_url: str, person: Person, director: Director) -> None:
        super().__init__(name=f"screener-{person.email}", daemon=True)
        self._browser = Browser(web_url)
        self._person, self._director = person, director

    def run(self) -> None:
        while not self._director.over.is_set():
            try:
                self._work()
            except PageProblem as problem:
                self._director.trouble(f"{self._person.name}: {problem.message}")
                self._director.over.wait(1.0)
        self._browser.close()

    def _work(self) -> None:
        if self._browser.open("/console").find("/sign-in") is not None:
            self._browser.sign_in(self._person.email, self._person.password)
        while not self._director.over.wait(LOOK_EVERY):
            self._look(self._browser.open("/console"))
        page = self._browser.open("/console")
        form = page.find("/presence")
        if form is not None and any(button.value == "offline" for button in form.buttons):
            self._browser.send(form, button="offline")

    def _look(self, page: Page) -> None:
        """One look at the bar: do what it asks for."""
        offer, finish, presence = (page.find(part) for part in ("/offers/", "/finish", "/presence"))
        if offer is not None:
            self._answer(page)
        elif finish is not None:
            # The call ended before the report was done.
            self._browser.send(finish, {"disposition": "other_non_report"})
        elif presence is not None and any(button.value == "available" for button in presence.buttons):
            self._browser.send(presence, button="available")

    def _answer(self, page: Page) -> None:
        form = page.form_to("/offers/")
        found = _OFFER.search(form.action)
        assert found is not None  # the form was found by this part of its address
        planned, which = self._director.call_of(UUID(found[1]))
        if planned is None or (planned.offer == "decline" and which == 1):
            self._press(page, "decline")
        elif planned.leaves_at in ("queue", "ring") or (planned.offer == "miss" and which == 1):
            self._director.over.wait(LOOK_EVERY)  # looks at it and does nothing
        else:
            self._take(self._press(page, "accept"), planned)

    def _press(self, page: Page, answer: str) -> Page:
        for form in page.forms:
            if "/offers/" in form.action and any(button.value == answer for button in form.buttons):
                return self._browser.send(form, button=answer)
        raise PageProblem(f"The offer has no button '{answer}'.")

    def _take(self, page: Page, planned: PlannedCall) -> None:
        """The call is ours, unless the page says otherwise: write the report while they talk."""
        if "/reports/" not in page.url:
            return
        if planned.leaves_at is not None:
            self._until_the_call_is_over()
            return
        told = stories()[planned.story].told_in(planned.language, CALLER_NAME)
        page = fill(self._browser, page, told)
        if planned.story == "duplicate":
            page = fill(self._browser, page, {"decision/duplicate_of": self._director.earlier_reference()})
        if not self._talking(planned):
            return
        page = self._browser.send(self._browser.open(page.url).form_to("/submit"))
        if page.status >= 400:
            raise PageProblem(
                f"The report of call {planned.number} was not submitted (status {page.status})."
            )
        reference = _REFERENCE.search(page.text)
        self._director.submitted(planned.story, reference[0] if reference else "")
        self._browser.send(self._browser.open("/console").form_to("/hang-up"))
        self._until_the_call_is_over(stories()[planned.story].disposition)

    def _talking(self, planned: PlannedCall, seconds: float = 60) -> bool:
        """Whether caller and screener have come to talk; looks at the bar until they have."""
        deadline = time.monotonic() + seconds
        while not self._director.over.is_set() and time.monotonic() < deadline:
            page = self._browser.open("/console")
            # The controls of the call are there as soon as the caller is, not before.
            if page.find("/act") is not None:
                return True
            if page.find("/hang-up") is None:
                return False
            self._director.over.wait(LOOK_EVERY)
        self._director.trouble(f"{self._person.name} never talked with caller {planned.number}.")
        return False

    def _until_the_call_is_over(self, disposition: str = "other_non_report", seconds: float = 60) -> None:
        """Wait for the wrap-up and finish it."""
        deadline = time.monotonic() + seconds
        while not self._director.over.is_set() and time.monotonic() < deadline:
            page = self._browser.open("/console")
            finish = page.find("/finish")
            if finish is not None:
                self._browser.send(finish, {"disposition": disposition})
                return
            if page.find("/hang-up") is None:
                return
            self._director.over.wait(LOOK_EVERY)
        self._director.trouble(f"{self._person.name} waited {seconds:g} s for the end of a call in vain.")
