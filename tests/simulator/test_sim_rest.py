"""The REST interface: the door, the official shapes, and calls made by it."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from twilio.base.exceptions import TwilioRestException
from twilio.http.http_client import TwilioHttpClient
from twilio.rest import Client

from tests.simulator.stub_product import ACCOUNT, CALLER, LINE, SPEED, TOKEN, Product, Telephones, until

PHONE = "+16615550777"
Start = Callable[..., Telephones]


class LocalClient(TwilioHttpClient):  # type: ignore[misc]
    """Twilio's own client, sent to the simulator."""

    def __init__(self, base: str) -> None:
        super().__init__(timeout=5, pool_connections=False)
        self.base = base

    def request(self, method: str, url: str, *arguments: object, **named: object) -> object:
        address = url.replace("https://api.twilio.com", self.base)
        return super().request(method, address, *arguments, **named)


@pytest.fixture
def twilio(telephones: Telephones) -> Client:
    return Client(ACCOUNT, TOKEN, http_client=LocalClient(telephones.url))


def test_the_official_client_makes_moves_and_ends_a_call(
    product: Product, telephones: Telephones, twilio: Client
) -> None:
    product.put("/screener", "<Say>Hello screener</Say><Pause length='500'/>")
    made = twilio.calls.create(
        to=PHONE,
        from_=LINE,
        url=f"{product.url}/screener",
        status_callback=f"{product.url}/leg",
        status_callback_event=["initiated", "ringing", "answered", "completed"],
    )
    assert made.status in ("queued", "ringing")
    telephones.hears(made.sid, "Hello screener")
    assert product.first("/screener").form["Direction"] == "outbound-api"
    fetched = twilio.calls(made.sid).fetch()
    assert (fetched.status, fetched.direction, fetched.to) == ("in-progress", "outbound-api", PHONE)
    assert fetched.start_time is not None
    twilio.calls(made.sid).update(twiml="<Response><Say>Moved</Say><Pause length='500'/></Response>")
    telephones.hears(made.sid, "Moved")
    twilio.calls(made.sid).update(status="completed")
    product.first("/leg", CallStatus="completed")
    told = [(asked.form["CallStatus"], asked.form["SequenceNumber"]) for asked in product.at("/leg")]
    assert told == [("initiated", "0"), ("ringing", "1"), ("in-progress", "2"), ("completed", "3")]
    assert [call.sid for call in twilio.calls.list(status="completed")] == [made.sid]
    with pytest.raises(TwilioRestException) as refused:
        twilio.calls(made.sid).update(status="completed")
    assert (refused.value.status, refused.value.code) == (400, 21220)


def test_the_official_client_reads_rooms_and_queues(
    product: Product, telephones: Telephones, twilio: Client
) -> None:
    product.put("/voice", "<Dial><Conference>r-9</Conference></Dial>")
    sid = telephones.dial()
    telephones.waits(sid, stage="conference")
    room = twilio.conferences.list(friendly_name="r-9")[0]
    assert room.status == "init"
    participants = twilio.conferences(room.sid).participants.list()
    assert [participant.call_sid for participant in participants] == [sid]
    assert twilio.conferences(room.sid).participants(sid).update(hold=True).hold is True
    twilio.conferences(room.sid).update(status="completed")
    assert twilio.conferences(room.sid).fetch().reason_conference_ended == "conference-ended-via-api"
    assert twilio.queues.list() == []


def test_a_call_that_has_ended_cannot_be_moved(product: Product, telephones: Telephones) -> None:
    product.put("/voice", "<Hangup/>")
    sid = telephones.dial()
    telephones.waits(sid, stage="over")
    answer = telephones.rest("POST", f"Calls/{sid}.json", Url=f"{product.url}/elsewhere")
    assert answer.status_code == 400
    error = answer.json()
    assert (error["code"], error["status"]) == (21220, 400)
    assert error["more_info"].endswith("/21220")


def test_wrong_credentials_are_refused(telephones: Telephones) -> None:
    for auth in ((ACCOUNT, "wrong"), ("AC1", TOKEN), ("", "")):
        answer = telephones.rest("GET", "Calls.json", auth=auth)
        assert (answer.status_code, answer.json()["code"]) == (401, 20003)
    bare = telephones.client.get(f"{telephones.url}/2010-04-01/Accounts/{ACCOUNT}/Calls.json")
    assert bare.status_code == 401


def test_another_account_and_an_unknown_call_are_not_found(telephones: Telephones) -> None:
    other = telephones.client.get(
        f"{telephones.url}/2010-04-01/Accounts/AC9/Calls.json", auth=(ACCOUNT, TOKEN)
    )
    assert (other.status_code, other.json()["code"]) == (404, 20404)
    for path in ("Calls/CA1.json", "Conferences/CF1.json", "Queues/QU1.json", "Nothing.json"):
        answer = telephones.rest("GET", path)
        assert (answer.status_code, answer.json()["code"]) == (404, 20404), path


@pytest.mark.parametrize(
    ("form", "code"),
    [
        ({"From": LINE, "Url": "http://127.0.0.1/x"}, 21201),
        ({"To": PHONE, "Url": "http://127.0.0.1/x"}, 21213),
        ({"To": PHONE, "From": CALLER, "Url": "http://127.0.0.1/x"}, 21210),
        ({"To": "911!", "From": LINE, "Url": "http://127.0.0.1/x"}, 21211),
        ({"To": PHONE, "From": LINE}, 21205),
        ({"To": PHONE, "From": LINE, "Url": "/voice/screener"}, 21205),
        ({"To": PHONE, "From": LINE, "Twiml": "<Response>" + "x" * 4000}, 32018),
    ],
)
def test_a_call_that_cannot_be_made_gets_the_official_code(
    telephones: Telephones, form: dict[str, Any], code: int
) -> None:
    answer = telephones.rest("POST", "Calls.json", **form)
    assert (answer.status_code, answer.json()["code"]) == (400, code)
    assert telephones.get("/sim/calls")["calls"] == []


