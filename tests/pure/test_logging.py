"""Log lines: JSON, an event and ids, on whatever standard error is at the moment."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator

import pytest
import structlog

from hotline.base import logging


@pytest.fixture(autouse=True)
def configuration_of_before() -> Iterator[None]:
    before = structlog.get_config()
    yield
    structlog.configure(**before)


def test_a_logger_made_before_the_configuration_obeys_it(monkeypatch: pytest.MonkeyPatch) -> None:
    early = logging.get_logger("early")
    logging.configure()
    out = io.StringIO()
    monkeypatch.setattr("sys.stderr", out)
    early.info("job_done", row=7)
    told = json.loads(out.getvalue())
    assert (told["event"], told["source"], told["row"], told["level"]) == ("job_done", "early", 7, "info")


def test_a_standard_error_that_was_closed_later_does_no_harm(monkeypatch: pytest.MonkeyPatch) -> None:
    logging.configure()
    gone = io.StringIO()
    monkeypatch.setattr("sys.stderr", gone)
    logging.get_logger("x").info("before")
    gone.close()
    now = io.StringIO()
    monkeypatch.setattr("sys.stderr", now)
    logging.get_logger("x").info("event")
    assert "event" in now.getvalue()


def test_an_exception_is_named_by_its_class_only() -> None:
    assert logging.reason(ValueError("a caller's words")) == "ValueError"
