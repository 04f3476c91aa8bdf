"""After hours: people on call are telephoned one after the other; with nobody there, a message and an alarm."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import select

from hotline.accounts.models import User
from hotline.base.database import Database
from hotline.calls.models import Call, CallLeg
from hotline.demo.day.stack import Stack
from hotline.demo.day.telephone import Caller, PhoneCompany
from hotline.lines.models import Line
from hotline.worklist.models import WorklistItem
from tests.support.journeys import call_of
from tests.support.waiting import until

LUCIA, SAM = "+16615550181", "+16615550182"


@pytest.fixture
def closed(stack: Stack, stack_database: Database) -> Iterator[None]:
    """The office is closed, until the end of the test."""
    _set_hours(stack_database, {"mon": []})
    yield
    _set_hours(stack_database, {})


def _set_hours(database: Database, hours: dict[str, list[list[str]]]) -> None:
    with database.transaction() as session:
        session.scalars(select(Line).order_by(Line.number)).first().hours = hours  # type: ignore[union-attr]


def attempts(database: Database, call: Call) -> list[tuple[str, str | None]]:
    """Who was telephoned for the call, in order, and what came of it."""
    with database.transaction() as session:
        rows = session.execute(
            select(User.desk_number, CallLeg.reason)
            .join(User, User.id == CallLeg.user_id)
            .where(CallLeg.call_id == call.id, CallLeg.kind == "on_call")
            .order_by(CallLeg.created_at)
        )
        return [(number or "", reason) for number, reason in rows]


def listens(caller: Caller, gather: int) -> None:
    assert caller.wait_for_menu(after=gather - 1) == gather


def test_a_spanish_word_leads_past_a_person_who_declines_to_one_who_takes_the_call(
    stack: Stack, stack_database: Database, phones: PhoneCompany, closed: None
) -> None:
    phones.set_phone(LUCIA, behaviour="answer", presses="2")
    phones.set_phone(SAM, behaviour="answer", presses="1")
    caller = phones.dial("+16615550142")
    listens(caller, 1)
    caller.say("español")
    listens(caller, 2)
    caller.say("hay peligro")
    caller.wait_for_talk(40)
    call = call_of(stack_database, caller)
    assert (call.language, call.lane, call.sign_of_life) == ("es", "danger", True)
    assert attempts(stack_database, call) == [(LUCIA, "declined")]
    with stack_database.transaction() as session:
        assert session.get_one(User, call.screener_id).desk_number == SAM
    assert any("guardia" in sentence for sentence in caller.heard())
    caller.hang_up()
    caller.wait_for_end()
    until(lambda: call_of(stack_database, caller).outcome == "answered", 15)


def test_with_nobody_to_be_reached_the_caller_leaves_a_message_and_a_supervisor_is_told(
    stack: Stack, stack_database: Database, phones: PhoneCompany, closed: None
) -> None:
    phones.set_phone(LUCIA, behaviour="busy")
    phones.set_phone(SAM, behaviour="no-answer")
    caller = phones.dial("+16615550143")
    # Silence all the way is enough.
    caller.wait_for_stage("queue", seconds=30)
    until(lambda: call_of(stack_database, caller).state == "voicemail", 60)
    call = call_of(stack_database, caller)
    assert attempts(stack_database, call) == [(LUCIA, "busy"), (SAM, "no_answer")]
    assert not call.sign_of_life
    with stack_database.transaction() as session:
        item = session.scalars(
            select(WorklistItem).where(
                WorklistItem.kind == "on_call_unanswered", WorklistItem.subject_id == str(call.id)
            )
        ).one()
        assert "supervisor" in session.get_one(User, item.owner_id).roles
    until(lambda: any("after the tone" in sentence for sentence in caller.heard()), 20)
