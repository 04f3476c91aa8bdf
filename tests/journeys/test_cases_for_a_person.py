"""Worked cases that no recipient gets at once: a person's matter, another county's, and a report known already."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page, expect
from sqlalchemy import select

from hotline.base.database import Database
from hotline.demo.day.stack import Stack
from hotline.demo.day.telephone import PhoneCompany
from hotline.dispatch.models import Dispatch
from hotline.worklist.models import WorklistItem
from tests.support.board import Board
from tests.support.browsing import Console
from tests.support.cases import load_case
from tests.support.journeys import decision_of, report_of, screeners, take_down, told
from tests.support.stack import everybody


def test_a_family_where_no_partner_works_waits_for_the_coordinator_who_sends_it_on(
    stack: Stack, stack_database: Database, phones: PhoneCompany, opened: Callable[..., Page]
) -> None:
    case = load_case("CA-05")
    console = Console(opened(), stack, screeners(stack, stack_database, "en")[0])
    _, reference = take_down(console, phones, case)
    for words in case.expected["shown"]:
        assert words in console.rules
    assert decision_of(stack_database, reference).outcome == "waiting"

    board = Board(opened(), stack, everybody(stack, "coordinator")[0])
    board.show("open")
    line = board.wait_for(reference)
    expect(line).to_contain_text("Frazier Park")
    line.locator("form button").click()
    board.wait_for(reference)
    board.line(reference).locator("th a").click()
    page = board.page
    expect(page.locator("#now-title")).to_be_visible()
    expect(page.locator("h1")).to_contain_text("Nobody serves this place")
    form = page.locator("form[action*='/assign']")
    if form.locator("details").count() and form.locator("details[open]").count() == 0:
        form.locator("summary").click()
    form.locator("label", has_text="Kern County area office").click()
    form.locator("select[name=reason]").select_option(index=1)
    form.locator("button").click()
    expect(page.locator("h1")).to_have_text("Board")

    [dispatch] = told(stack, stack_database, reference)
    assert "area office" in dispatch.organization
    with stack_database.transaction() as session:
        row = session.get_one(Dispatch, dispatch.dispatch_id)
        assert row.assigned_by is not None
        report = report_of(stack_database, reference)
        item = session.scalars(
            select(WorklistItem).where(
                WorklistItem.subject_id == str(report.id), WorklistItem.kind == "place_not_served"
            )
        ).one()
        assert item.closed_at is not None


def test_a_child_of_another_county_is_referred_there_and_nobody_here_is_sent(
    stack: Stack, stack_database: Database, phones: PhoneCompany, opened: Callable[..., Page]
) -> None:
    case = load_case("CA-08")
    console = Console(opened(), stack, screeners(stack, stack_database, "en")[0])
    _, reference = take_down(console, phones, case)
    for words in case.expected["shown"]:
        assert words in console.rules
    decision = decision_of(stack_database, reference)
    assert (decision.outcome, decision.outcome_reason) == ("closed", "refer_other_county")
    assert decision.result["criteria_review_required"] is False
    assert nobody_was_told(stack_database, decision.report_id)


def test_a_second_call_about_the_same_incident_is_linked_to_the_first_report(
    stack: Stack, stack_database: Database, phones: PhoneCompany, opened: Callable[..., Page]
) -> None:
    console = Console(opened(), stack, screeners(stack, stack_database, "en")[0])
    _, first = take_down(console, phones, load_case("CA-03"))
    case = load_case("CA-09")
    console.go_home()
    _, second = take_down(console, phones, case, duplicate_of=first)
    for words in case.expected["shown"]:
        assert words in console.rules
    decision = decision_of(stack_database, second)
    assert (decision.outcome, decision.outcome_reason) == ("closed", "duplicate")
    assert decision.result["criteria_review_required"] is False
    assert report_of(stack_database, second).duplicate_of_id == report_of(stack_database, first).id
    assert nobody_was_told(stack_database, decision.report_id)


def nobody_was_told(database: Database, report_id: object) -> bool:
    """Whether the report went to no recipient and is nobody's open matter."""
    with database.transaction() as session:
        dispatch = session.scalar(select(Dispatch.id).where(Dispatch.report_id == report_id))
        item = session.scalar(
            select(WorklistItem.id).where(
                WorklistItem.subject_id == str(report_id), WorklistItem.closed_at.is_(None)
            )
        )
        return dispatch is None and item is None
