"""Start the whole demonstration in one terminal and stop it again."""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

import click

from hotline.base.errors import ConfigurationError, HotlineError
from hotline.demo.postgres import LocalPostgres
from hotline.demo.redis_server import LocalRedis
from hotline.demo.servers import LocalServer
from hotline.demo.settings import (
    HOST,
    LINE,
    Ports,
    chosen_ports,
    program_settings,
    remembered,
    write_for_shells,
)
from hotline.demo.supervisor import Program, Supervisor, line_writer

READY_WITHIN = 60.0
PYTHON = sys.executable


@click.command()
@click.option("--fresh", is_flag=True, help="Forget everything and start over.")
@click.option("--verbose", is_flag=True, help="Show the log of every program here, too.")
def up(fresh: bool, verbose: bool) -> None:
    """Start servers, voice, web, workers and the phone simulator; Ctrl-C stops all of it.

    Data, keys and logs are kept in `.demo` (or HOTLINE_DEMO_DIR). Ports: HOTLINE_WEB_PORT, HOTLINE_VOICE_PORT and
    HOTLINE_SIMULATOR_PORT. DATABASE_URL, REDIS_URL and SMTP_URL, when set, replace the local servers.
    """
    began = time.monotonic()
    # Until the supervisor takes over, a polite end and a closed terminal count as Ctrl-C.
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.default_int_handler)
    ports = chosen_ports(os.environ)
    folder = Path(os.environ.get("HOTLINE_DEMO_DIR", "") or ".demo").resolve()
    with ExitStack() as stack:
        stack.enter_context(alone_in(folder))
        # Whatever the programs write is for this person only.
        os.umask(0o077)
        if fresh:
            forget(folder)
        decided = remembered(folder / "settings.env")
        servers, addresses = start_servers(folder, decided, os.environ, stack)
        settings = program_settings(decided, ports, folder, addresses)
        write_for_shells(folder / "environment", settings)
        (folder / "spool").mkdir(mode=0o700, exist_ok=True)
        environ = {**os.environ, **settings}
        prepare(environ)
        write = line_writer(folder / "demo.log", click.echo if verbose else None)
        catch_mail = not os.environ.get("SMTP_URL")
        programs = demo_programs(environ, ports, decided, catch_mail=catch_mail)
        supervisor = Supervisor(programs, log=write, say=click.echo, servers=servers)
        with supervisor.ended_by_signals():
            try:
                click.echo("Starting voice, web, workers and the phone simulator.")
                supervisor.start()
                if supervisor.wait_until_ready(READY_WITHIN):
                    click.echo(summary(ports, folder, decided, time.monotonic() - began))
                    provision(environ)
                    supervisor.run()
            finally:
                click.echo("\nStopping.")
                supervisor.stop()
                stack.close()
    click.echo(f"Stopped. The data is kept in {folder}; 'make demo' goes on with it.")


@contextmanager
def alone_in(folder: Path) -> Iterator[None]:
    """Hold the demonstration's folder; ConfigurationError when another one runs in it."""
    # Others may pass through, not list: PostgreSQL's own folder inside may belong to another account.
    folder.mkdir(parents=True, exist_ok=True, mode=0o711)
    with (folder / "lock").open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise ConfigurationError(
                f"Another demonstration is running in {folder}. Stop it with Ctrl-C, "
                "or choose another folder with HOTLINE_DEMO_DIR."
            ) from None
        yield


def forget(folder: Path) -> None:
    """Remove everything that earlier runs kept, but the lock that this one holds."""
    for entry in folder.iterdir():
        if entry.is_dir():
            shutil.rmtree(entry)
        elif entry.name != "lock":
            entry.unlink()


def start_servers(
    folder: Path, decided: Mapping[str, str], environ: Mapping[str, str], stack: ExitStack
) -> tuple[list[LocalServer], dict[str, str]]:
    """Start what `environ` does not name; the servers started, and the addresses of all three."""
    local: dict[str, LocalServer] = {}
    if not environ.get("DATABASE_URL"):
        port = int(decided["HOTLINE_DEMO_POSTGRES_PORT"])
        local["DATABASE_URL"] = LocalPostgres(folder / "postgres", port)
    if not environ.get("REDIS_URL"):
        local["REDIS_URL"] = LocalRedis(folder / "redis", int(decided["HOTLINE_DEMO_REDIS_PORT"]))
    addresses = {name: environ.get(name, "") for name in ("DATABASE_URL", "REDIS_URL", "SMTP_URL")}
    for name, server in local.items():
        click.echo(f"Starting {server.name}.")
        stack.callback(server.stop)
        addresses[name] = server.start()
    addresses["SMTP_URL"] = addresses["SMTP_URL"] or f"smtp://{HOST}:{decided['HOTLINE_DEMO_SMTP_PORT']}"
    return list(local.values()), addresses


def prepare(environ: Mapping[str, str]) -> None:
    """Migrate the database and load the demonstration's agency, each as the command that a person would use."""
    for words, command in (
        ("Preparing the database.", ["migrate"]),
        ("Loading the Kern pack and the demonstration's agency.", ["demo", "seed"]),
    ):
        click.echo(words)
        carry_out(environ, command)


