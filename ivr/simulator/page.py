"""The telephone in the browser: dial a line, listen, press, speak, hang up; answer other telephones."""

from typing import Any

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from ivr.simulator.control import DEFAULT_CALLER
from ivr.simulator.exchange import Exchange, NoSuchLine
from ivr.simulator.gathering import KEYS
from ivr.simulator.legs import Call

# The keys as they lie on a telephone, with the letters that people know them by.
KEYPAD = (
    *(("1", ""), ("2", "ABC"), ("3", "DEF"), ("4", "GHI"), ("5", "JKL"), ("6", "MNO")),
    *(("7", "PQRS"), ("8", "TUV"), ("9", "WXYZ"), ("*", ""), ("0", ""), ("#", "")),
)
KEY_NAMES = {"*": "star", "#": "pound"}
STAGES = {
    "ringing": "Ringing",
    "speaking": "The line is speaking",
    "gather": "The line is listening",
    "queue": "Waiting in the queue",
    "dial": "Being connected",
    "conference": "In a room, alone",
    "record": "Recording a message",
    "over": "The call is over",
}


def page_blueprint(exchange: Exchange) -> Blueprint:
    """The pages below /phone; every button is a form, a script only saves the reloading."""
    routes = Blueprint(
        "page", __name__, url_prefix="/phone", template_folder="templates", static_folder="static"
    )

    @routes.get("")
    def telephone() -> Response:
        response = make_response(render_template("phone.html", **_content(exchange)))
        response.headers["Content-Security-Policy"] = (
            "default-src 'self'; img-src data:; frame-ancestors 'none'"
        )
        response.headers["Cache-Control"] = "no-store"
        return response

    @routes.post("/dial")
    def dial() -> BaseResponse:
        caller, line = request.form.get("from", "").strip(), request.form.get("to", "")
        try:
            call = exchange.dial_in(caller or "anonymous", line)
        except NoSuchLine:
            return _back(None, problem=f"{line or 'That'} is not one of our lines.")
        return _back(call)

    @routes.post("/answer/<address>")
    def answer(address: str) -> BaseResponse:
        exchange.phones.pick_up(address)
        return _back(exchange.calls.get(request.form.get("call", "")))

    @routes.post("/put-down/<address>")
    def put_down(address: str) -> BaseResponse:
        exchange.phones.put_down(address)
        return _back(exchange.calls.get(request.form.get("call", "")))

    _call_routes(routes, exchange)
    return routes


def _call_routes(routes: Blueprint, exchange: Exchange) -> None:
    @routes.post("/<sid>/digits")
    def digits(sid: str) -> BaseResponse:
        call, keys = exchange.calls.get(sid), request.form.get("digits", "")
        if call is not None and not call.over and keys and not set(keys) - set(KEYS):
            exchange.press(call, keys)
        return _back(call)

    @routes.post("/<sid>/speak")
    def speak(sid: str) -> BaseResponse:
        call, text = exchange.calls.get(sid), request.form.get("text", "").strip()
        if call is not None and not call.over and text:
            exchange.speak(call, text)
        return _back(call)

    @routes.post("/<sid>/hangup")
    def hang_up(sid: str) -> BaseResponse:
        call = exchange.calls.get(sid)
        if call is not None:
            call.end("caller" if call.direction == "inbound" else "far end")
        return _back(call)


def _content(exchange: Exchange) -> dict[str, Any]:
    call = exchange.calls.get(request.args.get("call", ""))
    with exchange.lock:
        phones = [phone.view() for phone in exchange.phones.all()]
    view = None if call is None else call.view()
    return {
        "busy": [phone for phone in phones if phone["ringing"] or phone["calls"]],
        "call": view,
        "caller": request.args.get("from", DEFAULT_CALLER),
        "key_names": KEY_NAMES,
        "keypad": KEYPAD,
        "line": None if call is None else call.to,
        "lines": list(exchange.lines),
        "live": call is not None and not call.over,
        "problem": request.args.get("problem", ""),
        "stages": STAGES,
        "transcript": [] if view is None else _transcript(view),
    }


def _transcript(view: dict[str, Any]) -> list[dict[str, Any]]:
    """What was heard and what the person said, in order of time."""
    said = [{**entry, "kind": "you", "language": ""} for entry in view["said"]]
    return sorted([*view["heard"], *said], key=lambda entry: str(entry["at"]))


def _back(call: Call | None, problem: str = "") -> BaseResponse:
    query: dict[str, Any] = {"call": call.sid, "from": call.from_} if call is not None else {}
    if problem:
        query["problem"] = problem
    return redirect(url_for("page.telephone", **query), 303)
