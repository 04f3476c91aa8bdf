"""Dialling other telephones: what each does, whispers, and who gives up first."""

import pytest

from tests.simulator.stub_product import CALLER, LINE, Product, Telephones, until

SCREENER = "+16615550777"
OTHER = "+16615550778"


def dial(product: Product, telephones: Telephones, nouns: str, attributes: str = "") -> str:
    product.put("/voice", f"<Dial action='/over' {attributes}>{nouns}</Dial>")
    product.put("/over", "<Say>Back again</Say><Pause length='300'/>")
    return telephones.dial()


def leg_to(telephones: Telephones, address: str) -> dict[str, str]:
    found = [call for call in telephones.get("/sim/calls")["calls"] if call["to"] == address]
    assert len(found) == 1
    return dict(found[0])


@pytest.mark.parametrize(
    ("behaviour", "status"),
    [("no-answer", "no-answer"), ("busy", "busy"), ("reject", "busy"), ("failed", "failed")],
)
def test_the_action_learns_why_nobody_answered(
    product: Product, telephones: Telephones, behaviour: str, status: str
) -> None:
    telephones.phone(SCREENER, behaviour=behaviour)
    sid = dial(product, telephones, SCREENER, "timeout='5'")
    form = product.first("/over").form
    assert (form["DialCallStatus"], form["DialBridged"]) == (status, "false")
    assert form["DialCallSid"] != sid
    telephones.hears(sid, "Back again")
    assert leg_to(telephones, SCREENER)["status"] == status


def test_two_people_talk_and_the_called_one_hangs_up(product: Product, telephones: Telephones) -> None:
    events = "statusCallback='/leg' statusCallbackEvent='initiated ringing answered completed'"
    nouns = f"<Number {events}>{SCREENER}</Number>"
    sid = dial(product, telephones, nouns, f"callerId='{LINE}'")
    telephones.waits(sid, talking=True)
    child = leg_to(telephones, SCREENER)
    assert (child["from"], child["direction"], child["parent_sid"]) == (LINE, "outbound-dial", sid)
    telephones.post(f"/sim/calls/{sid}/speak", text="Hello?")
    telephones.hears(child["sid"], "Hello?")
    telephones.post(f"/sim/phones/{SCREENER}/hangup")
    form = product.first("/over").form
    assert (form["DialCallStatus"], form["DialCallSid"]) == ("completed", child["sid"])
    assert int(form["DialCallDuration"]) >= 0
    product.first("/leg", CallStatus="completed")
    told = [(asked.form["CallStatus"], asked.form["SequenceNumber"]) for asked in product.at("/leg")]
    assert told == [("initiated", "0"), ("ringing", "1"), ("in-progress", "2"), ("completed", "3")]
    assert product.at("/leg")[0].form["ParentCallSid"] == sid
    assert telephones.call(sid)["outcome"] == "open"


def test_a_call_bridged_to_an_outside_number_is_diverted(product: Product, telephones: Telephones) -> None:
    sid = dial(product, telephones, SCREENER)
    telephones.waits(sid, talking=True)
    telephones.hang_up(sid)
    form = product.first("/over").form
    assert (form["DialCallStatus"], form["CallStatus"]) == ("completed", "completed")
    ended = telephones.call(sid)
    assert (ended["outcome"], ended["ended_by"]) == ("diverted", "caller")
    assert leg_to(telephones, SCREENER)["ended_by"] == "far end"


def test_the_caller_gives_up_while_it_rings(product: Product, telephones: Telephones) -> None:
    telephones.phone(SCREENER, behaviour="manual")
    sid = dial(product, telephones, SCREENER, "timeout='300'")
    telephones.waits(sid, stage="dial")
    telephones.hang_up(sid)
    form = product.first("/over").form
    assert (form["DialCallStatus"], form["CallStatus"]) == ("canceled", "completed")
    assert leg_to(telephones, SCREENER)["status"] == "canceled"
    assert telephones.call(sid)["outcome"] == "abandoned"


def test_a_manual_telephone_is_answered_by_its_person(product: Product, telephones: Telephones) -> None:
    telephones.phone("client:ana", behaviour="manual")
    sid = dial(product, telephones, "<Client>ana</Client>", "timeout='300'")
    telephones.waits(sid, stage="dial")

    def ringing() -> list[str]:
        return list(telephones.get("/sim/phones/client:ana")["ringing"])

    until(ringing, "ringing")
    child = telephones.post("/sim/phones/client:ana/answer")["sid"]
    telephones.waits(sid, talking=True, talked_with=[child])
    assert telephones.call(sid)["outcome"] == "open"
    telephones.hang_up(sid)
    assert telephones.waits(sid, stage="over")["outcome"] == "answered"


