"""The REST interface for calls, in the official shape, and what all of the interface shares."""

import re
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote, urlsplit

from flask import Blueprint, Response, jsonify, request

from ivr.simulator.documents import Request
from ivr.simulator.exchange import Exchange, Ringing
from ivr.simulator.gate import Gate, RestError, error_response
from ivr.simulator.legs import AlreadyOver, Call, Subscription
from ivr.simulator.shapes import call_json, page_json

MAX_TWIML_CHARACTERS = 4000
DEFAULT_PAGE_SIZE = 50
MAX_PAGE_SIZE = 1000
_PAGING = frozenset({"Page", "PageSize", "PageToken"})
_KEYS = re.compile(r"[0-9A-D#*wW]{0,32}")
_NUMBER = re.compile(r"\+[1-9]\d{6,14}")


def rest_blueprint(exchange: Exchange, gate: Gate) -> Blueprint:
    """The routes below /2010-04-01/Accounts/<sid> for calls."""
    routes = Blueprint("rest", __name__, url_prefix="/2010-04-01/Accounts/<account>")
    guard(routes, gate)

    @routes.get("/Calls.json")
    def list_calls(account: str) -> Response:
        wanted = {"status": "Status", "to": "To", "from": "From", "parent_call_sid": "ParentCallSid"}
        found = [call_json(call) for call in _begun(reversed(list(exchange.calls.values())))]
        for name, argument in wanted.items():
            if argument in request.args:
                found = [item for item in found if item[name] == request.args[argument]]
        return listing("calls", found)

    @routes.post("/Calls.json")
    def create_call(account: str) -> tuple[Response, int]:
        address, from_ = dialled(exchange)
        first = document()
        ringing = Ringing(
            from_=from_,
            to=address,
            direction="outbound-api",
            timeout=float(request.form.get("Timeout") or 60),
            subscription=subscription(),
            fallback_url=request.form.get("FallbackUrl") or None,
            hold_back=True,
        )
        digits = _digits_to_send()

        def answered(leg: Call) -> None:
            leg.hear_keys(digits)
            exchange.play(leg, first)

        call = exchange.dial_out(ringing, answered)
        return jsonify(call_json(call)), 201

    @routes.get("/Calls/<sid>.json")
    def fetch_call(account: str, sid: str) -> Response:
        return jsonify(call_json(_call(exchange, sid)))

    @routes.post("/Calls/<sid>.json")
    def update_call(account: str, sid: str) -> Response:
        call = _call(exchange, sid)
        _update(call)
        return jsonify(call_json(call))

    return routes


def guard(routes: Blueprint, gate: Gate) -> None:
    """Put the gate before, the ledger after, and the official errors around these routes."""

    @routes.before_request
    def check() -> None:
        gate.check(request, (request.view_args or {}).get("account"))

    @routes.after_request
    def note(response: Response) -> Response:
        gate.note(request, response)
        return response

    @routes.errorhandler(RestError)
    def refuse(error: RestError) -> Response:
        return error_response(error)


def listing(name: str, items: list[dict[str, Any]]) -> Response:
    """One page of a list, as `PageSize` and `Page` ask."""
    size = request.args.get("PageSize", DEFAULT_PAGE_SIZE, type=int)
    size = min(max(size, 1), MAX_PAGE_SIZE)
    page = max(request.args.get("Page", 0, type=int), 0)
    filters = [(key, value) for key, value in request.args.items(multi=True) if key not in _PAGING]
    # What narrows the list stands in the address of its next page too.
    path = request.path + "?" + "".join(f"{quote(key)}={quote(value)}&" for key, value in filters)
    return jsonify(page_json(name, items, path, page, size))


