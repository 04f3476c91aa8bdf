"""Enqueue and Leave: waiting in line, and every way out of it."""

from functools import partial
from xml.etree.ElementTree import Element

from ivr.simulator.documents import DocumentError, Request
from ivr.simulator.flow import hangup, redirect
from ivr.simulator.gathering import gather
from ivr.simulator.legs import Broken, Call, HungUp, Interruption, Moved
from ivr.simulator.player import Player, Verb
from ivr.simulator.queues import CallQueue, Member
from ivr.simulator.speaking import pause, play, say

# A wait document is asked for again when it ends, but not more often than this (callers' seconds).
WAIT_AGAIN_SECONDS = 1.0


class Left(Exception):
    """A wait document said <Leave/>."""


def leave(player: Player, element: Element) -> Request | None:
    """Leave the queue; Enqueue catches it."""
    raise Left


WAIT_VERBS: dict[str, Verb] = {
    "Gather": gather,
    "Hangup": hangup,
    "Leave": leave,
    "Pause": pause,
    "Play": play,
    "Redirect": redirect,
    "Say": say,
}
GREETING_VERBS: dict[str, Verb] = {"Pause": pause, "Play": play, "Redirect": redirect, "Say": say}


def enqueue(player: Player, element: Element) -> Request | None:
    """Wait in a queue; afterwards ask for `action` with the QueueResult, if there is one."""
    call = player.call
    queue = player.exchange.queue((element.text or "").strip()[:64])
    wait = player.address(element, "waitUrl", "waitUrlMethod")
    member = queue.join(call)
    if member is None:
        return player.action(element, _fields(queue, "queue-full", 0))
    with call.at("queue"):
        try:
            result = _stay(player, queue, member, wait)
        except (HungUp, Moved) as interruption:
            waited = queue.waited(member)
            queue.part(member)
            player.close(element, _fields(queue, _cut_short(member, interruption), waited), interruption)
        waited = queue.waited(member)
        queue.part(member)
    return player.action(element, _fields(queue, result, waited))


def _cut_short(member: Member, interruption: Interruption) -> str:
    if isinstance(interruption, Moved):
        return "redirected-from-bridged" if member.bridge else "redirected"
    return "bridged" if member.bridge else "hangup"


def _fields(queue: CallQueue, result: str, waited: int) -> dict[str, str]:
    return {"QueueResult": result, "QueueSid": queue.sid, "QueueTime": str(waited)}


def _stay(player: Player, queue: CallQueue, member: Member, wait: Request | None) -> str:
    """Wait, be taken out, talk; the QueueResult. An agent who vanishes puts the caller back."""
    while True:
        try:
            agent = _wait_for_agent(player, queue, member, wait)
        except Left:
            return "leave"
        except DocumentError as error:
            player.exchange.warn(
                player.call, f"{error.code} {error.message} at {error.url}: out of the queue"
            )
            return "error"
        _greet(player, queue, member, agent)
        bridge = queue.connect(member, agent)
        if bridge is not None:
            bridge.stay(player.call)
            return "bridged"
        queue.give_back(member, agent)


def _wait_for_agent(player: Player, queue: CallQueue, member: Member, wait: Request | None) -> Call:
    call, token = player.call, object()
    try:
        with call.breaking(token, lambda: member.agent is not None):
            if wait is None:
                call.hear("(hold music)", "music")
                call.wait()
            while wait is not None:
                started = call.clock.now()
                nested = Player(
                    player.exchange, call, WAIT_VERBS, fields=partial(queue.parameters, member), nested=True
                )
                nested.run(Request(wait.url, wait.method, purpose="wait"))
                call.wait(max(0.0, started + WAIT_AGAIN_SECONDS - call.clock.now()))
    except Broken as broken:
        if broken.token is not token:
            raise
    assert member.agent is not None
    return member.agent


def _greet(player: Player, queue: CallQueue, member: Member, agent: Call) -> None:
    """The caller was taken out by `<Dial><Queue>` and hears its greeting, while that agent stays."""
    if member.greeting is None:
        return
    token = object()
    fields = {
        "DequeingCallSid": agent.sid,
        "DequeuedCallSid": member.call.sid,
        "QueueSid": queue.sid,
        "QueueTime": str(queue.waited(member)),
    }
    try:
        nested = Player(player.exchange, member.call, GREETING_VERBS, fields=lambda: fields, nested=True)
        with member.call.breaking(token, lambda: member.agent is not agent):
            nested.run(member.greeting)
    except Broken as broken:
        if broken.token is not token:
            raise
    except DocumentError as error:
        player.exchange.warn(
            member.call, f"{error.code} {error.message} at {error.url}: connected without it"
        )