def provision(environ: Mapping[str, str]) -> None:
    """Set the line's number at the simulated phone company; calls come through without it, so a failure is told."""
    try:
        carry_out(environ, ["lines", "provision"])
    except HotlineError as error:
        click.echo(error.message, err=True)


def carry_out(environ: Mapping[str, str], command: Sequence[str]) -> None:
    """Run a command as a person would; HotlineError with what it said when it fails."""
    done = subprocess.run(
        [PYTHON, "-c", "from hotline.cli import main; main()", *command],
        env=dict(environ),
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        said = (done.stdout + done.stderr).strip()[-2000:]
        raise HotlineError(f"'hotline {' '.join(command)}' failed:\n{said}")


def demo_programs(
    environ: Mapping[str, str], ports: Ports, decided: Mapping[str, str], *, catch_mail: bool
) -> list[Program]:
    """Every process of the demonstration, in the order of starting; the mail catcher only when it is wanted."""
    programs = [
        served("voice", "ivr.app:create_app", ports.voice, environ),
        served("web", "hotline.app:create_app", ports.web, environ),
        streaming("live", "hotline.web.live.app:create_app", int(decided["HOTLINE_DEMO_LIVE_PORT"]), environ),
        _module("calls", environ, "workers.run", "--queue", "calls"),
        _module("dispatch", environ, "workers.run", "--queue", "dispatch"),
        _module("sweep", environ, "workers.sweep"),
        _module("phone", environ, "ivr.simulator", ready_url=f"http://{HOST}:{ports.simulator}/phone"),
    ]
    if catch_mail:
        page = decided["HOTLINE_DEMO_MAIL_PAGE_PORT"]
        mail = ["hotline.demo.mailcatcher", "--smtp-port", decided["HOTLINE_DEMO_SMTP_PORT"]]
        mail += ["--http-port", page, "--dir", str(Path(environ["HOTLINE_DEMO_DIR"]) / "mail")]
        programs.append(_module("mail", environ, *mail, ready_url=f"http://{HOST}:{page}/messages.json"))
    return programs


def _module(name: str, environ: Mapping[str, str], *words: str, ready_url: str | None = None) -> Program:
    return Program(name, [PYTHON, "-m", *words], environ, ready_url)


def served(name: str, application: str, port: int, environ: Mapping[str, str]) -> Program:
    """A web application (`module:factory`) on a server as the product uses it; it answers `/readyz`."""
    # Four threads each: measured best; more of them get in each other's way.
    options = ["--interface", "wsgi", "--workers", "2", "--blocking-threads", "4", "--no-ws"]
    return _granian(name, application, port, environ, options)


def streaming(name: str, application: str, port: int, environ: Mapping[str, str]) -> Program:
    """An application that holds streams open, in one process; it answers `/readyz`."""
    return _granian(name, application, port, environ, ["--interface", "asgi", "--workers", "1", "--no-ws"])


def _granian(
    name: str, application: str, port: int, environ: Mapping[str, str], options: Sequence[str]
) -> Program:
    command = [PYTHON, "-m", "granian", "--factory", "--host", HOST, "--port", str(port), *options]
    # A killed worker is replaced; one that will not end is killed.
    command += ["--respawn-failed-workers", "--workers-kill-timeout", "3", application]
    return Program(name, command, environ, f"http://{HOST}:{port}/readyz")


def summary(ports: Ports, folder: Path, decided: Mapping[str, str], seconds: float) -> str:
    """What a person needs to begin: addresses and sign-ins."""
    web = f"http://{HOST}:{ports.web}"
    places = [
        ("Sign in, console, board, portal", f"{web}/"),
        ("Reports of professionals, online", f"{web}/online"),
        (f"A telephone (the line is {LINE})", f"http://{HOST}:{ports.simulator}/phone"),
    ]
    if not os.environ.get("SMTP_URL"):
        places.append(("Mail that was sent", f"http://{HOST}:{decided['HOTLINE_DEMO_MAIL_PAGE_PORT']}/"))
    places.append(("Log of all programs", str(folder / "demo.log")))
    places.append(("Settings for another terminal", f". {folder / 'environment'}"))
    lines = [f"\nReady after {seconds:.0f} s.\n"]
    width = max(len(what) for what, _ in places)
    lines += [f"  {what:<{width}}  {where}" for what, where in places]
    lines += _signins(folder / "signins.json")
    return "\n".join([*lines, "\nCtrl-C stops all of it; the data stays."])


def _signins(path: Path) -> list[str]:
    if not path.exists():
        return []
    people = json.loads(path.read_text(encoding="utf-8"))
    rows = [(one["role"], one["name"], one["email"], one["password"]) for one in people]
    heading = ("Role", "Name", "E-mail", "Password")
    widths = [max(len(row[column]) for row in [heading, *rows]) for column in range(len(heading))]
    return [
        "",
        *(
            "  " + "  ".join(f"{cell:<{width}}" for cell, width in zip(row, widths, strict=True)).rstrip()
            for row in [heading, *rows]
        ),
    ]
