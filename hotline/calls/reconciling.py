"""The phone company's own list of calls against ours: what it knows and we don't becomes a call and a task.

News of a call can be lost on the way, and with the whole platform down nobody takes it in at all. The list is read
every few minutes, back to the last time that worked. It is complete only after a while, so the last two minutes are
left for the next time. Asked twice about the same time, it finds nothing new.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session

from hotline.audit.models import AuditEntry
from hotline.audit.record import Actor, record
from hotline.base import clock, heartbeat, outbox
from hotline.base.database import Database
from hotline.base.logging import get_logger
from hotline.calls import arrivals, ending, pool
from hotline.calls.arrivals import Incoming
from hotline.calls.models import Call, CallLeg
from hotline.calls.telling import open_for_supervisors, owner_of
from hotline.lines.models import Line
from hotline.telephony.books import INBOUND, CallBook, ListedCall
from hotline.telephony.port import LIVE
from hotline.vault.service import Vault
from hotline.worklist.models import WorklistItem

EVERY = timedelta(minutes=3)
SETTLED_AFTER = timedelta(minutes=2)
"""What the phone company says of younger calls may still change."""

OVERLAP = timedelta(minutes=30)
"""So far behind the last time that worked each reading begins: a call is listed by when it began."""

FIRST_LOOK = timedelta(minutes=15)
"""How far back the very first reading goes: earlier calls were not ours to answer."""

LONGEST_LOOK = timedelta(days=7)
SERVED_SECONDS = 30
"""A backup telephone that was connected for so long served the caller: a mailbox is left sooner."""

TIMES_DIFFER = timedelta(seconds=60)
LOOK_INTO_WITHIN = timedelta(minutes=30)

KIND = "call_unrecorded"
DONE = "reconciled"
_TRIED = "reconcile_tried"
_LOCK = "hotline:reconcile"
_ACTOR = Actor.system("reconciler")
_log = get_logger("reconciler")


class NobodyToTell(Exception):
    """No person answers for the jurisdiction's calls: the call is taken up when somebody does."""


@dataclass
class Findings:
    """How many calls the phone company listed, and what was found of them. Sids and counts only."""

    listed: int = 0
    abandoned: list[str] = field(default_factory=list)
    """Calls that we did not know, and that nobody answered: to be called back."""
    served: list[str] = field(default_factory=list)
    """Calls that we did not know, and that a backup telephone took."""
    open: list[str] = field(default_factory=list)
    """Calls that are over, and that we held for open: asked after."""
    times: list[str] = field(default_factory=list)
    """Calls whose end we have at another time."""
    placed: list[str] = field(default_factory=list)
    """Calls in our name that we know nothing of."""
    left: list[str] = field(default_factory=list)
    """Calls that nobody could be told of."""

    @property
    def differences(self) -> int:
        """How many calls are not as we had them."""
        return sum(map(len, (self.abandoned, self.served, self.open, self.times, self.placed, self.left)))


def claim(session: Session) -> datetime | None:
    """Whether it is time to read the list: since when, or None while it is not, or while somebody else does."""
    alone = session.scalar(select(func.pg_try_advisory_xact_lock(func.hashtext(_LOCK))))
    tried = heartbeat.silent_for(session, _TRIED)
    if not alone or (tried is not None and tried < EVERY):
        return None
    heartbeat.beat(session, _TRIED)
    return since_last(session)


def since_last(session: Session) -> datetime:
    """From when the list has to be read, by the last time that worked."""
    silence = heartbeat.silent_for(session, DONE)
    now = clock.now()
    if silence is None:
        return now - FIRST_LOOK
    return max(now - silence - OVERLAP, now - LONGEST_LOOK)


def reconcile(
    database: Database, vault: Vault, book: CallBook, since: datetime, *, write: bool = True
) -> Findings:
    """Compare every call that began between `since` and two minutes ago. Without `write` nothing is changed.

    Raises TryAgain or Refused when the phone company does not give its list; what was found before stays done.
    """
    findings = Findings()
    until = clock.now() - SETTLED_AFTER
    with database.transaction() as session:
        numbers = list(session.scalars(select(Line.number).order_by(Line.number)))
    for number in numbers:
        for listed in book.calls_to(number, since, until):
            if listed.direction == INBOUND:
                findings.listed += 1
                _compare_inbound(database, vault, book, listed, findings, write)
        for listed in book.calls_from(number, since, until):
            if listed.direction == "outbound-api":
                findings.listed += 1
                _compare_placed(database, listed, number, findings, write)
    if write and not findings.left:
        with database.transaction() as session:
            heartbeat.beat(session, DONE)
    if findings.differences:
        _log.warning("calls_differ", **{name: len(sids) for name, sids in _lists(findings)})
    return findings


