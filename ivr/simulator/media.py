"""Recordings as the REST interface shows them: the resource, its sound, its end."""

from typing import Any

from flask import Blueprint, Response, jsonify, request

from ivr.simulator.clock import rfc2822
from ivr.simulator.exchange import Exchange
from ivr.simulator.gate import Gate, RestError
from ivr.simulator.rest import guard
from ivr.simulator.shapes import base
from ivr.simulator.sounds import Recorded, sound


def recording_json(recorded: Recorded) -> dict[str, Any]:
    """A recording in the official shape."""
    uri = f"{base(recorded.account_sid)}/Recordings/{recorded.sid}"
    subresources = ("add_on_results", "transcriptions")
    names = {"add_on_results": "AddOnResults", "transcriptions": "Transcriptions"}
    return {
        "account_sid": recorded.account_sid,
        "api_version": "2010-04-01",
        "call_sid": recorded.call_sid,
        "channels": recorded.channels,
        "conference_sid": recorded.conference_sid,
        "date_created": rfc2822(recorded.started_at),
        "date_updated": rfc2822(recorded.started_at),
        "duration": str(recorded.seconds) if recorded.status == "completed" else None,
        "encryption_details": None,
        "error_code": None,
        "media_url": request.host_url.rstrip("/") + uri,
        "price": None,
        "price_unit": "USD",
        "sid": recorded.sid,
        "source": recorded.source,
        "start_time": rfc2822(recorded.started_at),
        "status": recorded.status,
        "subresource_uris": {name: f"{uri}/{names[name]}.json" for name in subresources},
        "uri": f"{uri}.json",
    }


def media_blueprint(exchange: Exchange, gate: Gate) -> Blueprint:
    """The routes below /2010-04-01/Accounts/<sid>/Recordings: the resource, its sound, its end."""
    routes = Blueprint("media", __name__, url_prefix="/2010-04-01/Accounts/<account>/Recordings")
    guard(routes, gate)

    @routes.get("/<sid>.json")
    def fetch(account: str, sid: str) -> Response:
        return jsonify(recording_json(_recorded(exchange, sid)))

    @routes.get("/<sid>.mp3")
    def listen(account: str, sid: str) -> Response:
        recorded = _recorded(exchange, sid)
        if recorded.status != "completed":
            raise RestError(404, 20404, f"The requested resource {request.path} was not found")
        return Response(sound(recorded.seconds), mimetype="audio/mpeg")

    @routes.delete("/<sid>.json")
    def delete(account: str, sid: str) -> tuple[str, int]:
        _recorded(exchange, sid)
        with exchange.lock:
            exchange.recordings.pop(sid, None)
        return "", 204

    return routes


def _recorded(exchange: Exchange, sid: str) -> Recorded:
    found = exchange.recordings.get(sid)
    if found is None:
        raise RestError(404, 20404, f"The requested resource {request.path} was not found")
    return found
