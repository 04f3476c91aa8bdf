"""The auditor's page tells who saw and changed a report, from the first field to the acknowledgement."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page, expect

from hotline.base.database import Database
from hotline.demo.day.stack import Stack
from tests.support.browsing import sign_in
from tests.support.cases import NARRATIVE_CANARY, REPORTER_CANARIES, load_case
from tests.support.journeys import link_in, mail_with, open_link, told, write_report
from tests.support.stack import everybody
from tests.support.waiting import until


def test_the_audit_names_everybody_who_had_to_do_with_a_report(
    stack: Stack, stack_database: Database, opened: Callable[..., Page]
) -> None:
    screener = everybody(stack, "screener")[0]
    reference = write_report(stack, load_case("CA-03"), screener)
    [dispatch] = told(stack, stack_database, reference)
    recipient = opened()
    link = link_in(stack, mail_with(stack, dispatch.mail_key))
    open_link(recipient, stack, dispatch.person, link)
    recipient.locator("form[action*='/acknowledge'] button").click()
    expect(recipient.locator("#acknowledge")).to_contain_text(dispatch.person.name)
    coordinator = everybody(stack, "coordinator")[0]
    board = opened()
    sign_in(board, stack, coordinator)
    board.goto(f"{stack.web_url}/board/dispatches/{dispatch.dispatch_id}")
    expect(board.locator("h1")).to_contain_text(reference)

    page = opened()
    sign_in(page, stack, everybody(stack, "auditor")[0])
    page.goto(f"{stack.web_url}/audit?report={reference}")
    expect(page.locator("main")).to_contain_text(screener.name)
    for words in (
        dispatch.person.name,
        coordinator.name,
        "Submitted a report",
        "Decided a report by the rules",
    ):
        expect(page.locator("main")).to_contain_text(words)
    for secret in (NARRATIVE_CANARY, *REPORTER_CANARIES):
        assert secret not in page.content()

    def chain_is_whole() -> bool:
        page.goto(f"{stack.web_url}/audit")
        page.locator("form[action*='/audit/verify'] button").click()
        return "The chain is whole" in page.locator("main").inner_text()

    until(chain_is_whole, 15)
