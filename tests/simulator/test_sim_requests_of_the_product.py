"""Everything that the product asks of the phone company, asked of the simulator: both sides by the description."""

import inspect
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from hotline.base.config import load_settings
from hotline.telephony.books import Pointing
from hotline.telephony.carriers import carrier_of
from tests.simulator.stub_product import ACCOUNT, CALLER, LINE, TOKEN, Product, Telephones
from tests.support.openapi import Witness, description
from tests.support.settings import environment

ROOM = (
    "<Dial><Conference endConferenceOnExit='{ends}' statusCallback='/room'"
    " statusCallbackEvent='join leave'>room-1</Conference></Dial>"
)


@dataclass
class Noted:
    """Passes calls on to one side of the carrier and writes their names down."""

    side: Any
    names: set[str] = field(default_factory=set)

    def __getattr__(self, name: str) -> Any:
        self.names.add(name)
        return getattr(self.side, name)

    def left_out(self) -> set[str]:
        """The methods that nobody has called."""
        methods = inspect.getmembers(type(self.side), inspect.isfunction)
        return {name for name, _ in methods if not name.startswith("_")} - self.names


@dataclass
class Company:
    """The three sides of the carrier, as the product uses them, and the address of its own pages."""

    phone: Noted
    book: Noted
    office: Noted
    pages: str


@pytest.fixture
def company(telephones: Telephones, product: Product, tmp_path: Path) -> Company:
    environ = environment(
        database_url="postgresql://nobody@127.0.0.1:9/none",
        redis_url="redis://127.0.0.1:9/0",
        spool_dir=tmp_path / "spool",
        TWILIO_ACCOUNT_SID=ACCOUNT,
        TWILIO_AUTH_TOKEN=TOKEN,
        TWILIO_API_BASE_URL=telephones.url,
    )
    carrier = carrier_of(load_settings(environ))
    return Company(Noted(carrier.company()), Noted(carrier.book()), Noted(carrier.office()), product.url)


def check(witnesses: list[Witness]) -> list[str]:
    """What the phone company would not understand, and what it would not answer."""
    seen = [exchange for witness in witnesses for exchange in witness.seen]
    assert seen
    faults = [fault for exchange in seen for fault in description().request_faults(exchange)]
    return faults + [fault for exchange in seen for fault in description().answer_faults(exchange)]


def talks(product: Product, telephones: Telephones, company: Company) -> tuple[str, str]:
    """A caller and somebody whom we dialled, in one room."""
    product.put("/voice", ROOM.format(ends="true"))
    product.put("/leg", ROOM.format(ends="false"))
    product.put("/moment", "<Say>One moment</Say>")
    caller = telephones.dial()
    leg = company.phone.dial(
        "+16615550199", LINE, f"{company.pages}/leg", f"{company.pages}/status", 15, "12w3#"
    )
    telephones.waits(caller, talking=True)
    return caller, str(leg)


def test_all_that_is_done_with_calls_and_rooms_is_understood_and_answered_officially(
    product: Product, telephones: Telephones, company: Company, witnesses: list[Witness]
) -> None:
    phone, pages = company.phone, company.pages
    caller, leg = talks(product, telephones, company)
    assert phone.call_status(caller) == "in-progress"
    assert set(phone.participants("room-1")) == {caller, leg}
    assert leg in phone.live_calls_to("+16615550199")
    phone.change_participant("room-1", caller, held=True, hold_url=f"{pages}/moment")
    phone.change_participant("room-1", caller, held=False)
    phone.change_participant("room-1", leg, muted=True)
    phone.take_part("room-1", leg, muted=False, coached=caller)
    phone.take_part("room-1", leg, muted=True, coached=None)
    phone.announce("room-1", f"{pages}/moment")
    recording = phone.start_recording(caller, f"{pages}/recording")
    phone.change_recording(caller, recording, "paused")
    phone.change_recording(caller, recording, "in-progress")
    assert phone.live_recordings(caller) == [recording]
    phone.change_recording(caller, recording, "stopped")
    assert phone.fetch_recording(recording)
    phone.delete_recording(recording)
    phone.start_transcript(caller, "words-1", f"{pages}/words", "es")
    phone.stop_transcript(caller, "words-1")
    phone.remove_participant("room-1", leg)
    phone.redirect_call(caller, f"{pages}/moment")
    phone.end_call(caller)
    assert phone.left_out() == set()
    assert check(witnesses) == []


def test_all_that_is_read_in_its_books_is_understood_and_answered_officially(
    product: Product, telephones: Telephones, company: Company, witnesses: list[Witness]
) -> None:
    caller, leg = talks(product, telephones, company)
    since, until = datetime.now(UTC) - timedelta(hours=1), datetime.now(UTC) + timedelta(hours=1)
    assert [call.sid for call in company.book.calls_to(LINE, since, until)] == [caller]
    assert [call.sid for call in company.book.calls_from(LINE, since, until)] == [leg]
    assert company.book.children(caller) == []
    assert company.book.left_out() == set()
    assert check(witnesses) == []


def test_all_that_is_set_up_is_understood_and_answered_officially(
    company: Company, witnesses: list[Witness]
) -> None:
    office, url = company.office, "https://voice.hotline.test/voice/incoming"
    rented = office.find(LINE)
    office.point(rented.sid, Pointing(url, "POST", url, "GET", url, "POST"))
    made = office.create_application("softphone", url, "POST")
    assert [one.sid for one in office.applications("softphone")] == [made.sid]
    office.update_application(made.sid, f"{url}?again", "POST")
    assert office.application(made.sid).voice_url == f"{url}?again"
    assert office.texting() is not None
    assert office.now() is not None
    assert office.left_out() == set()
    assert check(witnesses) == []


@pytest.mark.parametrize(("name", "value"), [("Volume", "9"), ("Status", "asleep")])
def test_a_request_that_is_not_in_the_description_would_be_seen(
    telephones: Telephones, witnesses: list[Witness], name: str, value: str
) -> None:
    sid, form = telephones.dial(from_=CALLER), {name: value}
    telephones.rest("POST", f"Calls/{sid}.json", auth=(ACCOUNT, TOKEN), **form)
    assert check(witnesses) != []
