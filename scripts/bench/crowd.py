"""Five hundred callers at once, each a conversation of signed requests, and whether every one of them was kept.

The callers arrive one after another, choose a language and a lane, wait in line while the phone company asks what
they should hear, and hang up. Nobody is on duty, so all of them are in progress at the same time.
"""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from html import unescape
from urllib.parse import parse_qsl, urlsplit

import psycopg

from hotline.demo.settings import HOST
from scripts.bench.load import percentile
from scripts.bench.phone import Phone

CALLS = 500
ARRIVE = 25.0
STAY = 20.0
LEAVE = 25.0
"""Seconds in which all come, all are there, and all go."""

THINK = 2.0
"""Seconds from one document to the caller's key."""

POLL = 12.0
"""Seconds between two requests for what a waiting caller hears; the documents themselves last longer."""

PATIENCE = 30.0
_REDIRECT = re.compile(r"<Redirect[^>]*>([^<]+)</Redirect>")
_KEPT = """
SELECT count(*) FROM calls WHERE sid = ANY(%s) AND state = 'ended' AND outcome IS NOT NULL
"""


@dataclass(frozen=True)
class Crowd:
    """Times in milliseconds; `lost` are calls without a row or without a lawful end."""

    calls: int
    most_at_once: int
    requests: int
    p50: float
    p99: float
    worst: float
    failures: int
    lost: int


@dataclass
class _Tally:
    times: list[float] = field(default_factory=list)
    failures: int = 0
    present: int = 0
    most: int = 0


def measure(settings: Mapping[str, str], calls: int = CALLS, pace: float = 1.0) -> Crowd:
    """Let so many callers call at once; `pace` shortens every pause. Returns when all have hung up."""
    port = int(settings["PUBLIC_VOICE_URL"].rpartition(":")[2])
    phones = [Phone(settings, f"http://{HOST}:{port}") for _ in range(calls)]
    tally = _Tally()
    asyncio.run(_all(phones, port, tally, pace))
    return Crowd(
        calls=calls,
        most_at_once=tally.most,
        requests=len(tally.times),
        p50=percentile(tally.times, 0.50) * 1000,
        p99=percentile(tally.times, 0.99) * 1000,
        worst=max(tally.times) * 1000,
        failures=tally.failures,
        lost=_lost(settings["DATABASE_URL"], [phone.sid for phone in phones]),
    )


async def _all(phones: list[Phone], port: int, tally: _Tally, pace: float) -> None:
    began = time.perf_counter()

    async def one(place: float, phone: Phone) -> None:
        await asyncio.sleep(place * ARRIVE * pace)
        leaves_at = began + (ARRIVE + STAY + place * LEAVE) * pace
        reader, writer = await asyncio.open_connection(HOST, port)
        try:
            await _Conversation(phone, reader, writer, tally, pace).until(leaves_at)
        finally:
            writer.close()

    # Only a caller whose line broke raises; the others must still be told of.
    done = await asyncio.gather(
        *(one(number / len(phones), phone) for number, phone in enumerate(phones)), return_exceptions=True
    )
    tally.failures += sum(isinstance(result, BaseException) for result in done)


@dataclass
class _Conversation:
    phone: Phone
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    tally: _Tally
    pace: float

    async def until(self, leaves_at: float) -> None:
        """Call, choose, wait in line until that moment, and hang up."""
        language = "en"
        await self._ask(self.phone.rings())
        self.tally.present += 1
        self.tally.most = max(self.tally.most, self.tally.present)
        await asyncio.sleep(THINK * self.pace)
        await self._ask(self.phone.request("language", Digits="1"))
        await asyncio.sleep(THINK * self.pace)
        await self._ask(self.phone.request("menu", {"language": language}, Digits="0"))
        waited, page, query = 0.0, "waiting", {"language": language}
        while True:
            said = await self._ask(self.phone.request(page, query, QueueTime=str(int(waited))))
            # The document may lead on to another round; without that the phone company asks for the same again.
            page, query = _led_to(said) or (page, query)
            left = leaves_at - time.perf_counter()
            await asyncio.sleep(max(0.0, min(POLL * self.pace, left)))
            waited += POLL
            if left <= POLL * self.pace:
                break
        await self._ask(
            self.phone.request("queue-left", {"language": language}, status="completed", QueueResult="hangup")
        )
        await self._ask(self.phone.request("call-status", status="completed"))
        self.tally.present -= 1

    async def _ask(self, request: bytes) -> bytes:
        began = time.perf_counter()
        self.writer.write(request)
        head = await asyncio.wait_for(self.reader.readuntil(b"\r\n\r\n"), PATIENCE)
        lines = head.lower().splitlines()
        length = next(int(line.split(b":")[1]) for line in lines if line.startswith(b"content-length:"))
        body = await asyncio.wait_for(self.reader.readexactly(length), PATIENCE)
        self.tally.times.append(time.perf_counter() - began)
        if not head.startswith(b"HTTP/1.1 200") or b"<Response" not in body:
            self.tally.failures += 1
        return body


def _led_to(document: bytes) -> tuple[str, dict[str, str]] | None:
    """Page and query of the document's last redirect."""
    found = _REDIRECT.findall(document.decode())
    if not found:
        return None
    parts = urlsplit(unescape(found[-1]))
    return parts.path.rpartition("/")[2], dict(parse_qsl(parts.query))


def _lost(database_url: str, sids: list[str]) -> int:
    """Calls without a row or without a lawful end, once everything told had the time to be written."""
    deadline = time.monotonic() + PATIENCE
    with psycopg.connect(database_url, autocommit=True) as connection:
        while True:
            row = connection.execute(_KEPT, [sids]).fetchone() or (0,)
            if row[0] >= len(sids) or time.monotonic() > deadline:
                return len(sids) - int(row[0])
            time.sleep(0.2)
