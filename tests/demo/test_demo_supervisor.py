"""The supervisor, tried on small programs."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from hotline.demo.servers import free_port, is_taken
from hotline.demo.supervisor import NotReady, Program, Supervisor, line_writer
from tests.support.waiting import until

SERVE = """
import http.server, sys
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200 if self.path == "/readyz" else 503)
        self.end_headers()
http.server.HTTPServer(("127.0.0.1", int(sys.argv[1])), Handler).serve_forever()
"""
PARENT = """
import subprocess, sys, time
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
print(child.pid, flush=True)
time.sleep(600)
"""
DEAF = """
import signal, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
print("deaf", flush=True)
time.sleep(600)
"""


def program(name: str, code: str, *arguments: str, ready_url: str | None = None) -> Program:
    return Program(name, [sys.executable, "-c", code, *arguments], dict(os.environ), ready_url)


class Desk:
    """Supervisors of a test, what they said and what their children printed."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.said: list[str] = []
        self.made: list[Supervisor] = []

    def __call__(self, *programs: Program) -> Supervisor:
        supervisor = Supervisor(programs, log=self.lines.append, say=self.said.append)
        self.made.append(supervisor)
        supervisor.start()
        return supervisor


@pytest.fixture
def desk() -> Iterator[Desk]:
    desk = Desk()
    yield desk
    for supervisor in desk.made:
        supervisor.stop()


def is_gone(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except FileNotFoundError:
        return True


def test_a_program_is_ready_when_its_address_answers(desk: Desk) -> None:
    port = free_port()
    supervisor = desk(program("web", SERVE, str(port), ready_url=f"http://127.0.0.1:{port}/readyz"))
    assert supervisor.wait_until_ready(10)
    assert is_taken(port)


def test_a_program_that_never_gets_ready_is_named_with_its_last_words(desk: Desk) -> None:
    port = free_port()
    code = "print('the cable is cut', flush=True); import time; time.sleep(600)"
    supervisor = desk(program("voice", code, ready_url=f"http://127.0.0.1:{port}/readyz"))
    until(lambda: desk.lines)
    with pytest.raises(NotReady, match=r"voice was not ready after 0 s.*\n.*the cable is cut"):
        supervisor.wait_until_ready(0.1)


def test_a_program_that_answers_but_is_not_ready_is_waited_for(desk: Desk) -> None:
    port = free_port()
    supervisor = desk(program("web", SERVE, str(port), ready_url=f"http://127.0.0.1:{port}/other"))
    until(lambda: is_taken(port))
    with pytest.raises(NotReady, match="web"):
        supervisor.wait_until_ready(0.3)


def test_a_killed_program_is_started_again_and_the_death_is_told(desk: Desk) -> None:
    supervisor = desk(program("worker", "import time; time.sleep(600)"))
    first = supervisor.pid("worker")
    assert first is not None
    os.kill(first, signal.SIGKILL)
    until(lambda: supervisor.pid("worker") not in (None, first), also=supervisor.watch)
    assert desk.said == ["worker has ended (signal SIGKILL); starting it again in 0.5 s."]


def test_the_pause_before_a_new_start_grows(desk: Desk) -> None:
    supervisor = desk(program("broken", "raise SystemExit(3)"))
    until(lambda: len(desk.said) >= 3, also=supervisor.watch)
    assert [said.rpartition("in ")[2] for said in desk.said[:3]] == ["0.5 s.", "1 s.", "2 s."]
    assert "exit code 3" in desk.said[0]


def test_children_of_a_killed_program_do_not_stay_behind(desk: Desk) -> None:
    supervisor = desk(program("web", PARENT))
    until(lambda: desk.lines)
    leader = supervisor.pid("web")
    assert leader is not None
    os.kill(leader, signal.SIGKILL)
    until(lambda: is_gone(int(desk.lines[0].rpartition("| ")[2])), also=supervisor.watch)


def test_stop_ends_programs_and_their_children(desk: Desk) -> None:
    supervisor = desk(program("web", PARENT), program("other", "import time; time.sleep(600)"))
    until(lambda: desk.lines)
    grandchild = int(desk.lines[0].rpartition("| ")[2])
    pids = [pid for pid in (supervisor.pid("web"), supervisor.pid("other")) if pid is not None]
    supervisor.stop()
    assert len(pids) == 2 and all(is_gone(pid) for pid in pids)
    until(lambda: is_gone(grandchild))


def test_a_program_that_will_not_end_is_killed(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hotline.demo.supervisor.STOP_DEADLINE", 0.2)
    supervisor = desk(program("deaf", DEAF))
    until(lambda: desk.lines)
    pid = supervisor.pid("deaf")
    assert pid is not None
    supervisor.stop()
    assert is_gone(pid)


def test_lines_carry_the_name_of_their_program(desk: Desk) -> None:
    desk(program("web", "print('hello')"), program("worker", "print('there')"))
    until(lambda: len(desk.lines) == 2)
    assert sorted(desk.lines) == ["web    | hello", "worker | there"]


def test_programs_end_with_a_supervisor_that_is_killed(tmp_path: Path) -> None:
    port = free_port()
    script = textwrap.dedent(f"""
        import os, signal, sys
        from hotline.demo.supervisor import Program, Supervisor
        command = [sys.executable, "-c", {SERVE!r}, "{port}"]
        supervisor = Supervisor([Program("web", command, dict(os.environ), "http://127.0.0.1:{port}/readyz")],
                                log=lambda line: None)
        supervisor.start()
        supervisor.wait_until_ready(10)
        os.kill(os.getpid(), signal.SIGKILL)
    """)
    ended = subprocess.run([sys.executable, "-c", script], check=False, capture_output=True, text=True)
    assert ended.returncode == -signal.SIGKILL, ended.stderr
    until(lambda: not is_taken(port))


def test_run_returns_when_a_signal_asks_for_the_end(desk: Desk) -> None:
    supervisor = desk(program("worker", "import time; time.sleep(600)"))
    with supervisor.ended_by_signals():
        timer = threading.Timer(0.2, os.kill, [os.getpid(), signal.SIGTERM])
        timer.start()
        supervisor.run()
        timer.join()
    assert signal.getsignal(signal.SIGTERM) is signal.SIG_DFL


def test_the_log_is_readable_by_its_owner_only(tmp_path: Path) -> None:
    echoed: list[str] = []
    write = line_writer(tmp_path / "demo.log", echoed.append)
    write("web | hello")
    assert (tmp_path / "demo.log").read_text() == "web | hello\n"
    assert (tmp_path / "demo.log").stat().st_mode & 0o777 == 0o600
    assert echoed == ["web | hello"]
