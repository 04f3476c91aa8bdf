"""A phone company's list of calls on paper."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from hotline.base import clock
from hotline.telephony.books import CallBook, ListedCall
from tests.support.calls import CALLER, LINE, sid


@dataclass
class PaperBook(CallBook):
    """`calls` is the list; `failing` is raised by the next reading."""

    calls: list[ListedCall] = field(default_factory=list)
    failing: Exception | None = None

    def add(
        self, *, minutes_ago: float = 10, seconds: int = 60, parent: str | None = None, **given: str
    ) -> str:
        """Write a call down that began so long ago; its sid."""
        started = clock.now() - timedelta(minutes=minutes_ago)
        status = given.get("status", "completed")
        over = status not in ("in-progress", "ringing", "queued")
        self.calls.append(
            ListedCall(
                sid=given.get("sid", sid()),
                status=status,
                direction=given.get("direction", "outbound-dial" if parent else "inbound"),
                from_=given.get("from_", CALLER),
                to=given.get("to", LINE),
                started_at=started,
                ended_at=started + timedelta(seconds=seconds) if over else None,
                seconds=seconds if over else 0,
                parent_sid=parent,
            )
        )
        return self.calls[-1].sid

    def calls_to(self, number: str, since: datetime, until: datetime) -> Iterator[ListedCall]:
        return self._listed(since, until, to=number)

    def calls_from(self, number: str, since: datetime, until: datetime) -> Iterator[ListedCall]:
        return self._listed(since, until, from_=number)

    def children(self, sid: str) -> Sequence[ListedCall]:
        return [call for call in self.calls if call.parent_sid == sid]

    def _listed(self, since: datetime, until: datetime, **whose: str) -> Iterator[ListedCall]:
        if self.failing is not None:
            raise self.failing
        for call in self.calls:
            fits = all(getattr(call, name) == value for name, value in whose.items())
            if fits and since <= call.started_at <= until:
                yield call
