"""The least that could answer a call: a Flask view that returns fixed TwiML, unsigned and unrecorded."""

from __future__ import annotations

from flask import Flask, Response

TWIML = (
    '<?xml version="1.0" encoding="UTF-8"?><Response><Gather numDigits="1" action="/voice/language">'
    '<Say language="en-US">If this is an emergency, hang up and dial 9 1 1.</Say></Gather></Response>'
)


def create_app() -> Flask:
    """The application that the webhook is compared with."""
    app = Flask("bare")

    @app.post("/voice/incoming")
    def incoming() -> Response:
        return Response(TWIML, mimetype="text/xml")

    @app.get("/readyz")
    def readyz() -> Response:
        return Response("ready", mimetype="text/plain")

    return app
