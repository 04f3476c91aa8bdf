"""Whether this process lives, and whether it can do its work."""

from __future__ import annotations

from datetime import timedelta

from flask import Blueprint, jsonify
from redis import Redis
from redis.exceptions import RedisError
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.wrappers import Response

from hotline.base.heartbeat import silent_for
from hotline.base.outbox import backlog
from hotline.web.shared.core import core, transaction

blueprint = Blueprint("health", __name__)

_PATIENCE = 1.0
"""Seconds that Redis may take to answer."""

_SWEEP = "sweep:ring"
_LONGEST_SILENCE = timedelta(seconds=30)
"""A sweep that goes round every two seconds is dead or stuck when it says nothing for so long."""


@blueprint.get("/healthz")
def healthz() -> Response:
    """The process answers."""
    return jsonify(status="ok")


@blueprint.get("/readyz")
def readyz() -> tuple[Response, int]:
    """503 without the database. Without Redis or the sweep the work goes on by the other: degraded, not down."""
    try:
        with transaction() as session:
            waiting, since = backlog(session)
            silence = silent_for(session, _SWEEP)
    except SQLAlchemyError:
        return jsonify(status="down", database="away"), 503
    redis = "ok" if _redis_answers(core().settings.redis_url) else "away"
    sweep = "ok" if silence is not None and silence < _LONGEST_SILENCE else "silent"
    return (
        jsonify(
            status="ok" if redis == sweep == "ok" else "degraded",
            database="ok",
            redis=redis,
            sweep=sweep,
            backlog=waiting,
            backlog_since=since.isoformat() if since else None,
        ),
        200,
    )


def _redis_answers(url: str) -> bool:
    try:
        with Redis.from_url(url, socket_timeout=_PATIENCE, socket_connect_timeout=_PATIENCE) as client:
            return bool(client.ping())
    except (RedisError, OSError):
        return False
