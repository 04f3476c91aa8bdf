"""Fixtures: the tiny product and the simulator that rings it, both real servers on this machine."""

import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest
from werkzeug.serving import WSGIRequestHandler, make_server

from ivr.simulator.server import serve
from ivr.simulator.settings import Line, Settings
from tests.simulator.stub_product import ACCOUNT, LINE, SPEED, TOKEN, Product, Telephones
from tests.support.openapi import Witness, description


class Quiet(WSGIRequestHandler):
    """No line on the console for each request."""

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None: ...


@pytest.fixture
def product() -> Iterator[Product]:
    product = Product()
    server = make_server("127.0.0.1", 0, product, threaded=True, request_handler=Quiet)
    product.url = f"http://127.0.0.1:{server.port}"
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    yield product
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def simulator_settings(product: Product, tmp_path: Path) -> Settings:
    line = Line(LINE, f"{product.url}/voice", status_callback=f"{product.url}/status")
    return Settings(ACCOUNT, TOKEN, (line,), port=0, speed=SPEED, ledger_path=tmp_path / "ledger.jsonl")


@pytest.fixture
def witnesses() -> list[Witness]:
    """Who saw the REST traffic of each simulator of this test."""
    return []


@pytest.fixture
def start(simulator_settings: Settings, witnesses: list[Witness]) -> Iterator[Callable[..., Telephones]]:
    """Start a simulator, with other settings if the test asks for them. Every REST answer of it is compared with
    the phone company's own description."""
    running = []
    client = httpx.Client(trust_env=False, verify=False)

    def begin(line: dict[str, Any] | None = None, **changes: Any) -> Telephones:
        lines = (replace(simulator_settings.lines[0], **(line or {})),)
        server = serve(replace(simulator_settings, lines=lines, **changes))
        witness = Witness(server.app)
        server.app = witness
        witnesses.append(witness)
        thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        running.append((server, thread))
        return Telephones(f"http://127.0.0.1:{server.port}", client)

    yield begin
    client.close()
    for server, thread in running:
        server.shutdown()
        thread.join()
        server.server_close()
    answers = [exchange for witness in witnesses for exchange in witness.seen]
    assert [fault for exchange in answers for fault in description().answer_faults(exchange)] == []


@pytest.fixture
def telephones(start: Callable[..., Telephones]) -> Telephones:
    return start()
