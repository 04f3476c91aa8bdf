"""The phone company's own description of its REST interface, and what in an exchange does not agree with it.

The description has three defects, mended when it is read: forms repeat a field for each item of an array, addresses
such as `uri` and `next_page_uri` are relative, and `reason_conference_ended` is null while a conference goes on.
"""

from __future__ import annotations

import functools
import io
import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from jsonschema import Draft202012Validator, FormatChecker

DESCRIPTION = Path(__file__).parents[1] / "vendor/twilio-api/twilio_api_v2010.json"
VERSION = "/2010-04-01/"
ERROR_FIELDS = {"code", "message", "more_info", "status"}

_FORMATS = FormatChecker(formats=())

Environ = dict[str, Any]
StartResponse = Callable[..., Any]


def _is_rfc_2822(value: object) -> bool:
    return not isinstance(value, str) or parsedate_to_datetime(value).tzinfo is not None


_FORMATS.checks("date-time-rfc-2822", raises=ValueError)(_is_rfc_2822)


@dataclass(frozen=True)
class Exchange:
    """One request and its answer. `form` has every value of each field."""

    method: str
    path: str
    form: Mapping[str, Sequence[str]]
    status: int
    body: Any

    def __str__(self) -> str:
        return f"{self.method} {self.path} -> {self.status}"


@dataclass(frozen=True)
class Operation:
    """What the description says of one method on one path."""

    template: str
    method: str
    content: Mapping[str, Any]

    def form_schema(self) -> dict[str, Any]:
        """The schema of the fields of its form or its query."""
        body = self.content.get("requestBody", {}).get("content", {})
        if body:
            schema: dict[str, Any] = body["application/x-www-form-urlencoded"]["schema"]
            return schema
        queried = [item for item in self.content.get("parameters", []) if item["in"] == "query"]
        return {
            "type": "object",
            "properties": {item["name"]: item["schema"] for item in queried},
            "required": [item["name"] for item in queried if item.get("required")],
        }

    def answer_schema(self, status: int) -> dict[str, Any] | None:
        """The schema of an answer with that status; None when the description knows none."""
        content = self.content["responses"].get(str(status), {}).get("content", {})
        schema: dict[str, Any] | None = content.get("application/json", {}).get("schema")
        return schema


class Description:
    """The whole interface."""

    def __init__(self, content: dict[str, Any]) -> None:
        self._components = _strict(_plain(content["components"]))
        self._operations = [
            (_pattern(template), Operation(template, method.upper(), operation))
            for template, methods in content["paths"].items()
            for method, operation in methods.items()
            if method in ("get", "post", "delete")
        ]

    def operation(self, method: str, path: str) -> Operation | None:
        """What a request is, or None when nothing like it is described. Fixed names win over names in braces."""
        fitting = [
            operation
            for pattern, operation in self._operations
            if operation.method == method and pattern.fullmatch(path)
        ]
        return min(fitting, key=lambda operation: operation.template.count("{"), default=None)

    def request_faults(self, exchange: Exchange) -> list[str]:
        """What the phone company would not understand in a request."""
        operation = self.operation(exchange.method, exchange.path)
        if operation is None:
            return [f"{exchange.method} {exchange.path}: no such request is described"]
        schema = _plain(operation.form_schema())
        known = schema["properties"]
        given = {name: _typed(values, known.get(name, {})) for name, values in exchange.form.items()}
        return self._faults(exchange, {**schema, "additionalProperties": False}, given)

    def answer_faults(self, exchange: Exchange) -> list[str]:
        """Where an answer has another shape than the phone company's."""
        if exchange.status >= 400:
            fields = set(exchange.body) if isinstance(exchange.body, dict) else set()
            return [] if fields == ERROR_FIELDS else [f"{exchange}: an error has {sorted(ERROR_FIELDS)}"]
        operation = self.operation(exchange.method, exchange.path)
        if operation is None:
            return [f"{exchange}: no such request is described"]
        if exchange.status == 204:
            return [] if "204" in operation.content["responses"] else [f"{exchange}: never answered so"]
        schema = operation.answer_schema(exchange.status)
        if schema is None:
            return [f"{exchange}: never answered so"]
        return self._faults(exchange, _strict(_plain(schema)), exchange.body)

    def _faults(self, exchange: Exchange, schema: dict[str, Any], given: Any) -> list[str]:
        whole = {**schema, "components": self._components}
        found = Draft202012Validator(whole, format_checker=_FORMATS).iter_errors(given)
        return [f"{exchange}: {fault.json_path}: {fault.message[:300]}" for fault in found]


