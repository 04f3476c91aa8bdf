"""Recordings, live transcripts, announcements and coaching: who is told what, and what is refused."""

import json
from typing import Any

import pytest

from tests.simulator.stub_product import LINE, Product, Telephones, until

ROOM = "<Dial action='/over'><Conference endConferenceOnExit='true'>r-7</Conference></Dial>"
COLLEAGUE = "<Dial action='/over'><Conference>r-7</Conference></Dial>"


@pytest.fixture
def talking(product: Product, telephones: Telephones) -> tuple[str, str]:
    """A caller and a screener in one room."""
    product.put("/voice", ROOM)
    product.put("/screener", COLLEAGUE)
    product.put("/over", "<Hangup/>")
    caller = telephones.dial()
    telephones.waits(caller, stage="conference")
    answer = telephones.rest("POST", "Calls.json", To="client:ana", From=LINE, Url=f"{product.url}/screener")
    telephones.waits(caller, talking=True)
    return caller, str(answer.json()["sid"])


def start(product: Product, telephones: Telephones, sid: str) -> dict[str, Any]:
    answer = telephones.rest(
        "POST",
        f"Calls/{sid}/Recordings.json",
        RecordingStatusCallback=f"{product.url}/recorded",
        RecordingStatusCallbackEvent=["in-progress", "completed"],
        RecordingChannels="dual",
    )
    assert answer.status_code == 201, answer.text
    found = answer.json()
    assert isinstance(found, dict)
    return found


def write_down(product: Product, telephones: Telephones, sid: str, **wishes: Any) -> str:
    answer = telephones.rest(
        "POST",
        f"Calls/{sid}/Transcriptions.json",
        StatusCallbackUrl=f"{product.url}/words",
        PartialResults="true",
        **wishes,
    )
    assert answer.status_code == 200, answer.text
    return str(answer.json()["sid"])


def test_a_recording_is_told_at_its_begin_and_end_and_its_sound_wants_credentials(
    product: Product, telephones: Telephones, talking: tuple[str, str]
) -> None:
    caller, _ = talking
    sid = start(product, telephones, caller)["sid"]
    product.first("/recorded", RecordingStatus="in-progress", RecordingSid=sid)
    assert telephones.rest("GET", f"Recordings/{sid}.mp3").status_code == 404
    telephones.hang_up(caller)
    told = product.first("/recorded", RecordingStatus="completed", RecordingSid=sid).form
    assert int(told["RecordingDuration"]) >= 1
    assert (told["RecordingSource"], told["RecordingChannels"]) == ("StartCallRecordingAPI", "2")
    sound = telephones.rest("GET", f"Recordings/{sid}.mp3")
    assert sound.headers["content-type"] == "audio/mpeg" and sound.content
    assert telephones.rest("GET", f"Recordings/{sid}.mp3", auth=("nobody", "x")).status_code == 401


def test_a_recording_is_paused_goes_on_and_stops_also_by_the_name_of_the_current_one(
    product: Product, telephones: Telephones, talking: tuple[str, str]
) -> None:
    caller, _ = talking
    sid = start(product, telephones, caller)["sid"]
    path = f"Calls/{caller}/Recordings"
    for status in ("paused", "in-progress"):
        answer = telephones.rest(
            "POST", f"{path}/Twilio.CURRENT.json", Status=status, PauseBehavior="silence"
        )
        assert (answer.json()["sid"], answer.json()["status"]) == (sid, status)
    assert telephones.rest("POST", f"{path}/{sid}.json", Status="stopped").status_code == 200
    product.first("/recorded", RecordingStatus="completed", RecordingSid=sid)
    listed = telephones.rest("GET", f"{path}.json").json()["recordings"]
    assert [(one["sid"], one["status"]) for one in listed] == [(sid, "completed")]
    again = telephones.rest("POST", f"{path}/{sid}.json", Status="paused")
    assert (again.status_code, again.json()["code"]) == (400, 21220)


@pytest.mark.parametrize("what", ["Recordings", "Transcriptions"])
def test_nothing_can_be_started_on_a_call_that_has_ended(
    telephones: Telephones, talking: tuple[str, str], what: str
) -> None:
    caller, _ = talking
    telephones.hang_up(caller)
    telephones.waits(caller, status="completed")
    answer = telephones.rest("POST", f"Calls/{caller}/{what}.json")
    assert (answer.status_code, answer.json()["code"]) == (400, 21220)


