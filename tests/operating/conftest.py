"""Fixtures: a simulated phone company that rents out a number, settings that point at it, and the command line."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx
import pytest
from click.testing import CliRunner, Result
from werkzeug.serving import BaseWSGIServer

from hotline.base.database import Database
from hotline.cli import main
from ivr.simulator.exchange import Exchange
from ivr.simulator.server import serve
from ivr.simulator.settings import Line, Settings
from tests.support.calls import LINE, add_line, add_supervisor
from tests.support.settings import ACCOUNT_SID, AUTH_TOKEN

BACKUP = "+16615550190"


@dataclass
class Company:
    """The simulated phone company."""

    server: BaseWSGIServer

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server.port}"

    @property
    def exchange(self) -> Exchange:
        exchange: Exchange = self.server.app.extensions["exchange"]  # type: ignore[attr-defined]
        return exchange

    def line(self, number: str = LINE) -> Line:
        """The number as the company has it."""
        return self.exchange.lines[number]

    def change(self, number: str = LINE, **changes: Any) -> None:
        """Somebody sets the number at the company."""
        self.exchange.lines[number] = replace(self.line(number), **changes)

    def writes(self) -> list[dict[str, Any]]:
        """The requests that changed something."""
        return [entry for entry in self.exchange.ledger.entries("rest") if entry["method"] == "POST"]

    def breaks_down(self, requests: int, status: int) -> None:
        """Its interface refuses the next requests."""
        outage = {"requests": requests, "status": status}
        assert httpx.post(f"{self.url}/sim/outage", json=outage, trust_env=False).is_success


@dataclass
class Commands:
    """The command `hotline` with the settings of this test."""

    environ: dict[str, str]

    def run(self, *words: str, **changes: str) -> Result:
        return CliRunner().invoke(main, list(words), env={**self.environ, **changes})

    def json(self, *words: str, code: int = 0, **changes: str) -> Any:
        """What a command answers with --json; its exit code must be `code`."""
        result = self.run(*words, "--json", **changes)
        assert result.exit_code == code, result.output
        return json.loads(result.stdout)


class Files(SimpleHTTPRequestHandler):
    """A web server that knows nothing but files: it answers GET and refuses POST."""

    def log_message(self, format: str, *args: object) -> None:
        return


@contextmanager
def file_server(folder: Path) -> Iterator[str]:
    """The address of another host, which serves the folder."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Files, directory=str(folder)))
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def company() -> Iterator[Company]:
    line = Line(LINE, "http://127.0.0.1:9/old")
    server = serve(Settings(ACCOUNT_SID, AUTH_TOKEN, (line,), port=0, speed=15))
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    yield Company(server)
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def commands(environ: dict[str, str], company: Company) -> Commands:
    return Commands(environ | {"TWILIO_API_BASE_URL": company.url})


@pytest.fixture
def line(database: Database) -> None:
    """A line with a backup number, and a supervisor on duty."""
    with database.transaction() as session:
        add_line(session, backups=[BACKUP])
        add_supervisor(session)