def _lists(findings: Findings) -> Iterable[tuple[str, list[str]]]:
    return ((name, value) for name, value in vars(findings).items() if isinstance(value, list))


def _compare_inbound(
    database: Database, vault: Vault, book: CallBook, listed: ListedCall, findings: Findings, write: bool
) -> None:
    over = listed.status not in LIVE
    with database.transaction() as session:
        call = pool.find_call(session, listed.sid)
        if call is not None:
            _compare_known(session, call, listed, findings, write)
            return
    if not over:
        # A backup telephone may be talking with the caller right now: it is taken up when that is over.
        return
    served = any(
        child.status == "completed" and child.seconds >= SERVED_SECONDS for child in book.children(listed.sid)
    )
    if write:
        try:
            with database.transaction() as session:
                _take_up(session, vault, listed, served)
        except NobodyToTell:
            _log.critical("nobody_to_tell_of_unrecorded_call", sid=listed.sid)
            findings.left.append(listed.sid)
            return
    (findings.served if served else findings.abandoned).append(listed.sid)


def _compare_known(session: Session, call: Call, listed: ListedCall, findings: Findings, write: bool) -> None:
    over = listed.status not in LIVE
    if over and call.ended_at is None:
        findings.open.append(listed.sid)
        if write:
            outbox.enqueue(session, "check_call", call.id, key=f"check_call:{call.id}:listed")
    elif over and call.ended_at is not None and listed.ended_at is not None:
        apart = call.ended_at - listed.ended_at
        if abs(apart) > TIMES_DIFFER and not _noted(session, call):
            findings.times.append(listed.sid)
            if write:
                detail = {"seconds_apart": round(apart.total_seconds())}
                record(session, _ACTOR, "call:time_differs", "call", call.id, detail)


def _noted(session: Session, call: Call) -> bool:
    noted = exists().where(AuditEntry.action == "call:time_differs", AuditEntry.subject_id == str(call.id))
    return bool(session.scalar(select(noted)))


def _take_up(session: Session, vault: Vault, listed: ListedCall, served: bool) -> None:
    """Write the call down as it was. Raises NobodyToTell, and then nothing is written."""
    pool.enter(session)
    payload = Incoming(listed.sid, listed.from_, listed.to, listed.started_at)
    call = arrivals.register_incoming(session, vault, payload)
    if owner_of(session, call.jurisdiction) is None:
        raise NobodyToTell
    call = pool.locked_call(session, call.id)
    record(session, _ACTOR, "call:recorded_late", "call", call.id, {"served": served})
    if not served:
        # This opens the matter of an abandoned call, from which the caller is called back.
        ending.end(session, call, "hung_up", at=listed.ended_at)
        return
    ending.divert(session, call, at=listed.ended_at)
    open_for_supervisors(
        session,
        kind=KIND,
        jurisdiction=call.jurisdiction,
        subject_kind="call",
        subject_id=call.id,
        reason="served_by_backup",
        due_in=LOOK_INTO_WITHIN,
    )


def _compare_placed(
    database: Database, listed: ListedCall, number: str, findings: Findings, write: bool
) -> None:
    with database.transaction() as session:
        known = exists().where(CallLeg.sid == listed.sid) | exists().where(Call.sid == listed.sid)
        told = exists().where(WorklistItem.kind == KIND, WorklistItem.subject_id == listed.sid)
        if session.scalar(select(known | told)):
            return
        findings.placed.append(listed.sid)
        if write:
            line = session.scalars(select(Line).where(Line.number == number)).one()
            open_for_supervisors(
                session,
                kind=KIND,
                jurisdiction=line.jurisdiction,
                subject_kind="phone_call",
                subject_id=listed.sid,
                reason="placed_unknown",
                due_in=LOOK_INTO_WITHIN,
            )
