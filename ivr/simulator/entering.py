"""Dial Conference: a leg enters a room, waits for it to start, and comes out of it."""

from xml.etree.ElementTree import Element

from ivr.simulator.conference import (
    HUNG_UP,
    MOVED,
    DuplicateLabel,
    Entry,
    Participant,
    Room,
    RoomFull,
    event_names,
)
from ivr.simulator.documents import DocumentError, Request
from ivr.simulator.flow import redirect
from ivr.simulator.legs import Broken, HungUp, Moved, Subscription
from ivr.simulator.player import Player, Verb, flag, number
from ivr.simulator.speaking import pause, play, say

MUSIC_VERBS: dict[str, Verb] = {"Pause": pause, "Play": play, "Redirect": redirect, "Say": say}
LEAST_HOLD_SECONDS = 1.0
# What a Dial tells its action when the noun was a room.
_ANSWERED = {"DialCallStatus": "answered"}


def enter_room(player: Player, dial: Element, noun: Element) -> Request | None:
    """Be in a room until the leg goes or is put out; then the Dial's `action` or the next verb."""
    call = player.call
    room = player.exchange.room((noun.text or "").strip())
    entry = _entry(player, noun)
    if entry.coaching is not None and entry.coaching not in room.participants:
        player.exchange.warn(call, "13240 the call to coach is not in the room")
        return None
    try:
        participant = room.join(call, entry)
    except DuplicateLabel as label:
        player.exchange.warn(call, f"16025 the room has a participant {label} already")
        return None
    except RoomFull:
        player.exchange.warn(call, "13226 the room is full")
        return None
    with call.at("conference"):
        try:
            _wait_for_start(player, noun, room, participant)
            _talk(player, participant)
        except HungUp as hung_up:
            room.leave(call, MOVED if call.ended_by == "system" else HUNG_UP)
            player.close(dial, _ANSWERED, hung_up)
        except Moved:
            room.leave(call, MOVED)
            raise
    return player.action(dial, _ANSWERED)


def _entry(player: Player, noun: Element) -> Entry:
    callback = player.address(noun, "statusCallback", "statusCallbackMethod")
    subscription = None
    if callback is not None:
        events = event_names(noun.get("statusCallbackEvent", ""))
        subscription = Subscription(callback.url, callback.method, events)
    return Entry(
        muted=flag(noun, "muted"),
        start_on_enter=flag(noun, "startConferenceOnEnter", default=True),
        end_on_exit=flag(noun, "endConferenceOnExit"),
        label=noun.get("participantLabel") or None,
        coaching=noun.get("coach") or None,
        limit=int(number(noun, "maxParticipants", 250)),
        subscription=subscription,
    )


def _wait_for_start(player: Player, noun: Element, room: Room, participant: Participant) -> None:
    if room.status != "init":
        return
    token = object()
    wait = player.address(noun, "waitUrl", "waitMethod") if noun.get("waitUrl") else None
    if wait is None:
        if noun.get("waitUrl") is None:
            player.call.hear("(hold music)", "music")
        return
    request = Request(wait.url, wait.method, purpose="conference-wait")
    try:
        with player.call.breaking(token, lambda: room.status != "init" or participant.gone is not None):
            Player(player.exchange, player.call, MUSIC_VERBS, nested=True).run(request)
    except Broken as broken:
        if broken.token is not token:
            raise
    except DocumentError as error:
        player.exchange.warn(player.call, f"{error.code} {error.message} at {error.url}: waiting in silence")


def _talk(player: Player, participant: Participant) -> None:
    """Stay until put out; a telephone with `hang_up_after` goes when it has talked that long."""
    call = player.call
    outbound = call.direction != "inbound"
    patience = player.exchange.phones.phone(call.to).habit.hang_up_after if outbound else None
    if patience is not None:
        call.wait(until=lambda: bool(call.partners) or participant.gone is not None)
        if not call.wait(patience, until=lambda: participant.gone is not None):
            call.end("far end")
    while participant.gone is None:
        call.wait(until=lambda: participant.gone is not None or participant.hold_document is not None)
        document = participant.hold_document
        if document is not None:
            _listen_on_hold(player, participant, document)


def _listen_on_hold(player: Player, participant: Participant, document: Request) -> None:
    """Hear the document of the hold until it is over; one that ends without a redirect begins again."""
    token = object()

    def over() -> bool:
        return participant.gone is not None or participant.hold_document is not document

    try:
        with player.call.breaking(token, over):
            while True:
                Player(player.exchange, player.call, MUSIC_VERBS, nested=True).run(document)
                player.call.wait(LEAST_HOLD_SECONDS)
    except Broken as broken:
        if broken.token is not token:
            raise
    except DocumentError as error:
        player.exchange.warn(player.call, f"{error.code} {error.message} at {error.url}: silence on hold")
        player.call.wait(until=over)
