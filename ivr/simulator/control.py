"""The control interface: what tests, scripts and the telephone page do with the simulated people."""

from typing import Any

from flask import Blueprint, Response, jsonify, request

from ivr.simulator.exchange import Exchange, NoSuchLine
from ivr.simulator.gate import Gate, Outage
from ivr.simulator.gathering import KEYS
from ivr.simulator.ledger import is_callers, totals
from ivr.simulator.legs import Call
from ivr.simulator.phones import Phone
from ivr.simulator.post import Chaos

DEFAULT_CALLER = "+16615550199"


class Unusable(Exception):
    """A control request cannot be carried out: HTTP status and what to do about it."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


def calls_blueprint(exchange: Exchange) -> Blueprint:
    """The routes below /sim for calls: dial, look, press, speak, hang up."""
    routes = Blueprint("calls", __name__, url_prefix="/sim")
    _errors(routes)

    @routes.post("/calls")
    def dial() -> tuple[Response, int]:
        wishes = _json()
        line = str(wishes.get("to") or next(iter(exchange.lines), ""))
        try:
            call = exchange.dial_in(str(wishes.get("from", DEFAULT_CALLER)), line)
        except NoSuchLine:
            known = ", ".join(exchange.lines) or "none"
            raise Unusable(404, f"{line} is not one of our lines ({known})") from None
        return jsonify(sid=call.sid), 201

    @routes.get("/calls")
    def list_calls() -> Response:
        with exchange.lock:
            calls = list(exchange.calls.values())
        if "live" in request.args:
            calls = [call for call in calls if not call.over]
        return jsonify(calls=[{**call.summary(), "stage": call.stage} for call in calls])

    @routes.get("/calls/<sid>")
    def show(sid: str) -> Response:
        return jsonify(_call(exchange, sid).view())

    @routes.post("/calls/<sid>/digits")
    def press(sid: str) -> Response:
        keys = str(_json().get("digits", ""))
        if not keys or set(keys) - set(KEYS):
            raise Unusable(400, "digits must be one or more of 0-9, * and #")
        return jsonify(heard=exchange.press(_live(exchange, sid), keys))

    @routes.post("/calls/<sid>/speak")
    def speak(sid: str) -> Response:
        text = str(_json().get("text", "")).strip()
        if not text:
            raise Unusable(400, "text must not be empty")
        return jsonify(heard=exchange.speak(_live(exchange, sid), text))

    @routes.post("/calls/<sid>/hangup")
    def hang_up(sid: str) -> Response:
        call = _live(exchange, sid)
        call.end("caller" if call.direction == "inbound" else "far end")
        return jsonify(call.view())

    return routes


def people_blueprint(exchange: Exchange) -> Blueprint:
    """The routes below /sim for the other people's telephones."""
    routes = Blueprint("people", __name__, url_prefix="/sim")
    _errors(routes)

    @routes.get("/phones")
    def phones() -> Response:
        with exchange.lock:
            return jsonify(phones=[phone.view() for phone in exchange.phones.all()])

    @routes.get("/phones/<address>")
    def phone(address: str) -> Response:
        return _phone(exchange, exchange.phones.phone(address))

    @routes.put("/phones/<address>")
    def change_phone(address: str) -> Response:
        try:
            changed = exchange.phones.change(address, **_json())
        except (ValueError, TypeError) as error:
            raise Unusable(400, str(error)) from error
        return _phone(exchange, changed)

    @routes.post("/phones/<address>/answer")
    def answer(address: str) -> Response:
        call = exchange.phones.pick_up(address)
        if call is None:
            raise Unusable(409, f"nothing rings at {address}")
        return jsonify(sid=call.sid)

    @routes.post("/phones/<address>/hangup")
    def put_down(address: str) -> Response:
        return jsonify(sids=[call.sid for call in exchange.phones.put_down(address)])

    return routes


def desk_blueprint(exchange: Exchange, gate: Gate) -> Blueprint:
    """The routes below /sim for the ledger, the lines, chaos and outages."""
    routes = Blueprint("desk", __name__, url_prefix="/sim")
    _errors(routes)

    @routes.get("/ledger")
    def ledger() -> Response:
        kind, call_sid = request.args.get("kind"), request.args.get("call")
        with exchange.lock:
            summaries = [call.summary() for call in exchange.calls.values()]
        return jsonify(
            totals=totals(item for item in summaries if is_callers(item)),
            calls=summaries,
            pending_callbacks=exchange.pending,
            entries=exchange.ledger.entries(kind, call_sid),
        )

    @routes.get("/lines")
    def lines() -> Response:
        return jsonify(lines=[vars(line) for line in exchange.lines.values()])

    @routes.post("/chaos")
    def chaos() -> Response:
        try:
            wished = Chaos(**_json())
        except TypeError as error:
            raise Unusable(400, "chaos takes duplicate, drop, shuffle and seed") from error
        exchange.post.unsettle(wished)
        exchange.ledger.write("chaos", **vars(wished))
        return jsonify(vars(wished))

    @routes.post("/outage")
    def outage() -> Response:
        try:
            wished = Outage(**_json())
        except TypeError as error:
            raise Unusable(400, "an outage takes requests and status") from error
        gate.break_down(wished)
        exchange.ledger.write("chaos", outage=vars(wished))
        return jsonify(vars(wished))

    return routes


def _errors(routes: Blueprint) -> None:
    @routes.errorhandler(Unusable)
    def refuse(error: Unusable) -> tuple[Response, int]:
        return jsonify(error=str(error)), error.status


def _json() -> dict[str, Any]:
    document = request.get_json(silent=True)
    if document is None and not request.data:
        return {}
    if not isinstance(document, dict):
        raise Unusable(400, "the request must be a JSON object")
    return document


def _call(exchange: Exchange, sid: str) -> Call:
    call = exchange.calls.get(sid)
    if call is None:
        raise Unusable(404, f"there is no call {sid}")
    return call


def _live(exchange: Exchange, sid: str) -> Call:
    call = _call(exchange, sid)
    if call.over:
        raise Unusable(409, f"the call is over ({call.status})")
    return call


def _phone(exchange: Exchange, phone: Phone) -> Response:
    with exchange.lock:
        return jsonify(phone.view())
