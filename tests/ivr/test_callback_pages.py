"""A waiting caller asks to be called back, and the far end of a call that we place is rung."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from hotline.audit.record import Actor
from hotline.base.database import Database
from hotline.callbacks.models import Callback
from hotline.calls import connecting, outbound, service
from hotline.calls.models import Call, CallLeg
from hotline.lines.models import Line
from ivr.prompts import load
from tests.support.calls import VAULT, sid
from tests.support.voice import Caller, Voice, spoken, verbs

WORDS = load()
Document = Any


def says(document: Document, name: str, language: str = "en") -> bool:
    return WORDS.text(language, name) in spoken(document)


def at_the_choice(caller: Caller) -> Document:
    """The caller waits, and presses the key that the line offers."""
    caller.waits("2")
    caller.ask("waiting", {"language": "en"})
    return caller.ask("callback", {"language": "en"}, Digits="1")


def row(database: Database) -> Callback | None:
    with database.transaction() as session:
        return session.scalars(select(Callback)).one_or_none()


def call_of(database: Database, caller: Caller) -> Call:
    with database.transaction() as session:
        return session.scalars(select(Call).where(Call.sid == caller.sid)).one()


def test_the_line_offers_the_callback_and_the_choice_leads_to_the_promise(
    voice: Voice, database: Database
) -> None:
    caller = Caller(voice)
    caller.waits("2")
    gather = caller.ask("waiting", {"language": "en"}).find("Gather")
    assert gather is not None and "/voice/callback?" in gather.get("action", "")
    choice = caller.ask("callback", {"language": "en"}, Digits="1")
    assert says(choice, "callback_which")
    question = caller.ask("callback-number", {"language": "en"}, Digits="1")
    assert says(question, "callback_safe")
    assert call_of(database, caller).state == "waiting"
    promise = caller.ask("callback-safe", {"language": "en"}, Digits="1")
    assert says(promise, "callback_promised")
    assert verbs(promise)[-1] == "Hangup"
    call, callback = call_of(database, caller), row(database)
    assert callback is not None
    assert (call.outcome, callback.state, callback.lane) == ("diverted", "waiting", "mandated")
    assert callback.queued_at == call.queued_at
    again = caller.ask("callback-safe", {"language": "en"}, Digits="1")
    assert says(again, "callback_promised")
    caller.ask("queue-left", {"language": "en"}, QueueResult="hangup", CallStatus="completed")
    caller.hangs_up()
    assert call_of(database, caller).outcome == "diverted"


@pytest.mark.parametrize("page", ["callback", "callback-number", "callback-safe"])
@pytest.mark.parametrize("key", ["7", ""])
def test_any_other_key_and_silence_go_back_to_the_line(
    voice: Voice, database: Database, page: str, key: str
) -> None:
    caller = Caller(voice)
    document = at_the_choice(caller)
    if page == "callback-safe":
        document = caller.ask("callback-number", {"language": "en"}, Digits="1")
    # Silence falls through to the redirect of the document that is being heard.
    last = document[-1]
    assert (last.tag, "/voice/waiting" in (last.text or "")) == ("Redirect", True)
    answer = caller.ask(page, {"language": "en"}, Digits=key)
    assert verbs(answer)[-1] == "Redirect"
    assert call_of(database, caller).state == "waiting"


def test_another_number_is_keyed_in_read_out_and_kept_in_the_vault(voice: Voice, database: Database) -> None:
    caller = Caller(voice)
    at_the_choice(caller)
    document = caller.ask("callback-number", {"language": "en"}, Digits="2")
    gather = document.find("Gather")
    assert gather is not None and gather.get("finishOnKey") == "#"
    question = caller.ask("callback-keyed", {"language": "en"}, Digits="6615550177")
    assert "6, 6, 1, 5, 5, 5, 0, 1, 7, 7" in spoken(question)
    caller.ask("callback-safe", {"language": "en"}, Digits="1")
    with database.transaction() as session:
        callback = session.scalars(select(Callback)).one()
        opened = VAULT.reveal(session, callback.vault_id, Actor.system("test"), "test")
        answers = session.connection().exec_driver_sql("select r::text from webhook_receipts r").scalars()
        assert "6615550177" not in "".join(answers)
    assert opened == {"number": "+16615550177"}


@pytest.mark.parametrize("keys", ["911", "5550177", "", "19005550199"])
def test_what_is_no_number_is_asked_for_once_more_and_then_the_caller_goes_on_waiting(
    voice: Voice, database: Database, keys: str
) -> None:
    caller = Caller(voice)
    at_the_choice(caller)
    again = caller.ask("callback-keyed", {"language": "en"}, Digits=keys)
    assert says(again, "callback_key_again")
    last = caller.ask("callback-keyed", {"language": "en", "tries": "1"}, Digits=keys)
    assert says(last, "callback_still_waiting")
    assert row(database) is None


@pytest.mark.parametrize("number", ["anonymous", "+442079460958"])
def test_a_caller_without_a_number_of_ours_keys_one_in(voice: Voice, number: str) -> None:
    document = at_the_choice(Caller(voice, number=number))
    assert says(document, "callback_key_in")


def test_who_says_that_it_is_not_safe_is_not_called_and_may_change_their_mind(
    voice: Voice, database: Database
) -> None:
    caller = Caller(voice)
    at_the_choice(caller)
    caller.ask("callback-number", {"language": "en"}, Digits="1")
    answer = caller.ask("callback-safe", {"language": "en"}, Digits="2")
    assert says(answer, "callback_not_safe")
    call, callback = call_of(database, caller), row(database)
    assert callback is not None
    assert (call.state, call.safe_to_call, callback.state) == ("waiting", False, "asked")
    caller.ask("callback-number", {"language": "en"}, Digits="1")
    caller.ask("callback-safe", {"language": "en"}, Digits="1")
    changed = row(database)
    assert changed is not None and (changed.state, changed.safe_to_call) == ("waiting", True)


def test_a_caller_who_is_accepted_while_choosing_is_put_through(
    voice: Voice, database: Database, on_duty: Callable[..., UUID]
) -> None:
    caller = Caller(voice)
    at_the_choice(caller)
    screener = on_duty("ann", "en")
    with database.transaction() as session:
        offer = service.open_offer(session, screener)
        assert offer is not None
        service.accept_offer(session, offer.offer_id, screener)
    document = caller.ask("callback-number", {"language": "en"}, Digits="1")
    assert "Hangup" not in verbs(document)
    assert row(database) is None


def test_spanish_from_the_choice_to_the_promise(voice: Voice) -> None:
    caller = Caller(voice)
    caller.waits("2", language_key="2")
    assert says(caller.ask("callback", {"language": "es"}, Digits="1"), "callback_which", "es")
    assert says(caller.ask("callback-number", {"language": "es"}, Digits="1"), "callback_safe", "es")
    assert says(caller.ask("callback-safe", {"language": "es"}, Digits="1"), "callback_promised", "es")


class Placed:
    """A call that a screener has placed; the screener is in the room."""

    def __init__(self, voice: Voice, database: Database, screener: UUID) -> None:
        self.database = database
        with database.transaction() as session:
            line = session.scalars(select(Line)).one()
            call = outbound.call_out(session, VAULT, screener, line.id, "661 555 0188", "other")
            self.call_id = call.id
            leg = session.scalars(select(CallLeg).where(CallLeg.call_id == call.id)).one()
            connecting.leg_progress(session, call.id, leg.id, "answer", sid())
            connecting.join(session, call.id, leg.id)
        self.phone = Caller(voice, number=line.number, to="+16615550188")

    def leg(self) -> CallLeg:
        with self.database.transaction() as session:
            query = select(CallLeg).where(CallLeg.call_id == self.call_id, CallLeg.kind == "caller")
            return session.scalars(query).one()

    def call(self) -> Call:
        with self.database.transaction() as session:
            return session.get_one(Call, self.call_id)

    def news(self, status: str) -> Document:
        return self.phone.ask(
            "call-status", {"leg": str(self.leg().id)}, CallStatus=status, Direction="outbound-api"
        )

    def answers(self) -> Document:
        return self.phone.ask("called", {"leg": str(self.leg().id)}, CallStatus="in-progress")


@pytest.fixture
def placed(voice: Voice, database: Database, on_duty: Callable[..., UUID]) -> Placed:
    return Placed(voice, database, on_duty("ann", "en"))


def test_whoever_answers_hears_nothing_but_the_screener(placed: Placed) -> None:
    placed.news("ringing")
    document = placed.answers()
    assert verbs(document) == ["Dial"]
    room = document.find("Dial/Conference")
    assert room is not None and room.text == placed.call().conference
    assert spoken(document) == ""
    assert placed.call().sid == placed.phone.sid


def test_the_talk_begins_when_both_are_in_the_room_and_ends_with_the_callee(placed: Placed) -> None:
    placed.answers()
    fields = {
        "CallSid": placed.phone.sid,
        "ConferenceSid": sid("CF"),
        "FriendlyName": placed.call().conference or "",
        "SequenceNumber": "2",
        "StatusCallbackEvent": "participant-join",
    }
    placed.phone.event("conference", fields)
    assert placed.call().state == "talking"
    placed.phone.ask("call-over", {"language": "en"}, CallStatus="completed")
    assert (placed.call().outcome, placed.call().ended_stage) == ("answered", "talk")


@pytest.mark.parametrize("status", ["busy", "no-answer", "failed", "canceled"])
def test_a_telephone_that_nobody_answers_ends_the_attempt(placed: Placed, status: str) -> None:
    placed.news("ringing")
    placed.news(status)
    assert (placed.call().state, placed.call().outcome) == ("ended", "unanswered")
    assert placed.leg().reason == status.replace("-", "_")
    placed.news(status)
    assert placed.call().outcome == "unanswered"


def test_somebody_who_answers_when_the_screener_is_gone_hears_nothing(
    placed: Placed, database: Database
) -> None:
    with database.transaction() as session:
        call = session.get_one(Call, placed.call_id)
        assert call.screener_id is not None
        service.hang_up(session, call.id, call.screener_id)
    assert verbs(placed.answers()) == ["Hangup"]
