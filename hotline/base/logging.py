"""Structured logs: an event name and ids, one JSON object a line. Nobody's words go in."""

from __future__ import annotations

import logging
import sys
from typing import Any

import structlog


def configure(level: int = logging.INFO) -> None:
    """Write JSON lines to standard error; an exception leaves its class, never its text or values."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.JSONRenderer(sort_keys=True),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        # Asked for at each line: who redirects standard error later is obeyed.
        logger_factory=lambda *_: structlog.PrintLogger(sys.stderr),
        cache_logger_on_first_use=False,
    )


def get_logger(name: str) -> Any:
    """A logger whose events carry `name` as their source."""
    # Not bound before its first line: modules make their loggers before `configure` is called.
    return structlog.get_logger(source=name)


def reason(error: BaseException) -> str:
    """What a log may say of an exception: its class. Its text may hold a caller's words."""
    return type(error).__name__