@functools.cache
def description() -> Description:
    """The description, read once."""
    return Description(json.loads(DESCRIPTION.read_text(encoding="utf-8")))


@dataclass
class Witness:
    """Stands before a WSGI server and writes down every REST request with its answer."""

    application: Callable[[Environ, StartResponse], Iterable[bytes]]
    seen: list[Exchange] = field(default_factory=list)

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        path = str(environ["PATH_INFO"])
        if not path.startswith(VERSION):
            return self.application(environ, start_response)
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        environ["wsgi.input"] = io.BytesIO(body)
        status = ""

        def note(line: str, *rest: Any) -> Any:
            nonlocal status
            status = line
            return start_response(line, *rest)

        answer = b"".join(self.application(environ, note))
        is_json = path.endswith(".json")
        if is_json:
            given = body.decode() if environ["REQUEST_METHOD"] == "POST" else str(environ["QUERY_STRING"])
            self.seen.append(
                Exchange(
                    environ["REQUEST_METHOD"],
                    path,
                    parse_qs(given, keep_blank_values=True),
                    int(status.split()[0]),
                    json.loads(answer) if answer else None,
                )
            )
        return [answer]


def exchange_of(method: str, address: str, form: Mapping[str, Sequence[str]]) -> Exchange:
    """A request alone, as a test has seen it; the query counts as its form."""
    parts = urlsplit(address)
    return Exchange(method, parts.path, form or parse_qs(parts.query), 0, None)


def _pattern(template: str) -> re.Pattern[str]:
    return re.compile(re.sub(r"\\\{[^}]*\\\}", "[^/]+", re.escape(template)))


def _plain(schema: Any) -> Any:
    """A schema in the words of JSON Schema: `nullable` becomes a type, and the defects are mended."""
    if isinstance(schema, list):
        return [_plain(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    plain = {name: _plain(value) for name, value in schema.items()}
    if plain.get("format") in ("uri", "uri-map", "phone-number-capabilities"):
        del plain["format"]
    if plain.pop("nullable", False):
        return {"anyOf": [plain, {"type": "null"}]}
    for name in ("reason_conference_ended",):
        properties = plain.get("properties")
        if isinstance(properties, dict) and name in properties:
            properties[name] = {"anyOf": [properties[name], {"type": "null"}]}
    return plain


def _strict(schema: Any) -> Any:
    """The same schema, where an answer has every field that is described and no other."""
    if isinstance(schema, list):
        return [_strict(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    strict = {name: _strict(value) for name, value in schema.items()}
    properties = strict.get("properties")
    if strict.get("type") == "object" and isinstance(properties, dict) and properties:
        strict |= {"additionalProperties": False, "required": sorted(properties)}
    return strict


def _typed(values: Sequence[str], schema: Mapping[str, Any]) -> Any:
    """The values of a form's field as its schema means them: forms know only text."""
    kind = schema.get("type")
    if kind == "array":
        return [_typed([value], schema.get("items", {})) for value in values]
    if len(values) != 1:
        return list(values)
    (value,) = values
    if kind == "integer" and re.fullmatch(r"-?\d+", value):
        return int(value)
    if kind == "boolean" and value.lower() in ("true", "false"):
        return value.lower() == "true"
    return value
