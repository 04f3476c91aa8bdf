"""A small load generator: requests built beforehand, sent over kept connections, each answer timed."""

from __future__ import annotations

import socket
import statistics
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode, urlsplit


@dataclass(frozen=True)
class Figures:
    """What a round measured: milliseconds, and requests per second of all clients together."""

    p50: float
    p99: float
    per_second: float
    failures: int
    sent: int


def percentile(values: Sequence[float], share: float) -> float:
    """The value below which `share` (0 to 1) of the values lie, rounded up to a measured one."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def median_of(rounds: Sequence[Figures]) -> Figures:
    """The median of each figure over several rounds; failures and requests are added up."""
    return Figures(
        p50=statistics.median(one.p50 for one in rounds),
        p99=statistics.median(one.p99 for one in rounds),
        per_second=statistics.median(one.per_second for one in rounds),
        failures=sum(one.failures for one in rounds),
        sent=sum(one.sent for one in rounds),
    )


def request_bytes(url: str, form: dict[str, str], headers: dict[str, str]) -> bytes:
    """A POST of `form`, as it goes over the wire."""
    parts = urlsplit(url)
    body = urlencode(form).encode()
    lines = [
        f"POST {parts.path}{'?' if parts.query else ''}{parts.query} HTTP/1.1",
        f"Host: {parts.netloc}",
        "Content-Type: application/x-www-form-urlencoded",
        f"Content-Length: {len(body)}",
        *(f"{name}: {value}" for name, value in headers.items()),
    ]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def run(
    address: tuple[str, int], shares: Sequence[Sequence[bytes]], expected: bytes, seconds: float = 60.0
) -> Figures:
    """Send each share of requests over a connection of its own, all at once, for so many seconds at most.

    An answer counts as a failure unless it is a 200 that contains `expected`.
    """
    times: list[float] = []
    failures: list[int] = []
    lock = threading.Lock()
    together = threading.Barrier(len(shares) + 1)

    def client(requests: Sequence[bytes]) -> None:
        with socket.create_connection(address, timeout=10) as connection:
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            together.wait()
            taken, failed = converse(connection, requests, expected, seconds)
        with lock:
            times.extend(taken)
            failures.append(failed)

    threads = [threading.Thread(target=client, args=(share,)) for share in shares]
    for thread in threads:
        thread.start()
    together.wait()
    began = time.perf_counter()
    for thread in threads:
        thread.join()
    took = time.perf_counter() - began
    return Figures(
        p50=percentile(times, 0.50) * 1000,
        p99=percentile(times, 0.99) * 1000,
        per_second=len(times) / took,
        failures=sum(failures),
        sent=len(times),
    )


def converse(
    connection: socket.socket, requests: Sequence[bytes], expected: bytes, seconds: float
) -> tuple[list[float], int]:
    """Send the requests one after another; how long each took in seconds, and how many answers were wrong."""
    times, failed, end = list[float](), 0, time.perf_counter() + seconds
    for request in requests:
        began = time.perf_counter()
        if began > end:
            break
        connection.sendall(request)
        answer = _answer(connection)
        times.append(time.perf_counter() - began)
        if not answer.startswith(b"HTTP/1.1 200") or expected not in answer:
            failed += 1
    return times, failed


def _answer(connection: socket.socket) -> bytes:
    """One whole answer; both servers under test send its length."""
    received = b""
    while b"\r\n\r\n" not in received:
        received += _more(connection)
    head, _, body = received.partition(b"\r\n\r\n")
    length = next(
        int(line.split(b":")[1]) for line in head.splitlines() if line.lower().startswith(b"content-length:")
    )
    while len(body) < length:
        body += _more(connection)
    return head + b"\r\n\r\n" + body


def _more(connection: socket.socket) -> bytes:
    received = connection.recv(65536)
    if not received:
        raise ConnectionError("the server closed the connection in mid-answer")
    return received
