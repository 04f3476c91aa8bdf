"""The audit: only ever added to, and a change made behind its back shows."""

from __future__ import annotations

import pytest
from sqlalchemy import text
from sqlalchemy.exc import InternalError, ProgrammingError
from sqlalchemy.orm import Session

from hotline.audit import verify
from hotline.audit.record import Actor, record
from hotline.audit.verify import ChainBroken


def write(session: Session, count: int) -> None:
    for number in range(count):
        record(session, Actor.system("test"), "thing:done", "thing", str(number), {"n": number})
    session.flush()


@pytest.mark.parametrize(
    "statement",
    [
        "update audit_entries set actor_id = 'x'",
        "delete from audit_entries",
        "truncate audit_entries cascade",
    ],
)
def test_the_database_refuses_to_change_or_remove_audit_rows(session: Session, statement: str) -> None:
    write(session, 1)
    with pytest.raises((InternalError, ProgrammingError), match="never changed"):
        session.execute(text(statement))


def test_a_chain_covers_every_row_and_verifies(session: Session) -> None:
    write(session, 3)
    assert verify.link(session) == 3
    write(session, 2)
    assert verify.unlinked(session) == 2
    assert verify.link(session) == 2
    assert verify.verify(session) == 5


@pytest.mark.parametrize(
    "tampering",
    [
        "update audit_entries set actor_id = 'somebody else' where subject_id = '1'",
        "update audit_entries set detail = '{}' where subject_id = '1'",
        "delete from audit_links where position = 2",
        "update audit_links set position = position + 10 where position > 1",
    ],
)
def test_a_change_by_somebody_who_disarmed_the_triggers_is_found(session: Session, tampering: str) -> None:
    write(session, 3)
    verify.link(session)
    session.execute(text("alter table audit_entries disable trigger all"))
    session.execute(text("alter table audit_links disable trigger all"))
    session.execute(text(tampering))
    session.expire_all()
    with pytest.raises(ChainBroken) as caught:
        verify.verify(session)
    assert caught.value.position == 2
