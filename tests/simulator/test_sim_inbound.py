"""An inbound call: first webhook, the speaking verbs, keys, speech, and the end."""

import threading

from twilio.request_validator import RequestValidator

from tests.simulator.stub_product import ACCOUNT, CALLER, LINE, TOKEN, Product, Telephones


def test_the_first_webhook_says_ringing_and_carries_the_standard_fields(
    product: Product, telephones: Telephones
) -> None:
    product.put("/voice", "<Say>Hello</Say>")
    sid = telephones.dial()
    asked = product.first("/voice")
    assert asked.form["CallStatus"] == "ringing"
    assert asked.form["Direction"] == "inbound"
    assert (asked.form["From"], asked.form["To"]) == (CALLER, LINE)
    assert (asked.form["CallSid"], asked.form["AccountSid"]) == (sid, ACCOUNT)
    assert (asked.form["FromCity"], asked.form["FromZip"]) == ("BAKERSFIELD", "93301")
    assert "CallerName" not in asked.form


def test_every_request_is_signed_as_the_real_validator_expects(
    product: Product, telephones: Telephones
) -> None:
    product.put("/voice", "<Redirect method='GET'>/next?b=2&amp;a=</Redirect>")
    product.put("/next", "<Say>Good-bye</Say>")
    telephones.dial(from_="anonymous")
    validator = RequestValidator(TOKEN)
    for path in ("/voice", "/next", "/status"):
        asked = product.first(path)
        signature = asked.headers["X-Twilio-Signature"]
        assert validator.validate(asked.url, asked.form, signature), path
        assert not validator.validate(asked.url + "x", asked.form, signature)
        assert asked.headers["I-Twilio-Idempotency-Token"]
    assert product.first("/voice").form["FromCity"] == ""


def test_the_status_callback_tells_the_end_once(product: Product, telephones: Telephones) -> None:
    product.put("/voice", "<Say>Hello</Say><Pause length='3'/><Hangup/>")
    sid = telephones.dial()
    status = product.first("/status", CallSid=sid).form
    assert status["CallStatus"] == "completed"
    assert int(status["CallDuration"]) >= 3
    assert status["SequenceNumber"] == "0"
    assert status["CallbackSource"] == "call-progress-events"
    assert status["Timestamp"].endswith("+0000")
    ended = telephones.waits(sid, stage="over")
    assert (ended["ended_by"], ended["outcome"]) == ("system", "diverted")
    assert len(product.at("/status")) == 1


def test_what_is_said_is_heard_with_its_language_and_voice(product: Product, telephones: Telephones) -> None:
    product.put(
        "/voice", "<Say language='es-US' voice='Polly.Lupe'>Hola <break/> ahí</Say><Pause length='60'/>"
    )
    heard = telephones.hears(telephones.dial(), "Hola ahí")["heard"][0]
    assert (heard["kind"], heard["language"], heard["voice"]) == ("say", "es-US", "Polly.Lupe")


def test_a_voice_that_does_not_speak_the_language_says_nothing(
    product: Product, telephones: Telephones
) -> None:
    product.put("/voice", "<Say language='en-US' voice='Polly.Lupe'>Hola</Say><Say>After</Say><Pause/>")
    sid = telephones.dial()
    assert telephones.hears(sid, "After")["heard"][0]["text"] == "After"
    assert "13520" in telephones.entries("warning", sid)[0]["text"]


def test_keys_during_the_prompt_cut_it_short_and_reach_the_action(
    product: Product, telephones: Telephones
) -> None:
    long = "words " * 2000
    product.put("/voice", f"<Gather numDigits='1' action='/menu'><Say>{long}</Say></Gather>")
    product.put("/menu", "<Say>Thank you</Say><Pause length='60'/>")
    sid = telephones.dial()
    assert telephones.press(sid, "2")
    form = product.first("/menu").form
    assert (form["Digits"], form["FinishedOnKey"], form["CallStatus"]) == ("2", "", "in-progress")
    telephones.hears(sid, "Thank you")


