"""A browser as a telephone: it calls the TwiML application, and its line lives as long as its request does."""

import base64
import binascii
import hashlib
import hmac
import json
import time
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

from flask import Blueprint, Response, jsonify, request

from ivr.simulator.control import Unusable
from ivr.simulator.exchange import Exchange
from ivr.simulator.legs import Call

# So often a browser that is on the line is written to: one that has gone away is noticed by it.
BEAT_SECONDS = 0.2
_LOCAL = frozenset({"127.0.0.1", "localhost", "::1"})


def softphone_blueprint(exchange: Exchange) -> Blueprint:
    """The routes below /sim/clients. Requests are simple ones, so that a browser asks no permission first."""
    routes = Blueprint("softphone", __name__, url_prefix="/sim/clients")

    @routes.errorhandler(Unusable)
    def refuse(error: Unusable) -> tuple[Response, int]:
        return jsonify(error=str(error)), error.status

    @routes.after_request
    def for_pages_on_this_machine(response: Response) -> Response:
        origin = request.headers.get("Origin", "")
        if urlsplit(origin).hostname in _LOCAL:
            response.headers["Access-Control-Allow-Origin"] = origin
            response.headers["Vary"] = "Origin"
        return response

    @routes.post("/<identity>/connect")
    def connect(identity: str) -> Response:
        wishes, application_sid = _allowed(exchange, identity)
        if any(not call.over for call in _calls_of(exchange, identity)):
            raise Unusable(486, f"{identity} is on a call")
        call = exchange.connect_client(identity, application_sid, _params(wishes))
        return Response(_line(call), mimetype="application/x-ndjson", headers={"Cache-Control": "no-store"})

    @routes.post("/<identity>/hangup")
    def hang_up(identity: str) -> Response:
        _allowed(exchange, identity)
        return jsonify(sids=[call.sid for call in _calls_of(exchange, identity) if call.end("caller")])

    @routes.post("/<identity>/mute")
    def mute(identity: str) -> Response:
        muted = bool(_allowed(exchange, identity)[0].get("muted"))
        for call in _calls_of(exchange, identity):
            call.microphone_off = muted
        return jsonify(muted=muted)

    @routes.get("/<identity>")
    def state(identity: str) -> Response:
        return jsonify(identity=identity, calls=[call.view() for call in _calls_of(exchange, identity)])

    return routes


def _calls_of(exchange: Exchange, identity: str) -> list[Call]:
    """The living legs of a browser, those that it placed and those that it answered."""
    address = f"client:{identity}"
    with exchange.lock:
        calls = list(exchange.calls.values())
    return [call for call in calls if not call.over and address in (call.to, call.from_)]


def _line(call: Call) -> Iterator[str]:
    """What the browser is told while it is on the line; when it stops reading, it has hung up."""
    told: dict[str, Any] = {}
    try:
        while True:
            now = {"sid": call.sid, "status": call.status, "talking": bool(call.partners)}
            # An empty line is the beat that shows whether anybody still listens.
            yield "\n" if now == told else json.dumps(now) + "\n"
            if call.over:
                return
            told = now
            with call.changed:
                call.changed.wait(BEAT_SECONDS)
    finally:
        call.end("caller")


def _params(wishes: dict[str, Any]) -> dict[str, str]:
    params = wishes.get("params", {})
    if not isinstance(params, dict):
        raise Unusable(400, "params must be an object")
    return {str(name): str(value) for name, value in params.items()}


def _allowed(exchange: Exchange, identity: str) -> tuple[dict[str, Any], str]:
    """The request's document and the application that its token names; refused unless that is for this identity."""
    wishes = json.loads(request.get_data() or "{}")
    if not isinstance(wishes, dict):
        raise Unusable(400, "the request must be a JSON object")
    settings = exchange.settings
    if not settings.api_key_secret:
        raise Unusable(404, "no softphones here: TWILIO_API_KEY_SECRET is not set")
    claims = _claims(str(wishes.get("token", "")), settings.api_key_secret)
    if claims is None:
        raise Unusable(401, "20101 the access token is not valid")
    if claims.get("exp", 0) <= time.time():
        raise Unusable(401, "20104 the access token has expired")
    grants = claims.get("grants", {})
    if grants.get("identity") != identity or "outgoing" not in grants.get("voice", {}):
        raise Unusable(403, "20103 the access token is for somebody else")
    application_sid = str(grants["voice"]["outgoing"].get("application_sid", ""))
    if application_sid not in exchange.applications and not settings.application_url:
        raise Unusable(404, "21218 there is no such application (or set SIMULATOR_APPLICATION_URL)")
    return wishes, application_sid


def _claims(token: str, secret: str) -> dict[str, Any] | None:
    """What a JSON web token (HS256) says, or None when it is not signed with `secret`."""
    signed, _, signature = token.rpartition(".")
    expected = hmac.new(secret.encode(), signed.encode(), hashlib.sha256).digest()
    try:
        if not hmac.compare_digest(_decoded(signature), expected):
            return None
        claims = json.loads(_decoded(signed.partition(".")[2]))
    except (binascii.Error, ValueError):
        return None
    return claims if isinstance(claims, dict) else None


def _decoded(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
