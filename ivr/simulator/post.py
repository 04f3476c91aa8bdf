"""The only way out: signed requests to the product, waited for or told in the background."""

import random
import ssl
import threading
import time
import uuid
from collections.abc import Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from urllib.parse import urldefrag, urlencode, urljoin

import httpx

from ivr.simulator.clock import Clock
from ivr.simulator.documents import MAX_BODY_BYTES, Answer, DocumentError, verb_names
from ivr.simulator.ledger import Ledger
from ivr.simulator.overrides import BadOverride, overrides
from ivr.simulator.settings import WEBHOOK_SECONDS
from ivr.simulator.signer import signature

MAX_REDIRECTS = 10


@dataclass(frozen=True)
class Outgoing:
    """One request to the product. `subject` is the call or room that it is about."""

    subject: str
    purpose: str
    url: str
    params: Mapping[str, str]
    method: str = "POST"
    timeout: float = WEBHOOK_SECONDS


@dataclass(frozen=True)
class Chaos:
    """What befalls background callbacks: chance of a second copy, of a loss, and loss of order."""

    duplicate: float = 0.0
    drop: float = 0.0
    shuffle: bool = False
    seed: int = 0


class Post:
    """Sends requests, signs them, and writes each one into the ledger with its answer."""

    def __init__(self, auth_token: str, clock: Clock, ledger: Ledger) -> None:
        self._auth_token = auth_token
        self._clock = clock
        self._ledger = ledger
        # No kept connections: a restarted product must not be met on a dead one.
        limits = httpx.Limits(max_connections=None, max_keepalive_connections=0)
        self._client = httpx.Client(
            limits=limits, trust_env=False, follow_redirects=False, verify=_trusted_authorities()
        )
        self._waited = ThreadPoolExecutor(64, "webhook")
        self._told = ThreadPoolExecutor(32, "callback")
        self._lock = threading.Lock()
        self._last: dict[str, Future[None]] = {}
        self._pending = 0
        self._chaos = Chaos()
        self._dice = random.Random(0)

    @property
    def pending(self) -> int:
        """How many background callbacks are not delivered yet."""
        with self._lock:
            return self._pending

    def unsettle(self, chaos: Chaos) -> None:
        """Let background callbacks be lost, doubled and shuffled from now on."""
        with self._lock:
            self._chaos = chaos
            self._dice = random.Random(chaos.seed)

    def ask(self, outgoing: Outgoing) -> Future[Answer]:
        """Send in another thread; the future never raises."""
        return self._waited.submit(self.send, outgoing, _token())

    def tell(self, outgoing: Outgoing) -> None:
        """Send in the background: in order for one subject unless chaos is asked for."""
        token = _token()
        for delay in self._fate():
            with self._lock:
                self._pending += 1
                if delay is None:
                    before = self._last.get(outgoing.subject)
                    self._last[outgoing.subject] = self._told.submit(self._deliver, outgoing, token, before)
                    continue
            timer = threading.Timer(
                self._clock.real(delay), self._told.submit, (self._deliver, outgoing, token)
            )
            timer.daemon = True
            timer.start()

    def _fate(self) -> list[float | None]:
        """When each copy leaves: None is "after the one before", a number callers' seconds."""
        with self._lock:
            if self._dice.random() < self._chaos.drop:
                return []
            copies = 2 if self._dice.random() < self._chaos.duplicate else 1
            if self._chaos.shuffle:
                return [self._dice.uniform(0.0, 2.0) for _ in range(copies)]
            return [None] * copies

    def _deliver(self, outgoing: Outgoing, token: str, before: Future[None] | None = None) -> None:
        if before is not None:
            before.exception()
        try:
            self.send(outgoing, token)
        finally:
            with self._lock:
                self._pending -= 1

    def send(self, outgoing: Outgoing, token: str) -> Answer:
        """Send now and wait for the answer. Failures stand in `Answer.error`; nothing is raised."""
        url = urldefrag(outgoing.url).url
        form = dict(outgoing.params) if outgoing.method == "POST" else {}
        if outgoing.method == "GET" and outgoing.params:
            url += ("&" if "?" in url else "?") + urlencode(outgoing.params)
        answer, tries = self._try(outgoing, url, form, token)
        self._ledger.write(
            "webhook",
            call_sid=outgoing.subject,
            purpose=outgoing.purpose,
            method=outgoing.method,
            url=url,
            params=dict(outgoing.params),
            token=token,
            tries=tries,
            status=answer.status,
            ms=answer.milliseconds,
            verbs=verb_names(answer.body),
            error=None if answer.error is None else f"{answer.error.code} {answer.error.message}",
        )
        return answer

    def _try(self, outgoing: Outgoing, url: str, form: dict[str, str], token: str) -> tuple[Answer, int]:
        """Ask, and ask again after the failures that the address names; the last answer, and how often."""
        started = time.monotonic()
        try:
            wishes = overrides(outgoing.url)
        except BadOverride as fault:
            return Answer(url, None, "", b"", 0.0, DocumentError(11243, str(fault), url)), 0
        end = started + min(wishes.total, outgoing.timeout)
        tries = 0
        while True:
            tries += 1
            left = max(min(wishes.read, end - time.monotonic()), 0.001)
            limits = httpx.Timeout(left, connect=min(wishes.connect, left))
            answer = self._follow(outgoing.method, url, form, token, started, limits)
            over = tries > wishes.retries or time.monotonic() >= end
            if over or answer.failure not in wishes.after:
                return answer, tries

    def _follow(
        self, method: str, url: str, form: dict[str, str], token: str, started: float, limits: httpx.Timeout
    ) -> Answer:
        error: DocumentError
        deadline = time.monotonic() + (limits.read or 0.0)
        for _ in range(MAX_REDIRECTS + 1):
            try:
                response, body = self._once(method, url, form, token, limits, deadline)
            except httpx.TimeoutException as problem:
                error = DocumentError(11205, f"no answer within {limits.read:.1f} seconds", url)
                failure = "ct" if isinstance(problem, httpx.ConnectTimeout) else "rt"
                return Answer(url, None, "", b"", _since(started), error, failure)
            except httpx.HTTPError as problem:
                error = DocumentError(11205, f"connection failure: {type(problem).__name__}", url)
                failure = "ct" if isinstance(problem, httpx.ConnectError) else "rt"
                return Answer(url, None, "", b"", _since(started), error, failure)
            except httpx.InvalidURL:
                return Answer(url, None, "", b"", _since(started), DocumentError(11100, "invalid URL", url))
            if response.is_redirect:
                url = urljoin(url, response.headers["location"])
                if response.status_code in (301, 302, 303):
                    method, form = "GET", {}
                continue
            return Answer(
                url,
                response.status_code,
                response.headers.get("content-type", ""),
                body,
                _since(started),
                _fault(response.status_code, body, url),
                f"{response.status_code // 100}xx" if response.status_code >= 400 else None,
            )
        error = DocumentError(11215, f"more than {MAX_REDIRECTS} redirects", url)
        return Answer(url, None, "", b"", _since(started), error)

    def _once(
        self,
        method: str,
        url: str,
        form: dict[str, str],
        token: str,
        limits: httpx.Timeout,
        deadline: float,
    ) -> tuple[httpx.Response, bytes]:
        headers = {
            "X-Twilio-Signature": signature(self._auth_token, url, form),
            "I-Twilio-Idempotency-Token": token,
            "User-Agent": "TwilioProxy/1.1",
            "Accept": "*/*",
        }
        data = form if method == "POST" else None
        request = self._client.build_request(method, url, data=data, headers=headers, timeout=limits)
        response = self._client.send(request, stream=True)
        return response, _body(response, deadline)


@cache
def _trusted_authorities() -> ssl.SSLContext:
    return httpx.create_ssl_context(trust_env=False)


def _body(response: httpx.Response, deadline: float) -> bytes:
    body = b""
    try:
        for chunk in response.iter_bytes():
            body += chunk
            if time.monotonic() > deadline:
                raise httpx.ReadTimeout("the answer took too long")
            if len(body) > MAX_BODY_BYTES:
                break
    finally:
        response.close()
    return body


def _fault(status: int, body: bytes, url: str) -> DocumentError | None:
    if status >= 400:
        return DocumentError(11200, f"HTTP status {status}", url)
    if len(body) > MAX_BODY_BYTES:
        return DocumentError(11750, "the answer is larger than 64 kB", url)
    return None


def _since(started: float) -> float:
    return round((time.monotonic() - started) * 1000, 1)


def _token() -> str:
    return str(uuid.uuid4())
