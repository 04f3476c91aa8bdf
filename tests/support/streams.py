"""Reading server-sent events from an ASGI application in process, as a browser would."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from starlette.applications import Starlette

PATIENCE = 10.0


@dataclass
class Reader:
    """One open stream. `status` and `headers` are known once it is open."""

    app: Starlette
    cookies: Mapping[str, str]
    headers: Mapping[str, str] = field(default_factory=dict)
    status: int = 0
    answered: dict[str, str] = field(default_factory=dict)
    _words: asyncio.Queue[str | None] = field(default_factory=asyncio.Queue)
    _began: asyncio.Event = field(default_factory=asyncio.Event)
    _leaves: asyncio.Event = field(default_factory=asyncio.Event)

    async def event(self) -> tuple[str, str]:
        """The next event: its name and its data; ("", "") when the stream has ended."""
        block = await asyncio.wait_for(self._words.get(), PATIENCE)
        if block is None:
            return "", ""
        fields = dict(line.split(": ", 1) for line in block.strip().splitlines())
        return fields["event"], fields["data"]

    async def _receive(self) -> dict[str, Any]:
        await self._leaves.wait()
        return {"type": "http.disconnect"}

    async def _send(self, message: Any) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            self.answered = {name.decode(): value.decode() for name, value in message["headers"]}
            self._began.set()
        elif message["body"]:
            self._words.put_nowait(message["body"].decode())

    async def run(self, path: str) -> None:
        """Ask, and read until the stream ends or this is cancelled."""
        sent = {"cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        scope = {
            "type": "http",
            "asgi": {"version": "3.0", "spec_version": "2.3"},
            "http_version": "1.1",
            "method": "GET",
            "scheme": "http",
            "path": path,
            "raw_path": path.encode(),
            "query_string": b"",
            "root_path": "",
            "headers": [
                (name.encode(), value.encode()) for name, value in {**sent, **self.headers}.items() if value
            ],
            "client": ("127.0.0.1", 1),
            "server": ("live.test", 80),
        }
        try:
            await self.app(scope, self._receive, self._send)
        finally:
            self._began.set()
            self._words.put_nowait(None)

    async def began(self) -> None:
        """Wait for the first line of the answer."""
        await asyncio.wait_for(self._began.wait(), PATIENCE)

    def leave(self) -> None:
        """Close the page."""
        self._leaves.set()


@contextlib.asynccontextmanager
async def reading(
    app: Starlette, token: str | None, *, path: str = "/events", **headers: str
) -> AsyncIterator[Reader]:
    """A page that listens, with the cookie of a session; closed at the end of the block."""
    reader = Reader(app, {"hotline_session": token} if token else {}, headers)
    task = asyncio.create_task(reader.run(path))
    try:
        await reader.began()
        yield reader
    finally:
        reader.leave()
        with contextlib.suppress(asyncio.CancelledError):
            await asyncio.wait_for(task, PATIENCE)


@contextlib.asynccontextmanager
async def running(app: Starlette) -> AsyncIterator[Starlette]:
    """The application with its listening connection up."""
    async with app.router.lifespan_context(app):
        async with asyncio.timeout(PATIENCE):
            while not app.state.hub.listening:
                await asyncio.sleep(0.01)
        yield app
