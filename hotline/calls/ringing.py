"""Writing a new call down in one exchange with the database, together with the answer that its caller gets.

Nearly every call begins like this. Whatever is unusual (a ring told twice, a line that has changed) writes nothing
here and goes the long way, by `arrivals.register_incoming`, which writes the very same rows.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Connection

from hotline.base import clock
from hotline.base.ids import new_id
from hotline.calls.arrivals import KIND, Incoming, to_seal
from hotline.telephony.numbers import classify
from hotline.vault.service import Vault

# The locks of other parts are not taken: a call that nobody knows yet stands in nobody's way. Where two copies of
# the ring meet, the second waits for the first at the unique sid, and then writes nothing.
_WRITE = """
with line as materialized (
  select id from lines where id = %(line_id)s and xmin::text = %(line_version)s
), call as (
  insert into calls (id, sid, line_id, jurisdiction, state, language, language_chosen, caller_kind,
    caller_vault_id, caller_hash, attestation, team, received_at, returned_to_front, version)
  select %(call_id)s, %(sid)s, line.id, %(jurisdiction)s, 'greeting', %(language)s, false, %(caller_kind)s,
    %(vault_id)s::uuid, %(caller_hash)s, %(attestation)s, %(team)s, %(received_at)s, false, 1
  from line
  on conflict (sid) do nothing
  returning id
), leg as (
  insert into call_legs (id, call_id, kind, sid, state, created_at)
  select %(leg_id)s, call.id, 'caller', %(sid)s, 'answered', %(received_at)s from call
), number as (
  insert into vault_records (id, kind, key_id, wrapped_key, sealed, created_at)
  select %(vault_id)s::uuid, %(vault_kind)s, %(key_id)s, %(wrapped_key)s, %(sealed)s, %(now)s
  from call where %(vault_id)s::uuid is not null
), receipt as (
  insert into webhook_receipts (key, twiml, received_at) select %(key)s, %(answer)s, %(now)s from call
)
select (select count(*) from line), (select count(*) from call)
"""


@dataclass(frozen=True)
class Opening:
    """A line as somebody remembers it, with the answer that a new caller on it gets.

    `version` is the row's at that time; `key` names the request that is answered with `answer`.
    """

    line_id: UUID
    version: str
    jurisdiction: str
    language: str
    team: str | None
    key: str
    answer: str


@dataclass(frozen=True)
class Written:
    """`call`: the call and everything else was written. `line`: the line is still as it was remembered."""

    call: bool
    line: bool


def write_down(connection: Connection, vault: Vault, payload: Incoming, opening: Opening) -> Written:
    """Write call, leg, number and receipt, all or nothing, as one statement and therefore one transaction.

    `connection` commits by itself. Nothing is written when the call is known or the line has changed.
    """
    number = classify(payload.from_)
    content = to_seal(number)
    record = vault.sealed(KIND, json.dumps(content).encode()) if content is not None else {}
    values = {
        "line_id": opening.line_id,
        "line_version": opening.version,
        "call_id": new_id(),
        "leg_id": new_id(),
        "sid": payload.sid,
        "jurisdiction": opening.jurisdiction,
        "language": opening.language,
        "caller_kind": number.kind,
        "caller_hash": vault.fingerprint(number.e164) if number.e164 is not None else None,
        "attestation": payload.attestation,
        "team": opening.team,
        "received_at": payload.received_at,
        "vault_id": record.get("id"),
        "vault_kind": KIND,
        "key_id": record.get("key_id"),
        "wrapped_key": record.get("wrapped_key"),
        "sealed": record.get("sealed"),
        "now": clock.now(),
        "key": opening.key,
        "answer": opening.answer,
    }
    lines, calls = connection.exec_driver_sql(_WRITE, values).one()
    return Written(call=calls == 1, line=lines == 1)
