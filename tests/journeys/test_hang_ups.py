"""A caller hangs up, at every stage of the call: the row says what happened, and somebody sees to it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from hotline.base.database import Database
from hotline.calls.models import Offer, Presence
from hotline.demo.day.stack import Stack
from hotline.demo.day.telephone import Caller, PhoneCompany
from hotline.worklist.models import WorklistItem
from tests.support.browsing import Console
from tests.support.cases import load_case
from tests.support.journeys import call_in, call_of, screeners
from tests.support.waiting import until

CASE = load_case("CA-01")


def assert_true_row(database: Database, caller: Caller, stage: str, outcome: str) -> None:
    """The row has ended as the phone company says, and an abandoned call is somebody's matter."""
    until(lambda: call_of(database, caller).ended_at is not None, 15)
    call = call_of(database, caller)
    assert (call.ended_stage, call.outcome) == (stage, outcome)
    until(lambda: call_of(database, caller).outcome == caller.view()["outcome"], 15)
    with database.transaction() as session:
        item = session.scalar(
            select(WorklistItem).where(
                WorklistItem.subject_id == str(call.id), WorklistItem.closed_at.is_(None)
            )
        )
        if outcome == "abandoned":
            assert item is not None and item.kind == "abandoned_call"
            assert item.due_at > item.opened_at
        else:
            assert item is None


@pytest.mark.parametrize("stage", ["greeting", "menu", "queue"])
def test_hanging_up_before_a_screener_is_there_leaves_a_true_row(
    stage: str, stack: Stack, stack_database: Database, phones: PhoneCompany
) -> None:
    caller = phones.dial(CASE.from_)
    number = caller.wait_for_menu()
    if stage != "greeting":
        caller.press("1")
        caller.wait_for_menu(after=number)
    if stage == "queue":
        caller.press("0")
        caller.wait_for_stage("queue")
    caller.hang_up()
    assert_true_row(stack_database, caller, stage, "abandoned")


def test_hanging_up_while_the_call_is_offered_takes_the_offer_back(
    stack: Stack, stack_database: Database, phones: PhoneCompany, opened: Callable[..., Page]
) -> None:
    console = Console(opened(), stack, screeners(stack, stack_database, "en")[0])
    console.take_calls()
    caller = call_in(phones, CASE)
    console.wait_for_offer()
    caller.hang_up()
    expect(console.page.locator("[data-offer]")).to_have_count(0, timeout=15_000)
    expect(console.page.locator("#go-away")).to_be_visible()
    assert_true_row(stack_database, caller, "ring", "abandoned")
    with stack_database.transaction() as session:
        offer = session.scalars(
            select(Offer).where(Offer.call_id == call_of(stack_database, caller).id)
        ).one()
        assert (offer.state, offer.reason) == ("withdrawn", "caller_hung_up")


def test_hanging_up_in_the_talk_ends_in_a_wrap_up_with_the_form_kept(
    stack: Stack, stack_database: Database, phones: PhoneCompany, opened: Callable[..., Page]
) -> None:
    console = Console(opened(), stack, screeners(stack, stack_database, "en")[0])
    console.take_calls()
    caller = call_in(phones, CASE)
    console.accept()
    console.wait_for_talk()
    console.answer("location/home_town", "Lamont")
    caller.hang_up()
    expect(console.page.locator("#call-title")).to_have_text("The call has ended", timeout=15_000)
    assert console.page.locator("[name='location/home_town']").input_value() == "Lamont"
    assert_true_row(stack_database, caller, "talk", "answered")
    console.wait_until_saved()
    console.finish("other_non_report")
    with stack_database.transaction() as session:
        assert session.scalars(
            select(Presence.state).where(Presence.user_id == call_of(stack_database, caller).screener_id)
        ).all() == ["available"]
