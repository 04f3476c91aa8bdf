"""The first steps of a call: it is written down, then the caller chooses a language and a lane."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from hotline.base import clock
from hotline.base.errors import NotFound
from hotline.base.ids import new_id
from hotline.base.logging import get_logger
from hotline.calls import pool
from hotline.calls.models import Call, CallLeg
from hotline.calls.routing import route
from hotline.calls.states import CALL, LANES
from hotline.lines.models import Line
from hotline.telephony.numbers import Number, classify, same_number
from hotline.vault.service import Vault

KIND = "caller_number"
"""The vault's name for what is sealed of a caller."""

_log = get_logger("calls")


@dataclass(frozen=True)
class Incoming:
    """A ring, as the phone company tells it. `received_at` is when its first word reached us."""

    sid: str
    from_: str = field(repr=False)
    to: str
    received_at: datetime
    attestation: str | None = None
    """What the network says of the number's truth."""


def register_incoming(session: Session, vault: Vault, payload: Incoming) -> Call:
    """Write the call down, once per sid however often it is told; its number goes into the vault.

    A dialled number that is none of ours is taken on the first line rather than lost. Raises NotFound only when
    the installation has no line at all.
    """
    present = pool.find_call(session, payload.sid)
    if present is not None:
        return present
    line = line_for(session, payload.to)
    number = classify(payload.from_)
    call_id = session.scalar(
        insert(Call)
        .values(
            id=new_id(),
            sid=payload.sid,
            line_id=line.id,
            jurisdiction=line.jurisdiction,
            state="greeting",
            language=line.languages[0],
            language_chosen=False,
            caller_kind=number.kind,
            attestation=payload.attestation,
            team=line.team,
            received_at=payload.received_at,
            returned_to_front=False,
            version=1,
        )
        .on_conflict_do_nothing(index_elements=["sid"])
        .returning(Call.id)
    )
    if call_id is None:
        return session.scalars(select(Call).where(Call.sid == payload.sid)).one()
    call = session.get_one(Call, call_id)
    _keep_number(session, vault, call, number)
    session.add(
        CallLeg(
            id=new_id(),
            call_id=call_id,
            kind="caller",
            sid=payload.sid,
            state="answered",
            created_at=payload.received_at,
        )
    )
    session.flush()
    return call


def _keep_number(session: Session, vault: Vault, call: Call, number: Number) -> None:
    content = to_seal(number)
    if content is not None:
        call.caller_vault_id = vault.put(session, KIND, content)
    if number.e164 is not None:
        call.caller_hash = vault.fingerprint(number.e164)


def to_seal(number: Number) -> dict[str, str] | None:
    """What the vault keeps of a caller's number; None when there is nothing to keep."""
    if number.e164 is not None:
        return {"number": number.e164}
    # Two malformed ones may look alike and come from two people: sealed for the record, never compared.
    return {"raw": number.raw} if number.raw is not None else None


def line_for(session: Session, dialled: str) -> Line:
    """The line with that number, else the first line of the installation. Raises NotFound when there is none."""
    lines = session.scalars(select(Line).order_by(Line.number)).all()
    if not lines:
        raise NotFound("This installation has no line. Add one before it takes calls.")
    for line in lines:
        if same_number(line.number, dialled):
            return line
    _log.warning("unknown_line_dialled", taken_on=str(lines[0].id))
    return lines[0]


def choose_language(session: Session, call_id: UUID, language: str | None, *, alive: bool = False) -> Call:
    """The caller chose a language of the line; None or another: the call goes on in the line's first one.

    `alive`: the caller pressed a key or spoke, whatever came of it.
    """
    call = pool.greeted_call(session, call_id)
    call.sign_of_life = call.sign_of_life or alive
    if pool.move_call(call, "language_chosen"):
        line = session.get_one(Line, call.line_id)
        if language in line.languages:
            call.language, call.language_chosen = language, True
    session.flush()
    return call


def choose_lane(
    session: Session, call_id: UUID, lane: str | None, *, at: datetime | None = None, alive: bool = False
) -> Call:
    """The caller chose a lane (None: any other key, or silence) and waits from now on; offers are made.

    `at` is when the choice reached us, now unless given: it is the caller's place in line for good. `alive`: the
    caller pressed a key or spoke, whatever came of it.
    """
    call = pool.locked_call(session, call_id)
    call.sign_of_life = call.sign_of_life or alive
    if CALL.allows(call.state, "lane_chosen"):
        pool.move_call(call, "lane_chosen")
        call.lane = lane if lane in LANES else "general"
        call.queued_at = at or clock.now()
        route(session)
    session.flush()
    return call


def heard(session: Session, call_id: UUID) -> None:
    """A caller who had been silent has pressed a key or spoken: from now on they don't wait behind others."""
    call = pool.locked_call(session, call_id)
    if not call.sign_of_life:
        call.sign_of_life = True
        pool.touch(call)
        route(session)
    session.flush()
