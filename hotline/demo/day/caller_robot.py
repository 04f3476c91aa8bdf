"""One planned caller at a telephone."""

from __future__ import annotations

import threading
from collections.abc import Mapping

import httpx

from hotline.demo.day.callers import choose, stay_silent
from hotline.demo.day.director import Director
from hotline.demo.day.plan import PlannedCall
from hotline.demo.day.stories import stories
from hotline.demo.day.telephone import Caller, NotHeard, PhoneCompany

PATIENCE = 300.0
"""Seconds that a caller of the plan waits for anything before it counts as a trouble."""


class CallerRobot(threading.Thread):
    """Dials at its time, does what the plan says, and remembers its call's `sid`."""

    def __init__(
        self, company: PhoneCompany, director: Director, planned: PlannedCall, starts_in: float
    ) -> None:
        super().__init__(name=f"caller-{planned.number}", daemon=True)
        self._company, self._director = company, director
        self._planned, self._starts_in = planned, starts_in
        self.sid = ""

    def run(self) -> None:
        if self._director.over.wait(self._starts_in):
            return
        try:
            caller = self._company.dial(self._planned.from_)
            self.sid = caller.sid
            self._director.dialled(caller.sid, self._planned)
            self._call(caller)
        except (NotHeard, httpx.HTTPError) as error:
            words = error.message if isinstance(error, NotHeard) else type(error).__name__
            self._director.trouble(f"Caller {self._planned.number} ({self.sid}): {words}")

    def compare_with_plan(self, outcomes: Mapping[str, str]) -> None:
        """Note a trouble when the phone company counts this call otherwise than the plan meant it."""
        found = outcomes.get(self.sid)
        if self._planned.outcome not in (None, found):
            self._director.trouble(
                f"Caller {self._planned.number} ({self.sid}) is '{found}' and was to be '{self._planned.outcome}'."
            )

    def _call(self, caller: Caller) -> None:
        leaves_at = self._planned.leaves_at
        if leaves_at == "greeting":
            caller.wait_for_menu(PATIENCE)
        elif leaves_at == "menu":
            first = caller.wait_for_menu(PATIENCE)
            caller.press("1")
            caller.wait_for_menu(PATIENCE, after=first)
        else:
            self._get_in_line(caller)
            self._go_on(caller, leaves_at)
        if leaves_at is not None:
            caller.hang_up()

    def _get_in_line(self, caller: Caller) -> None:
        if self._planned.keys:
            choose(caller, self._planned.language, stories()[self._planned.story].lane, PATIENCE)
        else:
            stay_silent(caller, PATIENCE)

    def _go_on(self, caller: Caller, leaves_at: str | None) -> None:
        if leaves_at == "queue":
            return
        if leaves_at == "ring":
            self._director.wait(
                lambda: self._director.offered(caller.sid), PATIENCE, "an offer to hang up on"
            )
        elif leaves_at == "connecting":
            self._director.wait(lambda: self._director.accepted(caller.sid), PATIENCE, "a screener's key")
        else:
            caller.wait_for_talk(PATIENCE)
            caller.say(stories()[self._planned.story].words[self._planned.language])
            if leaves_at is None:
                caller.wait_for_end(PATIENCE)
