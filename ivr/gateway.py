"""Between the door and the pages: every request is answered in time, and what it tells is never lost."""

from __future__ import annotations

import threading
import time

from sqlalchemy import text

from hotline.base.logging import get_logger, reason
from hotline.calls import pool
from hotline.calls.ending import note_undigested
from ivr.deadline import Breaker, DatabaseAway, Guard, is_away
from ivr.desk import Desk
from ivr.events import CallEvent
from ivr.pages import PAGES, perform, without_database
from ivr.spool import Spool

LOOK_EVERY = 0.5
"""Seconds between two looks of the keeper while something is wrong or waits in the spool."""

REFRESH_EVERY = 30.0
"""Seconds between two readings of the lines."""

_log = get_logger("gateway")


class Gateway:
    """Answers events with the database if it can, else without it."""

    def __init__(self, desk: Desk, spool: Spool, guard: Guard) -> None:
        self.desk, self.spool = desk, spool
        self.guard = guard
        self.breaker = Breaker()

    def answer(self, event: CallEvent) -> str:
        """The document for a request, within the guard's deadline and a moment. Never raises."""
        if not self.breaker.is_open:
            try:
                return self.guard.run(lambda: perform(self.desk, event))
            except DatabaseAway as error:
                cause = reason(error.__cause__) if error.__cause__ else "deadline"
                _log.warning("database_away", page=event.page, cause=cause)
                self.breaker.trip()
            except Exception as error:
                # A fault of ours must not cost a call either: it is kept, and tried again by the keeper.
                _log.error("page_failed", page=event.page, error=reason(error))
        self._keep(event)
        return without_database(self.desk, event)

    def _keep(self, event: CallEvent) -> None:
        if not PAGES[event.page].spooled:
            return
        try:
            self.spool.append(event)
        except OSError as error:
            _log.critical("spool_refused", page=event.page, error=reason(error))

    def replay(self) -> bool:
        """Bring what was spooled into the database, oldest first; True when nothing is left and it works again.

        Stops at the first event for which the database is away. An event that fails for another reason is set
        aside and does not hold up the others.
        """
        with self.spool.replay_alone() as alone:
            if not alone:
                return False
            while self.spool.waiting():
                taken = self.spool.take()
                for event in taken.events:
                    if not self._replay_one(event):
                        return False
                self.spool.done(taken)
                _log.info("spool_replayed", events=len(taken.events))
            return True

    def _replay_one(self, event: CallEvent) -> bool:
        try:
            perform(self.desk, event)
        except Exception as error:
            if is_away(error):
                return False
            _log.error("spooled_event_failed", page=event.page, error=reason(error))
            self.spool.set_aside(event)
            self._tell(event)
        return True

    def _tell(self, event: CallEvent) -> None:
        """A named person looks at what was set aside."""
        try:
            with self.desk.database.transaction() as session:
                note_undigested(session, event.key)
        except Exception as error:
            _log.critical("undigested_event_not_told", page=event.page, error=reason(error))

    def look_after(self) -> bool:
        """One round of the keeper: close the breaker once the database takes writes, then replay.

        The breaker does not wait for the replay, which may be long: requests in hand come before old ones, and
        each page answers by the state that it finds. False when something is left for the next round.
        """
        try:
            self._probe()
            self.breaker.close()
            return self.replay()
        except Exception as error:
            _log.warning("still_away", error=reason(error))
            return False

    def _probe(self) -> None:
        """Raise unless a request's work could be done now: a server that answers may still be locked or read-only."""
        with self.desk.database.transaction() as session:
            pool.enter(session)
            session.execute(text("lock table calls, call_events, webhook_receipts in row exclusive mode"))

    def refresh_lines(self) -> None:
        """Read the lines again, if the database lets us."""
        try:
            with self.desk.database.transaction() as session:
                self.desk.lines.refresh(session)
        except Exception as error:
            _log.warning("lines_not_refreshed", error=reason(error))


class Keeper:
    """The thread that brings the spool back. It alone waits for a database that hangs; callers never do."""

    def __init__(self, gateway: Gateway) -> None:
        self._gateway = gateway
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, name="keeper", daemon=True)

    def start(self) -> None:
        """Begin, with a first look at what an earlier process may have left."""
        self._thread.start()

    def stop(self) -> None:
        """End after the present round; a round that hangs is left behind."""
        self._ended.set()
        self._gateway.breaker.tripped.set()
        self._thread.join(1.0)

    def _run(self) -> None:
        refreshed = float("-inf")
        while not self._ended.is_set():
            gateway = self._gateway
            gateway.breaker.tripped.clear()
            well = True
            if gateway.breaker.is_open or gateway.spool.waiting():
                well = gateway.look_after()
            elif time.monotonic() - refreshed > REFRESH_EVERY:
                gateway.refresh_lines()
                refreshed = time.monotonic()
            if well:
                gateway.breaker.tripped.wait(LOOK_EVERY)
            else:
                self._ended.wait(LOOK_EVERY)
