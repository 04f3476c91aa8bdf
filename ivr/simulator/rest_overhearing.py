"""The REST interface for recordings and live transcripts of calls, and for announcements in rooms."""

import secrets
import threading
from typing import Any

from flask import Blueprint, Response, jsonify, request

from ivr.simulator.clock import rfc2822, wall
from ivr.simulator.conference import Room
from ivr.simulator.documents import DocumentError, read
from ivr.simulator.exchange import Exchange
from ivr.simulator.gate import Gate, RestError
from ivr.simulator.legs import Call, Subscription
from ivr.simulator.media import recording_json
from ivr.simulator.overhearing import Recording, Transcription, Wishes
from ivr.simulator.post import Outgoing
from ivr.simulator.rest import guard, listing
from ivr.simulator.shapes import base
from ivr.simulator.sounds import Recorded

_CHANGES = frozenset({"paused", "in-progress", "stopped"})
_CHANNELS = {"mono": 1, "dual": 2}


def overhearing_blueprint(exchange: Exchange, gate: Gate) -> Blueprint:
    """The routes below /2010-04-01/Accounts/<sid>/Calls/<sid> for recordings and transcripts."""
    routes = Blueprint("overhearing", __name__, url_prefix="/2010-04-01/Accounts/<account>/Calls/<call_sid>")
    guard(routes, gate)

    @routes.post("/Recordings.json")
    def start_recording(account: str, call_sid: str) -> tuple[Response, int]:
        recording = _record(exchange, _live(exchange, call_sid))
        return jsonify(call_recording_json(recording)), 201

    @routes.get("/Recordings.json")
    def list_recordings(account: str, call_sid: str) -> Response:
        _call(exchange, call_sid)
        with exchange.lock:
            found = [call_recording_json(one) for one in exchange.ears.recordings_of(call_sid)]
        return listing("recordings", found)

    @routes.get("/Recordings/<sid>.json")
    def fetch_recording(account: str, call_sid: str, sid: str) -> Response:
        return jsonify(call_recording_json(_recording(exchange, call_sid, sid)))

    @routes.post("/Recordings/<sid>.json")
    def change_recording(account: str, call_sid: str, sid: str) -> Response:
        recording = _recording(exchange, call_sid, sid)
        status = request.form.get("Status", "")
        if status not in _CHANGES:
            raise RestError(400, 21220, f"Invalid recording status {status!r}")
        if not recording.live:
            raise RestError(400, 21220, "Requested resource is not eligible for recording")
        recording.change(status)
        return jsonify(call_recording_json(recording))

    _transcript_routes(routes, exchange)
    return routes


def _transcript_routes(routes: Blueprint, exchange: Exchange) -> None:
    @routes.post("/Transcriptions.json")
    def start_transcript(account: str, call_sid: str) -> Response:
        call, form = _live(exchange, call_sid), request.form
        url = form.get("StatusCallbackUrl", "")
        verb = form.get("StatusCallbackMethod", "POST")
        wishes = Wishes(
            name=form.get("Name") or None,
            track=form.get("Track", "both_tracks"),
            subscription=Subscription(url, verb) if url else None,
            partial=form.get("PartialResults", "false").lower() == "true",
            language=form.get("LanguageCode", "en-US"),
        )
        with exchange.lock:
            transcription = Transcription(call, wishes, exchange.post.tell)
            exchange.ears.transcriptions[transcription.sid] = transcription
        return jsonify(transcription_json(transcription))

    @routes.post("/Transcriptions/<which>.json")
    def stop_transcript(account: str, call_sid: str, which: str) -> Response:
        _call(exchange, call_sid)
        transcription = exchange.ears.transcription(call_sid, which)
        if transcription is None or transcription.status == "stopped":
            raise _missing()
        if request.form.get("Status") == "stopped":
            transcription.stop()
        return jsonify(transcription_json(transcription))


def call_recording_json(recording: Recording) -> dict[str, Any]:
    """A recording as it is listed under its call."""
    shown = recording_json(recording.recorded)
    uri = f"{base(recording.recorded.account_sid)}/Calls/{recording.call.sid}/Recordings/{shown['sid']}.json"
    without = {name: value for name, value in shown.items() if name not in ("media_url", "subresource_uris")}
    return {**without, "track": recording.track, "uri": uri}


def transcription_json(transcription: Transcription) -> dict[str, Any]:
    """A live transcript in the official shape."""
    call = transcription.call
    return {
        "account_sid": call.account_sid,
        "call_sid": call.sid,
        "date_updated": rfc2822(transcription.updated_at),
        "name": transcription.wishes.name,
        "sid": transcription.sid,
        "status": transcription.status,
        "uri": f"{base(call.account_sid)}/Calls/{call.sid}/Transcriptions/{transcription.sid}.json",
    }


def announce(exchange: Exchange, room: Room, url: str, method: str) -> None:
    """Everybody in a room hears the words of a document, which is asked for in the background."""
    fields = {"AccountSid": room.account_sid, "ConferenceSid": room.sid, "FriendlyName": room.name}
    future = exchange.post.ask(Outgoing(room.sid, "announcement", url, fields, method))

    def play() -> None:
        try:
            verbs = read(future.result()).verbs
        except DocumentError as error:
            exchange.ledger.write(
                "warning", conference_sid=room.sid, text=f"{error.code} no announcement: {error.message}"
            )
            return
        for verb in verbs:
            text = " ".join("".join(verb.itertext()).split())
            if verb.tag in ("Say", "Play") and text:
                room.announce(text, verb.tag.lower(), verb.get("language", ""), verb.get("voice", ""))

    threading.Thread(target=play, name=f"announcement-{room.sid}", daemon=True).start()


def _record(exchange: Exchange, call: Call) -> Recording:
    form = request.form
    sid = "RE" + secrets.token_hex(16)
    recorded = Recorded(
        sid,
        call.account_sid,
        call.sid,
        "StartCallRecordingAPI",
        wall(),
        status="in-progress",
        channels=_CHANNELS.get(form.get("RecordingChannels", "mono"), 1),
    )
    callback = form.get("RecordingStatusCallback", "")
    events = frozenset(form.getlist("RecordingStatusCallbackEvent")) or frozenset({"completed"})
    verb = form.get("RecordingStatusCallbackMethod", "POST")
    subscription = Subscription(callback, verb, events) if callback else None
    url = f"{request.host_url.rstrip('/')}{base(call.account_sid)}/Recordings/{sid}"
    with exchange.lock:
        exchange.recordings[sid] = recorded
        recording = Recording(
            call, recorded, subscription, form.get("RecordingTrack", "both"), url, exchange.post.tell
        )
        exchange.ears.recordings[sid] = recording
    return recording


def _recording(exchange: Exchange, call_sid: str, which: str) -> Recording:
    with exchange.lock:
        for one in exchange.ears.recordings_of(call_sid):
            if which == one.recorded.sid or (which == "Twilio.CURRENT" and one.live):
                return one
    raise _missing()


def _call(exchange: Exchange, call_sid: str) -> Call:
    call = exchange.calls.get(call_sid)
    if call is None:
        raise _missing()
    return call


def _live(exchange: Exchange, call_sid: str) -> Call:
    call = _call(exchange, call_sid)
    if call.over or call.answered_at is None:
        raise RestError(400, 21220, "Call is not in-progress")
    return call


def _missing() -> RestError:
    return RestError(404, 20404, f"The requested resource {request.path} was not found")
