"""Waiting in a queue and every way out of it."""

from tests.simulator.stub_product import LINE, Product, Telephones, until

ENQUEUE = (
    "<Enqueue waitUrl='/wait' action='/left'>hotline</Enqueue><Say>After the queue</Say><Pause length='99'/>"
)


def enqueue(product: Product, telephones: Telephones) -> str:
    product.put("/voice", ENQUEUE)
    product.put("/left", "<Say>Out</Say><Pause length='500'/>")
    sid = telephones.dial()
    telephones.waits(sid, queued=True)
    product.first("/wait", CallSid=sid)
    return sid


def test_the_wait_document_is_asked_for_again_when_it_ends(product: Product, telephones: Telephones) -> None:
    product.put("/wait", "<Say>Please wait</Say>")
    sid = enqueue(product, telephones)
    first = product.first("/wait").form
    assert (first["QueuePosition"], first["CurrentQueueSize"], first["MaxQueueSize"]) == ("1", "1", "1000")
    assert first["QueueSid"].startswith("QU")
    assert first["CallStatus"] == "in-progress"
    again = until(lambda: product.at("/wait")[1:], "the wait document asked for again")
    assert int(again[0].form["QueueTime"]) >= 1
    assert telephones.call(sid)["stage"] == "queue"


def test_hanging_up_in_the_queue_asks_for_the_action_once(product: Product, telephones: Telephones) -> None:
    product.put("/wait", "<Pause length='500'/>")
    sid = enqueue(product, telephones)
    telephones.hang_up(sid)
    form = product.first("/left").form
    assert (form["QueueResult"], form["CallStatus"]) == ("hangup", "completed")
    assert product.first("/status").form["CallStatus"] == "completed"
    assert [asked.path for asked in product.asked if asked.path in ("/left", "/status")] == [
        "/left",
        "/status",
    ]
    ended = telephones.call(sid)
    assert (ended["outcome"], ended["ended_stage"]) == ("abandoned", "queue")
    assert "Out" not in telephones.texts(sid)


def test_leave_goes_on_with_the_action(product: Product, telephones: Telephones) -> None:
    product.put("/wait", "<Gather numDigits='1' action='/callback' timeout='500'/>")
    product.put("/callback", "<Say>We call you back</Say><Leave/>")
    sid = enqueue(product, telephones)
    telephones.press(sid, "1")
    assert product.first("/callback").form["QueueSid"]
    assert product.first("/left").form["QueueResult"] == "leave"
    telephones.hears(sid, "Out")


def test_leave_without_an_action_goes_on_with_the_next_verb(product: Product, telephones: Telephones) -> None:
    product.put("/voice", ENQUEUE.replace("action='/left'", ""))
    product.put("/wait", "<Leave/>")
    telephones.hears(telephones.dial(), "After the queue")


def test_moving_a_waiting_call_by_rest_reports_redirected_and_jumps(
    product: Product, telephones: Telephones
) -> None:
    product.put("/wait", "<Pause length='500'/>")
    product.put("/elsewhere", "<Say>Elsewhere</Say><Pause length='500'/>")
    sid = enqueue(product, telephones)
    answer = telephones.rest("POST", f"Calls/{sid}.json", Url=f"{product.url}/elsewhere")
    assert answer.status_code == 200
    telephones.hears(sid, "Elsewhere")
    assert product.first("/left").form["QueueResult"] == "redirected"
    assert "Out" not in telephones.texts(sid)


def test_a_member_of_a_queue_can_be_sent_elsewhere(product: Product, telephones: Telephones) -> None:
    product.put("/wait", "<Pause length='500'/>")
    product.put("/elsewhere", "<Say>Elsewhere</Say><Pause length='500'/>")
    sid = enqueue(product, telephones)
    queue = telephones.rest("GET", "Queues.json").json()["queues"][0]
    assert (queue["friendly_name"], queue["current_size"]) == ("hotline", 1)
    members = f"Queues/{queue['sid']}/Members"
    assert telephones.rest("GET", f"{members}.json").json()["queue_members"][0]["call_sid"] == sid
    answer = telephones.rest("POST", f"{members}/Front.json", Url=f"{product.url}/elsewhere")
    assert answer.json()["call_sid"] == sid
    telephones.hears(sid, "Elsewhere")
    assert telephones.rest("POST", f"{members}/Front.json", Url=f"{product.url}/elsewhere").status_code == 404


