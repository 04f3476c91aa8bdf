"""The whole system on free ports with servers of its own, for a rehearsal that must not touch other data.

It is the demonstration without its fixed ports: the same programs, the same seed, another folder.
"""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, redirect_stdout
from dataclasses import dataclass, field
from pathlib import Path

from hotline.demo.day.people import Person, read_people
from hotline.demo.postgres import LocalPostgres
from hotline.demo.redis_server import LocalRedis
from hotline.demo.servers import free_port
from hotline.demo.settings import HOST, Ports, program_settings, remembered, write_for_shells
from hotline.demo.supervisor import Supervisor, line_writer
from hotline.demo.up import READY_WITHIN, demo_programs, prepare

_REPLACED = ("HOTLINE_", "TWILIO_", "SIMULATOR_", "PUBLIC_")
_SERVERS = ("DATABASE_URL", "REDIS_URL", "SMTP_URL")


@dataclass
class Stack:
    """A running system. `settings` are the environment variables that its programs were given."""

    folder: Path
    settings: Mapping[str, str] = field(repr=False)
    postgres: LocalPostgres
    redis: LocalRedis
    supervisor: Supervisor
    people: list[Person] = field(repr=False)
    said: list[str] = field(repr=False)
    """What the supervisor told: which program ended, and that it was started again."""

    @property
    def web_url(self) -> str:
        """Console, board and portal."""
        return self.settings["PUBLIC_WEB_URL"]

    @property
    def voice_url(self) -> str:
        """What the phone company asks."""
        return self.settings["PUBLIC_VOICE_URL"]

    @property
    def phone_url(self) -> str:
        """The simulated phone company."""
        return self.settings["TWILIO_API_BASE_URL"]

    @property
    def mail_url(self) -> str:
        """The page of the mail catcher."""
        return self.settings["HOTLINE_DEMO_MAIL_URL"]

    @property
    def log(self) -> Path:
        """Every line that every program wrote."""
        return self.folder / "demo.log"

    def last_words(self, lines: int = 60) -> str:
        """The end of the log, for the message of a failure."""
        return "\n".join(self.log.read_text(encoding="utf-8", errors="replace").splitlines()[-lines:])


@contextmanager
def own_stack(
    folder: Path,
    *,
    speed: float = 1.0,
    durable: bool = True,
    changes: Mapping[str, str] | None = None,
    say: Callable[[str], None] = lambda line: None,
) -> Iterator[Stack]:
    """Start everything in `folder` and stop it at the end of the block, whatever happens.

    `speed`: callers' seconds per real second at the simulated phone company. `durable=False` lets PostgreSQL
    and Redis forget at a power cut, for speed. `changes` replaces settings of the programs. Raises
    HotlineError with the last words of what did not start.
    """
    with ExitStack() as stack:
        ports = Ports(web=free_port(), voice=free_port(), simulator=free_port())
        folder.mkdir(parents=True, exist_ok=True, mode=0o711)
        decided = remembered(folder / "settings.env")
        postgres = LocalPostgres(folder / "postgres", durable=durable)
        redis = LocalRedis(folder / "redis", durable=durable)
        stack.callback(postgres.stop)
        stack.callback(redis.stop)
        addresses = {
            "DATABASE_URL": postgres.start(),
            "REDIS_URL": redis.start(),
            "SMTP_URL": f"smtp://{HOST}:{decided['HOTLINE_DEMO_SMTP_PORT']}",
        }
        settings = {
            **program_settings(decided, ports, folder, addresses),
            "SIMULATOR_SPEED": f"{speed:g}",
            **(changes or {}),
        }
        write_for_shells(folder / "environment", settings)
        (folder / "spool").mkdir(mode=0o700, exist_ok=True)
        environ = {**_surroundings(), **settings}
        # Whoever started this may print JSON for a program to read.
        with redirect_stdout(sys.stderr):
            prepare(environ)
        said: list[str] = []

        def tell(line: str) -> None:
            said.append(line)
            say(line)

        programs = demo_programs(environ, ports, decided, catch_mail=True)
        supervisor = Supervisor(programs, log=line_writer(folder / "demo.log"), say=tell)
        stack.callback(supervisor.stop)
        supervisor.start()
        supervisor.wait_until_ready(READY_WITHIN)
        stack.enter_context(_watched(supervisor))
        yield Stack(folder, settings, postgres, redis, supervisor, read_people(folder / "signins.json"), said)


@contextmanager
def _watched(supervisor: Supervisor) -> Iterator[None]:
    """Inside the block, what dies is started again."""
    watcher = threading.Thread(target=supervisor.run, name="supervisor")
    watcher.start()
    try:
        yield
    finally:
        supervisor.end()
        watcher.join()


def _surroundings() -> dict[str, str]:
    """This process's environment without what would lead the programs elsewhere."""
    return {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(_REPLACED) and name not in _SERVERS
    }
