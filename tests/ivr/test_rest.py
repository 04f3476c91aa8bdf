"""What we ask of the phone company over REST, and how its refusals reach us. A small server plays the company."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, cast
from urllib.parse import parse_qs

import pytest

from hotline.base.config import Settings
from hotline.telephony import twilio_client
from hotline.telephony.port import CallGone, PhoneCompany, Refused, TryAgain
from hotline.telephony.twilio_rest import TwilioRest
from tests.support.calls import LINE, sid
from tests.support.openapi import description, exchange_of
from tests.support.settings import ACCOUNT_SID

CALL = sid()


@dataclass
class Company:
    """Answers every request with `status` and `body` (or its page of `pages`), and remembers what was asked."""

    status: int = 200
    body: dict[str, Any] = field(default_factory=dict)
    pages: dict[str, dict[str, Any]] = field(default_factory=dict)
    asked: list[tuple[str, str, dict[str, list[str]]]] = field(default_factory=list)
    hangs: threading.Event | None = None
    address: str = ""


class Handler(BaseHTTPRequestHandler):
    def answer(self) -> None:
        company = cast(Any, self.server).company
        form = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
        company.asked.append((self.command, self.path, parse_qs(form)))
        if company.hangs is not None:
            company.hangs.wait(30)
        page = self.path.partition("?")[0].rpartition("/")[2]
        content = json.dumps(company.pages.get(page, company.body)).encode()
        self.send_response(company.status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    do_GET = do_POST = answer

    def log_message(self, format: str, *args: object) -> None:
        return


@pytest.fixture
def company() -> Iterator[Company]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    company = Company(address=f"http://127.0.0.1:{server.server_port}")
    cast(Any, server).company = company
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    yield company
    if company.hangs is not None:
        company.hangs.set()
    server.shutdown()
    thread.join()
    server.server_close()
    asked = [exchange_of(*request) for request in company.asked]
    assert [fault for request in asked for fault in description().request_faults(request)] == []


@pytest.fixture
def phones(company: Company, settings: Settings) -> PhoneCompany:
    return TwilioRest(replace(settings, twilio_api_base_url=company.address))


def test_a_call_is_moved(phones: PhoneCompany, company: Company) -> None:
    phones.redirect_call(CALL, "http://voice.test/voice/connect")
    (asked,) = company.asked
    assert asked == (
        "POST",
        f"/2010-04-01/Accounts/{ACCOUNT_SID}/Calls/{CALL}.json",
        {"Url": ["http://voice.test/voice/connect"], "Method": ["POST"]},
    )


def test_a_call_is_placed(phones: PhoneCompany, company: Company) -> None:
    company.status, company.body = 201, {"sid": CALL}
    assert phones.dial("client:abc", LINE, "http://voice.test/a", "http://voice.test/b", 15) == CALL
    (method, path, form) = company.asked[0]
    assert (method, path) == ("POST", f"/2010-04-01/Accounts/{ACCOUNT_SID}/Calls.json")
    assert form["StatusCallbackEvent"] == ["initiated", "ringing", "answered", "completed"]
    assert (form["To"], form["From"], form["Timeout"]) == (["client:abc"], [LINE], ["15"])


def test_a_call_is_ended(phones: PhoneCompany, company: Company) -> None:
    phones.end_call(CALL)
    assert company.asked[0][2] == {"Status": ["completed"]}


def test_the_state_of_a_call_is_asked_for(phones: PhoneCompany, company: Company) -> None:
    company.body = {"status": "in-progress"}
    assert phones.call_status(CALL) == "in-progress"


def test_a_call_that_the_company_does_not_know_has_no_state(phones: PhoneCompany, company: Company) -> None:
    company.status, company.body = 404, {"code": 20404, "message": "not found"}
    assert phones.call_status(CALL) is None


def test_only_our_own_live_calls_to_an_address_count(phones: PhoneCompany, company: Company) -> None:
    live, over, theirs = sid(), sid(), sid()
    company.body = {
        "calls": [
            {"sid": live, "status": "ringing", "direction": "outbound-api"},
            {"sid": over, "status": "completed", "direction": "outbound-api"},
            {"sid": theirs, "status": "in-progress", "direction": "outbound-dial"},
        ],
        "next_page_uri": None,
    }
    assert phones.live_calls_to("client:abc") == [live]
    assert "To=client%3Aabc" in company.asked[0][1]


@pytest.mark.parametrize("rooms", [[], [{"sid": "CF1", "status": "completed"}]])
def test_a_room_that_is_not_open_is_none(
    phones: PhoneCompany, company: Company, rooms: list[dict[str, str]]
) -> None:
    company.body = {"conferences": rooms, "next_page_uri": None}
    assert phones.participants("room-1") is None


@pytest.mark.parametrize("status", ["init", "in-progress"])
def test_people_in_a_room_are_listed(phones: PhoneCompany, company: Company, status: str) -> None:
    rooms = [{"sid": sid("CF"), "status": "completed"}, {"sid": sid("CF"), "status": status}]
    company.pages = {
        "Conferences.json": {"conferences": rooms, "next_page_uri": None},
        "Participants.json": {"participants": [{"call_sid": CALL}], "next_page_uri": None},
    }
    assert phones.participants("room-1") == [CALL]
    assert rooms[1]["sid"] in company.asked[1][1]


@pytest.mark.parametrize(
    ("status", "code", "expected"),
    [
        (400, 21220, CallGone),
        (404, 20404, CallGone),
        (429, 20429, TryAgain),
        (500, 20500, TryAgain),
        (503, 0, TryAgain),
        (401, 20003, Refused),
        (400, 21211, Refused),
    ],
)
def test_refusals_are_said_in_our_words(
    phones: PhoneCompany, company: Company, status: int, code: int, expected: type[Exception]
) -> None:
    company.status, company.body = status, {"code": code, "message": "no"}
    with pytest.raises(expected):
        phones.end_call(CALL)


@pytest.mark.parametrize(("status", "code", "expected"), [(401, 20003, Refused), (503, 20500, TryAgain)])
def test_a_refused_list_is_told_from_one_that_could_not_be_had(
    phones: PhoneCompany, company: Company, status: int, code: int, expected: type[Exception]
) -> None:
    company.status, company.body = status, {"code": code, "message": "no"}
    with pytest.raises(expected):
        phones.live_calls_to("client:abc")


def test_a_company_that_hangs_is_given_up_in_time(
    phones: PhoneCompany, company: Company, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    company.hangs = threading.Event()
    monkeypatch.setattr(twilio_client, "TIMEOUT", 0.2)
    with pytest.raises(TryAgain):
        TwilioRest(replace(settings, twilio_api_base_url=company.address)).end_call(CALL)


def test_every_request_has_a_time_limit() -> None:
    assert 0 < twilio_client.TIMEOUT <= 5


def test_a_company_that_is_not_there_may_be_asked_again(settings: Settings) -> None:
    with pytest.raises(TryAgain):
        TwilioRest(replace(settings, twilio_api_base_url="http://127.0.0.1:9")).end_call(CALL)
