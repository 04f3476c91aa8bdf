"""When something came in that was not a call: typed in the jurisdiction's zone, never in the future."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from hotline.base import clock
from hotline.base.errors import InvalidInput
from hotline.policy.errors import NoPackInForce
from hotline.web.shared import packs
from hotline.web.shared.core import core

_FIELD = "received_at"
_FORMAT = "%Y-%m-%dT%H:%M"


def received_at(jurisdiction: str, typed: str) -> datetime:
    """The moment in UTC of what a `datetime-local` field holds; now, when it is blank.

    An hour that the clocks have twice is the first of the two: a deadline moves up, never down. Raises InvalidInput
    for what is no time, an hour that the clocks skip, the future, and a day before the oldest rules.
    """
    if not typed.strip():
        return clock.now()
    zone = ZoneInfo(packs.zone(jurisdiction))
    try:
        said = datetime.strptime(typed.strip()[:16], _FORMAT)  # noqa: DTZ007 (the zone follows)
    except ValueError:
        raise InvalidInput(_FIELD, "Give date and time of receipt, like 2026-03-02T09:15.") from None
    moment = said.replace(tzinfo=zone).astimezone(UTC)
    if moment.astimezone(zone).replace(tzinfo=None) != said:
        raise InvalidInput(_FIELD, "There was no such hour: the clocks were set forward. Correct it.")
    if moment > clock.now():
        raise InvalidInput(_FIELD, "The time of receipt lies in the future. Correct it.")
    try:
        core().packs.in_force(jurisdiction, moment)
    except NoPackInForce:
        raise InvalidInput(
            _FIELD, "No rules of this county are known for that day. Check the date."
        ) from None
    return moment


def now_there(jurisdiction: str) -> str:
    """The present moment as a `datetime-local` field takes it: the latest that it may hold."""
    return clock.now().astimezone(ZoneInfo(packs.zone(jurisdiction))).strftime(_FORMAT)
