"""Whether the staff's process lives and can work."""

from __future__ import annotations

import dataclasses
from datetime import timedelta
from typing import Any

from hotline.app import create_app
from hotline.base import heartbeat
from hotline.base.clock import FrozenClock
from hotline.base.config import Settings
from hotline.base.database import Database
from hotline.demo.servers import free_port
from hotline.web.shared import core


def readiness(settings: Settings) -> tuple[int, dict[str, Any]]:
    app = create_app(settings)
    answer = app.test_client().get("/readyz")
    with app.app_context():
        core.core().database.dispose()
    return answer.status_code, answer.get_json()


def beat(database: Database) -> None:
    with database.transaction() as session:
        heartbeat.beat(session, "sweep:ring")


def test_it_is_ready_with_its_database_redis_and_a_sweep_that_goes_round(
    settings: Settings, database: Database, clock: FrozenClock
) -> None:
    beat(database)
    code, told = readiness(settings)
    assert (code, told["status"], told["backlog"]) == (200, "ok", 0)


def test_a_silent_sweep_shows(settings: Settings, database: Database, clock: FrozenClock) -> None:
    assert readiness(settings)[1]["sweep"] == "silent"
    beat(database)
    clock.advance(timedelta(minutes=1))
    assert readiness(settings)[1]["status"] == "degraded"


def test_without_redis_it_is_degraded(settings: Settings) -> None:
    code, told = readiness(dataclasses.replace(settings, redis_url=f"redis://127.0.0.1:{free_port()}/0"))
    assert (code, told["redis"]) == (200, "away")


def test_without_the_database_it_is_down(settings: Settings) -> None:
    away = f"postgresql://u:p@127.0.0.1:{free_port()}/x"
    code, told = readiness(dataclasses.replace(settings, database_url=away))
    assert (code, told["status"]) == (503, "down")