@pytest.mark.parametrize(
    ("behaviour", "status", "sip"),
    [("busy", "busy", "486"), ("no-answer", "no-answer", "487"), ("failed", "failed", "404")],
)
def test_a_call_that_is_not_answered_tells_how_it_ended(
    product: Product, telephones: Telephones, behaviour: str, status: str, sip: str
) -> None:
    telephones.phone(PHONE, behaviour=behaviour)
    made = telephones.rest(
        "POST",
        "Calls.json",
        To=PHONE,
        From=LINE,
        Url=f"{product.url}/screener",
        Timeout="5",
        StatusCallback=f"{product.url}/leg",
    ).json()
    form = product.first("/leg").form
    assert (form["CallSid"], form["CallStatus"], form["SipResponseCode"]) == (made["sid"], status, sip)
    assert form["CallDuration"] == "0"
    assert product.at("/screener") == []


def test_a_ringing_call_can_be_cancelled_but_not_moved(product: Product, telephones: Telephones) -> None:
    telephones.phone(PHONE, behaviour="manual")
    sid = telephones.rest("POST", "Calls.json", To=PHONE, From=LINE, Url=f"{product.url}/x").json()["sid"]
    telephones.waits(sid, status="ringing")
    moved = telephones.rest("POST", f"Calls/{sid}.json", Url=f"{product.url}/y")
    assert moved.json()["code"] == 21220
    assert telephones.rest("POST", f"Calls/{sid}.json", Status="canceled").json()["status"] == "canceled"


def test_a_call_cancelled_while_it_is_queued_tells_nothing(product: Product, start: Start) -> None:
    telephones = start(calls_per_second=0.001)
    form: dict[str, Any] = {"To": PHONE, "From": LINE, "Url": f"{product.url}/x"}
    form["StatusCallback"] = f"{product.url}/leg"
    first, second = (telephones.rest("POST", "Calls.json", **form).json()["sid"] for _ in range(2))
    product.first("/leg", CallSid=first)
    assert telephones.call(second)["status"] == "queued"
    telephones.rest("POST", f"Calls/{second}.json", Status="canceled")
    until(lambda: telephones.entries("call", second), "the end written down")
    assert telephones.get("/sim/ledger")["pending_callbacks"] == 0
    assert [asked.form["CallSid"] for asked in product.at("/leg")] == [first]


def test_calls_made_by_rest_leave_one_per_second(product: Product, telephones: Telephones) -> None:
    product.put("/x", "<Pause length='1'/>")
    for _ in range(3):
        telephones.rest("POST", "Calls.json", To=PHONE, From=LINE, Url=f"{product.url}/x")
    for call in telephones.get("/sim/calls")["calls"]:
        telephones.waits(call["sid"], stage="over")
    answered = sorted(
        datetime.fromisoformat(call["answered_at"]) for call in telephones.get("/sim/calls")["calls"]
    )
    # One caller's second apart: 20 ms of real time, less what a busy machine delays the first by.
    assert (answered[2] - answered[0]).total_seconds() > 1.2 / SPEED


def test_relative_addresses_are_refused_in_inline_documents(product: Product, telephones: Telephones) -> None:
    twiml = "<Response><Redirect>/next</Redirect></Response>"
    sid = telephones.rest("POST", "Calls.json", To=PHONE, From=LINE, Twiml=twiml).json()["sid"]
    telephones.waits(sid, status="failed")
    assert "11100" in telephones.entries("warning", sid)[0]["text"]


def test_lists_come_in_pages(product: Product, telephones: Telephones) -> None:
    product.put("/voice", "<Hangup/>")
    sids = [telephones.dial() for _ in range(3)]
    first = telephones.rest("GET", "Calls.json?PageSize=2").json()
    assert [call["sid"] for call in first["calls"]] == sids[:0:-1]
    second = telephones.client.get(telephones.url + first["next_page_uri"], auth=(ACCOUNT, TOKEN)).json()
    assert [call["sid"] for call in second["calls"]] == sids[:1]
    assert second["next_page_uri"] is None


def test_a_number_can_be_pointed_elsewhere(product: Product, telephones: Telephones) -> None:
    number = telephones.rest("GET", "IncomingPhoneNumbers.json").json()["incoming_phone_numbers"][0]
    assert (number["phone_number"], number["voice_url"]) == (LINE, f"{product.url}/voice")
    path = f"IncomingPhoneNumbers/{number['sid']}.json"
    changed = telephones.rest("POST", path, VoiceUrl=f"{product.url}/new").json()
    assert changed["voice_url"] == f"{product.url}/new"
    telephones.dial()
    product.first("/new")


def test_an_outage_refuses_the_next_requests_only(telephones: Telephones) -> None:
    telephones.post("/sim/outage", requests=2, status=429)
    codes = [telephones.rest("GET", "Calls.json").status_code for _ in range(3)]
    assert codes == [429, 429, 200]
    assert [entry["status"] for entry in telephones.entries("rest")] == [429, 429, 200]