def test_answering_when_nothing_rings_is_refused(telephones: Telephones) -> None:
    answer = telephones.client.post(f"{telephones.url}/sim/phones/client:ana/answer")
    assert answer.status_code == 409


def test_the_called_person_hears_the_whisper_before_they_talk(
    product: Product, telephones: Telephones
) -> None:
    telephones.phone(SCREENER, presses="1")
    product.put("/whisper", "<Gather numDigits='1' action='/accept'><Say>Press 1</Say></Gather><Hangup/>")
    product.put("/accept", "")
    sid = dial(product, telephones, f"<Number url='/whisper'>{SCREENER}</Number>")
    telephones.waits(sid, talking=True)
    assert product.first("/accept").form["Digits"] == "1"
    child = leg_to(telephones, SCREENER)["sid"]
    assert "Press 1" in telephones.texts(child)
    assert "Press 1" not in telephones.texts(sid)


def test_a_whisper_that_is_not_accepted_is_no_answer(product: Product, telephones: Telephones) -> None:
    product.put("/whisper", "<Gather timeout='1' action='/accept'/><Hangup/>")
    dial(product, telephones, f"<Number url='/whisper'>{SCREENER}</Number>")
    form = product.first("/over").form
    assert (form["DialCallStatus"], form["DialBridged"]) == ("no-answer", "false")


def test_the_caller_gives_up_while_the_whisper_plays(product: Product, telephones: Telephones) -> None:
    product.put("/whisper", "<Say>A call for you</Say><Pause length='500'/>")
    sid = dial(product, telephones, f"<Number url='/whisper'>{SCREENER}</Number>")
    product.first("/whisper")
    child = leg_to(telephones, SCREENER)["sid"]
    telephones.hears(child, "A call for you")
    telephones.hang_up(sid)
    assert product.first("/over").form["DialCallStatus"] == "canceled"
    telephones.waits(child, stage="over")


def test_of_several_the_first_to_answer_wins(product: Product, telephones: Telephones) -> None:
    telephones.phone(SCREENER, delay=200.0)
    sid = dial(product, telephones, f"<Number>{SCREENER}</Number><Number>{OTHER}</Number>", "timeout='300'")
    telephones.waits(sid, talking=True)
    assert telephones.call(sid)["talked_with"] == [leg_to(telephones, OTHER)["sid"]]
    assert leg_to(telephones, SCREENER)["status"] == "canceled"


def test_a_softphone_takes_one_call_at_a_time(product: Product, telephones: Telephones) -> None:
    first = dial(product, telephones, "<Client>ana</Client>")
    telephones.waits(first, talking=True)
    second = telephones.dial(from_="+16615550124")
    assert product.first("/over", CallSid=second).form["DialCallStatus"] == "busy"


def test_without_an_action_the_next_verb_follows(product: Product, telephones: Telephones) -> None:
    telephones.phone(SCREENER, behaviour="busy")
    product.put("/voice", f"<Dial>{SCREENER}</Dial><Say>Nobody there</Say>")
    telephones.hears(telephones.dial(), "Nobody there")


def test_a_telephone_may_hang_up_after_a_while(product: Product, telephones: Telephones) -> None:
    telephones.phone(SCREENER, hang_up_after=3.0)
    sid = dial(product, telephones, SCREENER)
    assert product.first("/over").form["DialCallStatus"] == "completed"
    assert 2.5 <= telephones.call(sid)["talked_seconds"] < 60


def test_moving_the_called_leg_leaves_the_caller_with_the_action(
    product: Product, telephones: Telephones
) -> None:
    product.put("/elsewhere", "<Say>Elsewhere</Say><Pause length='300'/>")
    sid = dial(product, telephones, SCREENER)
    telephones.waits(sid, talking=True)
    child = leg_to(telephones, SCREENER)["sid"]
    telephones.rest("POST", f"Calls/{child}.json", Url=f"{product.url}/elsewhere")
    telephones.hears(child, "Elsewhere")
    assert "DialCallDuration" not in product.first("/over").form


@pytest.mark.parametrize("habit", [{"behaviour": "sleep"}, {"delay": "soon"}, {"mood": "good"}])
def test_an_impossible_habit_is_refused(telephones: Telephones, habit: dict[str, str]) -> None:
    answer = telephones.client.put(f"{telephones.url}/sim/phones/{CALLER}", json=habit)
    assert answer.status_code == 400
    assert answer.json()["error"]
