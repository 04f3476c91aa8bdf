"""Worker processes of a test: the real programs, which a test may kill."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from redis import Redis
from rq import Worker

from hotline.demo.servers import children_of
from tests.support.servers import temporary_directory
from tests.support.waiting import until

ROOT = Path(__file__).resolve().parents[2]
WORKER = ("workers.run", "--queue", "dispatch")
SWEEP = ("workers.sweep",)


@dataclass
class Crew:
    """Starts programs with the same settings; each ends with the test."""

    environ: Mapping[str, str]
    folder: Path
    processes: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def start(self, *program: str) -> subprocess.Popen[bytes]:
        """Start `python -m …`; what it writes goes to the log."""
        with self.log.open("ab") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", *program],
                env={**os.environ, **self.environ},
                cwd=ROOT,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        self.processes.append(process)
        return process

    def start_worker(self) -> subprocess.Popen[bytes]:
        """Start a worker of the dispatch queue and wait until it waits for work."""
        before = self.workers()
        process = self.start(*WORKER)
        until(lambda: self.workers() > before, 60)
        return process

    def workers(self) -> int:
        """How many workers have told Redis that they are there."""
        with Redis.from_url(self.environ["REDIS_URL"]) as client:
            return Worker.count(connection=client)

    @property
    def log(self) -> Path:
        """Every line that the programs wrote."""
        return self.folder / "crew.log"

    def kill(self, process: subprocess.Popen[bytes]) -> None:
        """Kill the process and its children with -9, as a power cut would."""
        # Stopped first: it could fork another child while we count.
        process.send_signal(signal.SIGSTOP)
        for pid in children_of(process.pid):
            self.kill_one(pid)
        process.kill()
        process.wait()

    @staticmethod
    def kill_one(pid: int) -> None:
        """Kill one process with -9; harmless when it is gone already."""
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


@contextmanager
def crew(environ: Mapping[str, str]) -> Iterator[Crew]:
    """A crew without members; whoever is left at the end is killed."""
    with temporary_directory("crew") as folder:
        members = Crew(environ, folder)
        try:
            yield members
        finally:
            for process in members.processes:
                if process.poll() is None:
                    members.kill(process)
