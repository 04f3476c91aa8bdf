"""How a screener's leg comes about: the browser dials in, or an ordinary telephone is rung."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

import pytest
from sqlalchemy import select

from hotline.accounts.models import User
from hotline.base.clock import FrozenClock
from hotline.base.config import Settings
from hotline.base.outbox import OutboxRow
from hotline.calls import connecting, presence
from tests.support.calls import Hotline, sid
from tests.support.talks import Scene, a_talk, consulted
from workers.connect_call import connect_call
from workers.job import Work


@pytest.fixture
def scene(settings: Settings, clock: FrozenClock) -> Iterator[Scene]:
    with a_talk(settings) as scene:
        yield scene


def prefer(scene: Scene, user_id: UUID, telephone: str, desk: str | None = None) -> None:
    with scene.database.transaction() as session:
        session.get_one(User, user_id).desk_number = desk
        session.flush()
        presence.set_telephone(session, user_id, telephone)


def test_a_browser_that_dials_in_is_waited_for_before_it_is_rung(scene: Scene, clock: FrozenClock) -> None:
    with scene.database.transaction() as session:
        hotline = Hotline(session)
        ben = hotline.screener("ben")
        other = hotline.waits()
        hotline.accepts(ben)
    prefer(scene, ben, "softphone")
    work = Work(str(other.id), 1, scene.equipment)
    connect_call.function(work)
    connect_call.function(work)
    assert scene.asked("dial") == []
    with scene.database.transaction() as session:
        rows = session.scalars(select(OutboxRow).where(OutboxRow.subject_id == str(other.id))).all()
        (later,) = [row for row in rows if "softphone" in row.key]
        assert (later.due_at - clock()).total_seconds() == 4
    clock.advance(later.due_at - clock())
    connect_call.function(work)
    assert scene.asked("dial")[0][1] == f"client:{ben.hex}"


def test_a_browser_that_has_dialled_in_is_not_rung(scene: Scene, clock: FrozenClock) -> None:
    ben = consulted(scene)
    prefer(scene, ben, "softphone")
    scene.does()
    with scene.database.transaction() as session:
        connecting.leg_progress(session, scene.call_id, scene.leg("consult").id, "answer", sid())
    (later,) = [row for row in scene.jobs("steer_call") if "softphone" in row.key]
    clock.advance(later.due_at - clock())
    scene.does()
    assert scene.asked("dial") == []


def test_an_ordinary_telephone_is_rung_for_who_works_with_it(scene: Scene) -> None:
    ben = consulted(scene)
    prefer(scene, ben, "desk", "+16615550177")
    scene.does()
    assert scene.asked("dial")[0][1] == "+16615550177"
    assert scene.leg("consult").address == "+16615550177"