def test_a_gather_without_input_falls_through(product: Product, telephones: Telephones) -> None:
    product.put("/voice", "<Gather timeout='1' action='/menu'><Say>Press</Say></Gather><Say>Still here</Say>")
    sid = telephones.dial()
    telephones.hears(sid, "Still here")
    assert product.at("/menu") == []


def test_a_gather_without_input_can_ask_for_its_action(product: Product, telephones: Telephones) -> None:
    product.put("/voice", "<Gather timeout='1' action='/menu' actionOnEmptyResult='true'/>")
    product.put("/menu", "<Hangup/>")
    telephones.dial()
    assert product.first("/menu").form["Digits"] == ""


def test_the_finish_key_is_stripped_and_alone_is_no_input(product: Product, telephones: Telephones) -> None:
    product.put("/voice", "<Gather action='/pin' timeout='500'/><Gather action='/pin' timeout='500'/>")
    product.put("/pin", "<Pause length='60'/>")
    sid = telephones.dial()
    telephones.press(sid, "#")
    telephones.waits(sid, gathers=2)
    telephones.press(sid, "4711#")
    form = product.first("/pin").form
    assert (form["Digits"], form["FinishedOnKey"]) == ("4711", "#")
    assert len(product.at("/pin")) == 1


def test_digits_are_taken_when_the_caller_stops_pressing(product: Product, telephones: Telephones) -> None:
    product.put("/voice", "<Gather action='/pin' timeout='15'/>")
    sid = telephones.dial()
    telephones.press(sid, "12")
    assert product.first("/pin").form["Digits"] == "12"


def test_speech_reaches_a_gather_that_listens_for_it(product: Product, telephones: Telephones) -> None:
    product.put("/voice", "<Gather input='dtmf speech' action='/said' language='es-US'/>")
    sid = telephones.dial()
    telephones.listens(sid)
    assert telephones.post(f"/sim/calls/{sid}/speak", text="un niño")["heard"]
    form = product.first("/said").form
    assert form["SpeechResult"] == "un niño"
    assert 0 < float(form["Confidence"]) <= 1
    assert "Digits" not in form


def test_speech_is_lost_on_a_gather_for_keys_only(product: Product, telephones: Telephones) -> None:
    product.put("/voice", "<Gather timeout='500' action='/menu'/>")
    sid = telephones.dial()
    telephones.listens(sid)
    assert not telephones.post(f"/sim/calls/{sid}/speak", text="hello")["heard"]


def test_redirect_resolves_against_the_current_document(product: Product, telephones: Telephones) -> None:
    product.put("/voice", "<Redirect>deep/one</Redirect>")
    product.put("/deep/one", "<Redirect>two?x=1</Redirect>")
    product.put("/deep/two", "<Say>Found</Say>")
    telephones.hears(telephones.dial(), "Found")
    assert [asked.form["CallStatus"] for asked in product.at("/deep/two")] == ["ringing"]


def test_documents_that_redirect_in_a_loop_are_stopped(product: Product, telephones: Telephones) -> None:
    product.put("/voice", "<Redirect>/voice</Redirect>")
    ended = telephones.waits(telephones.dial(), status="failed")
    assert ended["heard"][0]["kind"] == "error"
    assert len(product.at("/voice")) < 50


def test_reject_ends_the_call_unanswered(product: Product, telephones: Telephones) -> None:
    product.put("/voice", "<Reject reason='busy'/>")
    ended = telephones.waits(telephones.dial(), status="busy")
    assert ended["answered_at"] is None


def test_an_unknown_verb_is_skipped_and_written_down(product: Product, telephones: Telephones) -> None:
    product.put("/voice", "<Sing>la</Sing><Say>After</Say>")
    sid = telephones.dial()
    telephones.hears(sid, "After")
    assert "<Sing>" in telephones.entries("warning", sid)[0]["text"]


def test_a_misspelt_attribute_is_written_down(product: Product, telephones: Telephones) -> None:
    product.put("/voice", "<Gather numdigits='1' timeout='1'><Say lang='es'>x</Say></Gather><Say>After</Say>")
    sid = telephones.dial()
    telephones.hears(sid, "After")
    told = " ".join(entry["text"] for entry in telephones.entries("warning", sid))
    assert "Gather.numdigits" in told
    assert "Say.lang" in told


