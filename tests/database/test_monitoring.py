"""A supervisor on a live call: who may, in which way, who is told, and how it ends."""

from __future__ import annotations

from uuid import UUID

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from hotline.audit.models import AuditEntry
from hotline.base.clock import FrozenClock
from hotline.base.errors import Conflict, NotFound
from hotline.base.ids import new_id
from hotline.base.outbox import OutboxRow
from hotline.calls import connecting, monitoring
from hotline.calls.models import Call
from hotline.recordings import queries, service
from tests.support.calls import Hotline, add_line, add_person, add_supervisor, sid
from tests.support.listening import kern_packs, open_ears, packs_with

KERN = kern_packs()


@pytest.fixture
def hotline(session: Session, clock: FrozenClock) -> Hotline:
    add_line(session)
    open_ears(session)
    return Hotline(session)


@pytest.fixture
def susana(hotline: Hotline) -> UUID:
    return add_supervisor(hotline.session)


@pytest.fixture
def ann(hotline: Hotline, susana: UUID) -> UUID:
    return hotline.screener("ann")


@pytest.fixture
def call(hotline: Hotline, ann: UUID) -> Call:
    """Ann talks; the caller has agreed."""
    call = hotline.talks(ann)
    service.record_consent(hotline.session, call.id, ann, True)
    return call


def jobs(session: Session, name: str) -> int:
    return len(session.scalars(select(OutboxRow).where(OutboxRow.job == name)).all())


def test_listening_needs_the_line_the_law_and_the_caller(hotline: Hotline, ann: UUID, susana: UUID) -> None:
    call = hotline.talks(ann)
    with pytest.raises(Conflict, match="Ask the caller first"):
        monitoring.listen(hotline.session, KERN, call.id, susana)
    with pytest.raises(Conflict, match="rules of this county forbid"):
        monitoring.listen(hotline.session, packs_with("forbidden"), call.id, susana)
    open_ears(hotline.session, monitoring="off")
    hotline.session.expire_all()
    with pytest.raises(Conflict, match="line does not allow"):
        monitoring.barge(hotline.session, packs_with("one_party"), call.id, susana)


def test_changing_the_way_of_taking_part_keeps_the_leg(hotline: Hotline, call: Call, susana: UUID) -> None:
    session = hotline.session
    leg = monitoring.listen(session, KERN, call.id, susana)
    assert (leg.kind, leg.mode, leg.state, leg.address) == (
        "supervisor",
        "listen",
        "wanted",
        f"client:{susana.hex}",
    )
    monitoring.listen(session, KERN, call.id, susana)
    assert (jobs(session, "steer_call"), jobs(session, "steer_monitor")) == (1, 0)
    assert monitoring.whisper(session, KERN, call.id, susana).id == leg.id
    assert monitoring.barge(session, KERN, call.id, susana).mode == "barge"
    assert (jobs(session, "steer_call"), jobs(session, "steer_monitor")) == (1, 2)
    audited = session.scalars(select(AuditEntry).where(AuditEntry.action.like("monitor:%"))).all()
    assert [(row.action, row.actor_id) for row in audited] == [
        (f"monitor:{mode}", str(susana)) for mode in ("listen", "whisper", "barge")
    ]


def test_the_screener_is_told_who_listens_unless_the_pack_says_otherwise(
    hotline: Hotline, call: Call, susana: UUID
) -> None:
    session = hotline.session
    leg = monitoring.listen(session, KERN, call.id, susana)
    leg.sid = sid()
    connecting.join(session, call.id, leg.id)
    shown = queries.view(session, KERN, call.id).listeners
    assert [(one.name, one.mode, one.state) for one in shown] == [("susana", "listen", "in_room")]
    secretly = packs_with("one_party", screener_is_told=False)
    assert queries.view(session, secretly, call.id).listeners == ()
    monitoring.barge(session, KERN, call.id, susana)
    assert len(queries.view(session, secretly, call.id).listeners) == 1, "who is heard is always shown"


