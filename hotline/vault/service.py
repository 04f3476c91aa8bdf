"""Sealing, opening and destroying vault records and the keys of other encrypted records."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from hotline.audit.record import Actor, record
from hotline.base import clock, crypto
from hotline.base.crypto import Keyring
from hotline.base.errors import NotFound
from hotline.base.ids import new_id
from hotline.vault.models import VaultRecord


@dataclass(frozen=True)
class RecordKey:
    """The data key of one record: `plain` works, `key_id` and `wrapped` are what the row stores."""

    key_id: str
    wrapped: bytes
    plain: bytes = field(repr=False)


@dataclass(frozen=True)
class Vault:
    """The keys of this installation and what may be done with them."""

    keyring: Keyring
    hash_key: bytes = field(repr=False)

    def fingerprint(self, text: str) -> str:
        """A keyed hash of `text`: finds the same number again without storing it."""
        return crypto.keyed_hash(self.hash_key, text)

    def make_key(self, place: str) -> RecordKey:
        """A new data key for the record that `place` names (for example `report:<id>`)."""
        plain = crypto.new_key()
        key_id, wrapped = self.keyring.wrap(plain, place.encode())
        return RecordKey(key_id, wrapped, plain)

    def open_key(self, key_id: str, wrapped: bytes, place: str) -> RecordKey:
        """The data key again; raises CannotOpen when the master key is gone or the row was moved."""
        return RecordKey(key_id, wrapped, self.keyring.unwrap(key_id, wrapped, place.encode()))

    def sealed(self, kind: str, content: bytes) -> dict[str, Any]:
        """The columns of a new record that holds `content`, for whoever writes it together with other rows."""
        record_id = new_id()
        place = f"vault:{record_id}"
        key = self.make_key(place)
        return {
            "id": record_id,
            "kind": kind,
            "key_id": key.key_id,
            "wrapped_key": key.wrapped,
            "sealed": crypto.seal(key.plain, content, place.encode()),
            "created_at": clock.now(),
        }

    def put(self, session: Session, kind: str, content: Mapping[str, Any]) -> UUID:
        """Seal `content` (plain JSON) as a new record and return its id."""
        return self.put_bytes(session, kind, json.dumps(content).encode())

    def put_bytes(self, session: Session, kind: str, content: bytes) -> UUID:
        """Seal `content` (a sound, for example) as a new record and return its id."""
        row = VaultRecord(**self.sealed(kind, content))
        session.add(row)
        session.flush()
        return row.id

    def reveal(self, session: Session, record_id: UUID, actor: Actor, reason: str) -> dict[str, Any]:
        """Open a record for `actor`; the look and its reason code are audited. Raises NotFound if destroyed."""
        content = self._open(self._find(session, record_id))
        record(session, actor, "vault:revealed", "vault_record", record_id, {"reason": reason})
        return content

    def reveal_bytes(self, session: Session, record_id: UUID, actor: Actor, reason: str) -> bytes:
        """Like `reveal`, for a record of `put_bytes`."""
        content = self._unsealed(self._find(session, record_id))
        record(session, actor, "vault:revealed", "vault_record", record_id, {"reason": reason})
        return content

    def show(self, session: Session, record_ids: Sequence[UUID]) -> dict[UUID, dict[str, Any]]:
        """The contents of many records at once, those destroyed left out.

        Not audited here: whoever shows them audits the showing as one, not piece by piece.
        """
        rows = session.scalars(
            select(VaultRecord).where(VaultRecord.id.in_(record_ids), VaultRecord.destroyed_at.is_(None))
        )
        return {row.id: self._open(row) for row in rows}

    def use(self, session: Session, record_id: UUID) -> dict[str, Any]:
        """The content of a record for a computation whose result names nobody; nothing of it may be shown.

        Not audited: while a report is being written the rules are asked after every field.
        """
        return self._open(self._find(session, record_id))

    def hold(self, session: Session, record_id: UUID) -> dict[str, Any]:
        """The content of a record that is about to be changed, its row locked until the transaction ends.

        Nothing of it may leave the transaction; the change itself is audited by whoever makes it.
        """
        return self._open(self._find(session, record_id, lock=True))

    def replace(self, session: Session, record_id: UUID, content: Mapping[str, Any]) -> None:
        """Seal new content in place of the old, under the record's own key."""
        row = self._find(session, record_id, lock=True)
        place = f"vault:{row.id}"
        key = self.open_key(row.key_id, self._wrapped(row), place)
        row.sealed = crypto.seal(key.plain, json.dumps(content).encode(), place.encode())

    def destroy(self, session: Session, record_id: UUID, actor: Actor, reason: str) -> None:
        """Destroy a record's key and content for good; a tombstone stays. Twice is harmless."""
        row = session.get(VaultRecord, record_id, with_for_update=True)
        if row is None:
            raise NotFound("No such vault record.")
        if row.destroyed_at is None:
            row.wrapped_key, row.sealed, row.destroyed_at = None, None, clock.now()
            record(session, actor, "vault:destroyed", "vault_record", record_id, {"reason": reason})

    def _find(self, session: Session, record_id: UUID, *, lock: bool = False) -> VaultRecord:
        query = select(VaultRecord).where(VaultRecord.id == record_id, VaultRecord.destroyed_at.is_(None))
        row = session.scalar(query.with_for_update() if lock else query)
        if row is None:
            raise NotFound("No such vault record, or it was destroyed.")
        return row

    def _open(self, row: VaultRecord) -> dict[str, Any]:
        content: dict[str, Any] = json.loads(self._unsealed(row))
        return content

    def _unsealed(self, row: VaultRecord) -> bytes:
        place = f"vault:{row.id}"
        key = self.open_key(row.key_id, self._wrapped(row), place)
        return crypto.unseal(key.plain, row.sealed or b"", place.encode())

    @staticmethod
    def _wrapped(row: VaultRecord) -> bytes:
        return row.wrapped_key or b""