def dialled(exchange: Exchange) -> tuple[str, str]:
    """Whom to call and from which number. Raises RestError 21201, 21210, 21211, 21213."""
    address, from_ = request.form.get("To", "").strip(), request.form.get("From", "").strip()
    if not address:
        raise RestError(400, 21201, "No 'To' number is specified")
    if not from_:
        raise RestError(400, 21213, "No 'From' number is specified")
    if address.startswith("client:"):
        return address, from_
    if not _NUMBER.fullmatch(address):
        raise RestError(400, 21211, f"The phone number you are attempting to call, {address}, is not valid.")
    if from_ not in exchange.lines:
        raise RestError(400, 21210, f"The source phone number provided, {from_}, is not yet verified.")
    return address, from_


def document() -> Request:
    """The document that `Url` or `Twiml` name. Raises RestError 21205 or 32018."""
    twiml = request.form.get("Twiml", "")
    if len(twiml) > MAX_TWIML_CHARACTERS:
        raise RestError(400, 32018, f"Twiml is longer than {MAX_TWIML_CHARACTERS} characters")
    if twiml and not request.form.get("Url"):
        return Request("", twiml=twiml)
    url = request.form.get("Url", "")
    if urlsplit(url).scheme not in ("http", "https"):
        raise RestError(400, 21205, f"Url is not a valid URL: {url}")
    return Request(url, "GET" if request.form.get("Method") == "GET" else "POST")


def _digits_to_send() -> str:
    """Keys that are pressed once the call is answered (`w`: wait half a second). Raises RestError 21223."""
    digits = request.form.get("SendDigits", "")
    if not _KEYS.fullmatch(digits):
        raise RestError(400, 21223, "SendDigits has characters that can't be keyed in, or too many")
    return digits


def subscription(prefix: str = "") -> Subscription | None:
    """Where the progress of the new call is told; None when nobody asked."""
    url = request.form.get(f"{prefix}StatusCallback", "")
    if not url:
        return None
    events = frozenset(request.form.getlist(f"{prefix}StatusCallbackEvent")) or frozenset({"completed"})
    verb = "GET" if request.form.get(f"{prefix}StatusCallbackMethod") == "GET" else "POST"
    return Subscription(url, verb, events)


def _begun(calls: Iterable[Call]) -> list[Call]:
    """Those that `StartTime`, `StartTime<` and `StartTime>` let through; both ends of a time belong to it."""
    given = {sign: request.args.get(f"StartTime{sign}", "") for sign in ("", "<", ">")}
    moments = {sign: _moment(text) for sign, text in given.items() if text}
    found = []
    for call in calls:
        began = call.created_at.replace(microsecond=0)
        if "<" in moments and began > moments["<"][1]:
            continue
        if ">" in moments and began < moments[">"][0]:
            continue
        if "" in moments and not moments[""][0] <= began <= moments[""][1]:
            continue
        found.append(call)
    return found


def _moment(text: str) -> tuple[datetime, datetime]:
    """The first and the last second that a time means: a date alone means the whole day (UTC)."""
    try:
        if len(text) == len("2026-01-31"):
            day = datetime.fromisoformat(f"{text}T00:00:00+00:00")
            return day, day + timedelta(days=1, seconds=-1)
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise RestError(400, 20001, f"StartTime is not a date: {text}") from error
    return moment, moment


def _call(exchange: Exchange, sid: str) -> Call:
    call = exchange.calls.get(sid)
    if call is None:
        raise RestError(404, 20404, f"The requested resource {request.path} was not found")
    return call


def _update(call: Call) -> None:
    status = request.form.get("Status")
    moves = bool(request.form.get("Url") or request.form.get("Twiml"))
    if status not in (None, "", "completed", "canceled"):
        raise RestError(400, 21218, f"Invalid status {status}")
    if call.over:
        raise RestError(400, 21220, "Call is not in-progress. Cannot redirect.")
    if status == "canceled":
        if call.answered_at is None:
            call.end("system", "canceled")
        return
    if status == "completed":
        call.end("system")
        return
    if moves:
        if call.answered_at is None:
            raise RestError(400, 21220, "Call is not in-progress. Cannot redirect.")
        try:
            call.move(document())
        except AlreadyOver as over:
            raise RestError(400, 21220, "Call is not in-progress. Cannot redirect.") from over
