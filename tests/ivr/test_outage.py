"""The database is away: callers hear that they should stay, and what they told is brought back later."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import select, text

from hotline.accounts.models import User
from hotline.base.config import Settings
from hotline.base.database import Database
from hotline.calls import service
from hotline.calls.models import Call, CallLeg
from hotline.calls.states import room_of
from hotline.lines.models import Line
from hotline.worklist.models import WorklistItem
from ivr.deadline import Breaker, DatabaseAway, Guard
from ivr.pages import PAGES
from tests.support.calls import LINE, sid
from tests.support.voice import Caller, Voice, spoken, verbs
from tests.support.waiting import until

OnDuty = Callable[..., UUID]
NOWHERE = "postgresql://nobody:none@127.0.0.1:9/none"
NO_CALLERS = {
    "called",
    "on-call",
    "screener",
    "screener-over",
    "party",
    "party-over",
    "softphone",
    "supervisor",
    "supervisor-over",
}
"""Pages of legs that are not a caller's: without anything that names a call they are hung up."""

LEG = "6b0e9c1e-6f0a-4a43-9d6c-0b1f4c1f9a11"


@pytest.fixture
def away(settings: Settings) -> Iterator[Voice]:
    """A voice application whose database is not there."""
    voice = Voice(replace(settings, database_url=NOWHERE), patience=3)
    yield voice
    voice.close()


@pytest.fixture
def back(away: Voice, settings: Settings, line: None) -> Iterator[Voice]:
    """Another process on the same spool, with the database."""
    voice = Voice(settings)
    yield voice
    voice.close()


def calls(database: Database) -> list[Call]:
    with database.transaction() as session:
        return list(session.scalars(select(Call).order_by(Call.received_at)))


@pytest.mark.parametrize("page", sorted(PAGES))
def test_every_page_has_an_answer_without_the_database(away: Voice, page: str) -> None:
    started = time.monotonic()
    document = Caller(away).ask(page, {"language": "es"}, Digits="1", QueueResult="leave")
    assert time.monotonic() - started < 5
    # Who has left a message is thanked for it: what they said is with the phone company, and told by the spool.
    if page not in NO_CALLERS | {"voicemail-left"}:
        assert "Hangup" not in verbs(document)


def test_a_person_on_call_is_asked_to_stay_for_a_few_moments(away: Voice) -> None:
    desk = Caller(away, to="+16615550177")
    document = desk.ask("on-call", {"leg": LEG, "asked": "yes"}, Digits="1")
    for _ in range(5):
        assert verbs(document) == ["Say", "Pause", "Redirect"]
        document = desk.go(document.findtext("Redirect") or "")
    assert verbs(document) == ["Hangup"]


def test_a_caller_is_held_and_comes_back_with_what_was_chosen(away: Voice) -> None:
    caller = Caller(away)
    greeted = caller.ask("incoming")
    assert verbs(greeted) == ["Say", "Pause", "Redirect"]
    assert (greeted.findtext("Redirect") or "").endswith("/voice/incoming?tries=1")
    chosen = caller.ask("language", Digits="2")
    assert "permanezca" in spoken(chosen)
    assert (chosen.findtext("Redirect") or "").endswith("/voice/incoming?language=es&tries=1")
    lane = caller.ask("menu", {"language": "es"}, Digits="1")
    assert (lane.findtext("Redirect") or "").endswith("/voice/incoming?lane=danger&language=es&tries=1")
    again = caller.go(lane.findtext("Redirect") or "")
    assert (again.findtext("Redirect") or "").endswith("/voice/incoming?lane=danger&language=es&tries=2")


def test_a_caller_in_the_line_stays_there(away: Voice) -> None:
    assert verbs(Caller(away).ask("waiting", {"language": "en"})) == ["Say", "Pause"]


