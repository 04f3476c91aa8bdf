"""The phone company says things twice, late and in any order."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from uuid import UUID

import pytest
from sqlalchemy import func, select

from hotline.base.database import Database
from hotline.calls import service
from hotline.calls.models import Call, CallEvent, CallLeg, WebhookReceipt
from hotline.vault.models import VaultRecord
from hotline.worklist.models import WorklistItem
from tests.support.calls import sid
from tests.support.voice import Caller, Voice, verbs

OnDuty = Callable[..., UUID]
STATUSES = ("queued", "initiated", "ringing", "in-progress", "completed")
ORDERS = list(itertools.permutations(STATUSES))


def count(database: Database, table: type) -> int:
    with database.transaction() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def call_of(database: Database, caller: Caller) -> Call:
    with database.transaction() as session:
        return session.scalars(select(Call).where(Call.sid == caller.sid)).one()


@pytest.mark.parametrize("token", ["I-same-token", None])
def test_ten_copies_at_once_are_one_call_and_one_answer(
    voice: Voice, database: Database, token: str | None
) -> None:
    form = Caller(voice).form()
    with ThreadPoolExecutor(10) as threads:
        answers = list(
            threads.map(lambda _: voice.send("/voice/incoming", form, token=token).data, range(10))
        )
    assert len(set(answers)) == 1
    for table in (Call, CallLeg, WebhookReceipt, VaultRecord):
        assert count(database, table) == 1


def test_ten_copies_of_the_end_at_once_are_one_event(voice: Voice, database: Database) -> None:
    caller = Caller(voice)
    caller.waits()
    form = caller.form(CallStatus="completed")
    with ThreadPoolExecutor(10) as threads:
        statuses = {
            voice.send("/voice/call-status", form).status_code
            for _ in threads.map(lambda _: voice.send("/voice/call-status", form), range(10))
        }
    assert statuses == {200}
    assert count(database, CallEvent) == 1
    assert count(database, WorklistItem) == 1


def test_a_repeated_request_gets_the_same_document(voice: Voice, database: Database) -> None:
    caller = Caller(voice)
    steps = [("incoming", ""), ("language", "2"), ("menu", "1")]
    first = {
        page: voice.send(f"/voice/{page}", caller.form(Digits=key), token=page).data for page, key in steps
    }
    again = {
        page: voice.send(f"/voice/{page}", caller.form(Digits=key), token=page).data for page, key in steps
    }
    assert first == again
    assert call_of(database, caller).lane == "danger"


def test_a_replayed_request_without_its_token_changes_nothing(voice: Voice, database: Database) -> None:
    caller = Caller(voice)
    caller.waits("3")
    before = call_of(database, caller)
    caller.ask("language", Digits="2", token="another")
    caller.ask("menu", Digits="1", token="another")
    after = call_of(database, caller)
    assert (after.state, after.lane, after.language, after.version) == (
        before.state,
        before.lane,
        before.language,
        before.version,
    )


def test_any_order_of_the_callers_statuses_ends_in_the_right_state(voice: Voice, database: Database) -> None:
    for order in ORDERS:
        caller = Caller(voice)
        for status in order:
            caller.ask("call-status", CallStatus=status)
        call = call_of(database, caller)
        assert (call.state, call.outcome, call.ended_stage) == ("ended", "abandoned", "greeting"), order


def test_any_order_of_a_screener_legs_statuses_gives_the_caller_back(
    voice: Voice, database: Database, on_duty: OnDuty
) -> None:
    screener, caller = on_duty("ann"), Caller(voice)
    caller.waits()
    for order in ORDERS[::4]:
        with database.transaction() as session:
            service.set_available(session, screener)
            offer = service.open_offer(session, screener)
            assert offer is not None
            call = service.accept_offer(session, offer.offer_id, screener)
            leg = session.scalars(
                select(CallLeg).where(CallLeg.call_id == call.id, CallLeg.state == "wanted")
            ).one()
        leg_sid = sid()
        for status in order:
            form = {"CallSid": leg_sid, "CallStatus": status, "Direction": "outbound-api"}
            caller.event("call-status", form, f"?leg={leg.id}")
        with database.transaction() as session:
            row = session.get_one(CallLeg, leg.id)
            assert (row.state, row.sid) == ("ended", leg_sid), order
        assert call_of(database, caller).state == "waiting"


def test_an_end_that_comes_before_the_ring_is_still_a_call(voice: Voice, database: Database) -> None:
    caller = Caller(voice)
    caller.hangs_up()
    assert verbs(caller.ask("incoming"))[-1] == "Hangup"
    call = call_of(database, caller)
    assert (call.state, call.outcome) == ("ended", "abandoned")
    assert count(database, Call) == 1


def test_news_of_an_unknown_leg_of_ours_is_kept_but_is_no_call(voice: Voice, database: Database) -> None:
    Caller(voice).ask("call-status", CallStatus="completed", Direction="outbound-api")
    assert count(database, Call) == 0
    assert count(database, CallEvent) == 1


def test_late_news_never_reopens_a_call(voice: Voice, database: Database, on_duty: OnDuty) -> None:
    on_duty("ann")
    caller = Caller(voice)
    caller.waits()
    caller.hangs_up()
    before = call_of(database, caller)
    for page in ("incoming", "language", "menu", "queue-left", "connect", "waiting"):
        answer = verbs(caller.ask(page, token=f"late-{page}"))
        assert answer == (["Leave"] if page == "waiting" else ["Say", "Hangup"])
    caller.ask("call-status", CallStatus="in-progress")
    after = call_of(database, caller)
    assert (after.state, after.ended_at, after.version) == ("ended", before.ended_at, before.version)


def talking(voice: Voice, database: Database, screener: UUID) -> tuple[Caller, CallLeg, str, str]:
    caller, leg_sid = Caller(voice), sid()
    caller.waits()
    with database.transaction() as session:
        offer = service.open_offer(session, screener)
        assert offer is not None
        call = service.accept_offer(session, offer.offer_id, screener)
        leg = session.scalars(
            select(CallLeg).where(CallLeg.call_id == call.id, CallLeg.kind == "screener")
        ).one()
        room = call.conference or ""
    Caller(voice, sid=leg_sid).ask("screener", {"leg": str(leg.id)})
    caller.ask("connect")
    return caller, leg, leg_sid, room


def room_news(caller: Caller, room: str, conference: str, call_sid: str, what: str, number: int) -> None:
    caller.event(
        "conference",
        {
            "ConferenceSid": conference,
            "FriendlyName": room,
            "CallSid": call_sid,
            "StatusCallbackEvent": f"participant-{what}",
            "SequenceNumber": str(number),
        },
    )


@pytest.mark.parametrize("order", list(itertools.permutations(range(4))))
def test_any_order_of_the_rooms_news_ends_in_the_right_state(
    voice: Voice, database: Database, on_duty: OnDuty, order: tuple[int, ...]
) -> None:
    screener = on_duty("ann")
    caller, leg, leg_sid, room = talking(voice, database, screener)
    news = [(caller.sid, "join", 1), (leg_sid, "join", 2), (leg_sid, "leave", 3), (caller.sid, "leave", 4)]
    conference = sid("CF")
    for place in order:
        who, what, number = news[place]
        room_news(caller, room, conference, who, what, number)
        room_news(caller, room, conference, who, what, number)
    caller.hangs_up()
    call = call_of(database, caller)
    assert call.state == "ended"
    with database.transaction() as session:
        assert session.get_one(CallLeg, leg.id).state in ("ended", "closing")
    room_events = select(func.count()).select_from(CallEvent).where(CallEvent.kind == "conference")
    with database.transaction() as session:
        assert session.scalar(room_events) == 4


def test_news_of_a_room_that_was_left_does_not_touch_the_present_one(
    voice: Voice, database: Database, on_duty: OnDuty
) -> None:
    screener = on_duty("ann")
    caller, leg, leg_sid, room = talking(voice, database, screener)
    caller.event("call-status", {"CallSid": leg_sid, "CallStatus": "no-answer"}, f"?leg={leg.id}")
    with database.transaction() as session:
        service.set_available(session, screener)
        offer = service.open_offer(session, screener)
        assert offer is not None
        service.accept_offer(session, offer.offer_id, screener)
    caller.ask("connect", token="second")
    room_news(caller, room, sid("CF"), caller.sid, "leave", 9)
    with database.transaction() as session:
        own = session.scalars(select(CallLeg).where(CallLeg.sid == caller.sid)).one()
        assert own.state == "moving"
