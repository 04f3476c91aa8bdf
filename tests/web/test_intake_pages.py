"""The public pages: the gate, writing and coming back, sending, and what they never show."""

from __future__ import annotations

import pytest

from tests.support.reporter import Reporter
from tests.support.screener import Screener


@pytest.fixture
def reporter(screener: Screener) -> Reporter:
    return Reporter.at(screener.desk.app, screener.desk.database)


def test_a_report_is_written_sent_and_acknowledged(reporter: Reporter) -> None:
    assert "Begin a report" in reporter.page("/online")
    reporter.begins()
    reporter.writes_enough()
    assert reporter.sends().startswith("W-")
