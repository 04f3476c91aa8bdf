"""Calls that a screener places as the hotline: who may be called, why, and how such a call ends."""

from __future__ import annotations

from uuid import UUID

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from hotline.accounts.permissions import ROLES, allowed
from hotline.audit.models import AuditEntry
from hotline.base.clock import FrozenClock
from hotline.base.errors import Conflict, InvalidInput, NotFound
from hotline.base.ids import new_id
from hotline.calls import callee, connecting, queries, service
from hotline.calls.models import Call
from hotline.calls.outbound import call_out
from hotline.lines.models import Line
from tests.support.calls import VAULT, Hotline, add_line, add_supervisor, sid

NUMBER = "(661) 555-0188"


@pytest.fixture
def hotline(session: Session, clock: FrozenClock) -> Hotline:
    add_line(session)
    add_supervisor(session)
    return Hotline(session)


@pytest.fixture
def ann(hotline: Hotline) -> UUID:
    return hotline.screener("ann")


def places(hotline: Hotline, user_id: UUID, number: str = NUMBER, purpose: str = "report_follow_up") -> Call:
    line = hotline.session.scalars(select(Line)).one()
    return call_out(hotline.session, VAULT, user_id, line.id, number, purpose)


def enters(hotline: Hotline, call: Call, kind: str) -> None:
    leg = hotline.leg(call, kind)
    callee.named(call, leg, leg.sid or sid())
    connecting.join(hotline.session, call.id, leg.id)


def test_the_screener_is_called_first_and_the_reason_is_kept(hotline: Hotline, ann: UUID) -> None:
    call = places(hotline, ann)
    assert (call.direction, call.state, call.purpose, call.sid) == (
        "outbound",
        "connecting",
        "report_follow_up",
        None,
    )
    assert hotline.leg(call).state == "wanted"
    assert hotline.state(ann) == "on_call"
    entry = hotline.session.scalars(select(AuditEntry).where(AuditEntry.action == "call:placed")).one()
    assert (entry.actor_id, entry.detail) == (str(ann), {"purpose": "report_follow_up"})
    view = service.current_call(hotline.session, ann)
    assert view is not None and view.caller_masked == queries.MASK


def test_the_talk_ends_in_a_wrap_up_with_a_disposition(hotline: Hotline, ann: UUID) -> None:
    call = places(hotline, ann)
    for kind in ("screener", "caller"):
        enters(hotline, call, kind)
    assert call.state == "talking"
    hotline.hangs_up(call)
    assert (call.outcome, call.ended_stage, hotline.state(ann)) == ("answered", "talk", "wrap_up")
    service.finish(hotline.session, call.id, ann, "reached")
    assert hotline.state(ann) == "available"


def test_a_placed_call_is_in_no_ledger_of_callers_and_is_accounted_for(
    hotline: Hotline, ann: UUID, clock: FrozenClock
) -> None:
    call = places(hotline, ann)
    service.hang_up(hotline.session, call.id, ann)
    hotline.session.flush()
    assert (call.state, call.outcome) == ("ended", "unanswered")
    assert hotline.state(ann) == "wrap_up"
    since, until = call.received_at, call.received_at.replace(year=2100)
    assert queries.ledger(hotline.session, since, until).offered == 0
    assert queries.unaccounted(hotline.session, since, until) == []


def test_nobody_is_rung_when_the_screener_is_lost_first(hotline: Hotline, ann: UUID) -> None:
    call = places(hotline, ann)
    leg = hotline.leg(call)
    connecting.leg_progress(hotline.session, call.id, leg.id, "end", sid(), "no_answer")
    assert (call.state, call.outcome) == ("ended", "unanswered")
    assert hotline.leg(call, "caller").id is None


def test_a_callee_who_loses_the_screener_in_the_talk_is_put_in_line(hotline: Hotline, ann: UUID) -> None:
    call = places(hotline, ann)
    for kind in ("screener", "caller"):
        enters(hotline, call, kind)
    connecting.screener_lost(hotline.session, call, "left_room")
    assert (call.state, call.returned_to_front) == ("waiting", True)
    ben = hotline.screener("ben")
    assert hotline.offered_to(call) == [ben]


@pytest.mark.parametrize(
    "number",
    ["911", "9-1-1", "988", "+1 876 555 0100", "+44 20 7946 0958", "900-555-0199", "661 555 0100", ""],
)
def test_what_must_not_be_dialled_is_refused(hotline: Hotline, ann: UUID, number: str) -> None:
    with pytest.raises(InvalidInput):
        places(hotline, ann, number)
    assert hotline.state(ann) == "available"


def test_a_call_without_a_coded_reason_is_refused(hotline: Hotline, ann: UUID) -> None:
    with pytest.raises(InvalidInput):
        places(hotline, ann, purpose="curiosity")


def test_nobody_calls_out_while_on_a_call_or_off_duty(hotline: Hotline, ann: UUID) -> None:
    places(hotline, ann)
    with pytest.raises(Conflict):
        places(hotline, ann)
    ben = hotline.screener("ben")
    service.set_offline(hotline.session, ben)
    with pytest.raises(Conflict):
        places(hotline, ben)


def test_a_screener_who_is_away_may_call_out(hotline: Hotline, ann: UUID) -> None:
    service.set_away(hotline.session, ann, "break")
    assert places(hotline, ann).state == "connecting"


def test_a_line_that_does_not_exist_is_refused(hotline: Hotline, ann: UUID) -> None:
    with pytest.raises(NotFound):
        call_out(hotline.session, VAULT, ann, new_id(), NUMBER, "other")


def test_only_screeners_and_supervisors_may_dial_as_the_hotline() -> None:
    assert {role for role in ROLES if allowed([role], "calls:place")} == {"screener", "supervisor"}
