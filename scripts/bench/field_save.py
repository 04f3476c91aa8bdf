"""Saving one field of a report as the page does, beside a bare view that updates the same rows and commits.

Ours signs in, checks who writes, reads, seals, notes the save in the audit and tells the open windows.
"""

from __future__ import annotations

import socket
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

import psycopg

from hotline.base.errors import HotlineError
from hotline.demo.day.pages import Browser
from hotline.demo.day.people import Person
from hotline.demo.settings import HOST
from scripts.bench.load import converse, percentile, request_bytes
from scripts.bench.webhook import bare_server

COUNT = 300
ROUNDS = 3
WARM = 20
PATH = "narrative/story"
TEXT = "The kitchen has had no food for two days; the mother asks for help."


@dataclass(frozen=True)
class Saves:
    """Milliseconds of one save."""

    p50: float
    p95: float


def measure(settings: Mapping[str, str], people: Sequence[Person]) -> tuple[Saves, Saves]:
    """(as the page saves, bare update and commit of the same rows): rounds in turn, one save after the other."""
    screener = next(person for person in people if person.role == "screener")
    browser = Browser(settings["PUBLIC_WEB_URL"])
    ours, bare = list[float](), list[float]()
    try:
        browser.sign_in(screener.email, screener.password)
        page = browser.send(browser.open("/console").form_to("/console/reports"))
        address, version = urlsplit(page.url).path, 0
        token = page.form_to("/sections").values["form_token"][0]
        headers = {
            "Cookie": "; ".join(f"{name}={value}" for name, value in browser.cookies.items()),
            "X-Form-Token": token,
            "X-Script": "1",
            "Accept": "application/json",
        }
        with bare_server(settings) as bare_port:
            for number in range(ROUNDS + 1):
                count = COUNT if number else WARM
                saves = [_save(settings, address, headers, version + one) for one in range(count)]
                version += count
                web_port = int(settings["PUBLIC_WEB_URL"].rpartition(":")[2])
                took = _timed(web_port, saves, b'"as_typed"')
                row = {"report": address.rpartition("/")[2], "path": PATH}
                updates = [request_bytes(f"http://{HOST}:{bare_port}/field", row, {})] * count
                least = _timed(bare_port, updates, b"saved")
                # The first round warms connections and caches, and is not counted.
                if number:
                    ours += took
                    bare += least
    finally:
        browser.close()
    if _version(settings["DATABASE_URL"], row) != version:
        raise HotlineError("Some fields were not saved: the figures would be worth nothing.")
    return _figures(ours), _figures(bare)


def _save(settings: Mapping[str, str], address: str, headers: Mapping[str, str], version: int) -> bytes:
    fields = {
        "path": PATH,
        "value": f"{TEXT} {version}",
        "base_version": str(version),
        "seen": f"{TEXT} {version - 1}" if version else "",
        "stamp": f"{'0123456789abcdef'}.{version + 1}",
    }
    return request_bytes(f"{settings['PUBLIC_WEB_URL']}{address}/fields", fields, dict(headers))


def _timed(port: int, requests: Sequence[bytes], expected: bytes) -> list[float]:
    with socket.create_connection((HOST, port), timeout=10) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        took, failed = converse(connection, requests, expected, 120)
    if failed or len(took) != len(requests):
        raise HotlineError(f"{failed} of {len(requests)} saves were answered wrongly.")
    return took


def _version(database_url: str, row: Mapping[str, str]) -> int:
    with psycopg.connect(database_url) as connection:
        found = connection.execute(
            "SELECT version FROM report_answers WHERE report_id = %s AND path = %s",
            [row["report"], row["path"]],
        ).fetchone()
    return int(found[0]) if found else 0


def _figures(took: Sequence[float]) -> Saves:
    return Saves(percentile(took, 0.50) * 1000, percentile(took, 0.95) * 1000)
