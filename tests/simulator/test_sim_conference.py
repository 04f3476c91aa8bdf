"""Rooms: who starts, who ends, what is told about them, and who hears whom."""

from typing import Any

import pytest

from tests.simulator.stub_product import LINE, Product, Telephones, until

EVENTS = "start end join leave mute hold"
CALLER_ROOM = (
    "<Dial action='/over'><Conference startConferenceOnEnter='false' endConferenceOnExit='true'"
    " waitUrl='/music' statusCallback='/room' statusCallbackEvent='" + EVENTS + "'>r-1</Conference></Dial>"
)
SCREENER_ROOM = (
    "<Dial action='/screener-over'><Conference statusCallback='/ignored'"
    " statusCallbackEvent='join'>r-1</Conference></Dial>"
)


def events(product: Product) -> list[str]:
    return [asked.form["StatusCallbackEvent"] for asked in product.at("/room")]


def ring_screener(product: Product, telephones: Telephones, to: str = "client:ana") -> str:
    product.put("/screener", SCREENER_ROOM)
    answer = telephones.rest("POST", "Calls.json", To=to, From=LINE, Url=f"{product.url}/screener")
    assert answer.status_code == 201, answer.text
    return str(answer.json()["sid"])


@pytest.fixture
def talking(product: Product, telephones: Telephones) -> tuple[str, str]:
    """A caller and a screener in one room."""
    product.put("/voice", CALLER_ROOM)
    product.put("/music", "<Say>One moment</Say>")
    product.put("/over", "<Say>Thank you for calling</Say><Pause length='100'/>")
    caller = telephones.dial()
    telephones.hears(caller, "One moment")
    screener = ring_screener(product, telephones)
    telephones.waits(caller, talking=True)
    return caller, screener


def room(telephones: Telephones) -> dict[str, Any]:
    found = telephones.rest("GET", "Conferences.json").json()["conferences"][0]
    assert isinstance(found, dict)
    return found


def test_a_room_starts_with_the_second_participant_and_tells_it_in_order(
    product: Product, telephones: Telephones, talking: tuple[str, str]
) -> None:
    product.first("/room", StatusCallbackEvent="conference-start")
    assert events(product) == ["participant-join", "participant-join", "conference-start"]
    told = [asked.form for asked in product.at("/room")]
    assert [form["SequenceNumber"] for form in told] == ["1", "2", "3"]
    assert {form["ConferenceSid"] for form in told} == {room(telephones)["sid"]}
    assert told[0]["FriendlyName"] == "r-1"
    assert told[0]["EndConferenceOnExit"] == "true"
    assert room(telephones)["status"] == "in-progress"


def test_only_the_first_participants_callback_counts(
    product: Product, telephones: Telephones, talking: tuple[str, str]
) -> None:
    product.first("/room", StatusCallbackEvent="conference-start")
    assert product.at("/ignored") == []


def test_people_in_a_room_hear_each_other(telephones: Telephones, talking: tuple[str, str]) -> None:
    caller, screener = talking
    assert telephones.post(f"/sim/calls/{caller}/speak", text="I want to report")["heard"]
    heard = telephones.hears(screener, "I want to report")["heard"][-1]
    assert (heard["kind"], heard["voice"]) == ("speech", caller)


def test_the_caller_leaving_ends_the_room_and_both_are_asked_for_their_action(
    product: Product, telephones: Telephones, talking: tuple[str, str]
) -> None:
    caller, screener = talking
    telephones.hang_up(caller)
    ending = product.first("/room", StatusCallbackEvent="conference-end").form
    assert ending["ReasonConferenceEnded"] == "participant-with-end-conference-on-exit-left"
    assert ending["CallSidEndingConference"] == caller
    left = {
        asked.form["CallSid"]: asked.form["ReasonParticipantLeft"]
        for asked in product.at("/room")
        if asked.form["StatusCallbackEvent"] == "participant-leave"
    }
    assert left == {caller: "participant_hung_up", screener: "moderator_ended_conference"}
    over = product.first("/over").form
    assert (over["DialCallStatus"], over["CallStatus"]) == ("answered", "completed")
    assert product.first("/screener-over").form["CallStatus"] == "in-progress"
    product.first("/status", CallSid=caller)
    order = [asked.path for asked in product.asked if asked.form.get("CallSid") == caller]
    assert order.index("/over") < order.index("/status")
    summary = telephones.waits(screener, stage="over")
    assert summary["ended_by"] == "far end"


