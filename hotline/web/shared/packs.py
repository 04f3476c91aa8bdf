"""What screens need of the rules: the names of services and areas, the time zone."""

from __future__ import annotations

from flask import request

from hotline.dispatch.models import TrackDecision
from hotline.policy.errors import NoPackInForce
from hotline.policy.model import Pack
from hotline.web.shared.core import core
from hotline.web.shared.language import language


def jurisdiction() -> str:
    """The jurisdiction that the page's address names, else the first."""
    known = core().packs.jurisdictions()
    asked = request.values.get("jurisdiction", "")
    return asked if asked in known else known[0]


def current(code: str) -> Pack:
    """The newest pack of a jurisdiction."""
    return core().packs.versions(code)[-1]


def of_decision(decision: TrackDecision) -> Pack:
    """The pack that made a decision; the newest, when that one is no longer installed."""
    try:
        return core().packs.get(decision.pack, decision.pack_version)
    except NoPackInForce:
        return current(decision.pack)


def service_name(pack: Pack, code: str) -> str:
    """A kind of service in the reader's language."""
    try:
        return pack.coverage.service(code).name.in_(language())
    except KeyError:
        return code.replace("_", " ")


def area_name(pack: Pack, code: str | None) -> str | None:
    """The area of that code, as its pack names it."""
    if code is None:
        return None
    return next((area.name for area in pack.areas.areas if area.code == code), code)


def zone(code: str) -> str:
    """The time zone in which times of a jurisdiction are shown."""
    return current(code).rules.calendar.time_zone
