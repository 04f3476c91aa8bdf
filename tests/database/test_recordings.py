"""Recording a call: who may ask for it, what is written down, and what the phone company tells."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from hotline.audit.models import AuditEntry
from hotline.base.clock import FrozenClock
from hotline.base.errors import Conflict, NotFound
from hotline.base.outbox import OutboxRow
from hotline.calls.models import Call
from hotline.policy.loader import Shelf
from hotline.recordings import queries, service, sweeping
from hotline.recordings.models import Recording
from hotline.worklist.models import WorklistItem
from tests.support.calls import Hotline, add_line, add_person, add_supervisor, sid
from tests.support.listening import kern_packs, open_ears, packs_with

KERN = kern_packs()


@pytest.fixture
def hotline(session: Session, clock: FrozenClock) -> Hotline:
    add_line(session)
    add_supervisor(session)
    open_ears(session)
    return Hotline(session)


@pytest.fixture
def ann(hotline: Hotline) -> UUID:
    return hotline.screener("ann")


def jobs(session: Session, name: str) -> list[str]:
    rows = session.scalars(select(OutboxRow).where(OutboxRow.job == name).order_by(OutboxRow.id))
    return [row.subject_id for row in rows]


def actions(session: Session, call: Call) -> list[str]:
    rows = session.scalars(
        select(AuditEntry).where(AuditEntry.subject_id == str(call.id)).order_by(AuditEntry.id)
    )
    return [row.action for row in rows]


def agreed(session: Session, call: Call, user_id: UUID) -> None:
    service.record_consent(session, call.id, user_id, True)


def running(session: Session, call: Call, user_id: UUID, packs: Shelf = KERN) -> Recording:
    """A recording that the phone company has begun."""
    agreed(session, call, user_id)
    recording = service.start(session, packs, call.id, user_id)
    return service.told(session, recording.id, "begun", sid=sid("RE"))


def test_nothing_is_recorded_before_the_caller_has_agreed(hotline: Hotline, ann: UUID) -> None:
    call = hotline.talks(ann)
    with pytest.raises(Conflict, match="Ask the caller first"):
        service.start(hotline.session, KERN, call.id, ann)
    agreed(hotline.session, call, ann)
    recording = service.start(hotline.session, KERN, call.id, ann)
    assert (recording.state, recording.wanted, recording.consent) == ("asked", "on", "given")
    assert jobs(hotline.session, "steer_recording") == [str(recording.id)]
    assert actions(hotline.session, call)[-2:] == ["consent:given", "recording:started"]


def test_a_line_that_no_administrator_opened_records_nothing(hotline: Hotline, ann: UUID) -> None:
    open_ears(hotline.session, recording="off")
    call = hotline.talks(ann)
    agreed(hotline.session, call, ann)
    with pytest.raises(Conflict, match="line does not allow"):
        service.start(hotline.session, packs_with("one_party"), call.id, ann)


def test_only_the_screener_of_the_call_may_record_it(hotline: Hotline, ann: UUID) -> None:
    call = hotline.talks(ann)
    other = add_person(hotline.session, "bob")
    for act in (
        lambda: service.start(hotline.session, KERN, call.id, other),
        lambda: service.record_consent(hotline.session, call.id, other, True),
        lambda: service.pause(hotline.session, call.id, other),
    ):
        with pytest.raises(NotFound):
            act()


def test_nothing_is_recorded_while_the_caller_still_waits(hotline: Hotline, ann: UUID) -> None:
    hotline.waits()
    call = hotline.accepts(ann)
    agreed(hotline.session, call, ann)
    with pytest.raises(Conflict, match="Wait until you talk"):
        service.start(hotline.session, KERN, call.id, ann)


def test_asking_twice_is_one_recording(hotline: Hotline, ann: UUID) -> None:
    call = hotline.talks(ann)
    agreed(hotline.session, call, ann)
    first = service.start(hotline.session, KERN, call.id, ann)
    assert service.start(hotline.session, KERN, call.id, ann).id == first.id
    assert len(jobs(hotline.session, "steer_recording")) == 1


def test_pause_go_on_and_stop_are_wishes_that_a_worker_carries_out(hotline: Hotline, ann: UUID) -> None:
    call = hotline.talks(ann)
    recording = running(hotline.session, call, ann)
    service.pause(hotline.session, call.id, ann)
    service.pause(hotline.session, call.id, ann)
    service.resume(hotline.session, KERN, call.id, ann)
    service.stop(hotline.session, call.id, ann)
    assert (recording.wanted, recording.state) == ("stopped", "on")
    assert len(jobs(hotline.session, "steer_recording")) == 4
    assert actions(hotline.session, call)[-3:] == [
        "recording:paused",
        "recording:resumed",
        "recording:stopped",
    ]


def test_a_refusal_ends_what_runs_and_forbids_what_would_come(hotline: Hotline, ann: UUID) -> None:
    call = hotline.talks(ann)
    recording = running(hotline.session, call, ann)
    service.record_consent(hotline.session, call.id, ann, False)
    assert recording.wanted == "stopped"
    service.told(hotline.session, recording.id, "ended")
    for rule in ("required", "one_party", "announced", "all_party"):
        with pytest.raises(Conflict, match="said no"):
            service.start(hotline.session, packs_with(rule), call.id, ann)


def test_what_the_law_requires_can_be_paused_but_not_stopped(hotline: Hotline, ann: UUID) -> None:
    call = hotline.talks(ann)
    required = packs_with("required")
    recording = service.start(hotline.session, required, call.id, ann)
    assert (recording.consent, recording.required) == ("announced", True)
    with pytest.raises(Conflict, match="require the recording"):
        service.stop(hotline.session, call.id, ann)
    assert service.pause(hotline.session, call.id, ann).wanted == "paused"


def test_news_of_a_recording_that_comes_late_twice_or_first_changes_nothing_twice(
    hotline: Hotline, ann: UUID
) -> None:
    call = hotline.talks(ann)
    agreed(hotline.session, call, ann)
    recording = service.start(hotline.session, KERN, call.id, ann)
    name = sid("RE")
    for event in ("ended", "begun", "ended", "paused"):
        service.told(hotline.session, recording.id, event, sid=name, seconds=7)
    service.sound_ready(hotline.session, recording)
    assert (recording.state, recording.sid, recording.seconds) == ("stopped", name, 7)
    assert len(jobs(hotline.session, "keep_recording")) == 2, "one now, one in case that no news comes"


def test_a_failure_is_a_matter_for_a_person_only_where_the_law_asks_for_the_recording(
    hotline: Hotline, ann: UUID
) -> None:
    call = hotline.talks(ann)
    wished = service.start(hotline.session, packs_with("announced"), call.id, ann)
    service.failed(hotline.session, wished.id, "recording_refused")
    items = select(WorklistItem.reason).where(WorklistItem.kind == "recording_failed")
    assert hotline.session.scalars(items).all() == []
    needed = service.start(hotline.session, packs_with("required"), call.id, ann)
    service.failed(hotline.session, needed.id, "recording_refused")
    service.failed(hotline.session, needed.id, "sound_lost")
    assert hotline.session.scalars(items).all() == ["recording_refused"]
    view = queries.view(hotline.session, KERN, call.id)
    assert (view.state, view.failure) == ("failed", "recording_refused")


def test_a_recording_that_was_given_up_and_made_all_the_same_is_taken_over(
    hotline: Hotline, ann: UUID
) -> None:
    call = hotline.talks(ann)
    recording = service.start(hotline.session, packs_with("announced"), call.id, ann)
    service.failed(hotline.session, recording.id, "recording_refused")
    service.told(hotline.session, recording.id, "ended", sid=sid("RE"), seconds=3)
    service.sound_ready(hotline.session, recording)
    assert recording.state == "stopped"
    assert str(recording.id) in jobs(hotline.session, "keep_recording")


def test_a_line_that_always_records_begins_by_itself_as_soon_as_it_may(
    hotline: Hotline, ann: UUID, clock: FrozenClock
) -> None:
    open_ears(hotline.session, recording="always")
    call = hotline.talks(ann)
    sweeping.sweep(hotline.session, KERN)
    assert service.running(hotline.session, call.id) is None
    agreed(hotline.session, call, ann)
    for _ in range(3):
        sweeping.sweep(hotline.session, KERN)
    recordings = hotline.session.scalars(select(Recording).where(Recording.call_id == call.id)).all()
    assert [(one.consent, one.started_by) for one in recordings] == [("given", None)]


def test_the_sweep_pauses_on_hold_goes_on_after_it_and_stops_at_the_end(
    hotline: Hotline, ann: UUID, clock: FrozenClock
) -> None:
    call = hotline.talks(ann)
    recording = running(hotline.session, call, ann)
    before = len(_done(hotline.session))
    sweeping.sweep(hotline.session, KERN)
    assert len(jobs(hotline.session, "steer_recording")) == before
    hotline.leg(call, "caller").held = True
    hotline.session.flush()
    sweeping.sweep(hotline.session, KERN)
    sweeping.sweep(hotline.session, KERN)
    assert len(jobs(hotline.session, "steer_recording")) == before + 1, "asked once while a worker is at it"
    service.told(hotline.session, recording.id, "paused")
    _done(hotline.session)
    hotline.leg(call, "caller").held = False
    hotline.session.flush()
    sweeping.sweep(hotline.session, KERN)
    assert len(jobs(hotline.session, "steer_recording")) == before + 2
    _done(hotline.session)
    hotline.hangs_up(call)
    clock.advance(timedelta(seconds=2))
    sweeping.sweep(hotline.session, KERN)
    assert len(jobs(hotline.session, "steer_recording")) == before + 3


def _done(session: Session) -> list[OutboxRow]:
    """A worker has done what was asked of it."""
    rows = session.scalars(select(OutboxRow).where(OutboxRow.job == "steer_recording")).all()
    for row in rows:
        row.done_at = row.created_at
    session.flush()
    return list(rows)


def test_the_console_is_told_what_may_be_started_and_why_not(hotline: Hotline, ann: UUID) -> None:
    call = hotline.talks(ann)
    asked = queries.view(hotline.session, KERN, call.id)
    assert (asked.recording_allowed, asked.why, asked.consent_matters) == (False, "ask_caller", True)
    agreed(hotline.session, call, ann)
    assert queries.view(hotline.session, KERN, call.id).recording_allowed
    open_ears(hotline.session, recording="off", transcription="off", monitoring="off")
    hotline.session.expire_all()
    closed = queries.view(hotline.session, KERN, call.id)
    assert (closed.why, closed.is_idle) == ("line_off", True)
