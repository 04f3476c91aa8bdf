"""The signed incoming-call webhook, beside a bare view that checks, reads, inserts and commits on the same server."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import psycopg

from hotline.demo.servers import free_port
from hotline.demo.settings import HOST
from hotline.demo.supervisor import Supervisor
from hotline.demo.up import served
from scripts.bench import bare
from scripts.bench.load import Figures, median_of, run
from scripts.bench.phone import Phone

ROUNDS = 3
CLIENTS = (1, 8)
REQUESTS = 1500
ROUND_SECONDS = 6.0
"""A round ends after so many seconds even when requests are left: the whole stays under three minutes."""


@contextmanager
def bare_server(settings: Mapping[str, str]) -> Iterator[int]:
    """The bare application, with the options, the settings and the database of the voice process; yields its port."""
    port = free_port()
    bare.make_table(settings["DATABASE_URL"])
    program = served("bare", "scripts.bench.bare:create_app", port, {**os.environ, **settings})
    supervisor = Supervisor([program], log=lambda line: None)
    supervisor.start()
    try:
        supervisor.wait_until_ready(20)
        yield port
    finally:
        supervisor.stop()


def calls_recorded(database_url: str) -> int:
    """How many calls the database holds."""
    with psycopg.connect(database_url) as connection:
        row = connection.execute("SELECT count(*) FROM calls").fetchone()
    return int(row[0]) if row else 0


def measure(settings: Mapping[str, str]) -> tuple[dict[int, tuple[Figures, Figures]], int]:
    """(webhook, bare view) for each number of clients: rounds in turn, medians; and how many calls were sent."""
    voice_port = int(settings["PUBLIC_VOICE_URL"].rpartition(":")[2])
    results, sent = {}, 0
    with bare_server(settings) as bare_port:
        for clients in CLIENTS:
            rounds: dict[int, list[Figures]] = {voice_port: [], bare_port: []}
            for number in range(ROUNDS + 1):
                for port, figures in rounds.items():
                    shares = _shares(settings, port, clients)
                    figure = run((HOST, port), shares, b"<Response>", ROUND_SECONDS)
                    sent += figure.sent if port == voice_port else 0
                    # The first round warms connections and caches, and is not counted.
                    if number:
                        figures.append(figure)
            results[clients] = median_of(rounds[voice_port]), median_of(rounds[bare_port])
    return results, sent


def _shares(settings: Mapping[str, str], port: int, clients: int) -> list[list[bytes]]:
    base = f"http://{HOST}:{port}"
    return [[Phone(settings, base).rings() for _ in range(REQUESTS // clients)] for _ in range(clients)]
