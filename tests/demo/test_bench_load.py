"""The load generator counts and times honestly."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from scripts.bench.load import Figures, median_of, percentile, request_bytes, run


class Answers(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    forms: list[bytes]

    def do_POST(self) -> None:
        self.forms.append(self.rfile.read(int(self.headers["Content-Length"])))
        self.send_response(200 if self.path == "/good" else 500)
        self.send_header("Content-Length", "11")
        self.end_headers()
        self.wfile.write(b"<Response/>")

    def log_message(self, format: str, *args: Any) -> None:
        pass


@pytest.fixture
def server() -> Iterator[ThreadingHTTPServer]:
    handler = type("Handler", (Answers,), {"forms": []})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


def request(server: ThreadingHTTPServer, path: str) -> bytes:
    return request_bytes(f"http://127.0.0.1:{server.server_port}{path}", {"From": "+1 661"}, {"X-Sign": "s"})


def test_every_request_arrives_and_is_timed(server: ThreadingHTTPServer) -> None:
    shares = [[request(server, "/good")] * 5, [request(server, "/good")] * 5]
    figures = run(("127.0.0.1", server.server_port), shares, b"<Response")
    assert (figures.failures, figures.sent) == (0, 10)
    assert 0 < figures.p50 <= figures.p99
    assert server.RequestHandlerClass.forms == [b"From=%2B1+661"] * 10  # type: ignore[attr-defined]


def test_a_round_ends_when_its_time_is_over(server: ThreadingHTTPServer) -> None:
    address, requests = ("127.0.0.1", server.server_port), [request(server, "/good")] * 100_000
    figures = run(address, [requests], b"<Response", seconds=0.2)
    assert 0 < figures.sent < 100_000


def test_a_refused_request_and_a_wrong_answer_are_failures(server: ThreadingHTTPServer) -> None:
    address = ("127.0.0.1", server.server_port)
    assert run(address, [[request(server, "/bad")] * 3], b"<Response").failures == 3
    assert run(address, [[request(server, "/good")] * 3], b"<Dial").failures == 3


def test_percentiles_are_values_that_were_measured() -> None:
    values = [float(number) for number in range(1, 101)]
    assert percentile(values, 0.5) == 51.0
    assert percentile(values, 0.99) == 100.0
    assert percentile([7.0], 0.99) == 7.0


def test_the_median_round_is_told_and_no_failure_is_lost() -> None:
    rounds = [Figures(1, 9, 100, 0, 5), Figures(2, 8, 300, 1, 5), Figures(3, 7, 200, 0, 4)]
    assert median_of(rounds) == Figures(2, 8, 200, 1, 14)