def test_a_supervisor_joining_or_leaving_moves_nothing_else(
    hotline: Hotline, call: Call, susana: UUID, ann: UUID
) -> None:
    session = hotline.session
    leg = monitoring.listen(session, KERN, call.id, susana)
    leg.sid = sid()
    connecting.join(session, call.id, leg.id)
    connecting.leave(session, call.id, leg.id)
    assert (call.state, call.screener_id, leg.state) == ("talking", ann, "ended")
    assert monitoring.listen(session, KERN, call.id, susana).id != leg.id


def test_leaving_hangs_up_and_twice_is_harmless(hotline: Hotline, call: Call, susana: UUID) -> None:
    session = hotline.session
    leg = monitoring.listen(session, KERN, call.id, susana)
    leg.sid = sid()
    connecting.join(session, call.id, leg.id)
    monitoring.leave(session, call.id, susana)
    monitoring.leave(session, call.id, susana)
    assert (leg.state, leg.reason) == ("closing", "left_by_supervisor")
    assert jobs(session, "end_call") == 1


def test_a_refusal_of_the_caller_sends_the_supervisor_away(
    hotline: Hotline, call: Call, susana: UUID, ann: UUID
) -> None:
    leg = monitoring.listen(hotline.session, KERN, call.id, susana)
    service.record_consent(hotline.session, call.id, ann, False)
    assert (leg.state, leg.reason) == ("ended", "caller_refused")
    with pytest.raises(Conflict, match="said no"):
        monitoring.barge(hotline.session, KERN, call.id, susana)


def test_a_whisper_without_a_screener_in_the_room_falls_back_to_listening(
    hotline: Hotline, call: Call, susana: UUID
) -> None:
    leg = monitoring.whisper(hotline.session, KERN, call.id, susana)
    assert monitoring.coached_sid(hotline.session, call) == hotline.leg(call).sid
    hotline.loses_leg(call)
    assert monitoring.coached_sid(hotline.session, call) is None
    monitoring.fall_back(hotline.session, leg.id)
    assert leg.mode == "listen"


def test_nobody_listens_to_a_call_that_is_over_or_to_two_at_once_or_to_their_own(
    hotline: Hotline, call: Call, susana: UUID, ann: UUID
) -> None:
    session = hotline.session
    with pytest.raises(Conflict, match="on a call yourself"):
        monitoring.listen(session, KERN, call.id, ann)
    monitoring.listen(session, KERN, call.id, susana)
    bob = hotline.screener("bob")
    other = hotline.talks(bob)
    service.record_consent(session, other.id, bob, True)
    with pytest.raises(Conflict, match="listen to another call"):
        monitoring.listen(session, KERN, other.id, susana)
    hotline.hangs_up(other)
    with pytest.raises(Conflict, match="Nobody talks"):
        monitoring.listen(session, KERN, other.id, add_person(session, "sue", "supervisor"))
    with pytest.raises(NotFound):
        monitoring.listen(session, KERN, new_id(), susana)


def test_the_end_of_the_call_ends_the_supervisors_leg(hotline: Hotline, call: Call, susana: UUID) -> None:
    leg = monitoring.listen(hotline.session, KERN, call.id, susana)
    leg.sid = sid()
    connecting.join(hotline.session, call.id, leg.id)
    hotline.hangs_up(call)
    assert leg.state == "closing"


def test_a_whisper_is_bound_anew_when_the_screener_comes_back_with_another_leg(
    hotline: Hotline, call: Call, susana: UUID
) -> None:
    session = hotline.session
    leg = monitoring.whisper(session, KERN, call.id, susana)
    leg.sid = sid()
    connecting.join(session, call.id, leg.id)
    screener = hotline.leg(call).sid
    monitoring.told(session, leg.id, "whisper", screener)
    monitoring.sweep(session)
    assert jobs(session, "steer_monitor") == 0
    hotline.leg(call).sid = sid()
    session.flush()
    for _ in range(2):
        monitoring.sweep(session)
    assert jobs(session, "steer_monitor") == 1, "asked once while a worker is at it"
