"""Listens to PostgreSQL and hands on what it tells to every open stream."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Iterable

import psycopg

from hotline.base.live import CHANNEL
from hotline.base.logging import get_logger, reason
from hotline.web.live.streams import Stream

MOST = 1000
"""Streams of one process."""

CHECK_EVERY = 15.0
"""Seconds between two looks at whether everybody who listens is still signed in."""

_ASK_EVERY = 5.0
_PATIENCE = 3.0
_PAUSE = 1.0
_log = get_logger("live")

StillIn = Callable[[Iterable[str]], set[str]]
"""Which of these tokens name a session that goes on. Blocks, and may raise when the database is away."""


class Full(Exception):
    """This process holds as many streams as it may."""


class Hub:
    """All streams of a process. `address` is the database's, for one connection that does nothing but listen."""

    def __init__(self, address: str, still_in: StillIn, most: int = MOST) -> None:
        self._address, self._still_in, self._most = address, still_in, most
        self._streams: set[Stream] = set()
        self.listening = False
        """Whether what changes now would be told."""

    def __len__(self) -> int:
        return len(self._streams)

    def join(self, stream: Stream) -> None:
        """From now on the stream is told; raises Full."""
        if len(self._streams) >= self._most:
            raise Full
        self._streams.add(stream)

    def leave(self, stream: Stream) -> None:
        """The page is gone. Twice is harmless."""
        self._streams.discard(stream)

    async def run(self) -> None:
        """Listen and look after the sessions until cancelled; a database that is away is tried again."""
        watch = asyncio.create_task(self._watch())
        try:
            while True:
                try:
                    await self._listen()
                except (psycopg.Error, OSError, TimeoutError) as error:
                    _log.warning("live_not_listening", error=reason(error))
                self._interrupted()
                await asyncio.sleep(_PAUSE)
        finally:
            watch.cancel()
            self._interrupted()

    def _interrupted(self) -> None:
        """What happens meanwhile is not heard: every page must ask by itself, and come back."""
        self.listening = False
        for stream in self._streams:
            stream.end()

    async def _listen(self) -> None:
        connection = await asyncio.wait_for(
            psycopg.AsyncConnection.connect(self._address, autocommit=True, connect_timeout=3), _PATIENCE
        )
        async with connection:
            await connection.execute(f"listen {CHANNEL}")
            self.listening = True
            while True:
                async for notice in connection.notifies(timeout=_ASK_EVERY):
                    await self._hand_on(notice.payload)
                # A server that hangs closes nothing: it must say something now and then.
                await asyncio.wait_for(connection.execute("select 1"), _PATIENCE)

    async def _hand_on(self, topic: str) -> None:
        kind, _, name = topic.partition(":")
        if kind == "session":
            await self._check([one for one in self._streams if str(one.person.user_id) == name])
            return
        for stream in self._streams:
            stream.tell(topic)

    async def _watch(self) -> None:
        while True:
            await asyncio.sleep(CHECK_EVERY)
            await self._check(list(self._streams))

    async def _check(self, streams: list[Stream]) -> None:
        """End the streams of those who are not signed in any more."""
        if not streams:
            return
        with contextlib.suppress(Exception):
            # Away: nothing is told then either, and the next look is not far.
            still_in = await asyncio.to_thread(self._still_in, {stream.token for stream in streams})
            for stream in streams:
                if stream.token not in still_in:
                    stream.end()
