"""What the robots must know of one another: which call an offer is about, and how far it has come."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable
from uuid import UUID

from sqlalchemy import select

from hotline.base.database import Database
from hotline.calls.models import Call, Offer
from hotline.demo.day.plan import PlannedCall

POLL = 0.1


class Director:
    """Keeps the script of the day. It only looks into the database; whatever happens, the robots do by hand."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._calls: dict[str, PlannedCall] = {}
        self._offers_seen: Counter[str] = Counter()
        self._seen: set[UUID] = set()
        self._lock = threading.Lock()
        self._references: list[str] = []
        self.troubles: list[str] = []
        self.over = threading.Event()

    def dialled(self, sid: str, planned: PlannedCall) -> None:
        """A caller of the plan has this call now."""
        with self._lock:
            self._calls[sid] = planned

    def call_of(self, offer_id: UUID) -> tuple[PlannedCall | None, int]:
        """The planned call that an offer is about (None: somebody else's), and which offer of it this is, from 1."""
        with self._database.transaction() as session:
            sid = session.scalar(select(Call.sid).join(Offer).where(Offer.id == offer_id))
        with self._lock:
            if offer_id not in self._seen and sid is not None:
                self._seen.add(offer_id)
                self._offers_seen[sid] += 1
            return self._calls.get(sid or ""), self._offers_seen[sid or ""]

    def offered(self, sid: str) -> bool:
        """Whether a screener looks at an offer of this call now."""
        with self._database.transaction() as session:
            found = session.scalar(
                select(Offer.id).join(Call).where(Call.sid == sid, Offer.state == "open").limit(1)
            )
            return found is not None

    def accepted(self, sid: str) -> bool:
        """Whether a screener has taken this call."""
        with self._database.transaction() as session:
            return session.scalar(select(Call.screener_id).where(Call.sid == sid)) is not None

    def submitted(self, story: str, reference: str) -> None:
        """A report of this story was handed in; its number is what a duplicate refers to."""
        if story == "path_3":
            with self._lock:
                self._references.append(reference)

    def earlier_reference(self, seconds: float = 120) -> str:
        """The number of a report that a duplicate repeats; waits until there is one."""
        self.wait(lambda: bool(self._references), seconds, "the report that a duplicate repeats")
        with self._lock:
            return self._references[0]

    def wait(self, condition: Callable[[], bool], seconds: float, what: str) -> bool:
        """Return once the condition holds; False, and a trouble noted, when it does not within `seconds`."""
        deadline = time.monotonic() + seconds
        while not condition():
            if time.monotonic() > deadline or self.over.is_set():
                self.trouble(f"Waited {seconds:g} s for {what} in vain.")
                return False
            time.sleep(POLL)
        return True

    def trouble(self, words: str) -> None:
        """Note something that a robot did not expect; the day's report lists it, once."""
        with self._lock:
            if words not in self.troubles:
                self.troubles.append(words)
