"""One whole call with everything that listens to it: asked, announced, shown, paired up at the end, sealed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from uuid import UUID

import httpx
import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select, update

from hotline.audit.record import Actor
from hotline.base.config import load_settings
from hotline.base.database import Database
from hotline.calls.models import CallLeg
from hotline.demo.day.stack import Stack
from hotline.demo.day.telephone import PhoneCompany
from hotline.lines.models import Line
from hotline.recordings.models import Recording, Transcription
from hotline.vault.service import Vault
from tests.support.browsing import Console, barriers, sign_in
from tests.support.cases import load_case
from tests.support.journeys import call_in, call_of, screeners
from tests.support.listening import open_ears
from tests.support.stack import everybody
from tests.support.waiting import until

CASE = load_case("CA-01")
OFF = {"recording": "off", "transcription": "off", "monitoring": "off"}


@pytest.fixture
def open_lines(stack_database: Database) -> Iterator[None]:
    """An administrator allows everything, and takes it back afterwards."""
    with stack_database.transaction() as session:
        open_ears(session)
    yield
    with stack_database.transaction() as session:
        session.execute(update(Line).values(**OFF))


def leg_sid(database: Database, call_id: UUID, kind: str) -> str:
    """The phone company's name of the call's newest leg of that kind, once it is in the room."""
    found: list[str] = []

    def there() -> bool:
        with database.transaction() as session:
            legs = select(CallLeg.sid).where(
                CallLeg.call_id == call_id, CallLeg.kind == kind, CallLeg.state == "in_room"
            )
            found[:] = [sid for sid in session.scalars(legs) if sid]
        return bool(found)

    until(there, 20)
    return found[0]


def state_of(page: Page, what: str, state: str) -> None:
    """Wait until the console says it."""
    expect(page.locator(f"[data-{what}={state}]")).to_be_visible(timeout=20_000)


def test_a_call_is_recorded_written_down_and_listened_to_only_after_the_caller_agreed(
    stack: Stack,
    stack_database: Database,
    phones: PhoneCompany,
    opened: Callable[..., Page],
    open_lines: None,
) -> None:
    console = Console(opened(), stack, screeners(stack, stack_database, "en")[0])
    page = console.page
    console.take_calls()
    caller = call_in(phones, CASE)
    console.accept()
    caller.wait_for_talk()
    console.wait_for_talk()
    call = call_of(stack_database, caller)

    def heard(sid: str) -> list[str]:
        return [one["text"] for one in phones.get(f"/sim/calls/{sid}", {})["heard"]]

    # The caller is asked; only then are there buttons.
    expect(page.get_by_role("button", name="Record this call")).to_have_count(0)
    page.get_by_role("button", name="The caller agrees").click()
    page.get_by_role("button", name="Record this call").click()
    state_of(page, "recording", "on")
    assert "This call is being recorded from now on." in caller.heard()

    page.get_by_role("button", name="Write the talk down").click()
    state_of(page, "transcript", "on")
    caller.say("My neighbor's little girl is alone every evening")
    screener = leg_sid(stack_database, call.id, "screener")
    phones.post(f"/sim/calls/{screener}/speak", {"text": "How long has this been going on"})
    lines = page.locator("#transcript li")
    expect(lines).to_have_count(2, timeout=15_000)
    expect(lines.nth(0)).to_contain_text("Caller: My neighbor's little girl is alone every evening")
    expect(lines.nth(1)).to_contain_text("Others: How long has this been going on")

    page.get_by_role("button", name="Pause the recording").click()
    state_of(page, "recording", "paused")
    page.get_by_role("button", name="Go on recording").click()
    state_of(page, "recording", "on")

    # A supervisor listens unheard, whispers, and joins; the screener is told each time.
    supervisor = opened()
    sign_in(supervisor, stack, everybody(stack, "supervisor")[0])
    supervisor.goto(f"{stack.web_url}/supervision")
    name = everybody(stack, "supervisor")[0].name
    box = supervisor.locator(f"#monitor-{call.id}")
    box.locator("button[value=listen]").click()
    expect(page.get_by_text(f"{name} (supervisor) listens to this call")).to_be_visible(timeout=20_000)
    listening = leg_sid(stack_database, call.id, "supervisor")
    phones.post(f"/sim/calls/{listening}/speak", {"text": "nobody hears this"})
    caller.say("She is four")
    until(lambda: "She is four" in heard(listening), 10)
    assert "nobody hears this" not in caller.heard() + heard(screener)
    box.locator("button[value=whisper]").click()
    expect(page.get_by_text(f"{name} (supervisor) talks to you; the caller does not hear it")).to_be_visible()
    until(lambda: _says(phones, listening, "ask for the address", screener), 15)
    assert "ask for the address" not in caller.heard()
    box.locator("button[value=barge]").click()
    until(lambda: _says(phones, listening, "this is the supervisor", caller.sid), 15)
    assert barriers(page) == [] and barriers(supervisor) == []

    # The end of the call pairs everything up, and the sound is with us alone.
    console.hang_up()
    caller.wait_for_end()
    until(lambda: _recording(stack_database, call.id).state == "kept", 30)
    recording = _recording(stack_database, call.id)
    assert recording.consent == "given" and recording.media_vault_id is not None
    settings = load_settings(stack.settings)
    with stack_database.transaction() as session:
        vault = Vault(settings.vault_keys, settings.hash_key)
        actor = Actor.system("recordings")
        assert vault.reveal_bytes(session, recording.media_vault_id, actor, "journey").startswith(b"\xff")
        session.rollback()
    account = settings.twilio_account_sid
    address = f"{stack.phone_url}/2010-04-01/Accounts/{account}/Recordings/{recording.sid}.json"
    answer = httpx.get(address, auth=(account, settings.twilio_auth_token), trust_env=False)
    assert answer.status_code == 404, "the phone company's copy is destroyed"
    until(lambda: _transcription_state(stack_database, call.id) == "stopped", 15)
    until(lambda: not [one for one in phones.calls(live=True) if one["sid"] == listening], 15)
    console.finish("other_non_report")


def _says(phones: PhoneCompany, sid: str, text: str, hearer: str) -> bool:
    """Say it again until it is heard: how somebody takes part changes a moment after the button."""
    phones.post(f"/sim/calls/{sid}/speak", {"text": text})
    return text in [one["text"] for one in phones.get(f"/sim/calls/{hearer}", {})["heard"]]


def _recording(database: Database, call_id: UUID) -> Recording:
    with database.transaction() as session:
        found = session.scalars(select(Recording).where(Recording.call_id == call_id)).one()
        session.expunge(found)
        return found


def _transcription_state(database: Database, call_id: UUID) -> str:
    with database.transaction() as session:
        return session.scalars(select(Transcription.state).where(Transcription.call_id == call_id)).one()
