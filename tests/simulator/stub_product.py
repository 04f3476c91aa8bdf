"""A tiny product whose documents each test chooses, and a simulator as tests see it."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx
from werkzeug.wrappers import Request, Response

ACCOUNT = "AC" + "0" * 32
TOKEN = "12345"
LINE = "+16615550100"
CALLER = "+16615550123"
SPEED = 50.0
DEADLINE = 8.0

Answer = str | tuple[str, int] | tuple[str, int, str]


def until(condition: Callable[[], Any], what: str) -> Any:
    """Poll until the condition gives something true, and give that back."""
    deadline = time.monotonic() + DEADLINE
    while time.monotonic() < deadline:
        found = condition()
        if found:
            return found
        time.sleep(0.01)
    raise AssertionError(f"did not happen in {DEADLINE} s: {what}")


@dataclass
class Asked:
    """One request that the product got."""

    path: str
    url: str
    method: str
    form: dict[str, str]
    headers: Mapping[str, str]


@dataclass
class Product:
    """Answers with the document that the test put at the path; an unknown path gets 204."""

    url: str = ""
    asked: list[Asked] = field(default_factory=list)
    documents: dict[str, Answer | Callable[[Asked], Answer]] = field(default_factory=dict)
    raw: dict[str, Callable[..., Any]] = field(default_factory=dict)

    def put(self, path: str, answer: Answer | Callable[[Asked], Answer]) -> None:
        """Choose the verbs (without the Response around them) or the whole answer of a path."""
        self.documents[path] = answer

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Any:
        request = Request(environ)
        asked = Asked(
            request.path, request.url, request.method, request.form.to_dict(), dict(request.headers)
        )
        self.asked.append(asked)
        if request.path in self.raw:
            return self.raw[request.path](environ, start_response)
        answer = self.documents.get(request.path)
        if callable(answer):
            answer = answer(asked)
        if answer is None:
            return Response(status=204)(environ, start_response)
        if isinstance(answer, str):
            answer = (f"<Response>{answer}</Response>", 200)
        body, status, *kind = answer
        return Response(body, status, content_type=kind[0] if kind else "text/xml")(environ, start_response)

    def at(self, path: str) -> list[Asked]:
        """What was asked of a path."""
        return [asked for asked in self.asked if asked.path == path]

    def first(self, path: str, **fields: str) -> Asked:
        """Wait for a request to a path with these form fields."""

        def found() -> Asked | None:
            for asked in self.at(path):
                if all(asked.form.get(name) == value for name, value in fields.items()):
                    return asked
            return None

        result = until(found, f"request to {path} with {fields}; got {[a.form for a in self.at(path)]}")
        assert isinstance(result, Asked)
        return result


@dataclass
class Telephones:
    """The simulator as its control and REST interfaces show it."""

    url: str
    client: httpx.Client

    def post(self, path: str, **document: Any) -> Any:
        answer = self.client.post(f"{self.url}{path}", json=document)
        assert answer.is_success, answer.text
        return answer.json()

    def get(self, path: str) -> Any:
        answer = self.client.get(f"{self.url}{path}")
        assert answer.is_success, answer.text
        return answer.json()

    def phone(self, address: str, **habit: Any) -> None:
        assert self.client.put(f"{self.url}/sim/phones/{address}", json=habit).is_success

    def dial(self, from_: str = CALLER, to: str = LINE) -> str:
        return str(self.post("/sim/calls", **{"from": from_, "to": to})["sid"])

    def call(self, sid: str) -> dict[str, Any]:
        found = self.get(f"/sim/calls/{sid}")
        assert isinstance(found, dict)
        return found

    def waits(self, sid: str, **wanted: Any) -> dict[str, Any]:
        """Wait until the call looks like this."""
        last: dict[str, Any] = {}

        def matches() -> bool:
            last.clear()
            last.update(self.call(sid))
            return all(last[name] == value for name, value in wanted.items())

        try:
            until(matches, f"{wanted}")
        except AssertionError as error:
            raise AssertionError(f"{error}; the call: {last}") from None
        return last

    def hears(self, sid: str, text: str) -> dict[str, Any]:
        """Wait until the person on the call has heard this text."""
        until(lambda: text in self.texts(sid), f"heard {text!r}, only {self.texts(sid)}")
        return self.call(sid)

    def texts(self, sid: str) -> list[str]:
        return [heard["text"] for heard in self.call(sid)["heard"]]

    def listens(self, sid: str) -> None:
        """Wait until a Gather listens."""
        until(lambda: self.call(sid)["waiting_for"], "a Gather that listens")

    def press(self, sid: str, digits: str) -> bool:
        self.listens(sid)
        return bool(self.post(f"/sim/calls/{sid}/digits", digits=digits)["heard"])

    def hang_up(self, sid: str) -> None:
        self.post(f"/sim/calls/{sid}/hangup")

    def rest(
        self, method: str, path: str, *, auth: tuple[str, str] = (ACCOUNT, TOKEN), **form: Any
    ) -> httpx.Response:
        address = f"{self.url}/2010-04-01/Accounts/{ACCOUNT}/{path}"
        return self.client.request(method, address, data=form or None, auth=auth)

    def entries(self, kind: str, sid: str = "") -> list[dict[str, Any]]:
        query = f"?kind={kind}" + (f"&call={sid}" if sid else "")
        found = self.get(f"/sim/ledger{query}")["entries"]
        assert isinstance(found, list)
        return found
