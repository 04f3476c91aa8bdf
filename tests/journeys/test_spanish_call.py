"""A caller who chooses Spanish reaches somebody who speaks it, and is asked in Spanish."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from playwright.sync_api import Page, expect

from hotline.base.database import Database
from hotline.demo.day.stack import Stack
from hotline.demo.day.telephone import PhoneCompany
from tests.support.browsing import Console
from tests.support.cases import load_case
from tests.support.journeys import call_in, call_of, screeners


def test_a_spanish_caller_reaches_a_spanish_speaking_screener_with_spanish_screens(
    stack: Stack, stack_database: Database, phones: PhoneCompany, opened: Callable[..., Page]
) -> None:
    english = screeners(stack, stack_database, "en")[0]
    spanish = screeners(stack, stack_database, "es")[0]
    assert english.email != spanish.email
    # On duty first, so idle longest: an offer by idle time alone would go to the wrong person.
    other = Console(opened(), stack, english)
    other.take_calls()
    console = Console(opened(), stack, spanish)
    console.take_calls()
    console.page.locator("button[name=language][value=es]").click()
    expect(console.page.locator("html")).to_have_attribute("lang", "es")

    caller = call_in(phones, replace(load_case("CA-01"), language="es"))
    assert any("oprima" in sentence for sentence in caller.heard())
    console.wait_for_offer()
    expect(console.page.locator("#offer-title")).to_have_text("Llamada entrante")
    console.accept()
    caller.wait_for_talk()
    expect(console.page.locator("#call-title")).to_have_text("En una llamada", timeout=15_000)
    # Prompts to be read aloud stand in the caller's language, and so do the questions for this screener.
    expect(console.page.locator("#form")).to_contain_text("¿Me puede dar su nombre? Es confidencial.")
    expect(console.page.locator("#form")).to_contain_text("Preguntas que deciden")
    assert other.page.locator("[data-offer]").count() == 0

    caller.hang_up()
    expect(console.page.locator("#call-title")).to_have_text("La llamada ha terminado", timeout=15_000)
    call = call_of(stack_database, caller)
    assert (call.language, call.language_chosen, call.outcome) == ("es", True, "answered")
