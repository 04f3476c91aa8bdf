"""The REST interface for conferences, their participants, and queues."""

from urllib.parse import urlsplit

from flask import Blueprint, Response, jsonify, request
from markupsafe import escape

from ivr.simulator.conference import MOVED, Entry, Participant, Room, event_names
from ivr.simulator.documents import Request
from ivr.simulator.exchange import Exchange, Ringing
from ivr.simulator.gate import Gate, RestError
from ivr.simulator.legs import AlreadyOver, Call, Subscription
from ivr.simulator.queues import CallQueue, Member
from ivr.simulator.rest import dialled, document, guard, listing, subscription
from ivr.simulator.rest_overhearing import announce
from ivr.simulator.shapes import conference_json, member_json, participant_json, queue_json


def rooms_blueprint(exchange: Exchange, gate: Gate) -> Blueprint:
    """The routes below /2010-04-01/Accounts/<sid> for conferences and participants."""
    routes = Blueprint("rooms", __name__, url_prefix="/2010-04-01/Accounts/<account>")
    guard(routes, gate)

    @routes.get("/Conferences.json")
    def list_rooms(account: str) -> Response:
        found = [conference_json(room) for room in reversed(exchange.rooms.values())]
        for name, argument in (("status", "Status"), ("friendly_name", "FriendlyName")):
            if argument in request.args:
                found = [item for item in found if item[name] == request.args[argument]]
        return listing("conferences", found)

    @routes.get("/Conferences/<sid>.json")
    def fetch_room(account: str, sid: str) -> Response:
        return jsonify(conference_json(_room(exchange, sid)))

    @routes.post("/Conferences/<sid>.json")
    def update_room(account: str, sid: str) -> Response:
        room = _room(exchange, sid)
        if request.form.get("Status") == "completed":
            room.close_by_api()
        if request.form.get("AnnounceUrl"):
            announce(exchange, room, request.form["AnnounceUrl"], request.form.get("AnnounceMethod", "POST"))
        return jsonify(conference_json(room))

    _participant_routes(routes, exchange)
    return routes


def _participant_routes(routes: Blueprint, exchange: Exchange) -> None:
    @routes.get("/Conferences/<sid>/Participants.json")
    def list_participants(account: str, sid: str) -> Response:
        room = _room(exchange, sid)
        with exchange.lock:
            found = [participant_json(room, participant) for participant in room.participants.values()]
        return listing("participants", found)

    @routes.post("/Conferences/<sid>/Participants.json")
    def add_participant(account: str, sid: str) -> tuple[Response, int]:
        return jsonify(_call_in(exchange, sid)), 201

    @routes.get("/Conferences/<sid>/Participants/<which>.json")
    def fetch_participant(account: str, sid: str, which: str) -> Response:
        room = _room(exchange, sid)
        return jsonify(participant_json(room, _participant(room, which)))

    @routes.post("/Conferences/<sid>/Participants/<which>.json")
    def update_participant(account: str, sid: str, which: str) -> Response:
        room = _room(exchange, sid)
        participant = _participant(room, which)
        # One request is one change: nobody is heard by all for the moment before the coaching begins.
        if "Coaching" in request.form or "CallSidToCoach" in request.form:
            room.set_coaching(participant, _coached(room))
        if "Muted" in request.form:
            room.set_muted(participant, _true("Muted"))
        if "Hold" in request.form:
            room.set_hold(participant, _true("Hold"), _hold_document())
        if "EndConferenceOnExit" in request.form:
            participant.entry.end_on_exit = _true("EndConferenceOnExit")
        return jsonify(participant_json(room, participant))

    @routes.delete("/Conferences/<sid>/Participants/<which>.json")
    def kick_participant(account: str, sid: str, which: str) -> tuple[str, int]:
        room = _room(exchange, sid)
        room.leave(_participant(room, which).call, MOVED)
        return "", 204


