"""The simulator as a server: one process, a thread for each request and for each leg."""

from flask import Flask, Response, jsonify, request
from werkzeug.exceptions import NotFound
from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server

from ivr.simulator.control import calls_blueprint, desk_blueprint, people_blueprint
from ivr.simulator.exchange import Exchange
from ivr.simulator.gate import Gate, RestError, error_response
from ivr.simulator.media import media_blueprint
from ivr.simulator.page import page_blueprint
from ivr.simulator.rest import rest_blueprint
from ivr.simulator.rest_messaging import messaging_blueprint
from ivr.simulator.rest_numbers import applications_blueprint, numbers_blueprint
from ivr.simulator.rest_overhearing import overhearing_blueprint
from ivr.simulator.rest_rooms import queues_blueprint, rooms_blueprint
from ivr.simulator.settings import Settings
from ivr.simulator.softphone import softphone_blueprint
from ivr.simulator.verbs import play_call

HOST = "127.0.0.1"


class _QuietHandler(WSGIRequestHandler):
    """The ledger tells what happened; a line for each request on the console would not."""

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Say nothing."""


def create_app(settings: Settings) -> Flask:
    """The simulator's web application; `app.extensions["exchange"]` is its exchange."""
    exchange = Exchange(settings, play_call)
    gate = Gate(exchange)
    app = Flask(__name__)
    app.extensions["exchange"] = exchange
    guarded_ones = (
        rest_blueprint,
        numbers_blueprint,
        applications_blueprint,
        messaging_blueprint,
        rooms_blueprint,
        queues_blueprint,
        media_blueprint,
        overhearing_blueprint,
        desk_blueprint,
    )
    for guarded in guarded_ones:
        app.register_blueprint(guarded(exchange, gate))
    for open_ in (calls_blueprint, people_blueprint, softphone_blueprint, page_blueprint):
        app.register_blueprint(open_(exchange))

    @app.get("/healthz")
    def health() -> Response:
        live = sum(not call.over for call in list(exchange.calls.values()))
        return jsonify(status="ok", speed=settings.speed, live_calls=live, pending_callbacks=exchange.pending)

    @app.errorhandler(404)
    def missing(error: NotFound) -> Response | NotFound:
        if not request.path.startswith(("/2010-04-01/", "/v1/")):
            return error
        return error_response(RestError(404, 20404, f"The requested resource {request.path} was not found"))

    return app


def serve(settings: Settings) -> BaseWSGIServer:
    """A server that is bound to the loopback address; `serve_forever()` runs it. Port 0 takes any."""
    return make_server(
        HOST, settings.port, create_app(settings), threaded=True, request_handler=_QuietHandler
    )
