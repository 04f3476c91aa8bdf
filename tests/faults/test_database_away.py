"""PostgreSQL frozen, killed and restarted under the running voice process: nobody is hung up on, no call is lost."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode
from xml.etree import ElementTree

import pytest
from sqlalchemy import select
from twilio.request_validator import RequestValidator

from hotline.base.database import Database
from hotline.calls.models import Call
from hotline.demo.postgres import LocalPostgres
from hotline.demo.servers import free_port
from tests.support.calls import LINE, add_line, add_supervisor, sid
from tests.support.databases import build_template, copy_of_template
from tests.support.servers import temporary_postgres
from tests.support.settings import ACCOUNT_SID, AUTH_TOKEN, environment
from tests.support.waiting import until

LIMIT = 5.0
"""Seconds in which a caller gets a document, whatever is broken."""

DOORS = 2
THREADS = 4


@dataclass
class Line:
    """A running voice process: its address and what callers have been answered."""

    url: str
    pid: int
    slowest: float = 0.0
    rung: list[str] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def ask(self, page: str, call_sid: str, **fields: str) -> ElementTree.Element:
        """The document for a signed request; fails unless it is valid TwiML and comes in time."""
        address = f"{self.url}/voice/{page}"
        form = {
            "AccountSid": ACCOUNT_SID,
            "CallSid": call_sid,
            "CallStatus": "ringing",
            "Direction": "inbound",
            "From": "+16615550142",
            "To": LINE,
        } | fields
        signature = RequestValidator(AUTH_TOKEN).compute_signature(address, form)
        request = urllib.request.Request(
            address, urlencode(form).encode(), {"X-Twilio-Signature": signature}, method="POST"
        )
        started = time.monotonic()
        with urllib.request.urlopen(request, timeout=15) as response:
            document = ElementTree.fromstring(response.read())
        taken = time.monotonic() - started
        with self._lock:
            self.slowest = max(self.slowest, taken)
        assert taken < LIMIT, f"{page} took {taken:.1f} s"
        assert document.tag == "Response"
        return document

    def ring(self) -> ElementTree.Element:
        """A new caller rings."""
        call_sid = sid()
        with self._lock:
            self.rung.append(call_sid)
        return self.ask("incoming", call_sid)

    def is_ready(self) -> bool:
        """Whether the process says that everything works and nothing waits."""
        try:
            with urllib.request.urlopen(f"{self.url}/readyz", timeout=5) as response:
                return bool(response.status == 200)
        except OSError:
            return False


@contextmanager
def voice_process(settings: dict[str, str], port: int) -> Iterator[int]:
    """The voice application on its real server."""
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--factory"]
    command += ["--host", "127.0.0.1", "--port", str(port), "--workers", str(DOORS)]
    command += ["--blocking-threads", str(THREADS), "--no-log", "ivr.app:create_app"]
    with subprocess.Popen(command, env=os.environ | settings, start_new_session=True) as process:
        try:
            yield process.pid
        finally:
            process.terminate()
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()


@pytest.fixture(scope="module")
def own_server() -> Iterator[LocalPostgres]:
    with temporary_postgres(durable=True) as postgres:
        build_template(postgres)
        yield postgres


@pytest.fixture
def server(own_server: LocalPostgres) -> Iterator[LocalPostgres]:
    """A server that a test may freeze and kill; it runs again afterwards."""
    yield own_server
    own_server.thaw()
    if not own_server.is_running():
        own_server.start()


@pytest.fixture
def url(server: LocalPostgres) -> Iterator[str]:
    with copy_of_template(server) as url:
        yield url


@pytest.fixture
def database(url: str) -> Iterator[Database]:
    database = Database(url)
    with database.transaction() as session:
        add_line(session)
        add_supervisor(session)
    yield database
    database.dispose()


@pytest.fixture
def line(url: str, database: Database, tmp_path: Path) -> Iterator[Line]:
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    settings = environment(
        database_url=url,
        redis_url="redis://127.0.0.1:9/0",
        spool_dir=tmp_path / "spool",
        PUBLIC_VOICE_URL=address,
    )
    with voice_process(settings, port) as pid:
        line = Line(address, pid)
        until(line.is_ready, 30)
        yield line


def known(database: Database) -> set[str]:
    with database.transaction() as session:
        return set(session.scalars(select(Call.sid)))


def test_a_frozen_database_keeps_no_caller_waiting_and_loses_none(
    server: LocalPostgres, database: Database, line: Line
) -> None:
    assert line.ring().find("Gather") is not None
    server.freeze()
    try:
        with ThreadPoolExecutor(40) as callers:
            held = list(callers.map(lambda _: line.ring(), range(40)))
        assert all(document.find("Redirect") is not None for document in held)
        with ThreadPoolExecutor(20) as callers:
            pages = ["incoming", "language", "menu", "waiting", "queue-left", "connect", "call-status"]
            list(callers.map(lambda number: line.ask(pages[number % 7], sid(), Digits="1"), range(40)))
        assert threads_of(line.pid) < 150
    finally:
        server.thaw()
    until(lambda: known(database) >= set(line.rung), 30)
    until(lambda: line.ring().find("Gather") is not None, 10)


def threads_of(pid: int) -> int:
    """Threads of a process and its children; what is left behind must not pile up."""
    pids = [pid, *(int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split())]
    return sum(len(list(Path(f"/proc/{one}/task").iterdir())) for one in pids)


def test_a_database_killed_under_a_stream_of_calls_loses_none(
    server: LocalPostgres, database: Database, line: Line
) -> None:
    may_ring, ended = threading.Semaphore(0), threading.Event()
    faults: list[BaseException] = []
    allowed = 0

    def stream() -> None:
        while may_ring.acquire() and not ended.is_set():
            try:
                line.ring()
            except BaseException as fault:
                faults.append(fault)

    def let_ring(calls: int, leaving: int) -> None:
        """Let callers ring, and return while the last ones still do."""
        nonlocal allowed
        allowed += calls
        may_ring.release(calls)
        until(lambda: len(line.rung) >= allowed - leaving, 30)

    callers = [threading.Thread(target=stream) for _ in range(4)]
    for caller in callers:
        caller.start()
    try:
        for _ in range(2):
            let_ring(30, leaving=10)
            server.kill()
            let_ring(30, leaving=10)
            server.start()
            let_ring(30, leaving=0)
    finally:
        ended.set()
        may_ring.release(len(callers))
        for caller in callers:
            caller.join(20)
    assert faults == []
    until(lambda: known(database) == set(line.rung), 30)
    until(line.is_ready, 30)


def test_a_database_frozen_and_then_killed_loses_nothing(
    server: LocalPostgres, database: Database, line: Line
) -> None:
    server.freeze()
    for _ in range(3):
        line.ring()
    server.kill()
    line.ring()
    server.start()
    until(lambda: known(database) == set(line.rung), 30)
    assert line.slowest < LIMIT


def test_a_clean_restart_is_not_even_noticed_by_the_next_caller(
    server: LocalPostgres, database: Database, line: Line
) -> None:
    line.ring()
    server.restart()
    until(line.is_ready, 30)
    for _ in range(8):
        assert line.ring().find("Gather") is not None
    assert known(database) == set(line.rung)
