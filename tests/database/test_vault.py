"""The vault: what is in it is unreadable outside it, and every look leaves a trace."""

from __future__ import annotations

import base64

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from hotline.audit.models import AuditEntry
from hotline.audit.record import Actor
from hotline.base import crypto
from hotline.base.crypto import CannotOpen, Keyring
from hotline.base.errors import NotFound
from hotline.vault.models import VaultRecord
from hotline.vault.service import Vault

CLERK = Actor.system("test")


@pytest.fixture
def vault() -> Vault:
    encoded = base64.b64encode(crypto.new_key()).decode()
    return Vault(Keyring.parse(f"k1:{encoded}"), crypto.new_key())


def test_a_record_opens_again_and_the_look_is_audited(session: Session, vault: Vault) -> None:
    record_id = vault.put(session, "reporter", {"name": "Rosa Example"})
    assert vault.reveal(session, record_id, CLERK, "form") == {"name": "Rosa Example"}
    looks = session.scalars(select(AuditEntry).where(AuditEntry.action == "vault:revealed")).all()
    assert [(look.subject_id, look.detail) for look in looks] == [(str(record_id), {"reason": "form"})]


def test_nothing_readable_is_stored(session: Session, vault: Vault) -> None:
    vault.put(session, "reporter", {"name": "Canary-7319"})
    dump = session.execute(text("select v::text from vault_records v")).scalars().all()
    hexed = b"Canary-7319".hex()
    assert dump
    assert not any("Canary-7319" in row or hexed in row for row in dump)


def test_a_record_copied_over_another_does_not_open(session: Session, vault: Vault) -> None:
    mine = vault.put(session, "reporter", {"name": "a"})
    other = vault.put(session, "reporter", {"name": "b"})
    row, source = session.get_one(VaultRecord, mine), session.get_one(VaultRecord, other)
    row.sealed, row.wrapped_key = source.sealed, source.wrapped_key
    with pytest.raises(CannotOpen):
        vault.reveal(session, mine, CLERK, "form")


def test_a_replaced_content_is_what_opens(session: Session, vault: Vault) -> None:
    record_id = vault.put(session, "reporter", {"a": 1})
    vault.replace(session, record_id, {**vault.hold(session, record_id), "b": 2})
    assert vault.reveal(session, record_id, CLERK, "form") == {"a": 1, "b": 2}


def test_a_destroyed_record_is_gone_and_its_tombstone_stays(session: Session, vault: Vault) -> None:
    record_id = vault.put(session, "reporter", {"name": "a"})
    vault.destroy(session, record_id, CLERK, "retention")
    vault.destroy(session, record_id, CLERK, "retention")
    with pytest.raises(NotFound):
        vault.reveal(session, record_id, CLERK, "form")
    row = session.get_one(VaultRecord, record_id)
    assert row.destroyed_at is not None
    assert (row.sealed, row.wrapped_key) == (None, None)