def test_a_wait_document_that_fails_puts_the_caller_out(product: Product, telephones: Telephones) -> None:
    product.put("/wait", ("broken", 500))
    sid = enqueue(product, telephones)
    assert product.first("/left").form["QueueResult"] == "error"
    telephones.hears(sid, "Out")


def test_verbs_that_a_wait_document_may_not_use_are_skipped(product: Product, telephones: Telephones) -> None:
    product.put("/wait", "<Dial>+16615550111</Dial><Say>Still waiting</Say><Pause length='500'/>")
    sid = enqueue(product, telephones)
    telephones.hears(sid, "Still waiting")
    assert "<Dial>" in telephones.entries("warning", sid)[0]["text"]


def test_a_full_queue_turns_the_caller_away(product: Product, telephones: Telephones) -> None:
    product.put("/wait", "<Pause length='500'/>")
    enqueue(product, telephones)
    queue = telephones.rest("GET", "Queues.json").json()["queues"][0]
    telephones.rest("POST", f"Queues/{queue['sid']}.json", MaxSize="1")
    second = telephones.dial(from_="+16615550124")
    assert product.first("/left", CallSid=second).form["QueueResult"] == "queue-full"


def test_hanging_up_by_a_wait_document_ends_the_call(product: Product, telephones: Telephones) -> None:
    product.put("/wait", "<Hangup/>")
    sid = enqueue(product, telephones)
    assert product.first("/left").form["QueueResult"] == "hangup"
    assert telephones.waits(sid, stage="over")["outcome"] == "diverted"


def test_an_agent_takes_the_first_caller_and_both_talk(product: Product, telephones: Telephones) -> None:
    product.put("/wait", "<Pause length='500'/>")
    product.put("/hello", "<Say>Connecting you</Say>")
    product.put("/agent", "<Dial action='/agent-over'><Queue url='/hello'>hotline</Queue></Dial>")
    caller = enqueue(product, telephones)
    agent = telephones.rest(
        "POST", "Calls.json", To="client:ana", From=LINE, Url=f"{product.url}/agent"
    ).json()["sid"]
    telephones.waits(agent, talking=True)
    telephones.hears(caller, "Connecting you")
    assert product.first("/hello").form["DequeingCallSid"] == agent
    assert telephones.post(f"/sim/calls/{agent}/speak", text="How can I help?")["heard"]
    telephones.hears(caller, "How can I help?")
    telephones.hang_up(agent)
    assert product.first("/left").form["QueueResult"] == "bridged"
    telephones.hears(caller, "Out")
    assert telephones.call(caller)["talked_with"] == [agent]


def test_a_caller_goes_back_in_line_when_the_agent_vanishes(product: Product, telephones: Telephones) -> None:
    product.put("/wait", "<Pause length='500'/>")
    product.put("/hello", "<Pause length='500'/>")
    product.put("/agent", "<Dial><Queue url='/hello'>hotline</Queue></Dial>")
    caller = enqueue(product, telephones)
    agent = telephones.rest(
        "POST", "Calls.json", To="client:ana", From=LINE, Url=f"{product.url}/agent"
    ).json()["sid"]
    product.first("/hello")
    assert telephones.rest("GET", "Queues.json").json()["queues"][0]["current_size"] == 0
    telephones.hang_up(agent)
    product.put("/hello", "")
    second = telephones.rest(
        "POST", "Calls.json", To="client:ben", From=LINE, Url=f"{product.url}/agent"
    ).json()["sid"]
    telephones.waits(second, talking=True)
    assert telephones.call(caller)["talked_with"] == [second]
