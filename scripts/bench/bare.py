"""The least that could answer a call and keep it: a Flask view that checks the signature, reads, inserts, commits.

And the least that could save a field: its two rows updated, and a commit.

It has the same server, the same database with durable commits, and the same kind of connection pool as the product,
and leaves everything else out: no sealing, no receipt, no deadline, no second table.
"""

from __future__ import annotations

import os
import uuid

from flask import Flask, Response, abort, request
from sqlalchemy import (
    Column,
    DateTime,
    MetaData,
    Table,
    Text,
    Uuid,
    create_engine,
    func,
    insert,
    select,
    text,
)
from sqlalchemy.engine.url import make_url
from twilio.request_validator import RequestValidator

TWIML = (
    '<?xml version="1.0" encoding="UTF-8"?><Response><Gather numDigits="1" action="/voice/language">'
    '<Say language="en-US">If this is an emergency, hang up and dial 9 1 1.</Say></Gather></Response>'
)
POOL = 8

CALLS = Table(
    "bare_calls",
    MetaData(),
    Column("id", Uuid, primary_key=True),
    Column("sid", Text, unique=True, nullable=False),
    Column("caller", Text, nullable=False),
    Column("received_at", DateTime(timezone=True), nullable=False),
)

SAVE = (
    text("update reports set version = version where id = cast(:report as uuid)"),
    text(
        "update report_answers set saved_at = now() where report_id = cast(:report as uuid) and path = :path"
    ),
)


def create_app() -> Flask:
    """What webhook and field are compared with; settings as the product's, its own table must exist."""
    engine = create_engine(
        make_url(os.environ["DATABASE_URL"]).set(drivername="postgresql+psycopg"), pool_size=POOL
    )
    validator = RequestValidator(os.environ["TWILIO_AUTH_TOKEN"])
    public = os.environ["PUBLIC_VOICE_URL"]
    app = Flask("bare")

    @app.post("/voice/incoming")
    def incoming() -> Response:
        signature = request.headers.get("X-Twilio-Signature", "")
        if not validator.validate(public + request.path, request.form, signature):
            abort(403)
        sid, caller = request.form["CallSid"], request.form["From"]
        with engine.begin() as connection:
            if connection.scalar(select(CALLS.c.id).where(CALLS.c.sid == sid)) is None:
                connection.execute(
                    insert(CALLS).values(id=uuid.uuid4(), sid=sid, caller=caller, received_at=func.now())
                )
        return Response(TWIML, mimetype="text/xml")

    @app.post("/field")
    def field() -> Response:
        with engine.begin() as connection:
            for statement in SAVE:
                connection.execute(
                    statement, {"report": request.form["report"], "path": request.form["path"]}
                )
        return Response("saved", mimetype="text/plain")

    @app.get("/readyz")
    def readyz() -> Response:
        return Response("ready", mimetype="text/plain")

    return app


def make_table(database_url: str) -> None:
    """Create the table of the bare application, if it is not there."""
    engine = create_engine(make_url(database_url).set(drivername="postgresql+psycopg"))
    try:
        CALLS.metadata.create_all(engine)
    finally:
        engine.dispose()
