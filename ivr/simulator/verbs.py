"""The verbs of a document that controls a leg."""

from xml.etree.ElementTree import Element

from ivr.simulator.dialing import dial
from ivr.simulator.documents import Request
from ivr.simulator.exchange import Exchange
from ivr.simulator.flow import hangup, redirect, reject
from ivr.simulator.gathering import gather
from ivr.simulator.legs import Call
from ivr.simulator.player import Player, Verb
from ivr.simulator.queueing import enqueue
from ivr.simulator.recording import record
from ivr.simulator.speaking import pause, play, say


def _leave(player: Player, element: Element) -> Request | None:
    player.exchange.warn(player.call, "12200 Leave outside of a queue does nothing")
    return None


VERBS: dict[str, Verb] = {
    "Dial": dial,
    "Enqueue": enqueue,
    "Gather": gather,
    "Hangup": hangup,
    "Leave": _leave,
    "Pause": pause,
    "Play": play,
    "Record": record,
    "Redirect": redirect,
    "Reject": reject,
    "Say": say,
}


def play_call(exchange: Exchange, call: Call, request: Request) -> None:
    """Execute documents on a leg until one ends without naming another. Raises HungUp."""
    Player(exchange, call, VERBS).run(request)
