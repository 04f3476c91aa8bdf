"""Dial: ring other telephones, enter a room, or take the next caller out of a queue."""

from dataclasses import dataclass
from xml.etree.ElementTree import Element

from ivr.simulator.bridge import Bridge
from ivr.simulator.documents import DocumentError, Request
from ivr.simulator.entering import enter_room
from ivr.simulator.exchange import RING_BUFFER_SECONDS, Ringing
from ivr.simulator.flow import hangup, redirect
from ivr.simulator.gathering import gather
from ivr.simulator.legs import Call, HungUp, Moved, Subscription
from ivr.simulator.player import Player, Verb, number
from ivr.simulator.queues import CallQueue, Member
from ivr.simulator.speaking import pause, play, say

DEFAULT_TIMEOUT_SECONDS = 30.0
WHISPER_VERBS: dict[str, Verb] = {
    "Gather": gather,
    "Hangup": hangup,
    "Pause": pause,
    "Play": play,
    "Redirect": redirect,
    "Say": say,
}


@dataclass
class Attempt:
    """One Dial: the first leg that answers is the winner and, after its whisper, is bridged."""

    winner: Call | None = None
    bridge: Bridge | None = None
    bridged_at: float = 0.0


def dial(player: Player, element: Element) -> Request | None:
    """Connect the leg with the nouns of the verb; ask for `action` with the result afterwards."""
    nouns = list(element)
    for noun in nouns:
        if noun.tag not in ("Number", "Client", "Conference", "Queue"):
            player.exchange.warn(player.call, f"12200 <{noun.tag}> cannot be dialled here")
    rooms = [noun for noun in nouns if noun.tag == "Conference"]
    if rooms:
        return enter_room(player, element, rooms[0])
    queues = [noun for noun in nouns if noun.tag == "Queue"]
    if queues:
        return _dial_queue(player, element, queues[0])
    parties = [noun for noun in nouns if noun.tag in ("Number", "Client")]
    if not parties and (element.text or "").strip():
        parties = [element]
    if not parties:
        player.exchange.warn(player.call, "13221 Dial without anybody to dial")
        return player.action(element, {"DialCallStatus": "failed"})
    return _dial_parties(player, element, parties)


def _dial_parties(player: Player, element: Element, parties: list[Element]) -> Request | None:
    call, attempt = player.call, Attempt()
    children = [_ring(player, element, party, attempt) for party in parties]
    with call.at("dial"):
        call.hear("(ringing)", "tone")
        try:
            call.wait(until=lambda: attempt.winner is not None or all(child.over for child in children))
            _give_up(children, attempt.winner)
            winner = attempt.winner
            if winner is not None:
                call.wait(until=lambda: attempt.bridge is not None or winner.over)
            if attempt.bridge is not None:
                attempt.bridge.stay(call)
        except HungUp as hung_up:
            _give_up(children, None, "far end")
            status = "completed" if attempt.bridge is not None else "canceled"
            player.close(element, _result(children, attempt, status), hung_up)
        except Moved:
            _give_up(children, None)
            raise
        result = _result(children, attempt, _status(children, attempt))
        if attempt.winner is not None:
            attempt.winner.wake()
    return player.action(element, result)


def _ring(player: Player, element: Element, party: Element, attempt: Attempt) -> Call:
    text = (party.text or "").strip()
    if party.tag == "Client":
        identity = party.findtext("Identity") or text
        to = f"client:{identity.strip()}"
    else:
        to = text
    subscription = None
    events = player.address(party, "statusCallback", "statusCallbackMethod") if party is not element else None
    if events is not None:
        names = party.get("statusCallbackEvent", "completed").split()
        subscription = Subscription(events.url, events.method, frozenset(names))
    whisper = player.address(party, "url") if party is not element else None
    ringing = Ringing(
        from_=element.get("callerId") or player.call.from_,
        to=to,
        direction="outbound-dial",
        timeout=number(element, "timeout", DEFAULT_TIMEOUT_SECONDS),
        subscription=subscription,
        parent_sid=player.call.sid,
    )
    parent = player.call
    return player.exchange.dial_out(
        ringing,
        plan=lambda child: _answered(player, parent, child, attempt, whisper),
        failed=lambda _: parent.wake(),
    )


