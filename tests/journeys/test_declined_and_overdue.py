"""Somebody does not take what is offered: it goes to the next person, and never to nobody."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from uuid import UUID

import httpx
from playwright.sync_api import Page, expect
from sqlalchemy import select

from hotline.base.database import Database
from hotline.calls.models import Offer
from hotline.deadlines.models import Deadline
from hotline.demo.day.stack import Stack
from hotline.demo.day.telephone import PhoneCompany
from hotline.dispatch.models import Delivery, Dispatch
from hotline.worklist.models import WorklistItem
from tests.support.board import Board
from tests.support.browsing import Console
from tests.support.cases import load_case
from tests.support.journeys import call_in, call_of, screeners, told, write_report
from tests.support.stack import everybody
from tests.support.waiting import until


def test_a_declined_call_is_offered_to_the_next_screener(
    stack: Stack, stack_database: Database, phones: PhoneCompany, opened: Callable[..., Page]
) -> None:
    first, second = screeners(stack, stack_database, "en")[:2]
    one, two = Console(opened(), stack, first), Console(opened(), stack, second)
    one.take_calls()
    two.take_calls()
    caller = call_in(phones, load_case("CA-01"))
    one.wait_for_offer()
    one.decline()
    two.accept()
    caller.wait_for_talk()
    with stack_database.transaction() as session:
        offers = session.scalars(
            select(Offer)
            .where(Offer.call_id == call_of(stack_database, caller).id)
            .order_by(Offer.offered_at)
        ).all()
        assert [offer.state for offer in offers] == ["declined", "accepted"]


def make_overdue(database: Database, dispatch_id: UUID) -> None:
    """Let the time to acknowledge be over, as if it had passed."""
    with database.transaction() as session:
        deadline = session.scalars(
            select(Deadline).where(Deadline.kind == "acknowledge", Deadline.subject_id == str(dispatch_id))
        ).one()
        deadline.next_check_at = deadline.started_at


def told_by_mail(stack: Stack, database: Database, dispatch_id: UUID) -> list[str]:
    """The addresses that were written to about a dispatch, in the order of the ladder."""
    with database.transaction() as session:
        keys = session.scalars(
            select(Delivery.key)
            .where(Delivery.dispatch_id == dispatch_id, Delivery.channel == "email", Delivery.state == "sent")
            .order_by(Delivery.level)
        ).all()
    messages = httpx.get(f"{stack.mail_url}/messages.json", trust_env=False).json()
    to = {one["message_id"].strip("<>").partition("@")[0]: one["to"][0] for one in messages}
    return [to[key] for key in keys]


def test_an_overdue_acknowledgement_climbs_the_ladder_and_ends_in_a_red_row(
    stack: Stack, stack_database: Database, phones: PhoneCompany, opened: Callable[..., Page]
) -> None:
    reference = write_report(stack, load_case("CA-03"), everybody(stack, "screener")[0])
    [dispatch] = told(stack, stack_database, reference)
    board = Board(opened(), stack, everybody(stack, "coordinator")[0])
    board.show("open")
    board.wait_for(reference, dispatch.organization)

    office = [one.email for one in stack.people if one.role in ("area_office", "on_call")]
    ladder = told_by_mail(stack, stack_database, dispatch.dispatch_id)
    while len(ladder) < len(office):
        make_overdue(stack_database, dispatch.dispatch_id)
        until(partial(more_were_told, stack, stack_database, dispatch.dispatch_id, len(ladder)), 15)
        ladder = told_by_mail(stack, stack_database, dispatch.dispatch_id)
    assert ladder[0] == dispatch.person.email
    assert sorted(ladder) == sorted(office)

    make_overdue(stack_database, dispatch.dispatch_id)
    line = board.wait_for(reference, dispatch.organization)
    expect(line).to_contain_text("Red", timeout=15_000)
    with stack_database.transaction() as session:
        row = session.get_one(Dispatch, dispatch.dispatch_id)
        assert row.red_at is not None and row.acknowledged_at is None
    # The coordinators were told of it by name, and its clock was not begun anew.
    until(lambda: red_item(stack_database, dispatch.dispatch_id) is not None, 15)


def more_were_told(stack: Stack, database: Database, dispatch_id: UUID, than: int) -> bool:
    """Whether more people than that were written to."""
    return len(told_by_mail(stack, database, dispatch_id)) > than


def red_item(database: Database, dispatch_id: UUID) -> UUID | None:
    """The coordinators' open matter about the dispatch."""
    with database.transaction() as session:
        return session.scalar(
            select(WorklistItem.id).where(
                WorklistItem.kind == "not_acknowledged",
                WorklistItem.subject_id == str(dispatch_id),
                WorklistItem.closed_at.is_(None),
            )
        )
