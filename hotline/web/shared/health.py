"""Whether this process lives, and whether it can do its work."""

from __future__ import annotations

from flask import Blueprint, jsonify
from redis import Redis
from redis.exceptions import RedisError
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.wrappers import Response

from hotline.base.outbox import backlog
from hotline.web.shared.core import core, transaction

blueprint = Blueprint("health", __name__)

_PATIENCE = 0.5
"""Seconds that Redis may take to answer."""


@blueprint.get("/healthz")
def healthz() -> Response:
    """The process answers."""
    return jsonify(status="ok")


@blueprint.get("/readyz")
def readyz() -> tuple[Response, int]:
    """503 without the database. Without Redis the work goes on, driven by the sweep: degraded, not down."""
    try:
        with transaction() as session:
            waiting, since = backlog(session)
    except SQLAlchemyError:
        return jsonify(status="down", database="away"), 503
    redis = "ok" if _redis_answers(core().settings.redis_url) else "away"
    return (
        jsonify(
            status="ok" if redis == "ok" else "degraded",
            database="ok",
            redis=redis,
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
