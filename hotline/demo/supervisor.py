"""Keep a set of child processes alive, and end all of them together.

Each child has a session of its own, so that Ctrl-C in the terminal reaches only the supervisor, and ends with
the supervisor even when that is killed (Linux). A child that dies is started again, after a pause that grows
from half a second to ten seconds and is forgotten after half a minute of good running.
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import threading
import time
import urllib.error
import urllib.request
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

from hotline.base.errors import HotlineError
from hotline.demo.servers import LocalServer, ServerError, processes, tethered

POLL = 0.1
FIRST_PAUSE = 0.5
LONGEST_PAUSE = 10.0
GOOD_RUN = 30.0
STOP_DEADLINE = 10.0
LAST_WORDS = 15
ENDINGS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class NotReady(HotlineError):
    """A program did not become ready in time; the message names it and gives its last words."""


@dataclass(frozen=True)
class Program:
    """A process to keep alive. `ready_url` answers 200 once it can do its work."""

    name: str
    command: Sequence[str]
    environ: Mapping[str, str]
    ready_url: str | None = None


@dataclass
class _Child:
    program: Program
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    pause: float = FIRST_PAUSE
    start_again: float = 0.0
    last_words: deque[str] = field(default_factory=lambda: deque(maxlen=LAST_WORDS))
    reader: threading.Thread | None = None


class Supervisor:
    """Runs programs, and watches over local servers that were started before them.

    `say` tells the person at the terminal what happens; `log` receives every line of every child.
    """

    def __init__(
        self,
        programs: Sequence[Program],
        *,
        log: Callable[[str], None],
        say: Callable[[str], None] = print,
        servers: Sequence[LocalServer] = (),
    ) -> None:
        self._children = {program.name: _Child(program) for program in programs}
        self._servers = servers
        self._log = log
        self._say = say
        self._width = max((len(program.name) for program in programs), default=0)
        self._ending = threading.Event()

    def start(self) -> None:
        """Start every program."""
        for child in self._children.values():
            self._start(child)

    def pid(self, name: str) -> int | None:
        """Process id of a program, or None while it is down."""
        process = self._children[name].process
        return process.pid if process and process.poll() is None else None

    def wait_until_ready(self, seconds: float) -> bool:
        """Watch until every `ready_url` answers 200. False when told to end meanwhile.

        NotReady names the programs that did not answer in time.
        """
        waiting = [child for child in self._children.values() if child.program.ready_url]
        deadline = time.monotonic() + seconds
        while waiting and not self._ending.is_set():
            self.watch()
            waiting = [child for child in waiting if not _answers(child.program.ready_url or "")]
            if waiting and time.monotonic() > deadline:
                raise NotReady(
                    "\n".join(
                        f"{child.program.name} was not ready after {seconds:.0f} s. Its last words:\n"
                        + "\n".join(f"    {line}" for line in child.last_words)
                        for child in waiting
                    )
                )
            self._ending.wait(POLL)
        return not self._ending.is_set()

    def run(self) -> None:
        """Watch until `end` is called or a signal asks for the end."""
        while not self._ending.wait(POLL):
            self.watch()

    def end(self) -> None:
        """Ask `run` and `wait_until_ready` to return."""
        self._ending.set()

    @contextmanager
    def ended_by_signals(self) -> Iterator[None]:
        """Inside the block, Ctrl-C, SIGTERM and a closed terminal call `end`."""

        def on_signal(number: int, frame: FrameType | None) -> None:
            self.end()

        before = {number: signal.signal(number, on_signal) for number in ENDINGS}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    def watch(self) -> None:
        """One look at everything: start again what has died and is due."""
        for server in self._servers:
            if not server.is_running():
                self._say(f"{server.name} has ended; starting it again.")
                with _told(self._say):
                    server.start()
        for child in self._children.values():
            if child.process is not None and child.process.poll() is not None:
                self._bury(child)
            if child.process is None and time.monotonic() >= child.start_again:
                self._start(child)

    def stop(self) -> None:
        """End every program: politely at first, by force after ten seconds."""
        living = [child.process for child in self._children.values() if child.process is not None]
        for process in living:
            process.terminate()
        deadline = time.monotonic() + STOP_DEADLINE
        for process in living:
            try:
                process.wait(max(0.0, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
            _kill_session(process.pid)
        for child in self._children.values():
            if child.reader is not None:
                child.reader.join(timeout=1)
            child.process = None

    def _start(self, child: _Child) -> None:
        program = child.program
        process = subprocess.Popen(
            tethered(list(program.command), when_parent_dies=signal.SIGTERM),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            env=dict(program.environ),
            start_new_session=True,
        )
        child.process, child.started = process, time.monotonic()
        child.reader = threading.Thread(target=self._read, args=(child, process), daemon=True)
        child.reader.start()

    def _read(self, child: _Child, process: subprocess.Popen[bytes]) -> None:
        assert process.stdout is not None
        with process.stdout:
            for raw in process.stdout:
                line = raw.decode(errors="replace").rstrip()
                child.last_words.append(line)
                self._log(f"{child.program.name:<{self._width}} | {line}")

    def _bury(self, child: _Child) -> None:
        """Note the death of a child and when to start it again."""
        assert child.process is not None
        # Children of a killed server would go on holding its port.
        _kill_session(child.process.pid)
        now = time.monotonic()
        if now - child.started > GOOD_RUN:
            child.pause = FIRST_PAUSE
        why = _ending_in_words(child.process.returncode)
        self._say(f"{child.program.name} has ended ({why}); starting it again in {child.pause:g} s.")
        child.start_again = now + child.pause
        child.pause = min(child.pause * 2, LONGEST_PAUSE)
        child.process = None


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=2) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def _ending_in_words(code: int) -> str:
    return f"signal {signal.Signals(-code).name}" if code < 0 else f"exit code {code}"


@contextmanager
def _told(say: Callable[[str], None]) -> Iterator[None]:
    try:
        yield
    except ServerError as error:
        say(error.message)


def _kill_session(leader: int) -> None:
    """End what a program left behind: every process of the session that it led."""
    for pid, _ in processes():
        with contextlib.suppress(ProcessLookupError, PermissionError):
            if os.getsid(pid) == leader:
                os.kill(pid, signal.SIGKILL)


def line_writer(path: Path, echo: Callable[[str], None] | None = None) -> Callable[[str], None]:
    """A `log` for the supervisor: appends to a file, and calls `echo` when given. Safe among threads."""
    lock = threading.Lock()
    path.touch(0o600)

    def write(line: str) -> None:
        with lock:
            with path.open("a", encoding="utf-8") as file:
                file.write(line + "\n")
            if echo is not None:
                echo(line)

    return write
