"""`hotline demo up`, as a newcomer meets it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import psycopg
import pytest
from click.testing import CliRunner

from hotline.base.errors import ConfigurationError
from hotline.demo.servers import children_of, free_port, is_taken
from hotline.demo.settings import remembered
from hotline.demo.up import alone_in, forget, start_servers, up
from tests.support.servers import temporary_directory, temporary_redis
from tests.support.waiting import until

PORTS = ("HOTLINE_WEB_PORT", "HOTLINE_VOICE_PORT", "HOTLINE_SIMULATOR_PORT")
GIVEN = ("DATABASE_URL", "REDIS_URL", "SMTP_URL")


class Demo:
    """A demonstration of its own folder and ports, run as a process."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.ports = {name: free_port() for name in PORTS}
        self.output = folder / "terminal"
        self.process: subprocess.Popen[bytes] | None = None

    def environ(self) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if name not in GIVEN}
        chosen = {name: str(port) for name, port in self.ports.items()}
        return {**kept, **chosen, "HOTLINE_DEMO_DIR": str(self.folder / "demo")}

    @contextmanager
    def running(self, *options: str) -> Iterator[str]:
        """Start it, yield what it printed once ready, and end it with Ctrl-C."""
        command = [sys.executable, "-c", "from hotline.cli import main; main()", "demo", "up", *options]
        with self.output.open("wb") as output:
            process = subprocess.Popen(command, env=self.environ(), stdout=output, stderr=subprocess.STDOUT)
        self.process = process
        try:
            until(lambda: "Ctrl-C" in self.said() or process.poll() is not None, seconds=150)
            assert process.poll() is None, self.said()
            yield self.said()
            process.send_signal(signal.SIGINT)
            assert process.wait(30) == 0, self.said()
        finally:
            process.kill()
            process.wait()

    def said(self) -> str:
        return self.output.read_text()

    def settings(self) -> dict[str, str]:
        return remembered(self.folder / "demo" / "settings.env")


@pytest.fixture(scope="module")
def demo() -> Iterator[Demo]:
    with temporary_directory("demo") as folder:
        # Others may pass through: the local PostgreSQL may run under another account.
        folder.chmod(0o711)
        yield Demo(folder)


def status(url: str) -> int:
    with urllib.request.urlopen(url, timeout=5) as answer:
        return int(answer.status)


def test_a_newcomer_gets_addresses_and_sign_ins_and_a_second_run_keeps_them(demo: Demo) -> None:
    with demo.running() as said:
        for name, path in zip(PORTS, ("/readyz", "/readyz", "/phone"), strict=True):
            assert status(f"http://127.0.0.1:{demo.ports[name]}{path}") == 200
            assert f"http://127.0.0.1:{demo.ports[name]}" in said or name == "HOTLINE_VOICE_PORT"
        people = json.loads((demo.folder / "demo" / "signins.json").read_text())
        assert {"screener", "coordinator"} <= {one["role"] for one in people}
        assert all(one["password"] in said for one in people)
        assert demo.process is not None
        family = children_of(demo.process.pid)
        assert len(family) > 8
    until(lambda: not any(is_alive(pid) for pid in family))
    with demo.running() as said:
        assert all(one["password"] in said for one in people)


def is_alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def test_a_taken_port_is_told_before_anything_is_started(tmp_path: Path) -> None:
    with temporary_redis() as busy:
        environ = {"HOTLINE_VOICE_PORT": str(busy.port), "HOTLINE_DEMO_DIR": str(tmp_path / "demo")}
        before = signal.getsignal(signal.SIGTERM), signal.getsignal(signal.SIGHUP)
        try:
            result = CliRunner().invoke(
                up, env=environ | {PORTS[0]: str(free_port()), PORTS[2]: str(free_port())}
            )
        finally:
            signal.signal(signal.SIGTERM, before[0])
            signal.signal(signal.SIGHUP, before[1])
    assert isinstance(result.exception, ConfigurationError)
    assert f"Port {busy.port} is in use" in result.exception.message
    assert not (tmp_path / "demo").exists()


def test_two_demonstrations_do_not_share_a_folder(tmp_path: Path) -> None:
    with alone_in(tmp_path), pytest.raises(ConfigurationError, match="Another demonstration is running"):
        with alone_in(tmp_path):
            pass


def test_starting_over_forgets_everything(tmp_path: Path) -> None:
    (tmp_path / "postgres" / "data").mkdir(parents=True)
    first = remembered(tmp_path / "settings.env")
    with alone_in(tmp_path):
        forget(tmp_path)
        assert [entry.name for entry in tmp_path.iterdir()] == ["lock"]
    assert remembered(tmp_path / "settings.env")["HOTLINE_HASH_KEY"] != first["HOTLINE_HASH_KEY"]


def test_servers_that_are_named_in_the_environment_are_not_started(tmp_path: Path) -> None:
    given = {name: f"given-{name}" for name in GIVEN}
    with ExitStack() as stack:
        assert start_servers(tmp_path, remembered(tmp_path / "s"), given, stack) == ([], given)


def test_a_local_server_is_started_where_none_is_named(tmp_path: Path) -> None:
    decided = remembered(tmp_path / "s")
    given = {"REDIS_URL": "redis://127.0.0.1:1/0", "SMTP_URL": "smtp://127.0.0.1:2"}
    with ExitStack() as stack:
        (server,), addresses = start_servers(tmp_path, decided, given, stack)
        with psycopg.connect(addresses["DATABASE_URL"]) as connection:
            assert connection.execute("SHOW fsync").fetchone() == ("on",)
    assert not server.is_running()
    assert not is_taken(server.port)
