"""One stream of server-sent events: what a person may hear of, and what is still to be said."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

from hotline.accounts.service import SignedIn

HEARTBEAT = 15.0
"""Seconds of silence after which we say that we are here, so that neither end takes the stream for dead."""

_PERMISSIONS = {"calls": ("calls:supervise",), "board": ("board:read", "worklist:work")}
"""Kind of topic -> permissions of which one is needed."""


def may_hear(person: SignedIn, topic: str) -> bool:
    """Whether somebody may learn that this has changed; what has changed is asked for elsewhere."""
    kind, _, name = topic.partition(":")
    if kind in ("user", "draft"):
        return name == str(person.user_id)
    if kind == "office":
        return person.organization_id is not None and name == str(person.organization_id)
    return any(person.may(permission) for permission in _PERMISSIONS.get(kind, ()))


class Stream:
    """What one open page is told. A slow reader never holds more than each topic once."""

    def __init__(self, person: SignedIn, token: str) -> None:
        self.person, self.token = person, token
        self._topics: set[str] = set()
        self._news = asyncio.Event()
        self._ended = False

    def tell(self, topic: str) -> None:
        """Say it at the next moment, if this person may hear it."""
        if may_hear(self.person, topic):
            self._topics.add(topic)
            self._news.set()

    def end(self) -> None:
        """Close the stream; the page asks again whether it may have another."""
        self._ended = True
        self._news.set()

    async def words(self, heartbeat: float = HEARTBEAT) -> AsyncIterator[str]:
        """The stream's text until it is ended. `told` carries the topics, with spaces in between."""
        # A page does not know what it missed before it was open: it asks for everything once.
        yield "event: ready\ndata: -\n\n"
        while not self._ended:
            try:
                await asyncio.wait_for(self._news.wait(), heartbeat)
            except TimeoutError:
                yield "event: here\ndata: -\n\n"
                continue
            self._news.clear()
            topics, self._topics = self._topics, set()
            if topics:
                yield f"event: told\ndata: {' '.join(sorted(topics))}\n\n"
