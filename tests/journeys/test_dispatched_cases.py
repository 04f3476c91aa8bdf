"""Worked cases that end with somebody who has the report: from the ring to the acknowledgement."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from hotline.base.database import Database
from hotline.demo.day.stack import Stack
from hotline.demo.day.telephone import PhoneCompany
from tests.support.board import Board
from tests.support.browsing import Console
from tests.support.cases import NARRATIVE_CANARY, REPORTER_CANARIES, load_case
from tests.support.journeys import (
    decision_of,
    link_in,
    mail_with,
    open_link,
    screeners,
    take_down,
    told,
)
from tests.support.stack import everybody


@pytest.mark.parametrize("vignette", ["CA-01", "CA-02", "CA-03"])
def test_a_call_is_taken_decided_dispatched_and_acknowledged(
    vignette: str,
    stack: Stack,
    stack_database: Database,
    phones: PhoneCompany,
    opened: Callable[..., Page],
) -> None:
    case = load_case(vignette)
    screener = screeners(stack, stack_database, "en")[0]
    console = Console(opened(), stack, screener)
    _, reference = take_down(console, phones, case)
    for words in case.expected["shown"]:
        assert words in console.rules
    decision = decision_of(stack_database, reference)
    assert decision.outcome == "dispatched"

    dispatches = told(stack, stack_database, reference)
    wanted = [(one["kind"], one["service"]) for one in case.expected["recipients"]]
    assert sorted((one.kind, one.service) for one in dispatches) == sorted(wanted)
    if "partner" in {one.kind for one in dispatches}:
        assert any(case.town in one.organization for one in dispatches)

    board = Board(opened(), stack, everybody(stack, "coordinator")[0])
    for dispatch in dispatches:
        board.show("open")
        board.wait_for(reference, dispatch.organization)
        words = mail_with(stack, dispatch.mail_key)
        assert reference in words
        assert_no_story(words, case.answers)
        recipient = opened()
        open_link(recipient, stack, dispatch.person, link_in(stack, words))
        expect(recipient.locator("h1")).to_contain_text(reference)
        expect(recipient.locator("main")).to_contain_text(str(case.answers["children/1/first_name"]))
        # A partner learns whom to visit, the office also what was told.
        assert (NARRATIVE_CANARY in recipient.content()) == (dispatch.kind == "area_office")
        assert not any(canary in recipient.content() for canary in REPORTER_CANARIES)
        recipient.locator("form[action*='/acknowledge'] button").click()
        expect(recipient.locator("#acknowledge")).to_contain_text(dispatch.person.name)
        board.wait_for_no(reference, dispatch.organization)
        board.show("acknowledged")
        expect(board.wait_for(reference, dispatch.organization)).to_contain_text(dispatch.person.name)


def assert_no_story(words: str, answers: dict[str, str | list[str]]) -> None:
    """A message says who should look where, and nothing of the family or the caller."""
    secrets = [NARRATIVE_CANARY, *REPORTER_CANARIES, str(answers["children/1/first_name"])]
    secrets += [str(value) for path, value in answers.items() if path.endswith(("_street", "phone"))]
    assert not [secret for secret in secrets if secret in words]
