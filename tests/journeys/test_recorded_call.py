"""One whole call with everything that listens to it: asked, announced, shown, paired up at the end, sealed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
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
from hotline.demo.day.telephone import Caller, PhoneCompany
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


@dataclass
class Talk:
    """A call with its screener's and its supervisor's browsers."""

    stack: Stack
    database: Database
    phones: PhoneCompany
    caller: Caller
    console: Console
    supervisor: Page
    name: str
    """The supervisor's."""

    @property
    def call_id(self) -> UUID:
        return call_of(self.database, self.caller).id

    def press(self, button: str) -> None:
        """A button of the screener's bar."""
        self.console.page.get_by_role("button", name=button).click()

    def shows(self, what: str, state: str) -> None:
        """Wait until the screener's bar says it."""
        expect(self.console.page.locator(f"[data-{what}={state}]")).to_be_visible(timeout=20_000)

    def tells(self, sentence: str) -> None:
        """Wait until the screener's bar says that of the supervisor."""
        words = self.console.page.get_by_text(f"{self.name} (supervisor) {sentence}")
        expect(words).to_be_visible(timeout=20_000)

    def monitor(self, how: str) -> None:
        """A button of the supervisor's page."""
        self.supervisor.locator(f"#monitor-{self.call_id} button[value={how}]").click()

    def says(self, sid: str, text: str) -> None:
        """Somebody says something."""
        self.phones.post(f"/sim/calls/{sid}/speak", {"text": text})

    def heard(self, sid: str) -> list[str]:
        """What somebody heard."""
        return [one["text"] for one in self.phones.get(f"/sim/calls/{sid}", {})["heard"]]

    def gets_through(self, sid: str, text: str, hearer: str) -> None:
        """Say it again until it is heard: how somebody takes part changes a moment after the button."""

        def said() -> bool:
            self.says(sid, text)
            return text in self.heard(hearer)

        until(said, 20)


@pytest.fixture
def talk(
    stack: Stack,
    stack_database: Database,
    phones: PhoneCompany,
    opened: Callable[..., Page],
    open_lines: None,
) -> Talk:
    console = Console(opened(), stack, screeners(stack, stack_database, "en")[0])
    console.take_calls()
    caller = call_in(phones, CASE)
    console.accept()
    caller.wait_for_talk()
    console.wait_for_talk()
    boss = everybody(stack, "supervisor")[0]
    supervisor = opened()
    sign_in(supervisor, stack, boss)
    supervisor.goto(f"{stack.web_url}/supervision")
    return Talk(stack, stack_database, phones, caller, console, supervisor, boss.name)


def test_a_call_is_recorded_written_down_and_listened_to_only_after_the_caller_agreed(talk: Talk) -> None:
    page = talk.console.page
    expect(page.get_by_role("button", name="Record this call")).to_have_count(0)
    talk.press("The caller agrees")
    _is_recorded(talk)
    _is_written_down(talk)
    listening = _is_listened_to(talk)
    assert barriers(page) == []
    assert barriers(talk.supervisor) == []
    talk.console.hang_up()
    talk.caller.wait_for_end()
    _is_paired_up_and_sealed(talk)
    until(lambda: not [one for one in talk.phones.calls(live=True) if one["sid"] == listening], 15)
    talk.console.finish("other_non_report")


def _is_recorded(talk: Talk) -> None:
    talk.press("Record this call")
    talk.shows("recording", "on")
    assert "This call is being recorded from now on." in talk.caller.heard()
    talk.press("Pause the recording")
    talk.shows("recording", "paused")
    talk.press("Go on recording")
    talk.shows("recording", "on")


def _is_written_down(talk: Talk) -> None:
    talk.press("Write the talk down")
    talk.shows("transcript", "on")
    talk.caller.say("My neighbor's little girl is alone every evening")
    talk.says(leg_sid(talk.database, talk.call_id, "screener"), "How long has this been going on")
    lines = talk.console.page.locator("#transcript li")
    expect(lines).to_have_count(2, timeout=15_000)
    expect(lines.nth(0)).to_contain_text("Caller: My neighbor's little girl is alone every evening")
    expect(lines.nth(1)).to_contain_text("Others: How long has this been going on")


def _is_listened_to(talk: Talk) -> str:
    """A supervisor listens unheard, whispers, and joins; the screener is told each time."""
    talk.monitor("listen")
    talk.tells("listens to this call")
    listening = leg_sid(talk.database, talk.call_id, "supervisor")
    screener = leg_sid(talk.database, talk.call_id, "screener")
    talk.says(listening, "nobody hears this")
    talk.gets_through(talk.caller.sid, "She is four", listening)
    assert "nobody hears this" not in talk.caller.heard() + talk.heard(screener)
    talk.monitor("whisper")
    talk.tells("talks to you; the caller does not hear it")
    talk.gets_through(listening, "ask for the address", screener)
    assert "ask for the address" not in talk.caller.heard()
    talk.monitor("barge")
    talk.gets_through(listening, "this is the supervisor", talk.caller.sid)
    return listening


def _is_paired_up_and_sealed(talk: Talk) -> None:
    until(lambda: _recording(talk.database, talk.call_id).state == "kept", 30)
    recording = _recording(talk.database, talk.call_id)
    assert recording.consent == "given" and recording.media_vault_id is not None
    settings = load_settings(talk.stack.settings)
    with talk.database.transaction() as session:
        vault = Vault(settings.vault_keys, settings.hash_key)
        sound = vault.reveal_bytes(session, recording.media_vault_id, Actor.system("recordings"), "journey")
        session.rollback()
    assert sound.startswith(b"\xff")
    account = settings.twilio_account_sid
    address = f"{talk.stack.phone_url}/2010-04-01/Accounts/{account}/Recordings/{recording.sid}.json"
    credentials = (account, settings.twilio_auth_token)
    # The phone company's copy is destroyed once ours is safe.
    until(lambda: httpx.get(address, auth=credentials, trust_env=False).status_code == 404, 15)
    until(lambda: _transcription_state(talk.database, talk.call_id) == "stopped", 15)


def _recording(database: Database, call_id: UUID) -> Recording:
    with database.transaction() as session:
        found = session.scalars(select(Recording).where(Recording.call_id == call_id)).one()
        session.expunge(found)
        return found


def _transcription_state(database: Database, call_id: UUID) -> str:
    with database.transaction() as session:
        return session.scalars(select(Transcription.state).where(Transcription.call_id == call_id)).one()
