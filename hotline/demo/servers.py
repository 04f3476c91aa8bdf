"""What the local PostgreSQL and Redis share: a child process that we start, reap, freeze and kill."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from abc import ABC, abstractmethod
from pathlib import Path

from hotline.base.errors import HotlineError

TETHER = Path(__file__).with_name("tether.py")
START_DEADLINE = 30.0
STOP_DEADLINE = 15.0
POLL = 0.02


class ServerError(HotlineError):
    """A local server could not be found, started or stopped; the message says what to do."""


def free_port() -> int:
    """A TCP port of 127.0.0.1 that nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def is_taken(port: int) -> bool:
    """Whether something listens on, or holds, `port` of 127.0.0.1."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return True
        return False


def children_of(pid: int) -> list[int]:
    """Process ids of all living descendants of `pid`, parents before their children."""
    by_parent: dict[int, list[int]] = {}
    for child, parent in processes():
        by_parent.setdefault(parent, []).append(child)
    found: list[int] = []
    waiting = [pid]
    while waiting:
        below = by_parent.get(waiting.pop(), [])
        found += below
        waiting += below
    return found


def processes() -> list[tuple[int, int]]:
    """(pid, parent pid) of every process: from /proc where there is one, else from ps."""
    if not Path("/proc/self/stat").exists():
        listing = subprocess.run(["ps", "-A", "-o", "pid=,ppid="], capture_output=True, text=True, check=True)
        return [(int(pid), int(parent)) for pid, parent in map(str.split, listing.stdout.splitlines())]
    pairs = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with contextlib.suppress(OSError):
                # The name in parentheses may itself hold spaces and parentheses.
                state_and_parent = (entry / "stat").read_text().rpartition(")")[2].split()
                pairs.append((int(entry.name), int(state_and_parent[1])))
    return pairs


def tethered(command: list[str], *, when_parent_dies: signal.Signals, how: tuple[str, ...] = ()) -> list[str]:
    """`command` wrapped so that it ends with this process; `how` are further options of tether.py."""
    options = ["--parent", str(os.getpid()), "--signal", str(int(when_parent_dies)), *how]
    return [sys.executable, "-I", "-S", str(TETHER), *options, "--", *command]


class LocalServer(ABC):
    """A server process of ours on 127.0.0.1. Subclasses say how it is prepared, started and asked."""

    name: str
    gentle_signal: signal.Signals

    def __init__(self, directory: Path, port: int | None = None) -> None:
        """Keep data, password and log in `directory`; listen on `port` (a free one when None)."""
        self.directory = directory
        self.port = port or free_port()
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def log(self) -> Path:
        """The server's own messages."""
        return self.directory / "server.log"

    @property
    def pid(self) -> int:
        """Process id of the running server; ServerError when it does not run."""
        if self._process is None:
            raise ServerError(f"{self.name} is not running")
        return self._process.pid

    def is_running(self) -> bool:
        """Whether the process is there, frozen or not."""
        return self._process is not None and self._process.poll() is None

    @abstractmethod
    def prepare(self) -> None:
        """Make the data directory when there is none yet."""

    @abstractmethod
    def command(self) -> list[str]:
        """The command line, tethered to this process."""

    @abstractmethod
    def answers(self) -> bool:
        """Whether the server does real work already."""

    @abstractmethod
    def url(self) -> str:
        """The address with which others reach it, password included."""

    def start(self) -> str:
        """Prepare, start, wait until it answers (30 s at most) and return the address."""
        self.prepare()
        deadline = time.monotonic() + START_DEADLINE
        while not self._started(deadline):
            time.sleep(0.2)
        return self.url()

    def _started(self, deadline: float) -> bool:
        """One attempt to start; False when it is worth another."""
        with self.log.open("ab") as log:
            offset = log.tell()
            process = subprocess.Popen(
                self.command(),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                cwd=self.directory,
                start_new_session=True,
            )
        self._process = process
        while process.poll() is None:
            if self.answers():
                return True
            if time.monotonic() > deadline:
                self.kill()
                raise ServerError(f"{self.name} did not answer within {START_DEADLINE:.0f} s; see {self.log}")
            time.sleep(POLL)
        self._process = None
        said = self.log.read_bytes()[offset:].decode(errors="replace")
        if self.may_retry(said) and time.monotonic() < deadline:
            return False
        raise ServerError(f"{self.name} did not start. It said:\n{said.strip()[-2000:]}")

    def may_retry(self, said: str) -> bool:
        """Whether a start that ended with these words may succeed a moment later."""
        return False

    def stop(self) -> None:
        """End it cleanly, by force after 15 s. Harmless when it does not run."""
        if self._process is None:
            return
        self.thaw()
        self._process.send_signal(self.gentle_signal)
        try:
            self._process.wait(STOP_DEADLINE)
        except subprocess.TimeoutExpired:
            self.kill()
        self._process = None

    def kill(self) -> None:
        """End it at once with SIGKILL, its own children too, and reap it."""
        self._signal_all(signal.SIGKILL)
        if self._process is not None:
            self._process.wait()
        self._process = None

    def freeze(self) -> None:
        """Stop it in its tracks (SIGSTOP): connections stay open and nothing answers."""
        self._signal_all(signal.SIGSTOP)

    def thaw(self) -> None:
        """Let a frozen server go on."""
        self._signal_all(signal.SIGCONT)

    def restart(self) -> str:
        """Stop it cleanly and start it again on the same port and data."""
        self.stop()
        return self.start()

    def _signal_all(self, number: signal.Signals) -> None:
        """Signal the server and its children, whom it cannot multiply meanwhile."""
        if self._process is None:
            return
        if number != signal.SIGCONT:
            self._process.send_signal(signal.SIGSTOP)
        for pid in [*children_of(self._process.pid), self._process.pid]:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, number)