def _answered(player: Player, parent: Call, child: Call, attempt: Attempt, whisper: Request | None) -> None:
    """The called leg's life: it claims the attempt, hears the whisper, talks, and hangs up."""
    exchange = player.exchange
    with exchange.lock:
        if attempt.winner is not None or parent.over:
            child.end("system")
        child.check()
        attempt.winner = child
        parent.wake()
    try:
        if whisper is not None:
            _whisper(player, child, whisper)
        with exchange.lock:
            if parent.over:
                child.end("system")
            child.check()
            kind = "client" if child.to.startswith("client:") else "number"
            attempt.bridge = Bridge(parent, child, kind, exchange.lock)
            attempt.bridged_at = child.clock.now()
        _talk(player, child, attempt.bridge)
    except Moved as moved:
        exchange.play(child, moved.request)
    finally:
        parent.wake()


def _whisper(player: Player, child: Call, whisper: Request) -> None:
    request = Request(whisper.url, whisper.method, purpose="whisper")
    try:
        Player(player.exchange, child, WHISPER_VERBS, nested=True).run(request)
    except DocumentError as error:
        player.exchange.warn(child, f"{error.code} {error.message} at {error.url}: hung up")
        child.end("system")
        child.check()


def _talk(player: Player, child: Call, bridge: Bridge) -> None:
    patience = player.exchange.phones.phone(child.to).habit.hang_up_after
    if patience is None:
        bridge.stay(child)
        return
    try:
        if not child.wait(patience, until=lambda: bridge.over):
            child.end("far end")
    finally:
        bridge.close(child)


def _give_up(children: list[Call], winner: Call | None, by: str = "system") -> None:
    for child in children:
        if child is not winner:
            child.end(by)


def _status(children: list[Call], attempt: Attempt) -> str:
    if attempt.bridge is not None:
        return "completed"
    if attempt.winner is not None:
        return "no-answer"  # Answered, but hung up in its whisper: never connected.
    statuses = {child.status for child in children}
    return statuses.pop() if len(statuses) == 1 else "no-answer"


def _result(children: list[Call], attempt: Attempt, status: str) -> dict[str, str]:
    child = attempt.winner or children[-1]
    fields = {
        "DialBridged": "true" if attempt.bridge is not None else "false",
        "DialCallSid": child.sid,
        "DialCallStatus": status,
    }
    if attempt.bridge is not None and child.over:
        # Absent when the other leg was sent elsewhere and lives on.
        fields["DialCallDuration"] = str(round(child.clock.now() - attempt.bridged_at))
    return fields


def _dial_queue(player: Player, element: Element, noun: Element) -> Request | None:
    """Take the first caller of a queue, or wait for one until the time-out."""
    call = player.call
    queue = player.exchange.queue((noun.text or "").strip())
    greeting = player.address(noun, "url")
    if greeting is not None:
        greeting = Request(greeting.url, greeting.method, purpose="dequeue")
    timeout = number(element, "timeout", DEFAULT_TIMEOUT_SECONDS) + RING_BUFFER_SECONDS
    deadline = call.clock.now() + timeout
    with call.at("dial"):
        while call.wait(deadline - call.clock.now(), until=lambda: bool(queue.members)):
            member = queue.take_first(call, greeting)
            if member is not None and _talk_with(player, element, queue, member):
                result = {"DialCallStatus": "completed", "DialCallSid": member.call.sid}
                return player.action(element, result)
    return player.action(element, {"DialCallStatus": "no-answer"})


def _talk_with(player: Player, element: Element, queue: CallQueue, member: Member) -> bool:
    """Wait until the caller heard the greeting, and talk; False when the caller gave up before."""
    call = player.call
    try:
        call.wait(until=lambda: member.bridge is not None or member.call.over)
        if member.bridge is None:
            return False
        member.bridge.stay(call)
    except HungUp as hung_up:
        queue.give_back(member, call)
        status = "completed" if member.bridge is not None else "canceled"
        player.close(element, {"DialCallStatus": status}, hung_up)
    except Moved:
        queue.give_back(member, call)
        raise
    return True