def test_a_recording_that_is_missing_is_skipped(product: Product, telephones: Telephones) -> None:
    product.put("/voice", "<Play>/gone.wav</Play><Play>/there.wav</Play><Say>After</Say>")
    product.put("/gone.wav", ("", 404))
    product.put("/there.wav", ("sound", 200, "audio/wav"))
    sid = telephones.dial()
    telephones.hears(sid, "After")
    assert [heard["kind"] for heard in telephones.call(sid)["heard"]] == ["play", "say"]


def test_a_message_is_recorded_until_a_key(product: Product, telephones: Telephones) -> None:
    product.put("/voice", "<Record action='/message' timeout='500' recordingStatusCallback='/file'/>")
    sid = telephones.dial()
    telephones.listens(sid)
    telephones.post(f"/sim/calls/{sid}/speak", text="please call back")
    telephones.post(f"/sim/calls/{sid}/digits", digits="#")
    form = product.first("/message").form
    assert (form["Digits"], form["RecordingSid"][:2]) == ("#", "RE")
    assert product.first("/file").form["RecordingStatus"] == "completed"


def test_hanging_up_while_recording_still_reports_the_recording(
    product: Product, telephones: Telephones
) -> None:
    product.put("/voice", "<Record action='/message' timeout='500'/>")
    sid = telephones.dial()
    telephones.listens(sid)
    telephones.hang_up(sid)
    form = product.first("/message").form
    assert (form["Digits"], form["CallStatus"]) == ("hangup", "completed")


def test_hanging_up_in_the_greeting_is_an_abandoned_call(product: Product, telephones: Telephones) -> None:
    product.put("/voice", "<Say>Hello</Say><Pause length='500'/>")
    sid = telephones.dial()
    telephones.hears(sid, "Hello")
    telephones.hang_up(sid)
    assert product.first("/status").form["CallStatus"] == "completed"
    ended = telephones.call(sid)
    assert (ended["outcome"], ended["ended_by"], ended["ended_stage"]) == ("abandoned", "caller", "speaking")


def test_hanging_up_in_a_gather_asks_for_no_action(product: Product, telephones: Telephones) -> None:
    product.put("/voice", "<Gather timeout='500' action='/menu'/>")
    sid = telephones.dial()
    telephones.listens(sid)
    telephones.hang_up(sid)
    product.first("/status")
    assert product.at("/menu") == []
    assert telephones.call(sid)["ended_stage"] == "gather"


def test_hanging_up_before_the_first_document_came(product: Product, telephones: Telephones) -> None:
    gate = threading.Event()

    def slow(asked: object) -> str:
        gate.wait(8)
        return "<Say>Too late</Say>"

    product.put("/voice", slow)
    sid = telephones.dial()
    product.first("/voice")
    telephones.hang_up(sid)
    status = product.first("/status").form
    gate.set()
    assert (status["CallStatus"], status["CallDuration"]) == ("no-answer", "0")
    assert telephones.call(sid)["heard"] == []


def test_a_call_to_an_unknown_line_is_refused(telephones: Telephones) -> None:
    answer = telephones.client.post(
        f"{telephones.url}/sim/calls", json={"from": CALLER, "to": "+19995550000"}
    )
    assert answer.status_code == 404
    assert LINE in answer.json()["error"]


def test_nothing_can_be_pressed_on_a_call_that_is_over(product: Product, telephones: Telephones) -> None:
    product.put("/voice", "<Hangup/>")
    sid = telephones.dial()
    telephones.waits(sid, stage="over")
    answer = telephones.client.post(f"{telephones.url}/sim/calls/{sid}/digits", json={"digits": "1"})
    assert answer.status_code == 409


def test_any_caller_number_is_passed_on_as_it_is(product: Product, telephones: Telephones) -> None:
    product.put("/voice", "<Hangup/>")
    for number in ("anonymous", "+525512345678", "12", "Sip:Ünï@x", ""):
        telephones.dial(from_=number)
        assert product.first("/voice", From=number).form["FromState"] == ""
