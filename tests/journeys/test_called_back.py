"""Nobody could take the call: a callback that keeps its place, and a message in Spanish that somebody hears."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from playwright.sync_api import Page, expect
from sqlalchemy import select, update

from hotline.base import clock
from hotline.base.database import Database
from hotline.callbacks.models import Callback
from hotline.calls.models import Call
from hotline.demo.day.callers import choose
from hotline.demo.day.stack import Stack
from hotline.demo.day.telephone import Caller, PhoneCompany
from hotline.lines.models import Line
from hotline.voicemails.models import Voicemail
from hotline.worklist.models import WorklistItem
from tests.support.browsing import Console, barriers
from tests.support.journeys import call_of, screeners
from tests.support.waiting import until

CALLER = "+16615550168"
_LENGTH = """async () => {
    const player = document.querySelector("audio");
    player.preload = "metadata";
    await new Promise((heard, failed) => {
        player.onloadedmetadata = heard;
        player.onerror = () => failed(player.error.message);
        player.load();
    });
    return player.duration;
}"""
"""What the page's own player makes of the sound: its length in seconds."""


def callback_of(database: Database, call: Call) -> Callback:
    with database.transaction() as session:
        return session.scalars(select(Callback).where(Callback.call_id == call.id)).one()


def legs_to(phones: PhoneCompany, address: str) -> list[Caller]:
    return [Caller(phones, str(leg["sid"])) for leg in phones.calls(live=True) if leg["to"] == address]


def test_a_caller_asks_to_be_called_back_and_is_called_by_somebody_who_is_there(
    stack: Stack, stack_database: Database, phones: PhoneCompany, opened: Callable[..., Page]
) -> None:
    caller = phones.dial(CALLER)
    choose(caller, "en", "mandated")
    asked = 0
    for _question in ("called back?", "at this number?", "is it safe?"):
        asked = caller.wait_for_menu(after=asked)
        caller.press("1")
    ended = caller.wait_for_end()
    assert any("You keep your place" in str(one["text"]) for one in ended["heard"])
    call = call_of(stack_database, caller)
    assert (call.outcome, call.safe_to_call) == ("diverted", True)
    assert callback_of(stack_database, call).queued_at == call.queued_at

    phones.set_phone(CALLER, behaviour="manual")
    console = Console(opened(), stack, screeners(stack, stack_database, "en")[0])
    console.page.goto(f"{stack.web_url}/returns")
    expect(console.page.locator("main")).to_contain_text("The caller said that it is safe to call.")
    assert barriers(console.page) == []
    console.page.goto(f"{stack.web_url}/console")
    ready = console.page.locator("#own-line")
    expect(ready).to_have_attribute("data-telephone", "softphone", timeout=15_000)
    console.page.keyboard.press("v")
    console.wait_for_offer()
    expect(console.page.locator("[data-offer]")).to_contain_text("Callback")
    assert legs_to(phones, CALLER) == [], "nobody is rung before the screener is on the line"
    console.accept()
    until(lambda: legs_to(phones, CALLER), 20)
    callee = legs_to(phones, CALLER)[0]
    phones.post(f"/sim/phones/{CALLER}/answer", {})
    callee.wait_for_talk()
    console.wait_for_talk()
    assert callee.heard() == [], "nothing is said to whoever answers before a person speaks"
    callee.hang_up()
    expect(console.page.locator("#call-title")).to_have_text("The call has ended", timeout=15_000)
    console.finish("reached")
    until(lambda: callback_of(stack_database, call).resolution == "reached", 15)


def leaves_a_message(phones: PhoneCompany, database: Database) -> Caller:
    """A Spanish-speaking caller waits to the cap, is asked for a message and leaves one."""
    caller = phones.dial(CALLER)
    choose(caller, "es", "general")
    with database.transaction() as session:
        # The cap is reached: the wait has lasted as long as the line lets it.
        earlier = clock.now() - timedelta(minutes=3)
        session.execute(update(Call).where(Call.sid == caller.sid).values(queued_at=earlier))
    caller.wait_for_stage("record", seconds=40)
    begun = caller.view()["seconds"]
    # Their seconds are short: whoever paused here would be taken to have finished.
    until(
        lambda: caller.view()["seconds"] > begun + 20,
        20,
        also=lambda: caller.say("El niño está solo en casa."),
    )
    caller.press("#")
    heard = " ".join(str(one["text"]) for one in caller.wait_for_end()["heard"])
    assert "Su mensaje quedó guardado" in heard, heard
    return caller


def set_overflow(database: Database, steps: list[str], max_wait: int) -> None:
    with database.transaction() as session:
        session.execute(update(Line).values(overflow=steps, max_wait=max_wait))


def state_of_message(database: Database, call: Call) -> str:
    with database.transaction() as session:
        return session.scalars(select(Voicemail).where(Voicemail.call_id == call.id)).one().state


def test_a_message_left_in_spanish_at_the_end_of_the_wait_is_heard_and_settled(
    stack: Stack, stack_database: Database, phones: PhoneCompany, opened: Callable[..., Page]
) -> None:
    """Row 3 of what others' users complain of: a wait has a hard cap, and its end is never silence."""
    set_overflow(stack_database, ["everybody", "voicemail"], 5)
    try:
        caller = leaves_a_message(phones, stack_database)
    finally:
        set_overflow(stack_database, ["everybody", "on_call", "voicemail"], 600)
    call = call_of(stack_database, caller)
    assert (call.language, call.outcome, call.ended_stage) == ("es", "diverted", "voicemail")
    until(lambda: state_of_message(stack_database, call) == "kept", 20)
    page = Console(opened(), stack, screeners(stack, stack_database, "es")[0]).page
    page.goto(f"{stack.web_url}/returns")
    page.locator("section[aria-labelledby=messages-title] tbody a").first.click()
    assert barriers(page) == []
    assert page.evaluate(_LENGTH) > 2
    page.locator("#result").select_option("no_report_needed")
    page.locator("form[action$='/settle'] button").click()
    expect(page.locator("main")).to_contain_text("The message was settled.")
    assert state_of_message(stack_database, call) == "heard"
    with stack_database.transaction() as session:
        left = select(WorklistItem).where(WorklistItem.kind == "voicemail", WorklistItem.closed_at.is_(None))
        assert session.scalars(left).all() == []