def test_both_legs_still_find_their_room(away: Voice) -> None:
    room = room_of(UUID(LEG))
    caller = Caller(away).ask("connect", {"language": "es", "leg": LEG})
    assert caller.findtext("Dial/Conference") == room
    screener = Caller(away, to="client:ann").ask("screener", {"leg": LEG})
    assert screener.findtext("Dial/Conference") == room
    desk = Caller(away, to="+16615550177").ask("screener", {"leg": LEG})
    assert verbs(desk) == ["Gather", "Hangup"]


def test_backup_numbers_are_called_after_a_while(
    voice: Voice, database: Database, settings: Settings
) -> None:
    with database.transaction() as session:
        session.scalars(select(Line)).one().backup_numbers = ["+16615550190", "+16615550191"]
    voice.gateway.refresh_lines()
    away = Voice(replace(settings, database_url=NOWHERE), patience=3)
    caller = Caller(away)
    assert "Dial" not in verbs(caller.ask("incoming", {"tries": "3"}))
    document = caller.ask("incoming", {"language": "es", "tries": "4"})
    numbers = [element.text for element in document.iter("Number")]
    assert numbers == ["+16615550190", "+16615550191"]
    dial = document.find("Dial")
    assert dial is not None
    nobody = caller.go(dial.get("action") or "", DialCallStatus="no-answer")
    assert verbs(nobody) == ["Say", "Pause", "Redirect"]
    served = caller.go(dial.get("action") or "", DialCallStatus="completed")
    assert verbs(served) == ["Hangup"]
    away.close()
    assert voice.gateway.replay()
    (call,) = calls(database)
    assert (call.state, call.outcome, call.ended_stage) == ("ended", "diverted", "menu")


def test_what_was_told_meanwhile_becomes_rows(away: Voice, back: Voice, database: Database) -> None:
    stays, leaves = Caller(away, number="+16615550143"), Caller(away, number="anonymous")
    for caller in (stays, leaves):
        caller.ask("incoming")
        caller.ask("language", Digits="2")
    stays.ask("menu", {"language": "es"}, Digits="3")
    leaves.hangs_up()
    assert back.app.test_client().get("/readyz").status_code == 503
    assert back.gateway.replay()
    assert back.app.test_client().get("/readyz").status_code == 200
    first, second = calls(database)
    assert (first.sid, first.state, first.language, first.lane) == (stays.sid, "waiting", "es", "youth")
    assert (second.sid, second.state, second.outcome) == (leaves.sid, "ended", "abandoned")
    assert first.received_at < second.received_at


def test_a_replay_done_twice_is_done_once(away: Voice, back: Voice, database: Database) -> None:
    caller = Caller(away)
    caller.ask("incoming")
    taken = away.gateway.spool.take()
    assert back.gateway.replay()
    away.gateway.spool.append(taken.events[0])
    assert back.gateway.replay()
    assert len(calls(database)) == 1


def test_a_caller_who_returns_before_the_replay_loses_no_choice(
    away: Voice, back: Voice, database: Database
) -> None:
    caller = Caller(away)
    caller.ask("incoming")
    held = caller.ask("menu", {"language": "es"}, Digits="1")
    returned = Caller(back, sid=caller.sid)
    assert verbs(returned.go(held.findtext("Redirect") or "")) == ["Enqueue"]
    assert back.gateway.replay()
    (call,) = calls(database)
    assert (call.state, call.language, call.lane) == ("waiting", "es", "danger")


def test_nobody_reads_a_caller_in_the_spool_folder(away: Voice, settings: Settings) -> None:
    Caller(away, number="+16615550143").ask("incoming")
    content = b"".join(path.read_bytes() for path in settings.spool_dir.rglob("*") if path.is_file())
    assert content
    assert b"6615550143" not in content


def test_after_one_failure_requests_do_not_wait_for_the_database(away: Voice) -> None:
    Caller(away).ask("incoming")
    assert away.gateway.breaker.is_open

    def boom() -> None:
        raise AssertionError("the database was tried")

    away.gateway.guard.run = lambda work: boom()  # type: ignore[assignment,method-assign,return-value]
    assert verbs(Caller(away).ask("incoming")) == ["Say", "Pause", "Redirect"]


