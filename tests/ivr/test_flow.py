"""One call through the pages, as the phone company asks for them."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

import pytest
from sqlalchemy import func, select

from hotline.base.database import Database
from hotline.calls import service
from hotline.calls.models import Call, CallLeg, WebhookReceipt
from hotline.worklist.models import WorklistItem
from tests.support.calls import sid
from tests.support.voice import Caller, Voice, spoken, verbs

OnDuty = Callable[..., UUID]


def the_call(database: Database) -> Call:
    with database.transaction() as session:
        return session.scalars(select(Call)).one()


def accept(database: Database, user_id: UUID) -> CallLeg:
    with database.transaction() as session:
        offer = service.open_offer(session, user_id)
        assert offer is not None
        call = service.accept_offer(session, offer.offer_id, user_id)
        return session.scalars(
            select(CallLeg).where(CallLeg.call_id == call.id, CallLeg.kind == "screener")
        ).one()


def room_event(caller: Caller, room: str, call_sid: str, what: str, number: int, conference: str) -> None:
    caller.event(
        "conference",
        {
            "ConferenceSid": conference,
            "FriendlyName": room,
            "CallSid": call_sid,
            "StatusCallbackEvent": what,
            "SequenceNumber": str(number),
        },
    )


def test_a_call_goes_from_the_ring_to_the_talk_and_to_its_end(
    voice: Voice, database: Database, on_duty: OnDuty
) -> None:
    screener, caller, conference = on_duty("ann", "es"), Caller(voice), sid("CF")
    greeting = caller.ask("incoming")
    assert verbs(greeting) == ["Gather", "Redirect"]
    assert "911" in spoken(greeting)
    assert "Para español, oprima el 2" in spoken(greeting)
    menu = caller.ask("language", Digits="2")
    assert verbs(menu) == ["Gather", "Redirect"]
    assert "oprima el 1" in spoken(menu)
    line = caller.ask("menu", Digits="1")
    assert verbs(line) == ["Enqueue"]
    waiting = caller.ask("waiting", {"language": "es"}, QueueTime="0")
    assert "fila" in spoken(waiting)

    leg = accept(database, screener)
    room = caller.ask("connect", {"language": "es", "leg": str(leg.id)})
    conference_noun = room.find("Dial/Conference")
    assert conference_noun is not None
    assert conference_noun.get("endConferenceOnExit") == "true"
    name = conference_noun.text or ""
    screener_sid = sid()
    other = Caller(voice, to=leg.address or "", sid=screener_sid)
    joined = other.ask("screener", {"leg": str(leg.id)}, Direction="outbound-api").find("Dial/Conference")
    assert joined is not None
    assert (joined.text, joined.get("endConferenceOnExit")) == (name, "false")
    room_event(caller, name, caller.sid, "participant-join", 1, conference)
    room_event(caller, name, screener_sid, "participant-join", 2, conference)
    assert the_call(database).state == "talking"

    caller.hangs_up()
    call = the_call(database)
    assert (call.state, call.ended_stage, call.outcome) == ("ended", "talk", "answered")
    assert call.language == "es"
    assert call.lane == "danger"
    with database.transaction() as session:
        assert service.presence_of(session, screener).state == "wrap_up"
        service.finish(session, call.id, screener, "information_and_referral")
    with database.transaction() as session:
        assert service.presence_of(session, screener).state == "available"
        assert session.scalars(select(WorklistItem)).all() == []


@pytest.mark.parametrize("digits", ["", "9", "#"])
def test_silence_and_wrong_keys_lead_to_a_screener(voice: Voice, database: Database, digits: str) -> None:
    caller = Caller(voice)
    caller.ask("incoming")
    assert verbs(caller.ask("language", Digits=digits)) == ["Gather", "Redirect"]
    assert verbs(caller.ask("menu", Digits=digits)) == ["Enqueue"]
    call = the_call(database)
    assert (call.state, call.lane, call.language, call.language_chosen) == ("waiting", "general", "en", False)


def test_every_way_on_leads_to_the_next_page_and_never_back(voice: Voice) -> None:
    caller = Caller(voice)
    greeting = caller.ask("incoming")
    onward = greeting.findtext("Redirect") or ""
    assert onward.endswith("/voice/language")
    menu = caller.go(onward)
    onward = menu.findtext("Redirect") or ""
    assert "/voice/menu" in onward
    assert verbs(caller.go(onward)) == ["Enqueue"]


def test_the_first_choice_is_heard_within_ten_seconds(voice: Voice) -> None:
    greeting = Caller(voice).ask("incoming")
    first = [say.text or "" for say in greeting.iter("Say")][:2]
    assert "press 1" in first[1]
    slow_reading = 13.0
    assert len(" ".join(first)) / slow_reading <= 10


def test_a_waiting_caller_hears_our_own_place_in_line(voice: Voice) -> None:
    first, second, urgent = Caller(voice), Caller(voice), Caller(voice)
    first.waits()
    second.waits()
    assert "number 2" in spoken(second.ask("waiting", QueuePosition="1", QueueTime="9"))
    urgent.waits("1")
    assert "next in line" in spoken(urgent.ask("waiting", QueueTime="0"))
    assert "number 3" in spoken(second.ask("waiting", QueueTime="30"))


def test_a_caller_of_one_language_is_not_counted_in_the_line_of_another(voice: Voice) -> None:
    Caller(voice).waits()
    spanish = Caller(voice)
    spanish.waits(language_key="2")
    assert "siguiente" in spoken(spanish.ask("waiting", QueueTime="0"))


def test_the_caller_is_let_out_of_the_line_when_the_move_does_not_come(
    voice: Voice, database: Database, on_duty: OnDuty
) -> None:
    screener, caller = on_duty("ann"), Caller(voice)
    caller.waits()
    leg = accept(database, screener)
    assert "Leave" not in verbs(caller.ask("waiting", QueueTime="3"))
    with database.transaction() as session:
        row = session.get_one(CallLeg, leg.id)
        row.created_at = row.created_at.replace(year=row.created_at.year - 1)
    assert verbs(caller.ask("waiting", QueueTime="6")) == ["Leave"]
    assert caller.ask("queue-left", QueueResult="leave").find("Dial/Conference") is not None


def test_leaving_the_line_while_still_waiting_leads_back_into_it(voice: Voice) -> None:
    caller = Caller(voice)
    caller.waits()
    assert verbs(caller.ask("queue-left", QueueResult="leave")) == ["Enqueue"]


@pytest.mark.parametrize("result", ["error", "system-error", "queue-full"])
def test_a_broken_line_holds_the_caller_without_it(voice: Voice, database: Database, result: str) -> None:
    caller = Caller(voice)
    caller.waits("1")
    held = caller.ask("queue-left", QueueResult=result)
    assert verbs(held) == ["Say", "Pause", "Redirect"]
    assert verbs(caller.go(held.findtext("Redirect") or "")) == ["Enqueue"]
    assert the_call(database).lane == "danger"


def test_a_move_by_us_is_no_end_of_waiting(voice: Voice, database: Database) -> None:
    caller = Caller(voice)
    caller.waits()
    assert verbs(caller.ask("queue-left", QueueResult="redirected")) == []
    assert the_call(database).state == "waiting"


def test_a_desk_telephone_must_press_one(voice: Voice, database: Database, on_duty: OnDuty) -> None:
    screener, caller = on_duty("ann", phone_address="+16615550177"), Caller(voice)
    caller.waits()
    leg = accept(database, screener)
    desk = Caller(voice, to="+16615550177")
    asked = desk.ask("screener", {"leg": str(leg.id)})
    assert verbs(asked) == ["Gather", "Hangup"]
    gather = asked.find("Gather")
    assert gather is not None
    assert desk.go(gather.get("action") or "", Digits="1").find("Dial/Conference") is not None
    machine = Caller(voice, to="+16615550177")
    assert verbs(machine.go(gather.get("action") or "")) == ["Hangup"]


def test_a_screeners_leg_that_nobody_wants_is_hung_up(
    voice: Voice, database: Database, on_duty: OnDuty
) -> None:
    screener, caller = on_duty("ann"), Caller(voice)
    caller.waits()
    leg = accept(database, screener)
    caller.hangs_up()
    assert verbs(Caller(voice).ask("screener", {"leg": str(leg.id)})) == ["Hangup"]
    assert verbs(Caller(voice).ask("screener", {"leg": "00000000-0000-4000-8000-000000000000"})) == ["Hangup"]
    assert verbs(Caller(voice).ask("screener")) == ["Hangup"]


def test_the_first_leg_in_the_room_hears_that_somebody_comes(voice: Voice) -> None:
    document = Caller(voice).ask("hold", {"language": "es"})
    assert verbs(document) == ["Say", "Pause", "Redirect"]
    assert "momento" in spoken(document)


def test_the_end_is_said_to_a_caller_whose_call_the_screener_closed(
    voice: Voice, database: Database, on_duty: OnDuty
) -> None:
    screener, caller = on_duty("ann"), Caller(voice)
    caller.waits()
    leg = accept(database, screener)
    name = caller.ask("connect").findtext("Dial/Conference") or ""
    leg_sid = sid()
    Caller(voice, sid=leg_sid).ask("screener", {"leg": str(leg.id)})
    room_event(caller, name, caller.sid, "participant-join", 1, "CF" + "0" * 32)
    room_event(caller, name, leg_sid, "participant-join", 2, "CF" + "0" * 32)
    with database.transaction() as session:
        service.hang_up(session, the_call(database).id, screener)
    assert verbs(caller.ask("call-over", DialCallStatus="answered")) == ["Say", "Hangup"]
    assert the_call(database).outcome == "answered"


def test_a_ring_leaves_exactly_one_receipt(voice: Voice, database: Database) -> None:
    caller = Caller(voice)
    caller.ask("incoming", token="t-1")
    caller.ask("incoming", token="t-1")
    with database.transaction() as session:
        assert session.scalar(select(func.count()).select_from(WebhookReceipt)) == 1