def test_what_both_say_is_written_down_by_track_with_a_guess_before_the_words(
    product: Product, telephones: Telephones, talking: tuple[str, str]
) -> None:
    caller, screener = talking
    sid = write_down(product, telephones, caller, LanguageCode="es-US", Name="ours")
    telephones.post(f"/sim/calls/{caller}/speak", text="Quiero hacer un reporte")
    telephones.post(f"/sim/calls/{screener}/speak", text="Claro que sí")
    product.first("/words", TranscriptionEvent="transcription-started", TranscriptionSid=sid)
    product.first("/words", Final="true", Track="outbound_track")
    said = [asked.form for asked in product.at("/words") if "TranscriptionData" in asked.form]
    assert [(form["Track"], form["Final"]) for form in said] == [
        ("inbound_track", "false"),
        ("inbound_track", "true"),
        ("outbound_track", "false"),
        ("outbound_track", "true"),
    ]
    assert json.loads(said[1]["TranscriptionData"])["transcript"] == "Quiero hacer un reporte"
    assert [int(form["SequenceId"]) for form in said] == [2, 3, 4, 5]
    assert {form["LanguageCode"] for form in said} == {"es-US"}
    stopped = telephones.rest("POST", f"Calls/{caller}/Transcriptions/ours.json", Status="stopped")
    assert stopped.json()["status"] == "stopped"
    product.first("/words", TranscriptionEvent="transcription-stopped")
    assert (
        telephones.rest("POST", f"Calls/{caller}/Transcriptions/ours.json", Status="stopped").status_code
        == 404
    )


def test_shuffled_words_arrive_out_of_order(
    product: Product, telephones: Telephones, talking: tuple[str, str]
) -> None:
    caller, _ = talking
    telephones.post("/sim/chaos", shuffle=True, seed=1)
    write_down(product, telephones, caller)
    for number in range(6):
        telephones.post(f"/sim/calls/{caller}/speak", text=f"word {number}")
    until(lambda: len(product.at("/words")) == 13, "thirteen pieces of news")
    order = [int(asked.form["SequenceId"]) for asked in product.at("/words")]
    assert sorted(order) == list(range(1, 14)) and order != sorted(order)


def test_an_announcement_is_heard_by_everybody_in_the_room(
    product: Product, telephones: Telephones, talking: tuple[str, str]
) -> None:
    product.put("/announcement", "<Say>This call is recorded</Say>")
    room = telephones.rest("GET", "Conferences.json").json()["conferences"][0]["sid"]
    telephones.rest("POST", f"Conferences/{room}.json", AnnounceUrl=f"{product.url}/announcement")
    for sid in talking:
        telephones.hears(sid, "This call is recorded")


def test_a_coach_is_heard_by_the_coached_alone_until_the_coaching_ends(
    product: Product, telephones: Telephones, talking: tuple[str, str]
) -> None:
    caller, screener = talking
    product.put("/coach", f"<Dial action='/over'><Conference coach='{screener}'>r-7</Conference></Dial>")
    answer = telephones.rest("POST", "Calls.json", To="client:sue", From=LINE, Url=f"{product.url}/coach")
    coach = str(answer.json()["sid"])
    telephones.waits(coach, stage="conference")
    telephones.post(f"/sim/calls/{coach}/speak", text="Ask for the address")
    telephones.hears(screener, "Ask for the address")
    assert "Ask for the address" not in telephones.texts(caller)
    room = telephones.rest("GET", "Conferences.json").json()["conferences"][0]["sid"]
    path = f"Conferences/{room}/Participants/{coach}.json"
    changed = telephones.rest("POST", path, Coaching="false", Muted="false").json()
    assert (changed["coaching"], changed["call_sid_to_coach"]) == (False, None)
    telephones.post(f"/sim/calls/{coach}/speak", text="Hello from all of us")
    telephones.hears(caller, "Hello from all of us")
    refused = telephones.rest("POST", path, Coaching="true", CallSidToCoach="CA" + "0" * 32)
    assert refused.json()["code"] == 13240


def test_coaching_somebody_who_is_not_there_goes_on_with_the_next_verb(
    product: Product, telephones: Telephones, talking: tuple[str, str]
) -> None:
    gone = "CA" + "0" * 32
    product.put("/coach", f"<Dial><Conference coach='{gone}'>r-7</Conference></Dial><Say>Not there</Say>")
    answer = telephones.rest("POST", "Calls.json", To="client:sue", From=LINE, Url=f"{product.url}/coach")
    telephones.hears(answer.json()["sid"], "Not there")
    assert any("13240" in entry["text"] for entry in telephones.entries("warning", answer.json()["sid"]))