def test_the_breaker_closes_though_another_process_still_replays(voice: Voice, database: Database) -> None:
    gateway = voice.gateway
    gateway.breaker.trip()
    Caller(voice).ask("incoming")
    with gateway.spool.replay_alone():
        assert (gateway.look_after(), gateway.breaker.is_open) == (False, False)
        assert verbs(Caller(voice).ask("incoming")) == ["Gather", "Redirect"]
    assert (gateway.look_after(), gateway.spool.waiting()) == (True, 0)
    assert len(calls(database)) == 2


@pytest.mark.parametrize("mode", ["share", "access exclusive"])
def test_the_breaker_stays_open_while_nothing_can_be_written(
    settings: Settings, line: None, database: Database, mode: str
) -> None:
    voice = Voice(settings, patience=1.5)
    voice.gateway.breaker.trip()
    with database.transaction() as session:
        session.execute(text(f"lock table calls in {mode} mode"))
        assert (voice.gateway.look_after(), voice.gateway.breaker.is_open) == (False, True)
    assert (voice.gateway.look_after(), voice.gateway.breaker.is_open) == (True, False)
    voice.close()


def test_the_keeper_brings_everything_back_by_itself(
    away: Voice, settings: Settings, line: None, database: Database
) -> None:
    for _ in range(3):
        Caller(away).ask("incoming")
    voice = Voice(settings, keep=True)
    try:
        until(lambda: len(calls(database)) == 3)
        until(lambda: voice.gateway.spool.waiting() == 0)
    finally:
        voice.close()


