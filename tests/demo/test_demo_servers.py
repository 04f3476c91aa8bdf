"""The launcher of the local PostgreSQL and Redis, tried on real ones."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
import redis

from hotline.demo import servers
from hotline.demo.postgres import LocalPostgres
from hotline.demo.redis_server import LocalRedis, find_redis
from hotline.demo.servers import ServerError, children_of, free_port, is_taken
from tests.support.servers import temporary_directory, temporary_postgres, temporary_redis
from tests.support.waiting import until


@pytest.fixture(scope="module")
def own_postgres() -> Iterator[LocalPostgres]:
    with temporary_postgres(durable=True) as server:
        yield server


def reach(url: str) -> psycopg.Connection[tuple[object, ...]]:
    return psycopg.connect(url, autocommit=True, connect_timeout=3)


def test_postgres_asks_for_its_password(own_postgres: LocalPostgres) -> None:
    wrong = own_postgres.url().replace(own_postgres.password_file.read_text(), "guess")
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        reach(wrong)


def test_postgres_keeps_its_password_to_itself(own_postgres: LocalPostgres) -> None:
    assert stat.S_IMODE(own_postgres.password_file.stat().st_mode) == 0o600
    assert stat.S_IMODE(own_postgres.data.stat().st_mode) == 0o700


def test_postgres_checks_its_pages_and_offers_the_extensions(own_postgres: LocalPostgres) -> None:
    with reach(own_postgres.url()) as connection:
        assert connection.execute("SHOW data_checksums").fetchone() == ("on",)
        names = {row[0] for row in connection.execute("SELECT name FROM pg_available_extensions")}
    assert {"pg_trgm", "fuzzystrmatch", "unaccent"} <= names


def test_committed_rows_survive_a_killed_postgres(own_postgres: LocalPostgres) -> None:
    with reach(own_postgres.url()) as connection:
        connection.execute("CREATE TABLE survivors (number int)")
        connection.execute("INSERT INTO survivors SELECT generate_series(1, 100)")
    own_postgres.kill()
    url = own_postgres.start()
    with reach(url) as connection:
        assert connection.execute("SELECT count(*) FROM survivors").fetchone() == (100,)


def test_a_frozen_postgres_holds_its_connections_and_goes_on_when_thawed(own_postgres: LocalPostgres) -> None:
    with reach(own_postgres.url()) as connection:
        own_postgres.freeze()
        try:
            family = [own_postgres.pid, *children_of(own_postgres.pid)]
            assert len(family) > 1
            until(lambda: all(_state(pid) == "T" for pid in family))
            assert not own_postgres.answers()
        finally:
            own_postgres.thaw()
        assert connection.execute("SELECT 1").fetchone() == (1,)


def _state(pid: int) -> str:
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]


def test_a_second_start_keeps_port_and_data(own_postgres: LocalPostgres) -> None:
    with reach(own_postgres.url()) as connection:
        connection.execute("CREATE TABLE kept (number int)")
    before = own_postgres.url()
    assert own_postgres.restart() == before
    with reach(before) as connection:
        assert connection.execute("SELECT count(*) FROM kept").fetchone() == (0,)


def test_no_parent_folder_of_a_server_is_opened_to_others(tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    server = LocalPostgres(closed / "postgres", durable=False)
    server.start()
    try:
        assert stat.S_IMODE(closed.stat().st_mode) == 0o700
        assert closed.stat().st_uid == os.geteuid()
    finally:
        server.stop()


def test_a_server_that_can_not_start_says_what_it_said() -> None:
    with temporary_postgres() as first, temporary_directory("postgres") as directory:
        with pytest.raises(ServerError, match="Address already in use"):
            LocalPostgres(directory, port=first.port, durable=False).start()


def test_servers_end_with_the_process_that_started_them(tmp_path: Path) -> None:
    script = (
        "import os, signal, sys\nfrom pathlib import Path\n"
        "from hotline.demo.redis_server import LocalRedis\n"
        "server = LocalRedis(Path(sys.argv[1]))\nserver.start()\n"
        "print(server.port, flush=True)\nos.kill(os.getpid(), signal.SIGKILL)\n"
    )
    ended = subprocess.run(
        [sys.executable, "-c", script, str(tmp_path / "redis")], capture_output=True, text=True, check=False
    )
    port = int(ended.stdout)
    until(lambda: not is_taken(port))


def test_redis_asks_for_its_password() -> None:
    with temporary_redis() as server, redis.Redis(port=server.port) as stranger:
        with pytest.raises(redis.AuthenticationError):
            stranger.ping()


def test_a_durable_redis_has_its_values_after_a_kill() -> None:
    with temporary_redis(durable=True) as server:
        with redis.Redis.from_url(server.url()) as client:
            client.set("kept", "yes")
            # The file is written at once and synced every second; a killed process loses nothing written.
            server.kill()
        with redis.Redis.from_url(server.start()) as client:
            assert client.get("kept") == b"yes"


def test_a_server_on_the_path_is_preferred_to_the_bundled_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = tmp_path / "valkey-server"
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert find_redis() == str(program)


def test_without_any_redis_the_message_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(ServerError, match="Set REDIS_URL"):
        find_redis()


def test_a_port_in_use_is_seen() -> None:
    with temporary_redis() as server:
        assert is_taken(server.port)
    assert not is_taken(free_port())


def test_a_stopped_server_has_no_process_id() -> None:
    with temporary_directory("redis") as directory:
        server: servers.LocalServer = LocalRedis(directory)
        with pytest.raises(ServerError, match="not running"):
            _ = server.pid
        server.stop()
