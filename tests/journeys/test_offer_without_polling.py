"""A console learns of an offer by its live stream; one without a stream learns of it by asking."""

from __future__ import annotations

from collections.abc import Callable

import httpx
from playwright.sync_api import Page, expect

from hotline.base.database import Database
from hotline.demo.day.stack import Stack
from hotline.demo.day.telephone import PhoneCompany
from tests.support.browsing import Console
from tests.support.cases import load_case
from tests.support.journeys import call_in, screeners
from tests.support.waiting import until


def streams(stack: Stack) -> int:
    answer = httpx.get(f"{stack.settings['PUBLIC_LIVE_URL']}/readyz")
    return int(answer.json()["streams"])


def test_an_offer_is_told_by_the_stream_and_found_without_one(
    stack: Stack, stack_database: Database, phones: PhoneCompany, opened: Callable[..., Page]
) -> None:
    first, second = screeners(stack, stack_database, "en")[:2]
    before = streams(stack)
    page = opened()
    page.clock.install()
    told = Console(page, stack, first)
    told.take_calls()
    until(lambda: streams(stack) > before)
    page_without = opened()
    page_without.route("**/events", lambda route: route.abort())
    asking = Console(page_without, stack, second)
    asking.take_calls()

    # From here no timer of this page goes off: it can't ask by itself.
    page.clock.pause_at(float(page.evaluate("Date.now()")) / 1000 + 5)
    call_in(phones, load_case("CA-01"))
    told.wait_for_offer()
    page.clock.resume()
    told.decline()
    asking.wait_for_offer()
    expect(told.page.locator("[data-offer]")).to_have_count(0)