def queues_blueprint(exchange: Exchange, gate: Gate) -> Blueprint:
    """The routes below /2010-04-01/Accounts/<sid> for queues and those who wait in them."""
    routes = Blueprint("queues", __name__, url_prefix="/2010-04-01/Accounts/<account>")
    guard(routes, gate)

    @routes.get("/Queues.json")
    def list_queues(account: str) -> Response:
        return listing("queues", [queue_json(queue) for queue in exchange.queues.values()])

    @routes.get("/Queues/<sid>.json")
    def fetch_queue(account: str, sid: str) -> Response:
        return jsonify(queue_json(_queue(exchange, sid)))

    @routes.post("/Queues/<sid>.json")
    def update_queue(account: str, sid: str) -> Response:
        queue = _queue(exchange, sid)
        size = request.form.get("MaxSize", type=int)
        if size is not None:
            queue.max_size = size
        return jsonify(queue_json(queue))

    @routes.get("/Queues/<sid>/Members.json")
    def list_members(account: str, sid: str) -> Response:
        queue = _queue(exchange, sid)
        with exchange.lock:
            return listing("queue_members", [member_json(queue, member) for member in queue.members])

    @routes.get("/Queues/<sid>/Members/<which>.json")
    def fetch_member(account: str, sid: str, which: str) -> Response:
        queue = _queue(exchange, sid)
        with exchange.lock:
            return jsonify(member_json(queue, _member(queue, which)))

    @routes.post("/Queues/<sid>/Members/<which>.json")
    def dequeue_member(account: str, sid: str, which: str) -> Response:
        queue = _queue(exchange, sid)
        with exchange.lock:
            member = _member(queue, which)
            answer = member_json(queue, member)
            try:
                member.call.move(document())
            except AlreadyOver as over:
                raise RestError(400, 21220, "Call is not in-progress. Cannot redirect.") from over
        return jsonify(answer)

    return routes


def _coached(room: Room) -> str | None:
    sid = request.form.get("CallSidToCoach", "")
    if not _true("Coaching"):
        return None
    if sid not in room.participants:
        raise RestError(400, 13240, "The call to coach is not in the conference")
    return sid


def _hold_document() -> Request | None:
    """The document that `HoldUrl` names; None without one. Raises RestError 21205."""
    url = request.form.get("HoldUrl", "")
    if not url:
        return None
    if urlsplit(url).scheme not in ("http", "https"):
        raise RestError(400, 21205, f"HoldUrl is not a valid URL: {url}")
    return Request(url, "POST" if request.form.get("HoldMethod") == "POST" else "GET", purpose="hold")


def _true(name: str) -> bool:
    return request.form.get(name, "").lower() == "true"


def _missing() -> RestError:
    return RestError(404, 20404, f"The requested resource {request.path} was not found")


def _room(exchange: Exchange, sid: str) -> Room:
    room = exchange.rooms.get(sid)
    if room is None:
        raise _missing()
    return room


def _participant(room: Room, which: str) -> Participant:
    for participant in list(room.participants.values()):
        if which in (participant.call.sid, participant.entry.label):
            return participant
    raise _missing()


def _queue(exchange: Exchange, sid: str) -> CallQueue:
    queue = exchange.queues.get(sid)
    if queue is None:
        raise _missing()
    return queue


def _member(queue: CallQueue, which: str) -> Member:
    member = queue.find(which)
    if member is None:
        raise _missing()
    return member


def _call_in(exchange: Exchange, which: str) -> dict[str, object]:
    """Call somebody into a room, by its id or by a name (then it is made)."""
    address, from_ = dialled(exchange)
    room = exchange.rooms.get(which) if which.startswith("CF") else exchange.room(which)
    if room is None or room.over:
        raise _missing()
    callback = request.form.get("ConferenceStatusCallback", "")
    if callback:
        events = " ".join(request.form.getlist("ConferenceStatusCallbackEvent")) or "start end"
        verb = request.form.get("ConferenceStatusCallbackMethod", "POST")
        room.open_for(Subscription(callback, verb, event_names(events)))
    label = request.form.get("Label") or None
    entry = Entry(
        start_on_enter=request.form.get("StartConferenceOnEnter", "true").lower() == "true",
        end_on_exit=_true("EndConferenceOnExit"),
        label=label,
        coaching=request.form.get("CallSidToCoach") or None,
    )
    inside = Request("", twiml=_conference_twiml(room.name, label))
    ringing = Ringing(
        from_=from_,
        to=address,
        direction="outbound-api",
        timeout=float(request.form.get("Timeout") or 60),
        subscription=subscription(),
        hold_back=True,
    )

    def join(call: Call) -> None:
        exchange.play(call, inside)

    def failed(call: Call) -> None:
        room.add_failed(call, label)

    call = exchange.dial_out(ringing, join, failed)
    return {
        **participant_json(room, Participant(call, entry, _true("Muted"))),
        "status": "queued",
    }


def _conference_twiml(name: str, label: str | None) -> str:
    wishes = {
        "startConferenceOnEnter": request.form.get("StartConferenceOnEnter", "true"),
        "endConferenceOnExit": request.form.get("EndConferenceOnExit", "false"),
        "muted": request.form.get("Muted", "false"),
        "participantLabel": label or "",
        "coach": request.form.get("CallSidToCoach", ""),
    }
    attributes = "".join(f' {key}="{escape(value)}"' for key, value in wishes.items() if value)
    return f"<Response><Dial><Conference{attributes}>{escape(name)}</Conference></Dial></Response>"
