"""A hotline at noon, some seconds later, and after hours: what tests of leading callers on share."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from hotline.accounts.models import User
from hotline.audit.models import AuditEntry
from hotline.base import clock
from hotline.calls import on_call, service
from hotline.calls.models import Call, CallLeg
from hotline.lines.models import Line
from hotline.rosters import service as rosters
from hotline.worklist.models import WorklistItem
from tests.support.calls import Hotline, add_line, add_person, add_supervisor, sid

NOON = datetime(2026, 11, 18, 20, 0, tzinfo=UTC)
"""A Wednesday, noon in California."""


def at_noon(session: Session) -> Hotline:
    """A line in California with a supervisor on duty."""
    with clock.frozen(NOON):
        line = add_line(session)
        line.time_zone = "America/Los_Angeles"
        add_supervisor(session)
        return Hotline(session)


def the_line(hotline: Hotline) -> Line:
    """The only line."""
    return hotline.session.scalars(select(Line)).one()


def close_the_office(hotline: Hotline) -> None:
    """From now on it is after hours, until the test ends."""
    the_line(hotline).hours = {"wed": [["08:00", "11:00"]]}


def on_ladder(hotline: Hotline, *names: str) -> list[UUID]:
    """People on call with ordinary telephones, the first of whom is called first."""
    people = []
    for place, name in enumerate(names, 1):
        user_id = add_person(hotline.session, name)
        hotline.session.get_one(User, user_id).desk_number = f"+1661555017{place}"
        rosters.add(hotline.session, rosters.on_call("kern"), user_id, place, NOON - timedelta(days=1))
        people.append(user_id)
    return people


def sweep(hotline: Hotline, after: float, call: Call) -> Call:
    """The sweep looks after everything so many seconds after noon."""
    with clock.frozen(NOON + timedelta(seconds=after)):
        service.sweep(hotline.session)
    hotline.session.refresh(call)
    return call


def led_on(hotline: Hotline, call: Call) -> list[tuple[str, str]]:
    """The steps that the caller was led to, each with its reason."""
    rows = hotline.session.scalars(
        select(AuditEntry).where(AuditEntry.action == "call:led_on").order_by(AuditEntry.id)
    )
    return [(row.detail["step"], row.detail["why"]) for row in rows if row.subject_id == str(call.id)]


def rings(hotline: Hotline, call: Call, after: float) -> CallLeg:
    """The next person on call rings."""
    with clock.frozen(NOON + timedelta(seconds=after)):
        leg = on_call.turn(hotline.session, call.id).leg
    assert leg is not None, "nobody rings"
    return leg


def kinds(hotline: Hotline) -> list[str]:
    """What people were told of."""
    return sorted(hotline.session.scalars(select(WorklistItem.kind)))


def accepted(hotline: Hotline, call: Call, leg: CallLeg, after: float) -> Call:
    """The person answers and presses 1."""
    with clock.frozen(NOON + timedelta(seconds=after)):
        on_call.progress(hotline.session, call.id, leg.id, "answer", sid(), "")
        return on_call.accept(hotline.session, call.id, leg.id)


def at_olgas_telephone(hotline: Hotline, *others: str) -> tuple[Call, CallLeg]:
    """A caller after hours, and the leg to the first person on call."""
    close_the_office(hotline)
    on_ladder(hotline, "olga", *others)
    with clock.frozen(NOON):
        call = hotline.waits()
    sweep(hotline, 1, call)
    sweep(hotline, 3, call)
    return call, rings(hotline, call, 4)
