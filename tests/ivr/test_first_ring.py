"""The short way of a first ring writes what the long way writes, and steps aside where it does not fit."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import func, select, text

from hotline.base.database import Database
from hotline.calls.models import Call, CallLeg, WebhookReceipt
from hotline.lines.models import Line
from hotline.vault.models import VaultRecord
from ivr.desk import Desk
from ivr.events import CallEvent
from ivr.first_ring import answer
from tests.support.calls import CALLER, LINE, VAULT, add_line
from tests.support.voice import Caller, Voice, verbs

RANDOM = {
    "id",
    "call_id",
    "sid",
    "caller_vault_id",
    "wrapped_key",
    "sealed",
    "received_at",
    "created_at",
    "key",
}


def rows(database: Database, sid: str) -> dict[str, dict[str, Any]]:
    """Every column of what was written for a call, by table."""
    with database.transaction() as session:
        call = session.execute(select(Call.__table__).where(Call.sid == sid)).mappings().one()
        leg = select(CallLeg.__table__).where(CallLeg.call_id == call["id"])
        record = select(VaultRecord.__table__).where(VaultRecord.id == call["caller_vault_id"])
        receipt = select(WebhookReceipt.__table__).where(WebhookReceipt.key.contains(sid))
        return {
            "calls": dict(call),
            "call_legs": dict(session.execute(leg).mappings().one()),
            "vault_records": dict(session.execute(record).mappings().first() or {}),
            "webhook_receipts": dict(session.execute(receipt).mappings().one()),
        }


@pytest.fixture
def ways(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """Whether each ring since then went the short way."""
    taken = list[bool]()

    def noted(desk: Desk, event: CallEvent) -> str | None:
        twiml = answer(desk, event)
        taken.append(twiml is not None)
        return twiml

    monkeypatch.setattr("ivr.pages.first_ring.answer", noted)
    return taken


@pytest.mark.parametrize("number", [CALLER, "+525512345678", "anonymous", "sip:alice@example.test", "911"])
def test_both_ways_write_the_same_rows(
    voice: Voice, database: Database, ways: list[bool], number: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    short, long = Caller(voice, number=number), Caller(voice, number=number)
    said = short.ask("incoming", StirVerstat="TN-Validation-Passed-A")
    monkeypatch.setattr("ivr.pages.first_ring.answer", lambda *_: None)
    assert verbs(long.ask("incoming", StirVerstat="TN-Validation-Passed-A")) == verbs(said)
    assert ways == [True]
    one, other = rows(database, short.sid), rows(database, long.sid)
    for table, columns in one.items():
        assert columns.keys() == other[table].keys()
        for name, value in columns.items():
            if name in RANDOM:
                assert (value is None) == (other[table][name] is None), name
            else:
                assert value == other[table][name], name
    assert one["calls"]["attestation"] == "TN-Validation-Passed-A"


def test_the_number_of_a_short_ring_opens_in_the_vault(voice: Voice, database: Database) -> None:
    caller = Caller(voice, number=CALLER)
    caller.ask("incoming")
    with database.transaction() as session:
        record_id = session.scalars(select(Call.caller_vault_id)).one()
        assert record_id is not None
        assert VAULT.use(session, record_id) == {"number": CALLER}


def test_a_ring_told_twice_goes_the_long_way_to_the_same_answer(
    voice: Voice, database: Database, ways: list[bool]
) -> None:
    form = Caller(voice).form()
    answers = {voice.send("/voice/incoming", form, token="same").data for _ in range(2)}
    assert (len(answers), ways) == (1, [True, False])


def test_a_line_that_has_changed_is_read_before_it_answers(
    voice: Voice, database: Database, ways: list[bool]
) -> None:
    with database.transaction() as session:
        session.scalars(select(Line)).one().languages = ["es"]
    for _ in range(2):
        caller = Caller(voice)
        caller.ask("incoming")
        with database.transaction() as session:
            assert session.scalar(select(Call.language).where(Call.sid == caller.sid)) == "es"
    assert ways == [False, True]


def test_a_new_line_answers_at_once_though_nobody_has_read_it_yet(
    voice: Voice, database: Database, ways: list[bool]
) -> None:
    with database.transaction() as session:
        added = add_line(session, "+16615550155").id
    caller = Caller(voice, to="+16615550155")
    caller.ask("incoming")
    with database.transaction() as session:
        assert session.scalar(select(Call.line_id).where(Call.sid == caller.sid)) == added
    assert ways == [False]


def test_a_short_ring_that_fails_half_way_leaves_nothing(voice: Voice, database: Database) -> None:
    with database.transaction() as session:
        session.execute(text("alter table webhook_receipts add constraint never check (key = '')"))
    try:
        Caller(voice).ask("incoming")
        with database.transaction() as session:
            for table in (Call, CallLeg, VaultRecord):
                assert session.scalar(select(func.count()).select_from(table)) == 0
    finally:
        with database.transaction() as session:
            session.execute(text("alter table webhook_receipts drop constraint never"))
        assert voice.gateway.replay()


def test_the_book_knows_a_line_in_any_spelling(voice: Voice) -> None:
    book = voice.gateway.desk.lines
    for spelling in (LINE, "(661) 555-0100", "1-661-555-0100"):
        line = book.find(spelling)
        assert line is not None
        assert line.number == LINE
    assert book.find("+16615550199") is None
