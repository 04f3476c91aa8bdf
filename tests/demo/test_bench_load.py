"""The load generator counts and times honestly."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl

import pytest
from twilio.request_validator import RequestValidator

from scripts.bench import console, crowd, search, tables
from scripts.bench.console import Typing
from scripts.bench.crowd import Crowd
from scripts.bench.dispatch import Delays
from scripts.bench.field_save import Saves
from scripts.bench.load import Figures, median_of, percentile, request_bytes, run
from scripts.bench.offers import Reach
from scripts.bench.panel import Panel
from scripts.bench.phone import Phone
from scripts.bench.screener import Hand
from scripts.bench.search import SearchFigures, Timed
from scripts.bench.tables import Results, as_json, crowd_table, webhook_table
from tests.support.loops import apart


class Answers(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    forms: list[bytes]
    paths: list[str]
    document = b"<Response/>"

    def do_POST(self) -> None:
        self.forms.append(self.rfile.read(int(self.headers["Content-Length"])))
        self.paths.append(self.path)
        self.send_response(500 if self.path == "/bad" else 200)
        self.send_header("Content-Length", str(len(self.document)))
        self.end_headers()
        self.wfile.write(self.document)

    def log_message(self, format: str, *args: Any) -> None:
        pass


@pytest.fixture
def server() -> Iterator[ThreadingHTTPServer]:
    handler = type("Handler", (Answers,), {"forms": [], "paths": []})
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


SETTINGS = {"TWILIO_AUTH_TOKEN": "token", "TWILIO_ACCOUNT_SID": "AC" + "0" * 32, "DATABASE_URL": "none"}


def test_a_phones_requests_are_signed_for_the_whole_public_address() -> None:
    settings = {**SETTINGS, "PUBLIC_VOICE_URL": "https://voice.test"}
    sent = Phone(settings, "http://127.0.0.1:1").request("menu", {"language": "es"}, Digits="2").decode()
    head, _, body = sent.partition("\r\n\r\n")
    assert head.startswith("POST /voice/menu?language=es HTTP/1.1")
    signature = next(line for line in head.splitlines() if line.startswith("X-Twilio-Signature: "))
    form = dict(parse_qsl(body, keep_blank_values=True))
    assert form["Digits"] == "2"
    validator = RequestValidator("token")
    url = "https://voice.test/voice/menu?language=es"
    assert validator.validate(url, form, signature.partition(": ")[2])


@pytest.fixture
def public(server: ThreadingHTTPServer) -> dict[str, str]:
    return {**SETTINGS, "PUBLIC_VOICE_URL": f"http://127.0.0.1:{server.server_port}"}


def test_a_crowd_is_there_all_at_once_and_goes_where_documents_lead(
    server: ThreadingHTTPServer, public: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    handler: Any = server.RequestHandlerClass
    handler.document = (
        b"<Response><Redirect>http://v.test/voice/waiting?language=en&amp;round=1</Redirect></Response>"
    )
    monkeypatch.setattr(crowd, "_lost", lambda url, sids: len(set(sids)) - 20)
    result = apart(lambda: crowd.measure(public, calls=20, pace=0.02))
    assert (result.calls, result.most_at_once, result.failures, result.lost) == (20, 20, 0, 0)
    assert 0 < result.p50 <= result.p99 <= result.worst
    assert "/voice/waiting?language=en&round=1" in handler.paths
    for page, times in (("incoming", 20), ("queue-left?language=en", 20), ("call-status", 20)):
        assert handler.paths.count(f"/voice/{page}") == times


def test_a_crowd_counts_what_goes_wrong(
    server: ThreadingHTTPServer, public: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    handler: Any = server.RequestHandlerClass
    handler.document = b"out of order"
    monkeypatch.setattr(crowd, "_lost", lambda url, sids: 1)
    result = apart(lambda: crowd.measure(public, calls=2, pace=0.01))
    assert result.failures == result.requests
    assert "  1\n" in crowd_table(result)


def test_every_figure_stands_beside_what_is_wanted() -> None:
    ours, bare = Figures(3.0, 5.0, 300, 0, 10), Figures(2.0, 4.0, 400, 0, 10)
    assert f"{1.5:>9.2f}{1.25:>9.2f}{0.75:>11.3f}" in webhook_table(1, ours, bare)
    delays = Delays(100.0, 200.0)
    many = Crowd(500, 500, 3000, 10.0, 20.0, 30.0, 0, 0)
    judged = Panel(10.0, 20.0, 30.0, 40.0)
    typing = Typing(Saves(6.0, 9.0), Saves(3.0, 6.0), Hand(18, 120, 30, 4.0, 300.0))
    reach, started = Reach(1.0, 2.0, 3.0, 4.0), Delays(50.0, 50.0)
    found_people = SearchFigures(1000, Timed(3.0, 9.0), Timed(2.0, 6.0), 0.97, 0.99, 1.5)
    results = Results({1: (ours, bare)}, many, reach, delays, started, judged, typing, found_people)
    found = json.loads(json.dumps(as_json(results)))
    assert found["incoming_call_by_clients"]["1"]["ratio"] == {"p50": 1.5, "p99": 1.25, "per_second": 0.75}
    assert found["offer_reach"]["shown_p95"] == 4.0
    assert found["many_calls"]["lost"] == 0
    assert found["search"]["ratio"] == {"p50": 1.5, "p95": 1.5}
    assert "97.0%, among ten 99.0%" in search.table(found_people)
    assert found["ratio"] == {"p50": 2.0, "p95": 4.0}
    assert found["form"]["field_save"]["ratio_p95"] == 1.5
    assert f"{2.0:>9.2f}{1.5:>9.2f}" in console.table(typing)
    assert "120 keys" in console.table(typing)
    assert "500" in tables.reach_table(results.reach)
    assert found["panel"]["saved_p95"] == 20.0
    assert "20.0" in tables.panel_table(judged)