def test_the_screener_leaving_does_not_end_the_room(
    product: Product, telephones: Telephones, talking: tuple[str, str]
) -> None:
    caller, screener = talking
    telephones.hang_up(screener)
    product.first("/room", StatusCallbackEvent="participant-leave", CallSid=screener)
    telephones.waits(caller, stage="conference", talking=False)
    assert room(telephones)["status"] == "in-progress"
    again = ring_screener(product, telephones, "client:ben")
    telephones.waits(caller, talking=True)
    assert telephones.call(caller)["talked_with"] == sorted([screener, again])


def test_hanging_up_before_the_room_started_leaves_it_and_ends_it(
    product: Product, telephones: Telephones
) -> None:
    product.put("/voice", CALLER_ROOM)
    product.put("/music", "<Pause length='500'/>")
    sid = telephones.dial()
    telephones.waits(sid, stage="conference")
    telephones.hang_up(sid)
    product.first("/room", StatusCallbackEvent="conference-end")
    assert events(product) == ["participant-join", "participant-leave", "conference-end"]
    assert product.first("/over").form["CallStatus"] == "completed"
    assert telephones.call(sid)["outcome"] == "abandoned"


def test_moving_the_caller_takes_them_out_of_the_room(
    product: Product, telephones: Telephones, talking: tuple[str, str]
) -> None:
    caller, _ = talking
    product.put("/back", "<Say>Back in line</Say><Pause length='500'/>")
    telephones.rest("POST", f"Calls/{caller}.json", Url=f"{product.url}/back")
    telephones.hears(caller, "Back in line")
    ending = product.first("/room", StatusCallbackEvent="conference-end").form
    assert ending["ReasonConferenceEnded"] == "participant-with-end-conference-on-exit-kicked"
    assert product.at("/over") == []


def test_hold_and_mute_are_told_and_felt(
    product: Product, telephones: Telephones, talking: tuple[str, str]
) -> None:
    caller, screener = talking
    path = f"Conferences/{room(telephones)['sid']}/Participants/{caller}.json"
    assert telephones.rest("POST", path, Muted="true").json()["muted"] is True
    assert not telephones.post(f"/sim/calls/{caller}/speak", text="hello?")["heard"]
    telephones.rest("POST", path, Muted="false")
    assert telephones.rest("POST", path, Hold="true").json()["hold"] is True
    assert not telephones.post(f"/sim/calls/{screener}/speak", text="hello?")["heard"]
    assert not telephones.call(caller)["talking"]
    telephones.rest("POST", path, Hold="false")
    telephones.waits(caller, talking=True)
    product.first("/room", StatusCallbackEvent="participant-unhold")
    wanted = ["participant-mute", "participant-unmute", "participant-hold", "participant-unhold"]
    assert [event for event in events(product) if event in wanted] == wanted


def test_somebody_on_hold_hears_the_holds_own_document_again_and_again(
    product: Product, telephones: Telephones, talking: tuple[str, str]
) -> None:
    caller, screener = talking
    product.put("/on-hold", "<Say>Please wait</Say>")
    path = f"Conferences/{room(telephones)['sid']}/Participants/{caller}.json"
    telephones.rest("POST", path, Hold="true", HoldUrl=f"{product.url}/on-hold", HoldMethod="POST")
    until(lambda: len(product.at("/on-hold")) >= 2, "the hold's document twice")
    telephones.hears(caller, "Please wait")
    telephones.rest("POST", path, Hold="false")
    telephones.waits(caller, talking=True)
    asked = len(product.at("/on-hold"))
    assert telephones.post(f"/sim/calls/{screener}/speak", text="I am back")["heard"]
    telephones.hears(caller, "I am back")
    assert len(product.at("/on-hold")) == asked
    assert telephones.rest("POST", path, Hold="true", HoldUrl="no address").status_code == 400


def test_keys_are_pressed_at_whoever_answers(product: Product, telephones: Telephones) -> None:
    product.put("/hello", "<Say>Hello</Say><Pause length='50'/>")

    def call_with(keys: str) -> Any:
        url = f"{product.url}/hello"
        return telephones.rest("POST", "Calls.json", To="+16615550777", From=LINE, Url=url, SendDigits=keys)

    sid = str(call_with("ww4711#").json()["sid"])
    telephones.hears(sid, "Hello")
    heard = [(one["kind"], one["text"]) for one in telephones.call(sid)["heard"]]
    assert heard[:2] == [("tone", "4711#"), ("say", "Hello")]
    refused = call_with("pin?")
    assert (refused.status_code, refused.json()["code"]) == (400, 21223)


