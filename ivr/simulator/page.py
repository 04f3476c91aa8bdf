"""The telephone in the browser: dial a line, listen, press, speak, hang up; answer other telephones."""

from typing import Any

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from ivr.simulator.control import DEFAULT_CALLER
from ivr.simulator.exchange import Exchange, NoSuchLine
from ivr.simulator.gathering import KEYS
from ivr.simulator.legs import Call

KEYPAD = ("1", "2", "3", "4", "5", "6", "7", "8", "9", "*", "0", "#")


def page_blueprint(exchange: Exchange) -> Blueprint:
    """The pages below /phone; every button is a form, a script only saves the reloading."""
    routes = Blueprint(
        "page", __name__, url_prefix="/phone", template_folder="templates", static_folder="static"
    )

    @routes.get("")
    def telephone() -> Response:
        call = exchange.calls.get(request.args.get("call", ""))
        with exchange.lock:
            phones = [phone.view() for phone in exchange.phones.all()]
        page = render_template(
            "phone.html",
            lines=list(exchange.lines),
            caller=request.args.get("from", DEFAULT_CALLER),
            call=None if call is None else call.view(),
            phones=phones,
            keypad=KEYPAD,
            problem=request.args.get("problem", ""),
        )
        response = make_response(page)
        response.headers["Content-Security-Policy"] = "default-src 'self'; frame-ancestors 'none'"
        response.headers["Cache-Control"] = "no-store"
        return response

    @routes.post("/dial")
    def dial() -> BaseResponse:
        caller, line = request.form.get("from", ""), request.form.get("to", "")
        try:
            call = exchange.dial_in(caller or "anonymous", line)
        except NoSuchLine:
            return _back(None, problem=f"{line} is not one of our lines.")
        return _back(call)

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

    @routes.post("/answer/<address>")
    def answer(address: str) -> BaseResponse:
        exchange.phones.pick_up(address)
        return _back(exchange.calls.get(request.form.get("call", "")))

    @routes.post("/put-down/<address>")
    def put_down(address: str) -> BaseResponse:
        exchange.phones.put_down(address)
        return _back(exchange.calls.get(request.form.get("call", "")))

    return routes


def _back(call: Call | None, problem: str = "") -> BaseResponse:
    query: dict[str, Any] = {"call": call.sid, "from": call.from_} if call is not None else {}
    if problem:
        query["problem"] = problem
    return redirect(url_for("page.telephone", **query), 303)
