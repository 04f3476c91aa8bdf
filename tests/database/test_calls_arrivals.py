"""How a ring is written down, whatever the network says of it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from hotline.audit.record import Actor
from hotline.base import clock as base_clock
from hotline.base.clock import FrozenClock
from hotline.base.errors import NotFound
from hotline.calls import queries, service
from hotline.calls.models import Call, CallLeg
from hotline.calls.service import Incoming
from hotline.vault.models import VaultRecord
from tests.support.calls import CALLER, LINE, VAULT, Hotline, add_line, add_supervisor, sid


@pytest.fixture
def hotline(session: Session, clock: FrozenClock) -> Hotline:
    add_line(session)
    add_supervisor(session)
    return Hotline(session)


def kept(session: Session, call: Call) -> dict[str, str]:
    assert call.caller_vault_id is not None
    return VAULT.reveal(session, call.caller_vault_id, Actor.system("test"), "test")


def test_a_ring_told_twice_is_one_call(hotline: Hotline) -> None:
    payload = Incoming(sid(), CALLER, LINE, base_clock.now())
    first = service.register_incoming(hotline.session, VAULT, payload)
    assert service.register_incoming(hotline.session, VAULT, payload).id == first.id
    for table in (Call, CallLeg, VaultRecord):
        assert hotline.session.scalar(select(func.count()).select_from(table)) == 1


def test_the_number_is_only_in_the_vault(hotline: Hotline) -> None:
    call = hotline.rings("+16615550142")
    assert kept(hotline.session, call) == {"number": "+16615550142"}
    assert call.caller_hash == VAULT.fingerprint("+16615550142")
    for table in ("calls", "call_legs", "call_events", "vault_records", "audit_entries", "outbox"):
        rows = hotline.session.execute(text(f"select cast(t as text) from {table} t")).scalars()
        assert not any("6615550142" in row for row in rows)


@pytest.mark.parametrize("number", ["anonymous", "Restricted", "+266696687", ""])
def test_a_withheld_number_leaves_nothing_and_meets_nobody(hotline: Hotline, number: str) -> None:
    first, second = hotline.rings(number), hotline.rings(number)
    assert (first.caller_kind, first.caller_hash, first.caller_vault_id) == ("withheld", None, None)
    assert queries.previous_calls(hotline.session, second) == 0


@pytest.mark.parametrize("number", ["sip:alice@example.test", "911", "no number \x00 at all", "<b>"])
def test_a_malformed_number_is_sealed_and_never_compared(hotline: Hotline, number: str) -> None:
    first, second = hotline.rings(number), hotline.rings(number)
    assert (first.caller_kind, first.caller_hash) == ("malformed", None)
    assert kept(hotline.session, first) == {"raw": number.replace("\x00", "")}
    assert first.id != second.id
    assert queries.previous_calls(hotline.session, second) == 0


def test_a_foreign_number_is_known_again(hotline: Hotline, clock: FrozenClock) -> None:
    hotline.rings("+525512345678")
    clock.advance(timedelta(minutes=1))
    again = hotline.rings("+52 55 1234 5678")
    assert again.caller_kind == "foreign"
    assert queries.previous_calls(hotline.session, again) == 1


def test_a_call_to_a_number_that_is_not_ours_is_taken(hotline: Hotline) -> None:
    call = hotline.rings(to="+12025550123")
    assert (call.state, call.jurisdiction) == ("greeting", "kern")


def test_each_line_takes_its_own_calls(hotline: Hotline) -> None:
    spanish = add_line(hotline.session, "+16615550199", ("es",))
    call = hotline.rings(to="(661) 555-0199")
    assert (call.line_id, call.language) == (spanish.id, "es")


def test_without_any_line_the_fault_is_named(session: Session) -> None:
    with pytest.raises(NotFound, match="no line"):
        Hotline(session).rings()


def test_a_language_that_the_line_does_not_speak_is_no_choice(hotline: Hotline) -> None:
    call = hotline.rings()
    service.choose_language(hotline.session, call.id, "fr")
    assert (call.state, call.language, call.language_chosen) == ("menu", "en", False)


@pytest.mark.parametrize("lane", [None, "invented"])
def test_a_lane_that_does_not_exist_is_the_general_one(hotline: Hotline, lane: str | None) -> None:
    call = hotline.rings()
    service.choose_lane(hotline.session, call.id, lane)
    assert (call.state, call.lane) == ("waiting", "general")


def test_the_place_in_line_is_that_of_the_first_choice(hotline: Hotline, clock: FrozenClock) -> None:
    call = hotline.waits("youth")
    queued_at = call.queued_at
    clock.advance(timedelta(minutes=1))
    service.choose_lane(hotline.session, call.id, "danger")
    assert (call.lane, call.queued_at) == ("youth", queued_at)


def test_the_position_is_told_by_language(hotline: Hotline, clock: FrozenClock) -> None:
    english, spanish = hotline.waits(), hotline.waits(language="es")
    clock.advance(timedelta(seconds=1))
    urgent = hotline.waits("danger")
    assert [queries.position(hotline.session, call) for call in (urgent, english, spanish)] == [1, 2, 1]
