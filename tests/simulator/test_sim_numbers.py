"""Numbers, applications, messaging services and the list of calls, and what an address says behind its `#`."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from twilio.base.exceptions import TwilioException, TwilioRestException
from twilio.rest import Client

from ivr.simulator.overrides import BadOverride, Overrides, overrides
from ivr.simulator.settings import Texting
from tests.simulator.stub_product import ACCOUNT, CALLER, LINE, TOKEN, Asked, Product, Telephones
from tests.simulator.test_sim_rest import LocalClient

SERVICE = "MG" + "1" * 32
Start = Callable[..., Telephones]


@pytest.fixture
def twilio(telephones: Telephones) -> Client:
    return Client(ACCOUNT, TOKEN, http_client=LocalClient(telephones.url))


def test_a_number_is_pointed_elsewhere_and_its_next_call_is_asked_about_there(
    product: Product, telephones: Telephones, twilio: Client
) -> None:
    product.put("/elsewhere", "<Say>Here I am</Say><Hangup/>")
    (number,) = twilio.incoming_phone_numbers.list(phone_number=LINE)
    assert number.capabilities["voice"] is True
    changed = twilio.incoming_phone_numbers(number.sid).update(
        voice_url=f"{product.url}/elsewhere#rt=3000&rp=all",
        voice_method="GET",
        voice_fallback_url="https://second.example/a.xml",
        voice_fallback_method="GET",
    )
    assert (changed.voice_method, changed.voice_fallback_method) == ("GET", "GET")
    assert changed.voice_url.endswith("#rt=3000&rp=all")
    telephones.hears(telephones.dial(), "Here I am")
    asked = product.at("/elsewhere")[0]
    assert asked.method == "GET"
    assert f"From={CALLER.replace('+', '%2B')}" in asked.url


@pytest.mark.parametrize(
    ("form", "code"),
    [({"VoiceUrl": "nowhere"}, 21402), ({"VoiceUrl": "https://voice.example/#rp=never"}, 11243)],
)
def test_an_address_that_cannot_work_is_refused(
    telephones: Telephones, twilio: Client, form: dict[str, Any], code: int
) -> None:
    (number,) = twilio.incoming_phone_numbers.list()
    answer = telephones.rest("POST", f"IncomingPhoneNumbers/{number.sid}.json", **form)
    assert (answer.status_code, answer.json()["code"]) == (400, code)
    assert twilio.incoming_phone_numbers(number.sid).fetch().voice_url == number.voice_url


def test_an_application_on_a_number_overrules_its_address(
    product: Product, telephones: Telephones, twilio: Client
) -> None:
    product.put("/app", "<Say>The application</Say><Hangup/>")
    made = twilio.applications.create(friendly_name="Softphone", voice_url=f"{product.url}/nothing")
    twilio.applications(made.sid).update(voice_url=f"{product.url}/app", voice_method="POST")
    assert [one.sid for one in twilio.applications.list(friendly_name="Softphone")] == [made.sid]
    assert twilio.applications.list(friendly_name="Another") == []
    (number,) = twilio.incoming_phone_numbers.list()
    twilio.incoming_phone_numbers(number.sid).update(voice_application_sid=made.sid)
    telephones.hears(telephones.dial(), "The application")
    taken_off = twilio.incoming_phone_numbers(number.sid).update(voice_application_sid="")
    assert taken_off.voice_application_sid is None
    with pytest.raises(TwilioRestException):
        twilio.applications("AP" + "0" * 32).fetch()


def test_the_list_of_calls_is_narrowed_by_time_on_every_page(
    product: Product, telephones: Telephones, twilio: Client
) -> None:
    product.put("/voice", "<Hangup/>")
    sids = [telephones.dial() for _ in range(5)]
    for sid in sids:
        telephones.waits(sid, stage="over")
    now = datetime.now(UTC)
    hour = timedelta(hours=1)
    found = twilio.calls.list(to=LINE, start_time_after=now - hour, start_time_before=now + hour, page_size=2)
    assert sorted(call.sid for call in found) == sorted(sids)
    assert twilio.calls.list(to=LINE, start_time_after=now + hour, page_size=2) == []
    assert twilio.calls.list(to=LINE, start_time_before=now - hour, page_size=2) == []
    assert twilio.calls.list(to="+16615550999", start_time_after=now - hour, page_size=2) == []
    bad = telephones.rest("GET", "Calls.json?StartTime>=soon")
    assert (bad.status_code, bad.json()["code"]) == (400, 20001)


def test_messaging_services_tell_whether_their_sender_is_known(start: Start) -> None:
    telephones = start(texting=(Texting(SERVICE, "Notices", "VERIFIED"),))
    client = LocalMessaging(telephones.url)
    services = Client(ACCOUNT, TOKEN, http_client=client).messaging.v1.services
    (service,) = services.list()
    (campaign,) = services(service.sid).us_app_to_person.list()
    assert (service.sid, campaign.campaign_status) == (SERVICE, "VERIFIED")
    with pytest.raises(TwilioException):
        services("MG" + "9" * 32).us_app_to_person.list()


class LocalMessaging(LocalClient):
    """The messaging host, sent to the simulator."""

    def request(self, method: str, url: str, *arguments: object, **named: object) -> object:
        address = url.replace("https://messaging.twilio.com", self.base)
        return super().request(method, address, *arguments, **named)


def test_a_broken_answer_is_asked_for_again_when_the_address_says_so(product: Product, start: Start) -> None:
    asked: list[Asked] = []

    def answer(request: Asked) -> tuple[str, int]:
        asked.append(request)
        return ("<Response/>", 500) if len(asked) < 3 else ("<Response><Say>At last</Say></Response>", 200)

    product.put("/voice", answer)
    telephones = start(line={"voice_url": f"{product.url}/voice#rc=2&rp=5xx"})
    telephones.hears(telephones.dial(), "At last")
    assert len({request.headers["I-Twilio-Idempotency-Token"] for request in asked}) == 1
    entry = telephones.entries("webhook")[0]
    assert (entry["tries"], entry["status"], entry["url"]) == (3, 200, f"{product.url}/voice")


def test_a_broken_answer_is_not_asked_for_again_without_a_word_about_it(
    product: Product, start: Start
) -> None:
    product.put("/voice", ("<Response/>", 500))
    product.put("/fallback", "<Say>The second host</Say><Hangup/>")
    telephones = start(line={"fallback_url": f"{product.url}/fallback", "fallback_method": "GET"})
    telephones.hears(telephones.dial(), "The second host")
    assert len(product.at("/voice")) == 1
    assert product.at("/fallback")[0].method == "GET"


def test_a_hanging_answer_is_given_up_after_the_time_that_the_address_says(
    product: Product, start: Start
) -> None:
    product.put("/fallback", "<Say>The second host</Say><Hangup/>")
    product.raw["/voice"] = lambda environ, start_response: _never()
    line = {
        "voice_url": f"{product.url}/voice#rt=100&rc=1&rp=rt",
        "fallback_url": f"{product.url}/fallback",
    }
    telephones = start(line=line)
    sid = telephones.dial()
    telephones.hears(sid, "The second host")
    first = telephones.entries("webhook", sid)[0]
    assert (first["tries"], first["status"]) == (2, None)


def _never() -> list[bytes]:
    raise ConnectionAbortedError("the product hangs up without an answer")


def test_an_address_says_its_limits_in_milliseconds() -> None:
    assert overrides("https://a.example/v") == Overrides(5.0, 15.0, 15.0, 1, frozenset({"ct"}))
    wishes = overrides("https://a.example/v#ct=2000&rt=3000&tt=4500&rc=2&rp=all")
    assert (wishes.connect, wishes.read, wishes.total, wishes.retries) == (2.0, 3.0, 4.5, 2)
    assert wishes.after == {"ct", "rt", "4xx", "5xx"}


@pytest.mark.parametrize("fragment", ["rt=50", "rt=soon", "rc=6", "rp=sometimes"])
def test_an_override_out_of_bounds_is_no_override(fragment: str) -> None:
    with pytest.raises(BadOverride):
        overrides(f"https://a.example/v#{fragment}")