def test_an_event_that_we_can_not_digest_is_set_aside_and_a_person_is_told(
    away: Voice, back: Voice, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    bad, good = Caller(away), Caller(away)
    bad.ask("incoming")
    good.ask("incoming")
    original = service.register_incoming

    def fails_for_one(session: object, vault: object, payload: service.Incoming) -> Call:
        if payload.sid == bad.sid:
            raise RuntimeError("a fault of ours")
        return original(session, vault, payload)  # type: ignore[arg-type]

    monkeypatch.setattr("ivr.webhooks.caller.register_incoming", fails_for_one)
    assert back.gateway.replay()
    assert [call.sid for call in calls(database)] == [good.sid]
    assert list((back.settings.spool_dir / "rejected").glob("*.spool"))
    with database.transaction() as session:
        item = session.scalars(select(WorklistItem)).one()
        assert (item.kind, session.get_one(User, item.owner_id).name) == ("event_undigested", "susana")


def test_a_fault_of_ours_does_not_hang_up_on_the_caller(
    settings: Settings, line: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    voice = Voice(settings)

    def fails(*_: object) -> Call:
        raise RuntimeError("a fault of ours")

    with monkeypatch.context() as patch:
        patch.setattr("ivr.webhooks.caller.register_incoming", fails)
        assert verbs(Caller(voice).ask("incoming")) == ["Say", "Pause", "Redirect"]
    assert not voice.gateway.breaker.is_open
    assert voice.gateway.spool.waiting() == 1
    voice.close()


def test_a_full_disk_does_not_hang_up_on_the_caller(away: Voice, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(event: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(away.gateway.spool, "append", full)
    assert verbs(Caller(away).ask("incoming")) == ["Say", "Pause", "Redirect"]


def test_a_locked_table_is_an_outage_and_ends_by_itself(
    settings: Settings, line: None, database: Database
) -> None:
    voice, caller = Voice(settings, patience=3), Caller(Voice(settings))
    caller.voice.close()
    caller.voice = voice
    with database.transaction() as session:
        session.execute(text("lock table calls"))
        started = time.monotonic()
        with ThreadPoolExecutor(20) as threads:
            callers = [Caller(voice) for _ in range(20)]
            documents = list(threads.map(lambda one: verbs(one.ask("incoming")), callers))
        assert time.monotonic() - started < 5
        assert documents == [["Say", "Pause", "Redirect"]] * 20
        assert not voice.gateway.look_after()
        assert voice.gateway.breaker.is_open
    assert voice.gateway.look_after()
    assert {call.sid for call in calls(database)} == {one.sid for one in callers}
    voice.close()


def test_lines_are_known_to_a_process_that_starts_during_an_outage(
    voice: Voice, settings: Settings, tmp_path: Path
) -> None:
    voice.gateway.refresh_lines()
    away = Voice(replace(settings, database_url=NOWHERE), patience=3)
    known = away.gateway.desk.lines.line(LINE)
    assert (known.number, list(known.languages)) == (LINE, ["en", "es"])
    away.close()


def test_a_damaged_list_of_lines_is_no_reason_not_to_start(settings: Settings) -> None:
    settings.spool_dir.mkdir(parents=True)
    (settings.spool_dir / "lines.json").write_text('[{"number": 1')
    voice = Voice(replace(settings, database_url=NOWHERE), patience=3)
    assert verbs(Caller(voice).ask("incoming")) == ["Say", "Pause", "Redirect"]
    voice.close()


def at_work(before: set[threading.Thread]) -> set[threading.Thread]:
    return {thread for thread in threading.enumerate() if thread.name == "database-work"} - before


def test_work_that_hangs_is_left_behind_in_time() -> None:
    guard, let_go, before = Guard(0.2, threads=2), threading.Event(), at_work(set())
    started = time.monotonic()
    for _ in range(6):
        with pytest.raises(DatabaseAway):
            guard.run(lambda: let_go.wait(30))
    assert time.monotonic() - started < 5
    assert len(at_work(before)) == 4
    let_go.set()
    until(lambda: guard_is_free(guard))


def test_a_thread_that_was_left_behind_is_replaced_and_taken_back() -> None:
    guard, let_go, before = Guard(0.2, threads=1), threading.Event(), at_work(set())
    with pytest.raises(DatabaseAway):
        guard.run(lambda: let_go.wait(30))
    assert guard.run(lambda: "done") == "done"
    assert len(at_work(before)) == 2
    let_go.set()
    until(lambda: len(at_work(before)) == 1)
    for _ in range(3):
        with pytest.raises(DatabaseAway):
            guard.run(lambda: time.sleep(0.3))


def test_work_after_work_is_done_by_the_same_thread() -> None:
    guard, before = Guard(5, threads=4), at_work(set())
    names = {guard.run(threading.get_ident) for _ in range(50)}
    assert len(names) == len(at_work(before)) == 1


def guard_is_free(guard: Guard) -> bool:
    try:
        return guard.run(lambda: True)
    except DatabaseAway:
        return False


def test_a_breaker_wakes_its_keeper() -> None:
    breaker = Breaker()
    breaker.trip()
    assert breaker.is_open
    assert breaker.tripped.is_set()
    breaker.close()
    assert not breaker.is_open


def test_a_screeners_answer_during_an_outage_is_brought_back(
    away: Voice, back: Voice, database: Database, on_duty: OnDuty
) -> None:
    screener, caller, leg_sid = on_duty("ann"), Caller(back), sid()
    caller.waits()
    with database.transaction() as session:
        offer = service.open_offer(session, screener)
        assert offer is not None
        call = service.accept_offer(session, offer.offer_id, screener)
        leg = session.scalars(
            select(CallLeg).where(CallLeg.call_id == call.id, CallLeg.kind == "screener")
        ).one()
        assert leg.created_at - call.received_at < timedelta(minutes=1)
    Caller(away, to=leg.address or "", sid=leg_sid).ask("screener", {"leg": str(leg.id)})
    assert back.gateway.replay()
    with database.transaction() as session:
        row = session.get_one(CallLeg, leg.id)
        assert (row.state, row.sid) == ("answered", leg_sid)