def test_a_kicked_participant_goes_on_with_the_dial_action(
    product: Product, telephones: Telephones, talking: tuple[str, str]
) -> None:
    caller, screener = talking
    path = f"Conferences/{room(telephones)['sid']}/Participants/{screener}.json"
    assert telephones.rest("DELETE", path).status_code == 204
    assert product.first("/screener-over").form["DialCallStatus"] == "answered"
    left = product.first("/room", StatusCallbackEvent="participant-leave", CallSid=screener).form
    assert left["ReasonParticipantLeft"] == "participant_updated_via_api"
    assert telephones.call(caller)["conference"] == "r-1"


def test_ending_the_room_by_rest_sends_the_caller_to_the_action(
    product: Product, telephones: Telephones, talking: tuple[str, str]
) -> None:
    caller, _ = talking
    path = f"Conferences/{room(telephones)['sid']}.json"
    assert telephones.rest("POST", path, Status="completed").json()["status"] == "completed"
    telephones.hears(caller, "Thank you for calling")
    ending = product.first("/room", StatusCallbackEvent="conference-end").form
    assert ending["ReasonConferenceEnded"] == "conference-ended-via-api"
    assert telephones.rest("GET", path.replace(".json", "/Participants.json")).json()["participants"] == []


def test_a_participant_called_by_rest_joins_under_its_label(
    product: Product, telephones: Telephones, talking: tuple[str, str]
) -> None:
    caller, _ = talking
    telephones.phone("+16615550777", delay=0.2)
    sid = room(telephones)["sid"]
    made = telephones.rest(
        "POST", f"Conferences/{sid}/Participants.json", To="+16615550777", From=LINE, Label="interpreter"
    )
    assert made.status_code == 201
    expert = made.json()["call_sid"]
    joined = product.first("/room", StatusCallbackEvent="participant-join", CallSid=expert).form
    assert joined["ParticipantLabel"] == "interpreter"
    telephones.post(f"/sim/calls/{expert}/speak", text="Buenos días")
    telephones.hears(caller, "Buenos días")
    listed = telephones.rest("GET", f"Conferences/{sid}/Participants.json").json()["participants"]
    assert len(listed) == 3
    fetched = telephones.rest("GET", f"Conferences/{sid}/Participants/interpreter.json").json()
    assert (fetched["call_sid"], fetched["status"]) == (expert, "connected")


def test_a_participant_who_does_not_come_is_told_as_failed(
    product: Product, telephones: Telephones, talking: tuple[str, str]
) -> None:
    telephones.phone("+16615550777", behaviour="busy")
    sid = room(telephones)["sid"]
    telephones.rest("POST", f"Conferences/{sid}/Participants.json", To="+16615550777", From=LINE)
    left = product.first("/room", ReasonParticipantLeft="participant_add_failed").form
    assert left["ParticipantCallStatus"] == "busy"


def test_a_second_participant_with_the_same_label_goes_on_with_the_next_verb(
    product: Product, telephones: Telephones
) -> None:
    product.put(
        "/voice",
        "<Dial><Conference participantLabel='caller'>r-2</Conference></Dial><Say>Taken</Say><Pause length='99'/>",
    )
    first = telephones.dial()
    telephones.waits(first, stage="conference")
    second = telephones.dial(from_="+16615550124")
    telephones.hears(second, "Taken")
    assert "16025" in telephones.entries("warning", second)[0]["text"]


def test_a_coach_is_heard_only_by_the_coached(
    product: Product, telephones: Telephones, talking: tuple[str, str]
) -> None:
    caller, screener = talking
    product.put("/coach", f"<Dial><Conference coach='{screener}'>r-1</Conference></Dial>")
    made = telephones.rest("POST", "Calls.json", To="client:sup", From=LINE, Url=f"{product.url}/coach")
    coach = made.json()["sid"]
    telephones.waits(coach, talking=True)
    telephones.post(f"/sim/calls/{coach}/speak", text="Ask for the address")
    telephones.hears(screener, "Ask for the address")
    assert "Ask for the address" not in telephones.texts(caller)


def test_the_room_without_wait_document_plays_music(product: Product, telephones: Telephones) -> None:
    product.put("/voice", "<Dial><Conference>r-3</Conference></Dial>")
    sid = telephones.dial()
    until(lambda: [h["kind"] for h in telephones.call(sid)["heard"]] == ["music"], "music")
