"""Redirect, Hangup and Reject: where a document goes on, and how it ends a leg."""

from xml.etree.ElementTree import Element

from ivr.simulator.documents import Request
from ivr.simulator.player import Player, method


def redirect(player: Player, element: Element) -> Request | None:
    """Go on with another document; without an address with the same one."""
    return Request(player.document.resolve(element.text or ""), method(element))


def hangup(player: Player, element: Element) -> Request | None:
    """End the leg."""
    player.call.end("system")
    player.call.check()
    return None


def reject(player: Player, element: Element) -> Request | None:
    """Refuse an inbound call that was not picked up yet; afterwards it only hangs up."""
    busy = element.get("reason") == "busy"
    player.call.hear("(busy tone)" if busy else "(number not in service)", "tone")
    player.call.end("system", ("busy" if busy else "no-answer") if player.call.answered_at is None else None)
    player.call.check()
    return None
